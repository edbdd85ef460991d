import type { RefusalCode } from '../diagnostics/index.ts';
import { type Hostname, type Listener, type Port, parseHostname, parsePort } from '../ir/index.ts';
import type { Spec, Target, TargetType } from '../spec/index.ts';
import { bucketHost, type Outcome, type Question, type Topology, trace } from '../topology/index.ts';
import { allowedPaths, deniedPath, outsidePath } from './paths.ts';

/** One connection that the check makes. */
export interface Pair {
  readonly question: Question;
  /** The spec's target that the client asks for; absent for an unknown name. */
  readonly target?: Target;
  /** The client that connects. */
  readonly client: TargetType;
  /** The path of the request, for clients that send one. */
  readonly path: string;
  /** The path is what the pair is about: another one may be treated differently. */
  readonly isAboutPath: boolean;
  /** The result of the trace, which must agree with the grants of the spec. */
  readonly expected: Outcome;
  /** The grants of the spec and the trace disagree: the pair fails, whatever is observed. */
  readonly contradiction?: string;
}

/** In no spec: `.invalid` is reserved. @see RFC 2606 */
const unknownHost = parseHostname('not-in-any-rule.lakegate.invalid');
const httpsPort = parsePort(443);
/** A port that no target type uses: discard. */
const unusedPort = parsePort(9);

/**
 * Every workspace with every target by each name and port (with a denied path too), then what a hostile client tries: names it was not
 * granted at the endpoints it has, a path of no target, a name in no rule, a port without a listener. In the order of the spec.
 */
export function pairsOf(spec: Spec, topology: Topology): readonly Pair[] {
  return spec.workspaces.flatMap(({ name }) => [
    ...spec.targets.flatMap((target) => byName(spec, topology, name, target)),
    ...spec.targets.flatMap((target) => (granted(spec, name, target) ? [] : byAddress(spec, topology, name, target))),
    ...pathsOfNoTarget(spec, topology, name),
    ...unknownNameAndPort(spec, topology, name),
  ]);
}

/** The grants of the spec itself, read without the planner. */
const granted = (spec: Spec, workspace: string, target: Target): boolean =>
  spec.access.some(({ from, to }) => from.includes(workspace) && to.includes(target.name));

/** Names and ports that clients of a target use. With `port_policy: remap` the port is not the target's own. */
export function addressesOf(
  target: Target,
  topology: Topology,
): readonly { readonly host: Hostname; readonly port: Port }[] {
  if (target.routing === 'bucket') {
    const hosts = target.buckets.map((bucket) => parseHostname(bucketHost(bucket, topology.region)));
    return hosts.flatMap((host) => (host && httpsPort ? [{ host, port: httpsPort }] : []));
  }
  const planned = topology.infra.targets.find((each) => each.name === target.name);
  return (planned?.ports ?? []).flatMap(({ clientPort }) => target.hosts.map((host) => ({ host, port: clientPort })));
}

function byName(spec: Spec, topology: Topology, from: string, target: Target): readonly Pair[] {
  return addressesOf(target, topology).flatMap(({ host, port }) => {
    const pair = makePair(spec, topology, { from, host, port }, target, target.type);
    const path = seesPaths(target) ? deniedPath(target) : undefined;
    return pair.expected.is === 'refuse' || path === undefined
      ? [pair]
      : [
          pair,
          pathPair(
            topology,
            { ...pair.question, ...(target.tls === 'inspect' && { path }) },
            path,
            'LG_PATH_DENIED',
            target,
          ),
        ];
  });
}

/** A request that the spec itself forbids by its path, whatever the trace says of it. */
function pathPair(topology: Topology, question: Question, path: string, code: RefusalCode, target: Target): Pair {
  const { outcome } = question.path === undefined ? { outcome: undefined } : trace(topology, question);
  const isOther = outcome !== undefined && (outcome.is === 'reach' || outcome.code !== code);
  const said = outcome?.is === 'reach' ? `reaches ${outcome.target}` : `stops with ${outcome?.code}`;
  return {
    question,
    client: target.type,
    path,
    isAboutPath: true,
    expected: { is: 'refuse', code },
    ...(isOther && { contradiction: `the spec asks for ${code} at ${path}, but the trace ${said}` }),
    ...(code === 'LG_PATH_DENIED' && { target }),
  };
}

/** The router reads the target's requests. */
const seesPaths = ({ speaks, tls }: Target): boolean => speaks === 'http' || tls === 'inspect';

