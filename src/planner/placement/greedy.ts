import type { PlacementCounts, Port } from '../../ir/index.ts';
import type { Bits } from '../access/bits.ts';
import type { Capacity } from './capacity.ts';
import type { Objective } from './objective.ts';
import type { PlacementUnit } from './placement-units.ts';
import { ServiceBin } from './service-bin.ts';

/** Bins that could take a unit and are compared for each one. */
const lookAt = 32;
/** Bins that are passed over for each unit because they cannot take it. */
const passOver = 256;

interface Choice {
  readonly bin: ServiceBin;
  readonly ports: readonly Port[];
  readonly cost: PlacementCounts;
}

/**
 * Puts each unit in the bin where it costs least: of equals the one with the fewest NCCs, then the first; in a new bin
 * where no other can take it: a new one is never cheaper. Bins only ever fill up, so one that refused a kind of unit is
 * not asked for that kind again.
 */
export function placeGreedily(
  units: readonly PlacementUnit[],
  bins: ServiceBin[],
  capacity: Capacity,
  objective: Objective,
): void {
  const reserved = new ReservedServices(bins);
  const cursors = new Map<string, number>();
  for (const unit of units) {
    const kept = unit.ownService ? undefined : reserved.find(unit);
    const best = kept ?? (unit.ownService ? undefined : cheapest(unit, bins, cursors, objective));
    if (best) {
      best.bin.add(unit, best.ports);
      reserved.add(best.bin);
      continue;
    }
    const fresh = new ServiceBin(capacity);
    const ports = fresh.ports(unit);
    if (typeof ports === 'string') continue; // one that fits no bin, not even a new one, was reported before
    fresh.add(unit, ports);
    bins.push(fresh);
    reserved.add(fresh);
  }
}

/** Costs no rule and no service: nothing is cheaper in what counts first. */
const addsNothing = (cost: PlacementCounts): boolean => cost.endpoints === 0 && cost.services === 0;

/** Bins with a fixed audience: where units with exactly these grants go first. */
class ReservedServices {
  readonly #byAudience = new Map<Bits, ServiceBin[]>();
  readonly #known = new Set<ServiceBin>();
  /** By signature: how many of these bins have refused it, or taken all they can without another rule. */
  readonly #full = new Map<string, number>();

  constructor(bins: readonly ServiceBin[]) {
    for (const bin of bins) this.add(bin);
  }

  add(bin: ServiceBin): void {
    const { fixedAudience } = bin;
    if (fixedAudience === undefined || this.#known.has(bin)) return;
    this.#known.add(bin);
    const row = this.#byAudience.get(fixedAudience);
    if (row) row.push(bin);
    else this.#byAudience.set(fixedAudience, [bin]);
  }

  find(unit: PlacementUnit): Choice | undefined {
    const row = this.#byAudience.get(unit.grants);
    if (!row) return undefined;
    for (let at = this.#full.get(unit.signature) ?? 0; at < row.length; at += 1) {
      const bin = row[at];
      const ports = bin?.ports(unit) ?? 'none';
      if (bin && typeof ports !== 'string') {
        const cost = bin.cost(unit, ports);
        if (addsNothing(cost)) return { bin, ports, cost };
      }
      this.#full.set(unit.signature, at + 1);
    }
    return undefined;
  }
}

function cheapest(
  unit: PlacementUnit,
  bins: readonly ServiceBin[],
  cursors: Map<string, number>,
  objective: Objective,
): Choice | undefined {
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
    const difference = best ? objective(cost, best.cost) : -1;
    if (!best || difference < 0 || (difference === 0 && bin.nccCount < best.bin.nccCount)) best = { bin, ports, cost };
    if (addsNothing(cost) && bin.audience === unit.grants) break;
    if (looked === lookAt) break;
  }
  if (first > from) cursors.set(unit.signature, first);
  else if (first < 0 && passed < passOver) cursors.set(unit.signature, bins.length);
  return best;
}
