import { engines, type Hostname, type Listener, type Port, parseHostname, parsePort } from '../ir/index.ts';
import type { Spec, Target, TargetType } from '../spec/index.ts';
import { bucketHost, type Outcome, type Question, type Topology, trace } from '../topology/index.ts';
import { deniedPath } from './paths.ts';

/** One connection that the check makes. */
export interface Pair {
  readonly question: Question;
  /** The spec's target that the client asks for; absent for an unknown name. */
  readonly target?: Target;
  /** The client that connects. */
  readonly client: TargetType;
  /** The request path, where it is what the pair is about. Absent: one that is allowed. */
  readonly path?: string;
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
 * Every workspace with every target by each name and port (plain HTTP with a denied path too), then what a hostile client tries: names it was not granted at the endpoints it
 * has, a name in no rule, a port without a listener. In the order of the spec.
 */
export function pairsOf(whole: Spec, topology: Topology): readonly Pair[] {
  // Targets that share a host by path cannot be told apart where TLS is passed through.
  const isTried = ({ path }: Target): boolean => path === undefined || engines.node.does['tls-inspection'];
  const spec = { ...whole, targets: whole.targets.filter(isTried) };
  return spec.workspaces.flatMap(({ name }) => [
    ...spec.targets.flatMap((target) => byName(spec, topology, name, target)),
    ...spec.targets.flatMap((target) => (granted(spec, name, target) ? [] : byAddress(spec, topology, name, target))),
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
    const path = target.speaks === 'http' ? deniedPath(target.paths) : undefined;
    return pair.expected.is === 'refuse' || path === undefined
      ? [pair]
      : [pair, { ...pair, path, expected: { is: 'refuse', code: 'LG_PATH_DENIED' } }];
  });
}

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
  return node && speech && speech !== 'tcp' ? { listener: node.listener, client: speech } : undefined;
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
  const { outcome } = trace(topology, question);
  const pair: Pair = { question, client, expected: outcome, ...(target && { target }) };
  const may = target !== undefined && granted(spec, question.from, target);
  if (spec.isolation === 'shared' || spec.shareNcc.some((names) => names.includes(question.from))) return pair;
  if (may === (outcome.is === 'reach')) return pair;
  const contradiction = may
    ? 'the spec grants it, but the trace stops'
    : 'the spec does not grant it, but the trace reaches it';
  return { ...pair, contradiction };
}
