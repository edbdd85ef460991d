import type { Spec } from '../spec/index.ts';
import type { Grants } from './proof-types.ts';

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
      ...(target.tls === 'inspect' && {
        inspected: {
          path: target.path ?? '/',
          allow: target.paths?.allow ?? [],
          deny: target.paths?.deny ?? [],
          ...target.upstream,
        },
      }),
    })),
    workspaces: [...entries].map(([workspace, indexes]) => {
      const more = surplus.get(workspace);
      return { workspace, targets: targetsOf(indexes), ...(more ? { surplus: more } : {}) };
    }),
  };
}
