import type { Diagnostic } from '../diagnostics/index.ts';
import type { Limits } from '../facts/index.ts';
import type { Spec } from '../spec/index.ts';
import { type Access, accessOf, accessSets, type Bits, byText, membersOf } from './access-sets.ts';
import type { Lock } from './lock.ts';
import { draftNccs, type NameOf, type NccDraft, nccBits } from './nccs.ts';
import { error, limitText, note, raise, some } from './problems.ts';

/** Who may reach what, and through which NCC. */
export interface Who {
  readonly nccs: readonly NccDraft[];
  readonly nextNcc: number;
  /** NCCs that may reach a target, as bits by index. */
  readonly grantsOf: (target: string) => Bits;
  /** Names of the workspaces that may reach a target, sorted. */
  readonly workspacesOf: (target: string) => readonly string[];
  /** Workspaces that share an NCC with others that were granted other things. */
  readonly merged: ReadonlySet<string>;
  readonly mayReach: (workspace: string, target: string) => boolean;
  readonly diagnostics: readonly Diagnostic[];
}

export function decideNccs(spec: Spec, limits: Limits, lock: Lock | undefined): Who {
  const diagnostics: Diagnostic[] = [];
  const nameOf = namesNow(spec);
  const groups: (readonly string[])[] = [...spec.shareNcc];
  if (spec.isolation === 'shared')
    groups.push(...(lock?.nccs ?? []).filter((ncc) => ncc.merged).map((ncc) => ncc.workspaces.map(nameOf)));
  const access = accessOf(spec, groups);
  const sets = accessSets(access);
  const merged = new Set(groups.flat());
  const { nccs, next } = draftNccs(sets, merged, limits.workspaces_per_ncc.value, { lock, nameOf });
  if (nccs.length > limits.nccs_per_region.value)
    diagnostics.push(
      error(
        'LG_TOO_MANY_NCCS',
        ['access'],
        `the plan needs ${nccs.length} NCCs; the limit is ${limitText(limits.nccs_per_region)}`,
        `give workspaces the same access, or ${raise(limits.nccs_per_region)}`,
      ),
    );
  const without = spec.workspaces
    .map((workspace) => workspace.name)
    .filter((name) => !sets.some((set) => set.workspaces.includes(name)))
    .sort(byText);
  if (without.length > 0)
    diagnostics.push(
      note(
        'LG_WORKSPACE_WITHOUT_ACCESS',
        ['access'],
        `${without.length === 1 ? 'workspace' : 'workspaces'} ${some(without)} may reach nothing and ${without.length === 1 ? 'gets' : 'get'} no NCC`,
        'add an entry under access: if that is not meant',
      ),
    );
  return { nccs, nextNcc: next, merged, diagnostics, ...lookups(access, nccs) };
}

/** A workspace of the lock is the one of that name, else the one of that id: its name in the spec may have changed. */
function namesNow(spec: Spec): NameOf {
  const names = new Set(spec.workspaces.map((workspace) => workspace.name));
  const byId = new Map(spec.workspaces.flatMap(({ id, name }) => (id === undefined ? [] : [[id, name] as const])));
  return ({ name, id }) => (names.has(name) ? name : ((id === undefined ? undefined : byId.get(id)) ?? name));
}

function lookups(access: Access, nccs: readonly NccDraft[]): Pick<Who, 'grantsOf' | 'workspacesOf' | 'mayReach'> {
  const bitsOf = nccBits(nccs, access.workspaces);
  const audience = (target: string): Bits => access.audiences.get(target) ?? 0n;
  const bitOf = new Map(access.workspaces.map((name, index) => [name, 1n << BigInt(index)]));
  const names = new Map<Bits, readonly string[]>();
  return {
    grantsOf: (target) => bitsOf(audience(target)),
    workspacesOf: (target) => {
      const set = audience(target);
      const known = names.get(set);
      if (known) return known;
      const made = membersOf(set).map((index) => access.workspaces[index] ?? '');
      names.set(set, made);
      return made;
    },
    mayReach: (workspace, target) => (audience(target) & (bitOf.get(workspace) ?? 0n)) !== 0n,
  };
}
