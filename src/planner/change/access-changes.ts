import { byText, type InfraPlan } from '../../ir/index.ts';
import { type Pair, type Reachable, reachableTargets } from './reachable-pairs.ts';
import type { Plans } from './renames.ts';

/** Pairs that only one of two plans has, sorted. */
export interface AccessChanges {
  readonly lost: readonly Pair[];
  readonly gained: readonly Pair[];
}

/**
 * Which workspaces can reach which targets no more, and which can now. A workspace of the same name and another id is another
 * workspace: what it had is lost, under its name and id.
 *
 * @param before With the names of the second plan, where something was renamed.
 */
export function accessChanges(before: Plans, after: Plans): AccessChanges {
  const ids = new Map(workspacesOf(after.infra));
  const labels = new Map(
    workspacesOf(before.infra).map(([name, id]) => {
      const other = ids.get(name);
      const isOther = id !== undefined && other !== undefined && id !== other;
      return [name, isOther ? `${name} (id ${id})` : name];
    }),
  );
  const [old, next] = [reachableTargets(before.infra, before.routes), reachableTargets(after.infra, after.routes)];
  const labelled: Reachable = new Map([...old].map(([name, targets]) => [labels.get(name) ?? name, targets]));
  return { lost: withoutPairs(labelled, next), gained: withoutPairs(next, labelled) };
}

const workspacesOf = (infra: InfraPlan): readonly (readonly [string, string | undefined])[] =>
  infra.nccs.flatMap((ncc) => ncc.workspaces.map(({ name, id }) => [name, id] as const));

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
