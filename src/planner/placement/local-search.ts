import type { PlacementCounts, Port } from '../../ir/index.ts';
import type { Objective } from './objective.ts';
import type { PlacementUnit } from './placement-units.ts';
import { addCounts, noCounts, type ServiceBin } from './service-bin.ts';

/** Trials (one unit, one bin) after which improving stops. */
const trials = 400_000;
/** Times that all units and bins are gone through at most. */
const rounds = 6;

/**
 * Makes a placement better that exists: moves single units to where they cost less, then tries to empty whole
 * bins into the others. Only `movable` units move. Ends when nothing helps, or after a bounded number of trials.
 */
export function improve(bins: ServiceBin[], movable: readonly PlacementUnit[], objective: Objective): void {
  const home = new Map<PlacementUnit, ServiceBin>();
  for (const bin of bins) for (const unit of bin.units.keys()) home.set(unit, bin);
  const search = new LocalSearch(objective);
  for (let round = 0; round < rounds && search.left > 0; round += 1) {
    let better = false;
    for (const unit of movable) {
      const bin = home.get(unit);
      if (bin && search.move(unit, bin, bins, home)) better = true;
    }
    // The smallest first: they are the likeliest to vanish.
    for (const bin of [...bins].sort((a, b) => a.units.size - b.units.size))
      if (search.empty(bin, bins, { home, movable: new Set(movable) })) better = true;
    if (!better) return;
  }
}

interface Placing {
  readonly home: Map<PlacementUnit, ServiceBin>;
  readonly movable: ReadonlySet<PlacementUnit>;
}

interface Candidate {
  readonly bin: ServiceBin;
  readonly ports: readonly Port[];
  readonly cost: PlacementCounts;
}

class LocalSearch {
  left = trials;
  readonly #objective: Objective;

  constructor(objective: Objective) {
    this.#objective = objective;
  }

  /** Moves a unit if it costs less elsewhere. */
  move(
    unit: PlacementUnit,
    from: ServiceBin,
    bins: readonly ServiceBin[],
    home: Map<PlacementUnit, ServiceBin>,
  ): boolean {
    const ports = from.units.get(unit) ?? [];
    from.remove(unit);
    const stay = from.cost(unit, ports);
    const best = this.#best(unit, bins, from);
    const to = best && this.#objective(best.cost, stay) < 0 ? best : { bin: from, ports };
    to.bin.add(unit, to.ports);
    home.set(unit, to.bin);
    return to.bin !== from;
  }

  /** Puts all units of a bin elsewhere, and back again if that is not better. */
  empty(bin: ServiceBin, bins: readonly ServiceBin[], { home, movable }: Placing): boolean {
    const units = [...bin.units.keys()];
    if (units.length === 0 || this.left <= 0 || !units.every((unit) => movable.has(unit))) return false;
    const saved = bin.counts();
    const before = new Map(bin.units);
    for (const unit of units) bin.remove(unit);
    const put: { readonly unit: PlacementUnit; readonly at: Candidate }[] = [];
    let cost = noCounts;
    // Those that fit fewest places first, as when placing.
    for (const unit of units.sort((a, b) => b.names.length - a.names.length)) {
      const at = this.#best(unit, bins, bin);
      if (!at) break;
      at.bin.add(unit, at.ports);
      put.push({ unit, at });
      cost = addCounts(cost, at.cost);
      if (this.#objective(cost, saved) >= 0) break;
    }
    if (put.length === units.length && this.#objective(cost, saved) < 0) {
      for (const { unit, at } of put) home.set(unit, at.bin);
      return true;
    }
    for (const { unit, at } of put.reverse()) at.bin.remove(unit);
    for (const [unit, ports] of before) bin.add(unit, ports);
    return false;
  }

  /** Where a unit costs least, of the bins that hold something. */
  #best(unit: PlacementUnit, bins: readonly ServiceBin[], not: ServiceBin): Candidate | undefined {
    let best: Candidate | undefined;
    for (const bin of bins) {
      if (bin === not || bin.units.size === 0) continue;
      this.left -= 1;
      if (this.left <= 0) return undefined;
      const ports = bin.ports(unit);
      if (typeof ports === 'string') continue;
      const cost = bin.cost(unit, ports);
      if (!best || this.#objective(cost, best.cost) < 0) best = { bin, ports, cost };
    }
    return best;
  }
}
