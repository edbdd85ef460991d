import fc from 'fast-check';
import type { InfraPlan, Port, Route, RoutePlan, RouterListener, Speech } from '../../src/ir/index.ts';
import { concat, fromLatin1 } from '../../src/router/protocols/bytes.ts';
import type { Claim } from '../../src/routing/index.ts';
import { buildTopology, type Outcome, trace } from '../../src/topology/index.ts';
import { extension, helloMessage, record, serverNames, sized } from '../corpora/made-hello.ts';
import { host, infra } from '../plans/small-hub.ts';

/** Listeners and openings by which trace is held to the router: any listener, and each opening in words and in bytes. */
const names = ['a.test', 'b.test', 'c.test'];
export const nccs = ['n-1', 'n-2'];
export const port = 5432 as Port;

const subset = <T>(of: readonly T[], minLength = 0) => fc.subarray([...of], { minLength });

const routeFor = (
  speech: Exclude<Speech, 'tcp'>,
  name: string,
  [allow, isDefault]: readonly [readonly string[], boolean],
): Route => ({
  key: `${speech}/${name}:${port}`,
  target: `${speech}-${name}`,
  match: { by: 'name', speech, name: host(name) },
  allow,
  action: { upstream: 'u', tls: 'passthrough', ...(isDefault ? { isDefault } : {}) },
});

const identity = fc.oneof(
  fc.constant({ by: 'endpoint' } as const),
  subset(nccs).map((each) => ({ by: 'listener', nccs: each }) as const),
);

const grantOf = fc.tuple(subset(nccs), fc.boolean());

type Named = Exclude<Speech, 'tcp'>;

/** What a listener may speak: the router speaks first for MySQL, so it shares no port with other protocols. */
const spoken: fc.Arbitrary<readonly Named[]> = fc.oneof(
  { weight: 3, arbitrary: subset<Named>(['tls', 'http', 'postgres'], 1) },
  { weight: 1, arbitrary: fc.constant<readonly Named[]>(['mysql']) },
);

const byNames: fc.Arbitrary<Pick<RouterListener, 'speaks' | 'routes'>> = spoken.chain((speaks) =>
  fc
    .tuple(
      ...speaks.map((speech) =>
        subset(names, speech === 'mysql' ? 1 : 0).chain((own) =>
          fc.tuple(...own.map((name) => grantOf.map((grant) => routeFor(speech, name, grant)))),
        ),
      ),
    )
    .map((routes) => ({ speaks, routes: routes.flat() })),
);

const byPort: fc.Arbitrary<Pick<RouterListener, 'speaks' | 'routes'>> = subset(nccs).map((allow) => ({
  speaks: ['tcp'] as const,
  routes: [
    {
      key: 'p',
      target: 'p',
      match: { by: 'port' } as const,
      allow,
      action: { upstream: 'u', tls: 'passthrough' } as const,
    },
  ],
}));

export const listeners: fc.Arbitrary<RouterListener> = fc
  .tuple(fc.oneof(byNames, byPort), identity)
  .map(([of, who]) => ({ key: 's-1/5432', port: 25_432 as Port, clientPort: port, identity: who, ...of }));

/** What a client says, as trace knows it and as bytes: each entry is sent when the one before was answered. */
export interface Opening {
  readonly claim: Claim;
  readonly bytes: readonly Uint8Array[];
}

const hello = (name: string | undefined, alpn?: string): Uint8Array =>
  record(
    helloMessage([
      ...(name === undefined ? [] : [serverNames(name)]),
      ...(alpn === undefined ? [] : [extension(16, sized(2, sized(1, fromLatin1(alpn))))]),
    ]),
  );
const sslRequest = Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f);

/** A MySQL client's request for TLS, or its login without: 32 bytes and more, numbered 1. */
const mysqlPacket = (capabilities: number, rest: Uint8Array): Uint8Array => {
  const payload = concat(
    Uint8Array.of(capabilities & 0xff, (capabilities >> 8) & 0xff, (capabilities >> 16) & 0xff, 0),
    Uint8Array.of(0, 0, 0, 1, 45),
    new Uint8Array(23),
    rest,
  );
  return concat(Uint8Array.of(payload.length, 0, 0, 1), payload);
};
const protocol41 = 0x0200;
const secureConnection = 0x8000;
const pluginAuth = 0x08_0000;
const mysqlSsl = mysqlPacket(protocol41 | secureConnection | 0x0800, new Uint8Array());
const mysqlLogin = mysqlPacket(
  protocol41 | secureConnection | pluginAuth,
  fromLatin1('app\0\0caching_sha2_password\0'),
);

const kinds = ['tls', 'postgres', 'postgres-direct', 'http', 'mysql', 'mysql-plain'] as const;

export const openings: readonly Opening[] = kinds
  .flatMap((kind) => [...names, 'stranger.test', undefined].map((name) => [kind, name] as const))
  .filter(([kind, name]) => !(kind === 'http' && name === undefined))
  .map(([kind, name]): Opening => {
    const claimed = name === undefined ? {} : { name: host(name) };
    switch (kind) {
      case 'tls':
        return { claim: { speech: 'tls', ...claimed }, bytes: [hello(name)] };
      case 'postgres':
        return { claim: { speech: 'postgres', ...claimed }, bytes: [sslRequest, hello(name)] };
      case 'mysql':
        return { claim: { speech: 'mysql', ...claimed }, bytes: [concat(mysqlSsl, hello(name))] };
      case 'mysql-plain':
        return { claim: { speech: 'mysql' }, bytes: [mysqlLogin] };
      case 'postgres-direct':
        return { claim: { speech: 'postgres', ...claimed }, bytes: [hello(name, 'postgresql')] };
      default:
        return {
          claim: { speech: 'http', ...claimed },
          bytes: [fromLatin1(`GET / HTTP/1.1\r\nHost: ${name}\r\n\r\n`)],
        };
    }
  });

/** What trace says of an opening at a listener, dialled by address. */
export function traceSays(listener: RouterListener, ncc: string, { claim: said, bytes }: Opening): Outcome {
  // A hello of Postgres is plain TLS to a listener that speaks no Postgres.
  const isTls = said.speech === 'postgres' && bytes.length === 1 && !listener.speaks.includes('postgres');
  const claim: Claim = isTls ? { ...said, speech: 'tls' } : said;
  const [service] = infra.endpointServices;
  if (!service) throw new Error('the plan has no service');
  const only: InfraPlan = {
    ...infra,
    nccs: nccs.map((key) => ({
      key,
      name: key,
      workspaces: [{ name: `workspace of ${key}` }],
      rules: [{ kind: 'service', key: `r-${key}`, service: 's-1', domains: names.map(host) }],
    })),
    endpointServices: [{ ...service, listeners: service.listeners.filter((each) => each.port === port) }],
  };
  const routes: RoutePlan = {
    version: 1,
    name: 'x',
    listeners: [listener],
    upstreams: {
      u: {
        key: 'u',
        host: host('u.test'),
        port,
        network: 'core',
        cidrs: [],
        reach: 'private',
        health: { kind: 'none', intervalSeconds: 1, rise: 1, fall: 1 },
      },
    },
    trustedNetworks: [],
  };
  const question = {
    from: `workspace of ${ncc}`,
    host: claim.name ?? host('stranger.test'),
    port,
    service: 's-1',
    claim,
  };
  return trace(buildTopology(only, routes), question).outcome;
}
