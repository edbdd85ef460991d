import type { PlacementCounts } from '../../ir/index.ts';
import { byText } from '../../ir/index.ts';
import { branchAndBound } from './branch-and-bound.ts';
import type { Capacity } from './capacity.ts';
import { placeGreedily } from './greedy.ts';
import { improve } from './local-search.ts';
import { type LowerBound, lowerBound } from './lower-bound.ts';
import type { Objective } from './objective.ts';
import type { PlacementUnit } from './placement-units.ts';
import { addCounts, noCounts, ServiceBin } from './service-bin.ts';

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
  /** Locked bins first and in their order, then new ones in order of their first name; none is empty. */
  readonly bins: readonly ServiceBin[];
  readonly counts: PlacementCounts;
  readonly bound: LowerBound;
  /** Nothing better exists, given what is held. */
  readonly exact: boolean;
}

/** What a bin holds, and what makes a placement better. */
export interface PlaceOptions {
  readonly capacity: Capacity;
  readonly objective: Objective;
}

/** Places `units` on locked bins, which keep what they have, and on as many new ones as it takes. */
export function place(
  units: readonly PlacementUnit[],
  lockedBins: () => ServiceBin[],
  { capacity, objective }: PlaceOptions,
): Placement {
  const held = lockedBins();
  const count = held.length;
  const all = [...held.flatMap((bin) => [...bin.units.keys()]), ...units];
  const bound = lowerBound(all, capacity);
  let best: { bins: ServiceBin[]; counts: PlacementCounts } | undefined;
  for (const order of orders) {
    const bins = best ? lockedBins() : held;
    const sorted = [...units].sort(order);
    placeGreedily(sorted, bins, capacity, objective);
    if (units.length <= improvedUnits && objective(countsOf(bins), bound) > 0) improve(bins, sorted, objective);
    const counts = countsOf(bins);
    if (!best || objective(counts, best.counts) < 0) best = { bins, counts };
    if (objective(best.counts, bound) <= 0 || units.length > improvedUnits) break;
  }
  best ??= { bins: held, counts: noCounts };
  let exact = objective(best.counts, bound) <= 0;
  if (!exact && units.length <= searchUnits) {
    const sorted = [...units].sort(hardestFirst);
    const bins = lockedBins();
    const steps = units.length <= exactUnits ? exactSteps : searchSteps;
    const { found, complete } = branchAndBound(sorted, bins, { capacity, bound, objective, steps, best: best.counts });
    exact = complete;
    if (found) {
      sorted.forEach((unit, index) => {
        const number = found.at[index] ?? 0;
        const bin = bins[number] ?? new ServiceBin(capacity);
        if (number >= bins.length) bins.push(bin);
        const ports = bin.ports(unit);
        if (typeof ports !== 'string') bin.add(unit, ports);
      });
      best = { bins, counts: found.counts };
    }
  }
  const fresh = best.bins
    .slice(count)
    .filter((bin) => bin.units.size > 0)
    .map((bin) => ({ bin, first: firstName(bin) }));
  fresh.sort((a, b) => byText(a.first, b.first));
  return { bins: [...best.bins.slice(0, count), ...fresh.map(({ bin }) => bin)], counts: best.counts, bound, exact };
}

/** What some bins cost together. */
const countsOf = (bins: readonly ServiceBin[]): PlacementCounts =>
  bins.reduce((sum, bin) => addCounts(sum, bin.counts()), noCounts);

function firstName(bin: ServiceBin): string {
  let first: string | undefined;
  for (const unit of bin.units.keys()) if (first === undefined || unit.key < first) first = unit.key;
  return first ?? '';
}

/** The fewer services a unit can go to, the earlier it is placed; names that may take any port come last. */
function hardestFirst(a: PlacementUnit, b: PlacementUnit): number {
  return (
    rank(a) - rank(b) ||
    b.names.length - a.names.length ||
    Number(a.demands.some((demand) => demand.remap)) - Number(b.demands.some((demand) => demand.remap)) ||
    byText(a.signature, b.signature) ||
    byText(a.key, b.key)
  );
}

const rank = (unit: PlacementUnit): number => {
  if (unit.ownService) return 0;
  if (unit.fixedAudience !== undefined) return 1;
  return unit.demands.some((demand) => demand.sharing === 'alone') ? 2 : 3;
};

/** Units that many NCCs need first, whatever they are: fills the rules of the wide services before the narrow ones. */
function widestFirst(a: PlacementUnit, b: PlacementUnit): number {
  return Number(b.ownService) - Number(a.ownService) || b.names.length - a.names.length || hardestFirst(a, b);
}

/** The reverse: narrow ones first leave whole rules for the wide. */
function narrowestFirst(a: PlacementUnit, b: PlacementUnit): number {
  return Number(b.ownService) - Number(a.ownService) || a.names.length - b.names.length || hardestFirst(a, b);
}

const orders: readonly ((a: PlacementUnit, b: PlacementUnit) => number)[] = [hardestFirst, widestFirst, narrowestFirst];
