import { counted, type Diagnostic, listOf, warning } from '../../diagnostics/index.ts';
import { byText } from '../../ir/index.ts';
import type { Spec } from '../../spec/index.ts';

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

/** The warning that lists what an accepted merge makes reachable. */
export function surplusDiagnostics(surplus: ReadonlyMap<string, readonly string[]>): readonly Diagnostic[] {
  const pairs = [...surplus].flatMap(([workspace, more]) => more.map((target) => `${workspace} → ${target}`));
  if (pairs.length === 0) return [];
  return [
    warning(
      'LG_SURPLUS',
      ['access'],
      `${counted(pairs.length, 'pair')} that ${pairs.length === 1 ? 'was not granted is' : 'were not granted are'} reachable, because a merge was accepted: ${listOf(pairs, 10)}`,
      'grant them under access, or undo the merge',
    ),
  ];
}
