import { byText, type InfraPlan } from '../../ir/index.ts';
import { type Pair, type Reachable, reachableTargets } from './reachable-pairs.ts';
import type { Plans } from './renames.ts';

/** A pair that only one of two plans has. */
export interface ChangedPair extends Pair {
  /** Where each plan has another workspace of that name: which one. */
  readonly workspaceId?: string;
}

/** Pairs that only one of two plans has, sorted. */
export interface AccessChanges {
  readonly lost: readonly ChangedPair[];
  readonly gained: readonly ChangedPair[];
}

/**
 * Which workspaces can reach which targets no more, and which can now. A workspace of the same name and another id is another
 * workspace: what it had is lost, and what it has is gained; the ids say which one is meant.
 *
 * @param before With the names of the second plan, where something was renamed.
 */
export function accessChanges(before: Plans, after: Plans): AccessChanges {
  const [ids, laterIds] = [workspaceIds(before.infra), workspaceIds(after.infra)];
  const isOther = (name: string): boolean => {
    const [id, later] = [ids.get(name), laterIds.get(name)];
    return id !== undefined && later !== undefined && id !== later;
  };
  const [old, next] = [reachableTargets(before.infra, before.routes), reachableTargets(after.infra, after.routes)];
  const same = (reachable: Reachable): Reachable => new Map([...reachable].filter(([name]) => !isOther(name)));
  const withIds = (pairs: readonly Pair[], of: ReadonlyMap<string, string | undefined>): readonly ChangedPair[] =>
    pairs.map((pair) => {
      const id = isOther(pair.workspace) ? of.get(pair.workspace) : undefined;
      return { ...pair, ...(id !== undefined && { workspaceId: id }) };
    });
  return {
    lost: withIds(withoutPairs(old, same(next)), ids),
    gained: withIds(withoutPairs(next, same(old)), laterIds),
  };
}

const workspaceIds = (infra: InfraPlan): ReadonlyMap<string, string | undefined> =>
  new Map(infra.nccs.flatMap((ncc) => ncc.workspaces.map(({ name, id }) => [name, id] as const)));

/** The pairs of one that the other does not have. */
export const withoutPairs = (one: Reachable, other: Reachable): readonly Pair[] =>
  [...one]
    .sort(([a], [b]) => byText(a, b))
    .flatMap(([workspace, targets]) =>
      [...targets]
        .filter((target) => !other.get(workspace)?.has(target))
        .sort(byText)
        .map((target) => ({ workspace, target })),
    );
