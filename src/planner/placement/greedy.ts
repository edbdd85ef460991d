import type { Port } from '../../ir/index.ts';
import type { Bits } from '../access/bits.ts';
import type { Capacity } from './capacity.ts';
import type { Weigh } from './objective.ts';
import type { Unit } from './placement-units.ts';
import { Bin, type Tally } from './service-bin.ts';

/** Bins that could take a unit and are compared for each one. */
const lookAt = 32;
/** Bins that are passed over for each unit because they cannot take it. */
const passOver = 256;

interface Choice {
  readonly bin: Bin;
  readonly ports: readonly Port[];
  readonly cost: Tally;
}

/**
 * Puts each unit in the bin where it costs least: of equals the one with the fewest NCCs, then the first; in a new bin
 * when no other will do or the new one is cheaper. Bins only ever fill up, so one that refused a kind of unit is not asked
 * for that kind again.
 */
export function placeGreedily(units: readonly Unit[], bins: Bin[], capacity: Capacity, weigh: Weigh): void {
  const homes = new Homes(bins);
  const cursors = new Map<string, number>();
  for (const unit of units) {
    const home = unit.lone ? undefined : homes.find(unit);
    const best = home ?? (unit.lone ? undefined : cheapest(unit, bins, cursors, weigh));
    const fresh = best && free(best.cost) ? undefined : new Bin(capacity);
    const ports = fresh?.ports(unit);
    if (fresh && ports !== undefined && typeof ports !== 'string')
      if (!best || weigh(fresh.cost(unit, ports), best.cost) < 0) {
        fresh.add(unit, ports);
        bins.push(fresh);
        homes.add(fresh);
        continue;
      }
    best?.bin.add(unit, best.ports); // one that fits no bin, not even a new one, was reported as a contradiction before
    if (best && unit.anchor !== undefined) homes.add(best.bin);
  }
}

/** Costs no rule and no service: nothing can be cheaper in what matters. */
const free = (cost: Tally): boolean => cost.endpoints === 0 && cost.services === 0;

/** Bins that are kept for certain NCCs: the natural place of units with exactly these. */
class Homes {
  readonly #byAnchor = new Map<Bits, Bin[]>();
  readonly #known = new Set<Bin>();
  /** By kind of unit: how many homes have refused it, or taken all they can without another rule. */
  readonly #full = new Map<string, number>();

  constructor(bins: readonly Bin[]) {
    for (const bin of bins) this.add(bin);
  }

  add(bin: Bin): void {
    const { anchor } = bin;
    if (anchor === undefined || this.#known.has(bin)) return;
    this.#known.add(bin);
    const row = this.#byAnchor.get(anchor);
    if (row) row.push(bin);
    else this.#byAnchor.set(anchor, [bin]);
  }

  find(unit: Unit): Choice | undefined {
    const row = this.#byAnchor.get(unit.grants);
    if (!row) return undefined;
    for (let at = this.#full.get(unit.signature) ?? 0; at < row.length; at += 1) {
      const bin = row[at];
      const ports = bin?.ports(unit) ?? 'none';
      if (bin && typeof ports !== 'string') {
        const cost = bin.cost(unit, ports);
        if (free(cost)) return { bin, ports, cost };
      }
      this.#full.set(unit.signature, at + 1);
    }
    return undefined;
  }
}

function cheapest(unit: Unit, bins: readonly Bin[], cursors: Map<string, number>, weigh: Weigh): Choice | undefined {
  const from = cursors.get(unit.signature) ?? 0;
  let first = -1;
  let best: Choice | undefined;
  let looked = 0;
  let passed = 0;
  for (let at = from; at < bins.length; at += 1) {
    // Far beyond the first open bins only the newest are likely to have room.
    if (passed + looked === passOver) at = Math.max(at, bins.length - lookAt);
    const bin = bins[at];
    const ports = bin?.ports(unit) ?? 'none';
    if (bin === undefined || typeof ports === 'string') {
      passed += 1;
      continue;
    }
    if (first < 0) first = at;
    looked += 1;
    const cost = bin.cost(unit, ports);
    const difference = best ? weigh(cost, best.cost) : -1;
    if (!best || difference < 0 || (difference === 0 && bin.dialers < best.bin.dialers)) best = { bin, ports, cost };
    if (free(cost) && bin.audience === unit.grants) break;
    if (looked === lookAt) break;
  }
  if (first > from) cursors.set(unit.signature, first);
  else if (first < 0 && passed < passOver) cursors.set(unit.signature, bins.length);
  return best;
}
