import { byText } from '../../ir/index.ts';
import { search } from './branch-and-bound.ts';
import type { Capacity } from './capacity.ts';
import { placeGreedily } from './greedy.ts';
import { improve } from './local-search.ts';
import { type Bound, lowerBound } from './lower-bound.ts';
import type { Weigh } from './objective.ts';
import type { Unit } from './placement-units.ts';
import { Bin, nothing, plus, type Tally } from './service-bin.ts';

/** Up to this many units to place, every placement is looked at (in effect): the result is the best there is. */
export const exactUnits = 10;
/** Beyond, the search for a better placement than the heuristic's gives up after so many steps. */
const searchSteps = 40_000;
/** No search above this many units. */
const searchUnits = 200;
/** Above this many units the heuristic's first placement stands. */
const improvedUnits = 2_000;
/** Enough for every placement of `exactUnits` units: the partitions of a set of 10 and all their beginnings. */
const exactSteps = 400_000;

/** Every unit in a bin. */
export interface Placement {
  /** Held bins first and in their order, some of them perhaps empty; then new ones in order of their first name. */
  readonly bins: readonly Bin[];
  readonly tally: Tally;
  readonly bound: Bound;
  /** Nothing better exists, given what is held. */
  readonly exact: boolean;
}

/** What a bin holds, and what makes a placement better. */
export interface PlaceOptions {
  readonly capacity: Capacity;
  readonly weigh: Weigh;
}

/** Places `units` on held bins, which keep what they have, and on as many new ones as it takes. */
export function place(units: readonly Unit[], hold: () => Bin[], { capacity, weigh }: PlaceOptions): Placement {
  const held = hold();
  const count = held.length;
  const all = [...held.flatMap((bin) => [...bin.units.keys()]), ...units];
  const bound = lowerBound(all, capacity);
  let best: { bins: Bin[]; tally: Tally } | undefined;
  for (const order of orders) {
    const bins = best ? hold() : held;
    const sorted = [...units].sort(order);
    placeGreedily(sorted, bins, capacity, weigh);
    if (units.length <= improvedUnits && weigh(tallyOf(bins), bound) > 0) improve(bins, sorted, weigh);
    const tally = tallyOf(bins);
    if (!best || weigh(tally, best.tally) < 0) best = { bins, tally };
    if (weigh(best.tally, bound) <= 0 || units.length > improvedUnits) break;
  }
  best ??= { bins: held, tally: nothing };
  let exact = weigh(best.tally, bound) <= 0;
  if (!exact && units.length <= searchUnits) {
    const sorted = [...units].sort(hardestFirst);
    const bins = hold();
    const steps = units.length <= exactUnits ? exactSteps : searchSteps;
    const { found, complete } = search(sorted, bins, { capacity, bound, weigh, steps, best: best.tally });
    exact = complete;
    if (found) {
      sorted.forEach((unit, index) => {
        const number = found.at[index] ?? 0;
        const bin = bins[number] ?? new Bin(capacity);
        if (number >= bins.length) bins.push(bin);
        const ports = bin.ports(unit);
        if (typeof ports !== 'string') bin.add(unit, ports);
      });
      best = { bins, tally: found.tally };
    }
  }
  const fresh = best.bins
    .slice(count)
    .filter((bin) => bin.units.size > 0)
    .map((bin) => ({ bin, first: firstName(bin) }));
  fresh.sort((a, b) => byText(a.first, b.first));
  return { bins: [...best.bins.slice(0, count), ...fresh.map(({ bin }) => bin)], tally: best.tally, bound, exact };
}

/** What some bins cost together. */
export const tallyOf = (bins: readonly Bin[]): Tally => bins.reduce((sum, bin) => plus(sum, bin.tally()), nothing);

function firstName(bin: Bin): string {
  let first: string | undefined;
  for (const unit of bin.units.keys()) if (first === undefined || unit.key < first) first = unit.key;
  return first ?? '';
}

/** The fewer services a unit can go to, the earlier it is placed; names that may take any port come last. */
function hardestFirst(a: Unit, b: Unit): number {
  return (
    rank(a) - rank(b) ||
    b.names.length - a.names.length ||
    Number(a.claims.some((claim) => claim.remap)) - Number(b.claims.some((claim) => claim.remap)) ||
    byText(a.signature, b.signature) ||
    byText(a.key, b.key)
  );
}

const rank = (unit: Unit): number => {
  if (unit.lone) return 0;
  if (unit.anchor !== undefined) return 1;
  return unit.claims.some((claim) => claim.sharing === 'alone') ? 2 : 3;
};

/** Units that many NCCs need first, whatever they are: fills the rules of the wide services before the narrow ones. */
function widestFirst(a: Unit, b: Unit): number {
  return Number(b.lone) - Number(a.lone) || b.names.length - a.names.length || hardestFirst(a, b);
}

/** The reverse: narrow ones first leave whole rules for the wide. */
function narrowestFirst(a: Unit, b: Unit): number {
  return Number(b.lone) - Number(a.lone) || a.names.length - b.names.length || hardestFirst(a, b);
}

const orders: readonly ((a: Unit, b: Unit) => number)[] = [hardestFirst, widestFirst, narrowestFirst];
