import { byText } from '../../ir/index.ts';
import type { Access, AccessSet } from './access-sets.ts';
import { type Bits, membersOf } from './bits.ts';

/** Sets that share NCCs, and what each of their workspaces gains by it. */
export interface Merge {
  /** All workspaces of the merged sets, sorted: an entry for `share_ncc`. */
  readonly workspaces: readonly string[];
  /** Pairs of workspace and target that were not granted. */
  readonly surplus: number;
}

/** What could be merged. */
export interface MergeSearch {
  /** What brings the sets down to the NCCs there may be; undefined when nothing does. */
  readonly merges: readonly Merge[] | undefined;
  /** No other choice of merges has fewer surplus pairs. */
  readonly exact: boolean;
  /** The cheapest merges of two sets, cheapest first. */
  readonly pairs: readonly Merge[];
}

/** Sets up to which every pair is compared; beyond, each set is compared with its nearest by size of access only. */
const everyPair = 120;
const nearest = 16;
/** Steps of the search for the fewest surplus pairs. */
const searchSteps = 200_000;
const shownPairs = 3;

/** Access sets that share NCCs, with the distinct audiences that any of them is in. */
interface SetGroup {
  readonly sets: readonly number[];
  readonly workspaces: number;
  /** 1 where the group may reach the targets of that audience. */
  readonly reach: Uint8Array;
  /** Targets it may reach. */
  readonly targets: number;
  readonly surplus: number;
}

/**
 * Finds which access sets to merge so that `nccs` NCCs of at most `perNcc` workspaces are enough, with the fewest pairs
 * of workspace and target that is not granted.
 */
export function findMerges(
  access: Access,
  sets: readonly AccessSet[],
  limits: { readonly nccs: number; readonly perNcc: number },
): MergeSearch {
  const weights = Uint32Array.from(access.distinct.values());
  const groups = groupsOf(access, sets, weights);
  const needed = (some: readonly SetGroup[]) =>
    some.reduce((sum, group) => sum + Math.ceil(group.workspaces / limits.perNcc), 0);
  const saves = (a: SetGroup, b: SetGroup) =>
    Math.ceil(a.workspaces / limits.perNcc) +
      Math.ceil(b.workspaces / limits.perNcc) -
      Math.ceil((a.workspaces + b.workspaces) / limits.perNcc) >
    0;
  const asMerge = (group: SetGroup): Merge => ({
    workspaces: group.sets.flatMap((set) => sets[set]?.workspaces ?? []).sort(byText),
    surplus: group.surplus,
  });
  const candidates = pairsOf(groups, saves, weights).slice(0, shownPairs);
  let now: readonly SetGroup[] = groups;
  while (needed(now) > limits.nccs) {
    const [best] = pairsOf(now, saves, weights);
    if (!best) return { merges: undefined, exact: false, pairs: candidates.map(({ merged }) => asMerge(merged)) };
    now = [...now.filter((group) => group !== best.a && group !== best.b), best.merged];
  }
  const greedy = now.reduce((sum, group) => sum + group.surplus, 0);
  const better = searchMerges(groups, { weights, enough: (some) => needed(some) <= limits.nccs, beat: greedy });
  const chosen = better.found ?? now;
  return {
    merges: chosen
      .filter((group) => group.sets.length > 1)
      .map(asMerge)
      .sort((a, b) => byText(a.workspaces[0] ?? '', b.workspaces[0] ?? '')),
    exact: better.complete,
    pairs: candidates.map(({ merged }) => asMerge(merged)),
  };
}

function groupsOf(access: Access, sets: readonly AccessSet[], weights: Uint32Array): readonly SetGroup[] {
  const home = new Map<string, number>();
  sets.forEach((set, index) => {
    for (const workspace of set.workspaces) home.set(workspace, index);
  });
  const reach = sets.map(() => new Uint8Array(weights.length));
  let audienceIndex = 0;
  for (const audience of access.distinct.keys()) {
    for (const workspace of membersOf(audience)) {
      const row = reach[home.get(access.workspaces[workspace] ?? '') ?? -1];
      if (row) row[audienceIndex] = 1;
    }
    audienceIndex += 1;
  }
  return sets.map((set, index) => {
    const row = reach[index] ?? new Uint8Array(weights.length);
    return {
      sets: [index],
      workspaces: set.workspaces.length,
      reach: row,
      targets: targetsIn(row, weights),
      surplus: 0,
    };
  });
}

