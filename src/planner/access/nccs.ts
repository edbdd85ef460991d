import { byText } from '../../ir/index.ts';
import type { Lock, LockedNcc, LockedWorkspace } from '../lock/file/lock.ts';
import { keyNumber } from '../naming/keys.ts';
import type { AccessSet } from './access-sets.ts';
import type { Bits } from './bits.ts';

/** An NCC before its rules are known. */
export interface NccDraft {
  readonly key: string;
  /** Sorted. */
  readonly workspaces: readonly string[];
  /** Its workspaces were granted different things and share all of them since isolation is `shared`. */
  readonly merged: boolean;
  /** What the lock holds of it. */
  readonly held?: LockedNcc;
}

/** What a workspace of the lock is called now. */
export type CurrentName = (workspace: LockedWorkspace) => string;

/** All NCCs of a plan. */
export interface NccDrafts {
  /** In order of their keys: the index is the bit in a target's grants. */
  readonly nccs: readonly NccDraft[];
  /** The number of the next NCC's key. */
  readonly next: number;
}

/**
 * Gives each access set its NCCs: as many as its workspaces need. A workspace stays in its NCC as long as that belongs
 * to its set; an NCC belongs to the set that has most of its workspaces, the first by name when equal.
 */
export function draftNccs(
  sets: readonly AccessSet[],
  merged: ReadonlySet<string>,
  workspacesPerNcc: number,
  { lock, nameOf }: { readonly lock: Lock | undefined; readonly nameOf: CurrentName },
): NccDrafts {
  const heldOf = new Map<string, LockedNcc>();
  for (const ncc of lock?.nccs ?? []) for (const workspace of ncc.workspaces) heldOf.set(nameOf(workspace), ncc);
  const owner = ownersOf(sets, heldOf);
  const drafts: { key: string; number: number; workspaces: string[]; held?: LockedNcc; merged: boolean }[] = [];
  let next = lock?.next.ncc ?? 1;
  sets.forEach((set, index) => {
    const mine = new Map<string, string[]>();
    for (const [key, at] of owner) if (at === index) mine.set(key, []);
    const free: string[] = [];
    for (const workspace of set.workspaces) {
      const rows = mine.get(heldOf.get(workspace)?.key ?? '');
      if (rows && rows.length < workspacesPerNcc) rows.push(workspace);
      else free.push(workspace);
    }
    const rooms = [...mine]
      .sort(([a], [b]) => keyNumber(a) - keyNumber(b))
      .map(([key, workspaces]) => ({ key, workspaces }));
    for (const workspace of free) {
      let room = rooms.find((each) => each.workspaces.length < workspacesPerNcc);
      if (!room) {
        room = { key: `n-${next}`, workspaces: [] };
        next += 1;
        rooms.push(room);
      }
      room.workspaces.push(workspace);
    }
    for (const room of rooms.filter((each) => each.workspaces.length > 0)) {
      const held = lock?.nccs.find((ncc) => ncc.key === room.key);
      drafts.push({
        key: room.key,
        number: keyNumber(room.key),
        workspaces: room.workspaces.sort(byText),
        merged: room.workspaces.some((name) => merged.has(name)),
        ...(held ? { held } : {}),
      });
    }
  });
  return { nccs: drafts.sort((a, b) => a.number - b.number), next };
}

function ownersOf(sets: readonly AccessSet[], heldOf: ReadonlyMap<string, LockedNcc>): Map<string, number> {
  const votes = new Map<string, Map<number, number>>();
  sets.forEach((set, index) => {
    for (const workspace of set.workspaces) {
      const key = heldOf.get(workspace)?.key;
      if (key === undefined) continue;
      const row = votes.get(key) ?? new Map<number, number>();
      row.set(index, (row.get(index) ?? 0) + 1);
      votes.set(key, row);
    }
  });
  const owner = new Map<string, number>();
  for (const [key, row] of votes) {
    let best = -1;
    // Sets come in order of their first workspace, and so do the votes: the first of equals stays.
    for (const [index, count] of row) if (best < 0 || count > (row.get(best) ?? 0)) best = index;
    owner.set(key, best);
  }
  return owner;
}

/** Turns sets of workspaces into sets of NCCs. Equal sets are worked out once. */
export function nccBits(nccs: readonly NccDraft[], workspaces: readonly string[]): (audience: Bits) => Bits {
  const indexOf = new Map(workspaces.map((name, index) => [name, index]));
  const masks = nccs.map((ncc) =>
    ncc.workspaces.reduce((mask, name) => mask | (1n << BigInt(indexOf.get(name) ?? 0)), 0n),
  );
  const known = new Map<Bits, Bits>();
  return (audience) => {
    const before = known.get(audience);
    if (before !== undefined) return before;
    let bits = 0n;
    masks.forEach((mask, index) => {
      if ((mask & audience) !== 0n) bits |= 1n << BigInt(index);
    });
    known.set(audience, bits);
    return bits;
  };
}
