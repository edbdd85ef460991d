import type { InfraPlan, Route, Upstream } from '../../ir/index.ts';
import type { Plans } from './renames.ts';

/** A target that keeps its name and is at other hosts, ports, paths, buckets, networks or upstreams, or takes other requests: who may reach it reaches something else. */
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
  /** What requests it takes. Absent or empty: all. */
  readonly paths?: readonly string[];
  readonly workspaces: readonly string[];
}

/** Targets of both plans, under one name, whose places differ. */
export function placeChanges(before: readonly PlacedTarget[], after: readonly PlacedTarget[]): readonly PlaceChange[] {
  const old = byName(before);
  return [...byName(after)].flatMap(([target, { places, paths, workspaces }]) => {
    const then = old.get(target);
    if (!then) return [];
    const [had, has] = [
      [...then.places, ...pathPlaces(then.paths)],
      [...places, ...pathPlaces(paths)],
    ];
    const lost = had.filter((place) => !has.includes(place)).sort();
    const gained = has.filter((place) => !had.includes(place)).sort();
    return lost.length + gained.length === 0 ? [] : [{ target, lost, gained, workspaces }];
  });
}

const everyPath = 'every path';

const pathPlaces = (paths: ReadonlySet<string>): readonly string[] => (paths.size === 0 ? [everyPath] : [...paths]);

/**
 * Where each target of a plan is: as its clients dial it, in which network, and where connections end if that is not what
 * clients call it (another upstream, fixed addresses).
 */
export function placedTargets({ infra, routes }: Plans): readonly PlacedTarget[] {
  const ways = new Map<string, { readonly upstream: Upstream; readonly action: Route['action'] }[]>();
  for (const { target, action } of routes.listeners.flatMap((listener) => listener.routes)) {
    const upstream = routes.upstreams[action.upstream];
    if (upstream) ways.set(target, [...(ways.get(target) ?? []), { upstream, action }]);
  }
  const direct = directAddresses(infra);
  return infra.targets.map(({ name, hosts, ports, network, buckets, path = '', workspaces }) => ({
    name,
    places: [
      ...buckets.map((bucket) => `bucket ${bucket}`),
      ...hosts.flatMap((host) => ports.map(({ clientPort }) => `${host}:${clientPort}${path}`)),
      ...(network === undefined ? [] : [`network ${network}`]),
      ...(ways.get(name) ?? []).flatMap(({ upstream: { host, port, addresses }, action: { rewrite } }) =>
        addresses === undefined &&
        rewrite === undefined &&
        hosts.includes(host) &&
        ports.some((each) => each.port === port)
          ? []
          : (addresses ?? [host]).map((at) => `upstream ${at}:${port}${rewrite ?? ''}`),
      ),
      ...(direct.get(name) ?? []),
    ],
    paths: (ways.get(name) ?? []).map(({ action }) => takenPaths(action)),
    workspaces,
  }));
}

/** The requests that a route takes, in words. */
function takenPaths({ paths }: Route['action']): string {
  const [allow, deny] = [paths?.allow ?? [], paths?.deny ?? []].map((patterns) => [...patterns].sort().join(', '));
  return `${allow ? `paths ${allow}` : everyPath}${deny ? ` but ${deny}` : ''}`;
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
  readonly paths: Set<string>;
  readonly workspaces: readonly string[];
}

function byName(targets: readonly PlacedTarget[]): ReadonlyMap<string, Placed> {
  const found = new Map<string, Placed>();
  for (const { name, places, paths = [], workspaces } of targets) {
    const known = found.get(name) ?? { places: new Set(), paths: new Set(), workspaces };
    for (const place of places) known.places.add(place);
    for (const path of paths) known.paths.add(path);
    found.set(name, known);
  }
  return found;
}
