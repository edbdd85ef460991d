import { type Cidr, type Hostname, type IpAddress, type Port, parseHostname, parseIpv4 } from '../../src/ir/index.ts';
import type { Network, Spec, Target } from '../../src/spec/index.ts';

/** A target as tests write it: the kind decides what the type of a spec would. */
export interface Wanted extends Partial<Omit<Target, 'hosts' | 'ports' | 'addresses'>> {
  readonly name: string;
  readonly hosts?: readonly string[];
  readonly ports?: readonly number[];
  readonly addresses?: readonly string[];
}

const kinds = {
  https: { type: 'https', ports: [443], routing: 'name', speaks: 'tls', first: 'client' },
  http: { type: 'http', ports: [80], routing: 'name', speaks: 'http', first: 'client' },
  postgres: { type: 'postgres', ports: [5432], routing: 'name', speaks: 'postgres', first: 'client' },
  'postgres-by-port': { type: 'postgres', ports: [5432], routing: 'port', speaks: 'tcp', first: 'client' },
  mysql: { type: 'mysql', ports: [3306], routing: 'port', speaks: 'tcp', first: 'server' },
  'mysql-by-name': { type: 'mysql', ports: [3306], routing: 'name', speaks: 'mysql', first: 'server' },
  sqlserver: { type: 'sqlserver', ports: [1433], routing: 'port', speaks: 'tcp', first: 'client' },
  oracle: { type: 'oracle', ports: [1521], routing: 'port', speaks: 'tcp', first: 'client' },
  redis: { type: 'redis', ports: [6379], routing: 'name', speaks: 'tls', first: 'client' },
  vault: { type: 'tls', ports: [8200], routing: 'name', speaks: 'tls', first: 'client' },
  ssh: { type: 'tcp', ports: [22], routing: 'port', speaks: 'tcp', first: 'server' },
} as const satisfies Record<
  string,
  Pick<Target, 'type' | 'routing' | 'speaks' | 'first'> & { ports: readonly number[] }
>;

export type Kind = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as readonly Kind[];

const host = (text: string): Hostname => {
  const name = parseHostname(text);
  if (name === undefined) throw new Error(`${text} is not a host name`);
  return name;
};

const address = (text: string): IpAddress => {
  const parsed = parseIpv4(text);
  if (parsed === undefined) throw new Error(`${text} is not an address`);
  return parsed;
};

/** A target with the defaults of its kind; its one host is `<name>.test` unless said otherwise. */
export function target(kind: Kind, wanted: Wanted): Target {
  const { ports, ...kindOf } = kinds[kind];
  return {
    network: 'core',
    portPolicy: 'keep',
    tls: 'passthrough',
    buckets: [],
    isDefault: false,
    health: 'none',
    onMove: 'keep',
    ...(kind === 'mysql-by-name' ? { mysqlFamily: 'mysql' as const } : {}),
    ...kindOf,
    ...wanted,
    hosts: (wanted.hosts ?? [`${wanted.name}.test`]).map(host),
    ports: (wanted.ports ?? ports) as readonly Port[],
    addresses: (wanted.addresses ?? []).map(address),
  };
}

export const bucket = (name: string, buckets: readonly string[]): Target => {
  const { network: _, ...rest } = target('https', {
    name,
    hosts: [],
    ports: [],
    type: 's3',
    routing: 'bucket',
    buckets,
  });
  return rest;
};

export interface SpecParts extends Partial<Omit<Spec, 'access' | 'workspaces'>> {
  readonly workspaces?: readonly string[];
  /** Pairs of workspaces and targets, both by name; `*` for all. */
  readonly access: readonly (readonly [from: readonly string[], to: readonly string[]])[];
}

const core: Network = { name: 'core', reach: 'hub', cidrs: ['10.40.0.0/16' as Cidr], dns: [] };
const outside: Network = { name: 'outside', reach: 'internet', cidrs: [], dns: [] };

/** A complete spec around the parts that a test is about. */
export function specOf(parts: SpecParts): Spec {
  const targets = parts.targets ?? [];
  const workspaces = parts.workspaces ?? [...new Set(parts.access.flatMap(([from]) => from))].filter((w) => w !== '*');
  const all = (names: readonly string[], every: readonly string[]) => (names.includes('*') ? every : names);
  return {
    name: 'acme',
    aws: { region: 'eu-west-1', account: '111122223333', tags: {} },
    databricks: { accountId: '0d26daa6-5e44-4c97-a497-ef015f91254a', partition: 'commercial' },
    limits: {},
    isolation: 'strict',
    optimize: 'endpoints',
    shareNcc: [],
    load: { connections: 1000, gbPerMonth: 1000, peakMbps: 100 },
    hub: {
      vpc: { kind: 'create', cidr: '10.40.0.0/16' as Cidr, zones: 3, internet: 'auto' },
      router: { engine: 'node', run: 'instances', instance: 't4g.small', min: 2, max: 6 },
      deletionProtection: false,
    },
    networks: [core, outside],
    credentials: [],
    ...parts,
    targets,
    workspaces: workspaces.map((name, at) => ({ name, id: String(at + 1) })),
    access: parts.access.map(([from, to], index) => ({
      index,
      from: all(from, workspaces),
      to: all(
        to,
        targets.map((each) => each.name),
      ),
    })),
  };
}