const targetsIn = (reach: Uint8Array, weights: Uint32Array): number => {
  let sum = 0;
  for (let at = 0; at < reach.length; at += 1) if (reach[at] === 1) sum += weights[at] ?? 0;
  return sum;
};

function merge(a: SetGroup, b: SetGroup, weights: Uint32Array): SetGroup {
  const reach = Uint8Array.from(a.reach);
  for (let at = 0; at < reach.length; at += 1) if (b.reach[at] === 1) reach[at] = 1;
  const targets = targetsIn(reach, weights);
  return {
    sets: [...a.sets, ...b.sets].sort((x, y) => x - y),
    workspaces: a.workspaces + b.workspaces,
    reach,
    targets,
    surplus: a.surplus + b.surplus + a.workspaces * (targets - a.targets) + b.workspaces * (targets - b.targets),
  };
}

interface Pair {
  readonly a: SetGroup;
  readonly b: SetGroup;
  readonly merged: SetGroup;
  /** Surplus pairs that this merge adds. */
  readonly adds: number;
}

function pairsOf(
  groups: readonly SetGroup[],
  saves: (a: SetGroup, b: SetGroup) => boolean,
  weights: Uint32Array,
): readonly Pair[] {
  const pairs: Pair[] = [];
  const bySize = [...groups].sort((a, b) => a.targets - b.targets || (a.sets[0] ?? 0) - (b.sets[0] ?? 0));
  const reach = groups.length <= everyPair ? groups.length : nearest;
  bySize.forEach((a, at) => {
    for (const b of bySize.slice(at + 1, at + 1 + reach)) {
      if (!saves(a, b)) continue;
      const merged = merge(a, b, weights);
      pairs.push({ a, b, merged, adds: merged.surplus - a.surplus - b.surplus });
    }
  });
  return pairs.sort((x, y) => x.adds - y.adds || byNumbers(x.merged.sets, y.merged.sets));
}

const byNumbers = (a: readonly number[], b: readonly number[]): number => {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) if (a[at] !== b[at]) return (a[at] ?? 0) - (b[at] ?? 0);
  return a.length - b.length;
};

/** Puts set after set into a group there is or a new one, leaving out what cannot beat the best seen: surplus only grows. */
function searchMerges(
  groups: readonly SetGroup[],
  { weights, enough, beat }: { weights: Uint32Array; enough: (groups: readonly SetGroup[]) => boolean; beat: number },
): { readonly found: readonly SetGroup[] | undefined; readonly complete: boolean } {
  let left = searchSteps;
  let toBeat = beat;
  let found: readonly SetGroup[] | undefined;
  const descend = (index: number, now: readonly SetGroup[], surplus: number): void => {
    if (left <= 0) return;
    left -= 1;
    if (surplus >= toBeat) return;
    const next = groups[index];
    if (!next) {
      if (!enough(now)) return;
      found = now;
      toBeat = surplus;
      return;
    }
    for (const [at, group] of now.entries()) {
      const merged = merge(group, next, weights);
      descend(
        index + 1,
        now.map((each, place) => (place === at ? merged : each)),
        surplus + merged.surplus - group.surplus,
      );
    }
    descend(index + 1, [...now, next], surplus);
  };
  // A step merges two rows of audiences: with many of both, the search would take longer than its worth.
  if (groups.length * weights.length > 20_000 || groups.length > 24) return { found, complete: false };
  descend(0, [], 0);
  return { found, complete: left > 0 };
}

/** The targets whose audience a merge widens, by workspace that gains them: the pairs behind {@link Merge.surplus}. */
export function surplusPairs(access: Access, { workspaces }: Pick<Merge, 'workspaces'>): readonly string[] {
  const indexOf = new Map(access.workspaces.map((name, index) => [name, index]));
  const members = workspaces.flatMap((name) => indexOf.get(name) ?? []);
  const mask: Bits = members.reduce((bits, index) => bits | (1n << BigInt(index)), 0n);
  const pairs: string[] = [];
  for (const [target, audience] of access.audiences) {
    if ((audience & mask) === 0n || (audience & mask) === mask) continue;
    for (const index of members)
      if ((audience & (1n << BigInt(index))) === 0n) pairs.push(`${access.workspaces[index] ?? ''} → ${target}`);
  }
  return pairs.sort(byText);
}
