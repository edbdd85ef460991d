import type { InfraPlan, Upstream } from '../../ir/index.ts';
import type { Plans } from './renames.ts';

/** A target that keeps its name and is at other hosts, ports, paths, buckets, networks or upstreams: who may reach it reaches something else. */
export interface PlaceChange {
  readonly target: string;
  /** Places that it has no more, such as `db.corp.test:5432`, `bucket logs`, `network core` or `upstream 10.50.7.9:5432`. Sorted, as `gained` is. */
  readonly lost: readonly string[];
  readonly gained: readonly string[];
  /** Workspaces that may reach the target now. Empty where it is not known. */
  readonly workspaces: readonly string[];
}

/** A target with all its places. Several of one name are one target. */
export interface PlacedTarget {
  readonly name: string;
  readonly places: readonly string[];
  readonly workspaces: readonly string[];
}

/** Targets of both plans, under one name, whose places differ. */
export function placeChanges(before: readonly PlacedTarget[], after: readonly PlacedTarget[]): readonly PlaceChange[] {
  const old = byName(before);
  return [...byName(after)].flatMap(([target, { places, workspaces }]) => {
    const then = old.get(target)?.places;
    if (!then) return [];
    const lost = [...then].filter((place) => !places.has(place)).sort();
    const gained = [...places].filter((place) => !then.has(place)).sort();
    return lost.length + gained.length === 0 ? [] : [{ target, lost, gained, workspaces }];
  });
}

/**
 * Where each target of a plan is: as its clients dial it, in which network, and where connections end if that is not what
 * clients call it (another upstream, fixed addresses).
 */
export function placedTargets({ infra, routes }: Plans): readonly PlacedTarget[] {
  const upstreams = new Map<string, Upstream[]>();
  for (const { target, action } of routes.listeners.flatMap((listener) => listener.routes)) {
    const upstream = routes.upstreams[action.upstream];
    if (upstream) upstreams.set(target, [...(upstreams.get(target) ?? []), upstream]);
  }
  const direct = directAddresses(infra);
  return infra.targets.map(({ name, hosts, ports, network, buckets, path = '', workspaces }) => ({
    name,
    places: [
      ...buckets.map((bucket) => `bucket ${bucket}`),
      ...hosts.flatMap((host) => ports.map(({ clientPort }) => `${host}:${clientPort}${path}`)),
      ...(network === undefined ? [] : [`network ${network}`]),
      ...(upstreams.get(name) ?? []).flatMap(({ host, port, addresses }) =>
        addresses === undefined && hosts.includes(host) && ports.some((each) => each.port === port)
          ? []
          : (addresses ?? [host]).map((at) => `upstream ${at}:${port}`),
      ),
      ...(direct.get(name) ?? []),
    ],
    workspaces,
  }));
}

/** Where listeners that no router stands behind forward to, by target. */
function directAddresses({ endpointServices }: InfraPlan): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { port, targets, forward } of endpointServices.flatMap(({ listeners }) => listeners))
    if (forward.to === 'addresses')
      for (const target of targets)
        found.set(target, [
          ...(found.get(target) ?? []),
          ...forward.members.map(({ address }) => `upstream ${address}:${port}`),
        ]);
  return found;
}

interface Placed {
  readonly places: Set<string>;
  readonly workspaces: readonly string[];
}

function byName(targets: readonly PlacedTarget[]): ReadonlyMap<string, Placed> {
  const found = new Map<string, Placed>();
  for (const { name, places, workspaces } of targets) {
    const known = found.get(name);
    if (known) for (const place of places) known.places.add(place);
    else found.set(name, { places: new Set(places), workspaces });
  }
  return found;
}
