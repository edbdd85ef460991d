import type { Diagnostic } from '../../diagnostics/index.ts';
import { counted, error, listOf, note, warning } from '../../diagnostics/index.ts';
import type { Limits } from '../../facts/index.ts';
import { limitText, raise } from '../../facts/index.ts';
import { byText } from '../../ir/index.ts';
import type { Spec } from '../../spec/index.ts';
import type { Lock } from '../lock/file/lock.ts';
import { type Access, type AccessSet, accessOf, accessSets } from './access-sets.ts';
import { type Bits, membersOf } from './bits.ts';
import { findMerges, type Merge, type MergeSearch, surplusPairs } from './merges.ts';
import { type CurrentName, draftNccs, type NccDraft, nccBits } from './nccs.ts';

/** Which workspaces share which NCC, and which NCCs may reach which target. */
export interface NccAssignment {
  readonly nccs: readonly NccDraft[];
  readonly nextNcc: number;
  /** NCCs that may reach a target, as bits by index. */
  readonly grantsOf: (target: string) => Bits;
  /** Names of the workspaces that may reach a target, sorted. */
  readonly workspacesOf: (target: string) => readonly string[];
  /** Workspaces that may share an NCC with others that were granted other things. */
  readonly merged: ReadonlySet<string>;
  readonly mayReach: (workspace: string, target: string) => boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Decides which workspaces share an NCC: those with the same access, those that `share_ncc` joins and, over the limit with
 * `isolation: shared`, those whose merge adds the fewest pairs. Over the limit otherwise: an error with what would fit.
 */
export function assignNccs(spec: Spec, limits: Limits, lock: Lock | undefined): NccAssignment {
  const nameOf = currentNames(spec);
  // One that lost its last grant leaves the merge: it must not keep what the others were granted.
  const granted = new Set(spec.access.flatMap((grant) => (grant.to.length > 0 ? grant.from : [])));
  const kept = (lock?.nccs ?? [])
    .filter((ncc) => ncc.merged)
    .map((ncc) => ncc.workspaces.map(nameOf).filter((name) => granted.has(name)));
  const groups = spec.isolation === 'shared' ? [...spec.shareNcc, ...kept] : spec.shareNcc;
  const perNcc = limits.workspaces_per_ncc.value;
  let access = accessOf(spec, groups);
  let sets = accessSets(access);
  let drafts = draftNccs(sets, new Set(kept.flat()), perNcc, { lock, nameOf });
  const merged = new Set(groups.flat());
  const diagnostics: Diagnostic[] = [];
  if (drafts.nccs.length > limits.nccs_per_region.value) {
    const search = findMerges(access, sets, { nccs: limits.nccs_per_region.value, perNcc });
    if (spec.isolation === 'strict' || !search.merges) {
      diagnostics.push(...tooManyNccs(drafts.nccs.length, { access, search, limits, locked: lock !== undefined }));
    } else {
      const more = search.merges.map((each) => each.workspaces);
      for (const name of more.flat()) merged.add(name);
      access = accessOf(spec, [...groups, ...more]);
      sets = accessSets(access);
      drafts = draftNccs(sets, new Set([...kept.flat(), ...more.flat()]), perNcc, { lock, nameOf });
      if (drafts.nccs.length > limits.nccs_per_region.value)
        diagnostics.push(...tooManyNccs(drafts.nccs.length, { access, search, limits, locked: lock !== undefined }));
    }
  }
  const found = lookups(access, drafts.nccs);
  diagnostics.push(...workspacesWithoutAccess(spec, sets), ...targetsWithoutAccess(spec, found.grantsOf));
  return { nccs: drafts.nccs, nextNcc: drafts.next, merged, diagnostics, ...found };
}

/** The error, and what it would take: each merge with the pairs it makes reachable and the line that accepts it. */
function tooManyNccs(
  needed: number,
  { access, search, limits, locked }: { access: Access; search: MergeSearch; limits: Limits; locked: boolean },
): readonly Diagnostic[] {
  const limit = limits.nccs_per_region;
  const { merges, pairs } = search;
  const asLine = (some: readonly Merge[]) =>
    `share_ncc: [${some.map((each) => `[${each.workspaces.join(', ')}]`).join(', ')}]`;
  const option = (some: readonly Merge[]): Diagnostic => {
    const surplus = some.flatMap((each) => surplusPairs(access, each));
    return note(
      'LG_MERGE_OPTION',
      ['access'],
      `merging ${some.map((each) => each.workspaces.join(' + ')).join(', and ')} adds ${counted(surplus.length, 'pair')} that ${surplus.length === 1 ? 'was' : 'were'} not granted: ${listOf(surplus, 10)}`,
      `to accept it, add ${asLine(some)}`,
    );
  };
  const all = merges && merges.length > 0 ? [merges] : [];
  const single = needed - limit.value === 1 ? pairs.map((pair) => [pair]) : [];
  const options = [...all, ...single.filter((each) => asLine(each) !== asLine(merges ?? []))];
  return [
    error(
      'LG_TOO_MANY_NCCS',
      ['access'],
      `the plan needs ${needed} NCCs; the limit is ${limitText(limit)}`,
      `give workspaces the same access, accept a merge${options.length > 0 ? ' (below)' : ''}, set isolation: shared to accept the cheapest merge${locked ? ', check whether plan --repack needs fewer' : ''}, or ${raise(limit)}`,
    ),
    ...options.map(option),
  ];
}

function workspacesWithoutAccess(spec: Spec, sets: readonly AccessSet[]): readonly Diagnostic[] {
  const placed = new Set(sets.flatMap((set) => set.workspaces));
  const names = spec.workspaces.map((workspace) => workspace.name).filter((name) => !placed.has(name));
  if (names.length === 0) return [];
  const one = names.length === 1;
  return [
    note(
      'LG_WORKSPACE_WITHOUT_ACCESS',
      ['access'],
      `${one ? 'workspace' : 'workspaces'} ${listOf(names.sort(byText))} may reach no target and ${one ? 'gets' : 'get'} no NCC`,
      'add an entry under access if this is not intended',
    ),
  ];
}

function targetsWithoutAccess(spec: Spec, grantsOf: NccAssignment['grantsOf']): readonly Diagnostic[] {
  return spec.targets
    .filter((target) => grantsOf(target.name) === 0n)
    .map((target) =>
      warning(
        'LG_TARGET_WITHOUT_ACCESS',
        ['targets', target.name],
        `no workspace may reach ${target.name}, so the plan has nothing for it`,
        'grant it to a workspace under access, or remove it',
      ),
    );
}

/** A workspace of the lock is the one of that name, else the one of that id: its name in the spec may have changed. */
function currentNames(spec: Spec): CurrentName {
  const names = new Set(spec.workspaces.map((workspace) => workspace.name));
  const byId = new Map(spec.workspaces.flatMap(({ id, name }) => (id === undefined ? [] : [[id, name] as const])));
  return ({ name, id }) => (names.has(name) ? name : ((id === undefined ? undefined : byId.get(id)) ?? name));
}

function lookups(
  access: Access,
  nccs: readonly NccDraft[],
): Pick<NccAssignment, 'grantsOf' | 'workspacesOf' | 'mayReach'> {
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
