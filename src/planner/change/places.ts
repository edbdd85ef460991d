import type { InfraPlan } from '../../ir/index.ts';

/** A target that keeps its name and is at other hosts, ports, paths or buckets: who may reach it reaches something else. */
export interface PlaceChange {
  readonly target: string;
  /** Places that it has no more, such as `db.corp.test:5432` or `bucket logs`. Sorted, as `gained` is. */
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

/** Where each target of a plan is, as its clients dial it. */
export const placedTargets = ({ targets }: InfraPlan): readonly PlacedTarget[] =>
  targets.map(({ name, hosts, ports, buckets, path = '', workspaces }) => ({
    name,
    places: [
      ...buckets.map((bucket) => `bucket ${bucket}`),
      ...hosts.flatMap((host) => ports.map(({ clientPort }) => `${host}:${clientPort}${path}`)),
    ],
    workspaces,
  }));

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