/** Dials each endpoint of the workspace's NCC by its address, and claims the name of a target that was not granted. */
function byAddress(spec: Spec, topology: Topology, from: string, target: Target): readonly Pair[] {
  const services = [...(topology.nccOf.get(from)?.byService.keys() ?? [])];
  return addressesOf(target, topology).flatMap(({ host, port }) =>
    services.flatMap((service) => {
      const found = listenerToDial(topology, service, target, port);
      if (!found) return [];
      const { listener, client } = found;
      const speech = speechOf[client];
      const question: Question = {
        from,
        host,
        port: listener.port,
        service,
        ...(speech && { claim: { speech, name: host } }),
      };
      return [makePair(spec, topology, question, target, client)];
    }),
  );
}

const speechOf: Readonly<Partial<Record<TargetType, 'tls' | 'postgres' | 'http' | 'mysql'>>> = {
  tls: 'tls',
  https: 'tls',
  postgres: 'postgres',
  http: 'http',
  mysql: 'mysql',
};

/**
 * The listener of a service that is most likely to let a forbidden name pass, and the client that can claim a name there: the one on the
 * target's own port, else the first one that routes by name. A listener that routes by port ignores names, so only the target's own counts.
 */
function listenerToDial(
  topology: Topology,
  service: string,
  target: Target,
  port: Port,
): { readonly listener: Listener; readonly client: TargetType } | undefined {
  const nodes = [...(topology.services.get(service)?.listeners.values() ?? [])];
  const own = nodes.find(({ listener }) => listener.port === port && listener.targets.includes(target.name));
  if (own) return { listener: own.listener, client: target.type };
  const byName = nodes.filter(({ router }) => router !== undefined && router.byPort === undefined);
  const node = byName.find(({ listener }) => listener.port === port) ?? byName[0];
  const speech = node?.router?.listener.speaks[0];
  if (!node || !speech || speech === 'tcp') return undefined;
  return { listener: node.listener, client: speech === 'tls' && target.tls === 'inspect' ? 'https' : speech };
}

/** For each inspected name of which the workspace is granted something: a path that no target of the name claims. */
function pathsOfNoTarget(spec: Spec, topology: Topology, from: string): readonly Pair[] {
  const pairs = new Map<string, Pair>();
  const inspected = spec.targets.filter(({ tls }) => tls === 'inspect');
  for (const target of inspected.filter((each) => granted(spec, from, each)))
    for (const { host, port } of addressesOf(target, topology)) {
      const ofName = inspected.filter(({ hosts, ports }) => hosts.includes(host) && ports.includes(port));
      const path = outsidePath(ofName.map((each) => each.path ?? '/'));
      if (path === undefined) continue;
      pairs.set(`${host}:${port}`, pathPair(topology, { from, host, port, path }, path, 'LG_PATH_UNKNOWN', target));
    }
  return [...pairs.values()];
}

/** An unknown name, and a granted name on a port without a listener. */
function unknownNameAndPort(spec: Spec, topology: Topology, from: string): readonly Pair[] {
  const pairs: Pair[] = [];
  if (unknownHost && httpsPort)
    pairs.push(makePair(spec, topology, { from, host: unknownHost, port: httpsPort }, undefined, 'https'));
  const known = spec.targets.find((target) => target.routing !== 'bucket' && granted(spec, from, target));
  const host = known?.hosts[0];
  if (host && unusedPort) pairs.push(makePair(spec, topology, { from, host, port: unusedPort }, undefined, 'tls'));
  return pairs;
}

function makePair(
  spec: Spec,
  topology: Topology,
  question: Question,
  target: Target | undefined,
  client: TargetType,
): Pair {
  const { outcome, path } = firstReached(topology, question, target);
  const isAboutPath = target?.tls === 'inspect';
  const asked = isAboutPath ? { ...question, path } : question;
  const pair: Pair = { question: asked, client, path, isAboutPath, expected: outcome, ...(target && { target }) };
  const may = target !== undefined && granted(spec, question.from, target);
  if (spec.isolation === 'shared' || spec.shareNcc.some((names) => names.includes(question.from))) return pair;
  if (may === (outcome.is === 'reach')) return pair;
  const contradiction = may
    ? 'the spec grants it, but the trace stops'
    : 'the spec does not grant it, but the trace reaches it';
  return { ...pair, contradiction };
}

/** What the trace says of the first path of the target that leads to it; of its first path where none does. */
function firstReached(
  topology: Topology,
  question: Question,
  target: Target | undefined,
): { readonly outcome: Outcome; readonly path: string } {
  const paths = target ? allowedPaths(target) : (['/'] as const);
  const walked = (path: string) => {
    const asked = target?.tls === 'inspect' ? { ...question, path } : question;
    return { path, outcome: trace(topology, asked).outcome };
  };
  const first = walked(paths[0]);
  const others = target?.tls === 'inspect' ? paths.slice(1) : [];
  const isOwn = ({ outcome }: typeof first): boolean => outcome.is === 'reach' && outcome.target === target?.name;
  return isOwn(first) ? first : (others.map(walked).find(isOwn) ?? first);
}
