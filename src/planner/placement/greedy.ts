import type { Port } from '../../ir/index.ts';
import type { Unit } from '../units.ts';
import { Bin, type Capacity, type Tally } from './bin.ts';
import type { Weigh } from './weigh.ts';

/** Bins that may still take a kind of unit and are looked at for each one of it. */
const lookAt = 48;
/** Bins that are passed over for each unit because they cannot take it. */
const passOver = 256;

/**
 * Puts each unit in the bin where it costs least, the first of equals; a new bin when no other will do or the new one is
 * cheaper. Bins only ever fill up, so one that refused a kind of unit is not asked for that kind again.
 */
export function placeGreedily(units: readonly Unit[], bins: Bin[], capacity: Capacity, weigh: Weigh): void {
  const cursors = new Map<string, number>();
  for (const unit of units) {
    const from = cursors.get(unit.signature) ?? 0;
    const found = unit.lone ? undefined : cheapest(unit, bins, from, weigh);
    if (found) cursors.set(unit.signature, found.first);
    const fresh = new Bin(capacity);
    const ports = fresh.ports(unit);
    if (found?.bin && (typeof ports === 'string' || weigh(found.cost, fresh.cost(unit, ports)) <= 0)) {
      found.bin.add(unit, found.ports);
      continue;
    }
    if (typeof ports === 'string') continue; // reported as a contradiction before
    fresh.add(unit, ports);
    bins.push(fresh);
  }
}

interface Found {
  /** The first bin that did not refuse. */
  readonly first: number;
  readonly bin?: Bin;
  readonly ports: readonly Port[];
  readonly cost: Tally;
}

function cheapest(unit: Unit, bins: readonly Bin[], from: number, weigh: Weigh): Found {
  let first = -1;
  let best: { readonly bin: Bin; readonly ports: readonly Port[]; readonly cost: Tally } | undefined;
  let looked = 0;
  let passed = 0;
  const least = unit.claims.every((claim) => claim.sharing !== 'alone') ? 0 : 1;
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
    if (!best || weigh(cost, best.cost) < 0) best = { bin, ports, cost };
    if (cost.endpoints === 0 && cost.listeners <= least) break; // nothing can be cheaper
    if (looked === lookAt) break;
  }
  const start = first < 0 ? (passed >= passOver ? from : bins.length) : first;
  return best
    ? { first: start, ...best }
    : { first: start, ports: [], cost: { endpoints: 0, services: 0, listeners: 0 } };
}
