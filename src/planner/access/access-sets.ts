import { byText } from '../../ir/index.ts';
import type { Spec } from '../../spec/index.ts';
import { type Bits, membersOf, union } from './bits.ts';

/** Workspaces that may reach the same targets, before limits. */
export interface AccessSet {
  /** Sorted. */
  readonly workspaces: readonly string[];
}

/** Who may reach what, as the spec grants it. */
export interface Access {
  /** By target name: the workspaces that may reach it, as bits over `workspaces`. Merges that the spec accepts are in it. */
  readonly audiences: ReadonlyMap<string, Bits>;
  /** Sorted by name: bit i is workspace i. */
  readonly workspaces: readonly string[];
  /** The distinct audiences with how many targets have each, in order of first appearance by target name. */
  readonly distinct: ReadonlyMap<Bits, number>;
}

/**
 * Who may reach what, from the entries of `access:`. `merged` are groups of workspaces that share an NCC by decision:
 * what one of them may reach, all may.
 */
export function accessOf(spec: Spec, merged: readonly (readonly string[])[]): Access {
  const workspaces = spec.workspaces.map((workspace) => workspace.name).sort(byText);
  const bitOf = new Map(workspaces.map((name, index) => [name, 1n << BigInt(index)]));
  const granted = new Map<string, Bits>();
  for (const grant of spec.access) {
    const from = union(grant.from.map((name) => bitOf.get(name) ?? 0n));
    for (const target of grant.to) granted.set(target, (granted.get(target) ?? 0n) | from);
  }
  const groups = merged.map((group) => union(group.map((name) => bitOf.get(name) ?? 0n)));
  const widened = new Map<Bits, Bits>();
  const audiences = new Map<string, Bits>();
  const distinct = new Map<Bits, number>();
  for (const target of spec.targets.map((each) => each.name).sort(byText)) {
    const direct = granted.get(target) ?? 0n;
    const audience = widened.get(direct) ?? widen(direct, groups);
    widened.set(direct, audience);
    audiences.set(target, audience);
    distinct.set(audience, (distinct.get(audience) ?? 0) + 1);
  }
  return { audiences, workspaces, distinct };
}

/** Groups may overlap, so one widening can call for the next. */
function widen(audience: Bits, groups: readonly Bits[]): Bits {
  for (let before = -1n as Bits, now = audience; ; ) {
    if (now === before) return now;
    before = now;
    for (const group of groups) if ((now & group) !== 0n) now |= group;
  }
}

/** Workspaces with the same access, in order of their first workspace; those with none are left out. */
export function accessSets(access: Access): readonly AccessSet[] {
  const signature: string[] = access.workspaces.map(() => '');
  let index = 0;
  for (const audience of access.distinct.keys()) {
    for (const workspace of membersOf(audience)) signature[workspace] += `${index},`;
    index += 1;
  }
  const sets = new Map<string, string[]>();
  access.workspaces.forEach((name, at) => {
    const key = signature[at] ?? '';
    if (key === '') return;
    const set = sets.get(key);
    if (set) set.push(name);
    else sets.set(key, [name]);
  });
  return [...sets.values()].map((workspaces) => ({ workspaces }));
}
