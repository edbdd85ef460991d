import { type Hostname, type Listener, type Port, parseHostname, parsePort } from '../ir/index.ts';
import type { Spec, Target, TargetType } from '../spec/index.ts';
import { bucketHost, type Outcome, type Question, type Topology, trace } from '../topology/index.ts';
import { deniedPath } from './paths.ts';

/** One connection that the check makes. */
export interface Pair {
  readonly question: Question;
  /** The spec's target that the client asks for; absent for a name that nobody has. */
  readonly target?: Target;
  /** Which client calls. */
  readonly client: TargetType;
  /** The request path, where it is what the pair is about. Absent: one that is allowed. */
  readonly path?: string;
  /** What `access:` and the trace both say. */
  readonly expected: Outcome;
  /** `access:` and the trace contradict each other: whatever is observed, the pair has failed. */
  readonly contradiction?: string;
}

/** In no spec: `.invalid` is reserved. @see RFC 2606 */
const unknownHost = parseHostname('not-in-any-rule.lakegate.invalid');
const httpsPort = parsePort(443);
/** A port that no target type uses: discard. */
const unusedPort = parsePort(9);

/**
 * Every workspace with every target by each name and port (plain HTTP with a denied path too), then what a hostile client tries: names it was not granted at the endpoints it
 * has, a name in no rule, a port without a listener. In the order of the spec.
 */
export function pairsOf(spec: Spec, topology: Topology): readonly Pair[] {
  return spec.workspaces.flatMap(({ name }) => [
    ...spec.targets.flatMap((target) => byName(spec, topology, name, target)),
    ...spec.targets.flatMap((target) => (granted(spec, name, target) ? [] : byAddress(spec, topology, name, target))),
    ...unknownNameAndPort(spec, topology, name),
  ]);
}

/** What the file itself says, read without the planner. */
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
    const path = target.speaks === 'http' ? deniedPath(target.paths) : undefined;
    return pair.expected.is === 'refuse' || path === undefined
      ? [pair]
      : [pair, { ...pair, path, expected: { is: 'refuse', code: 'LG_PATH_DENIED' } }];
  });
}

/** Endpoints that the workspace's NCC has, dialled by address, with the name of a target that it was not granted. */
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
  postgres: 'postgres',
  http: 'http',
  mysql: 'mysql',
};

/**
 * The listener of a service where a forbidden name is most likely to slip through, and the client that can say it there: the target's own
 * port, else the first one shared by name. A listener by port knows no names, so only the target's own counts there.
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
  return node && speech && speech !== 'tcp' ? { listener: node.listener, client: speech } : undefined;
}

/** A name that nobody has, and a granted name on a port that nobody serves. */
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
  const { outcome } = trace(topology, question);
  const pair: Pair = { question, client, expected: outcome, ...(target && { target }) };
  const may = target !== undefined && granted(spec, question.from, target);
  if (spec.isolation === 'shared' || spec.shareNcc.some((names) => names.includes(question.from))) return pair;
  if (may === (outcome.is === 'reach')) return pair;
  const contradiction = may
    ? 'access: grants it and the trace stops'
    : 'access: does not grant it and the trace reaches';
  return { ...pair, contradiction };
}
