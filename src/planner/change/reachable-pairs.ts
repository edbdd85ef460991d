import type { Hostname, InfraPlan, RoutePlan } from '../../ir/index.ts';
import {
  bucketHost,
  buildTopology,
  type ListenerNode,
  type NccNode,
  reachedTargets,
  type Topology,
  walkFrom,
} from '../../topology/index.ts';

/** A workspace that can reach a target. */
export interface Pair {
  readonly workspace: string;
  readonly target: string;
}

/** Workspaces with the targets that each can reach. */
export type Reachable = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What each workspace can really reach, whatever was granted: by every endpoint that its NCC has, each route asked for by its own
 * name, and each bucket of its rules. Linear in NCCs × routes.
 */
export function reachableTargets(infra: InfraPlan, routes: RoutePlan): Reachable {
  const topology = buildTopology(infra, routes);
  const found = new Map<string, ReadonlySet<string>>();
  for (const ncc of topology.nccs.values()) {
    const targets = targetsOf(topology, ncc);
    for (const { name } of ncc.ncc.workspaces) found.set(name, new Set([...(found.get(name) ?? []), ...targets]));
  }
  return found;
}

function targetsOf(topology: Topology, ncc: NccNode): ReadonlySet<string> {
  const targets = new Set<string>();
  for (const service of ncc.byService.keys())
    for (const listener of topology.services.get(service)?.listeners.values() ?? [])
      for (const target of behind(topology, ncc, service, listener)) targets.add(target);
  for (const bucket of ncc.byBucket.keys()) {
    const { outcome } = walkFrom(topology, ncc, { host: bucketHost(bucket, topology.region), port: listenerPort(443) });
    if (outcome.is === 'reach') targets.add(outcome.target);
  }
  return targets;
}

type Dialled = Parameters<typeof walkFrom>[2];
const listenerPort = (port: number): Dialled['port'] => port as Dialled['port'];

/** A route by port takes whoever comes: the name that is claimed does not matter. */
const anyName = 'any.lakegate.invalid' as Hostname;

/** Targets that answer on a listener when they are asked for by their own names. */
function behind(
  topology: Topology,
  ncc: NccNode,
  service: string,
  { listener, router }: ListenerNode,
): readonly string[] {
  if (listener.forward.to !== 'router') return listener.targets;
  return (router?.listener.routes ?? []).flatMap(({ match }) => {
    const dialled: Dialled =
      match.by === 'name'
        ? { host: match.name, port: listener.port, service, claim: { speech: match.speech, name: match.name } }
        : { host: anyName, port: listener.port, service };
    return reachedTargets(topology, ncc, dialled);
  });
}
