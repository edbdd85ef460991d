import type { RawFoundation } from '../foundation-schema.ts';
import { type Checking, problem } from '../raw-spec.ts';
import { oneOf, shown } from '../wording.ts';

/** Inside each `workspaces.<name>.create`: roles speak of buckets, groups of roles. */
export function checkFoundations(checking: Checking): void {
  for (const { name, value } of checking.raw.workspaces.values())
    if (value?.create) checkFoundation(value.create, ['workspaces', name, 'create'], checking);
}

function checkFoundation(create: RawFoundation, path: readonly string[], { nearest, report }: Checking): void {
  const { storage, roles, groups, cluster } = create;
  const unknown = (at: readonly (string | number)[], word: string, what: string, known: readonly string[]) => {
    const meant = nearest.nearest(word, known);
    const hint = meant ? `did you mean ${meant}?` : known.length > 0 ? `use ${oneOf(known)}` : undefined;
    report(problem('LG_REFERENCE_UNKNOWN', [...path, ...at], `there is no ${what} ${shown(word)}`, { hint }));
  };
  for (const [role, rights] of Object.entries(roles?.data ?? {}))
    for (const kind of ['read', 'write'] as const)
      for (const [index, bucket] of (rights[kind] ?? []).entries())
        if (!storage.data.includes(bucket))
          unknown(['roles', 'data', role, kind, index], bucket, 'data bucket', storage.data);
  const roleNames = Object.keys(roles?.data ?? {});
  for (const [group, { role }] of Object.entries(groups ?? {}))
    if (!roleNames.includes(role)) unknown(['groups', group, 'role'], role, 'data role', roleNames);
  if (cluster && cluster.workers.min > cluster.workers.max)
    report(
      problem(
        'LG_FIELD_CONFLICT',
        [...path, 'cluster', 'workers', 'min'],
        `workers.min (${cluster.workers.min}) is larger than workers.max (${cluster.workers.max})`,
        { hint: 'lower min, or raise max' },
      ),
    );
}
