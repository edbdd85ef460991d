import { byText } from '../../ir/index.ts';
import type { Spec } from '../../spec/index.ts';
import type { Grants } from '../../topology/index.ts';

/**
 * What the proof holds a plan to: read from the spec's `access:` alone, not from anything the planner made of it.
 *
 * @param surplus By workspace: targets it may reach beside its grants, because a merge was accepted.
 */
export function grantsOf(spec: Spec, surplus: ReadonlyMap<string, readonly string[]>): Grants {
  const entries = new Map<string, number[]>(spec.workspaces.map((workspace) => [workspace.name, []]));
  spec.access.forEach((grant, index) => {
    for (const workspace of grant.from) entries.get(workspace)?.push(index);
  });
  const known = new Map<string, readonly string[]>();
  const targetsOf = (indexes: readonly number[]): readonly string[] => {
    const key = indexes.join(',');
    const before = known.get(key);
    if (before) return before;
    const targets = [...new Set(indexes.flatMap((index) => spec.access[index]?.to ?? []))];
    known.set(key, targets);
    return targets;
  };
  return {
    targets: spec.targets.map((target) => ({
      name: target.name,
      hosts: target.hosts,
      ports: target.ports,
      remap: target.portPolicy === 'remap',
      addresses: target.addresses,
      buckets: target.buckets,
    })),
    workspaces: [...entries].map(([workspace, indexes]) => {
      const more = surplus.get(workspace);
      return { workspace, targets: targetsOf(indexes), ...(more ? { surplus: more } : {}) };
    }),
  };
}

/** A pair that a merge makes reachable. */
export interface SurplusPair {
  readonly workspace: string;
  readonly target: string;
}

/** By workspace: what it may reach by the audiences of the plan and was not granted. Only workspaces that have some. */
export function surplusOf(
  spec: Spec,
  merged: ReadonlySet<string>,
  mayReach: (workspace: string, target: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  if (merged.size === 0) return found;
  const granted = new Map<string, Set<string>>([...merged].map((name) => [name, new Set()]));
  for (const grant of spec.access)
    for (const workspace of grant.from) {
      const row = granted.get(workspace);
      if (row) for (const target of grant.to) row.add(target);
    }
  for (const [workspace, own] of [...granted].sort(([a], [b]) => byText(a, b))) {
    const more = spec.targets.map((each) => each.name).filter((name) => !own.has(name) && mayReach(workspace, name));
    if (more.length > 0) found.set(workspace, more.sort(byText));
  }
  return found;
}
