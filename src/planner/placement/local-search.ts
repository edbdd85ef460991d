import type { Port } from '../../ir/index.ts';
import type { Weigh } from './objective.ts';
import type { Unit } from './placement-units.ts';
import { type Bin, nothing, plus, type Tally } from './service-bin.ts';

/** Trials (one unit, one bin) after which improving stops. */
const trials = 400_000;
/** Times that all units and bins are gone through at most. */
const rounds = 6;

/**
 * Makes a placement better without starting anew: moves single units to where they cost less, then tries to empty whole
 * bins into the others. Only `movable` units move. Ends when nothing helps, or after a bounded number of trials.
 */
export function improve(bins: Bin[], movable: readonly Unit[], weigh: Weigh): void {
  const home = new Map<Unit, Bin>();
  for (const bin of bins) for (const unit of bin.units.keys()) home.set(unit, bin);
  const work = new Work(weigh);
  for (let round = 0; round < rounds && work.left > 0; round += 1) {
    let better = false;
    for (const unit of movable) {
      const bin = home.get(unit);
      if (bin && work.move(unit, bin, bins, home)) better = true;
    }
    // The smallest first: they are the likeliest to vanish.
    for (const bin of [...bins].sort((a, b) => a.units.size - b.units.size))
      if (work.empty(bin, bins, { home, movable: new Set(movable) })) better = true;
    if (!better) return;
  }
}

interface Where {
  readonly home: Map<Unit, Bin>;
  readonly movable: ReadonlySet<Unit>;
}

interface Put {
  readonly bin: Bin;
  readonly ports: readonly Port[];
  readonly cost: Tally;
}

class Work {
  left = trials;
  readonly #weigh: Weigh;

  constructor(weigh: Weigh) {
    this.#weigh = weigh;
  }

  /** Moves a unit if it costs less elsewhere. */
  move(unit: Unit, from: Bin, bins: readonly Bin[], home: Map<Unit, Bin>): boolean {
    const ports = from.units.get(unit) ?? [];
    from.remove(unit);
    const stay = from.cost(unit, ports);
    const best = this.#best(unit, bins, from);
    const to = best && this.#weigh(best.cost, stay) < 0 ? best : { bin: from, ports };
    to.bin.add(unit, to.ports);
    home.set(unit, to.bin);
    return to.bin !== from;
  }

  /** Puts all units of a bin elsewhere, and back again if that is not better. */
  empty(bin: Bin, bins: readonly Bin[], { home, movable }: Where): boolean {
    const units = [...bin.units.keys()];
    if (units.length === 0 || this.left <= 0 || !units.every((unit) => movable.has(unit))) return false;
    const saved = bin.tally();
    const before = new Map(bin.units);
    for (const unit of units) bin.remove(unit);
    const put: { readonly unit: Unit; readonly at: Put }[] = [];
    let cost = nothing;
    // Those that fit fewest places first, as when placing.
    for (const unit of units.sort((a, b) => b.names.length - a.names.length)) {
      const at = this.#best(unit, bins, bin);
      if (!at) break;
      at.bin.add(unit, at.ports);
      put.push({ unit, at });
      cost = plus(cost, at.cost);
      if (this.#weigh(cost, saved) >= 0) break;
    }
    if (put.length === units.length && this.#weigh(cost, saved) < 0) {
      for (const { unit, at } of put) home.set(unit, at.bin);
      return true;
    }
    for (const { unit, at } of put.reverse()) at.bin.remove(unit);
    for (const [unit, ports] of before) bin.add(unit, ports);
    return false;
  }

  /** Where a unit costs least, of the bins that hold something. */
  #best(unit: Unit, bins: readonly Bin[], not: Bin): Put | undefined {
    let best: Put | undefined;
    for (const bin of bins) {
      if (bin === not || bin.units.size === 0) continue;
      this.left -= 1;
      if (this.left <= 0) return undefined;
      const ports = bin.ports(unit);
      if (typeof ports === 'string') continue;
      const cost = bin.cost(unit, ports);
      if (!best || this.#weigh(cost, best.cost) < 0) best = { bin, ports, cost };
    }
    return best;
  }
}
