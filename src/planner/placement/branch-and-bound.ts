import type { PlacementCounts } from '../../ir/index.ts';
import type { Capacity } from './capacity.ts';
import type { LowerBound } from './lower-bound.ts';
import type { Objective } from './objective.ts';
import type { PlacementUnit } from './placement-units.ts';
import { addCounts, ServiceBin } from './service-bin.ts';

/** A placement, as the bin number of each unit in the order they were given. */
export interface BestPlacement {
  readonly counts: PlacementCounts;
  readonly at: readonly number[];
}

/** What to search by, and for how long. */
export interface SearchOptions {
  readonly capacity: Capacity;
  /** Of all units, placed ones too. */
  readonly bound: LowerBound;
  readonly objective: Objective;
  /** Steps after which the search gives up. */
  readonly steps: number;
  /** What must be beaten. */
  readonly best: PlacementCounts;
}

/**
 * Looks through all placements of `units` on `bins` (as they are) and new ones, leaving out what cannot beat the best
 * seen. Units with equal signatures are interchangeable, so only rising bin numbers are tried for them.
 *
 * @returns The best placement, undefined when nothing beats `best`; `complete` is false when the steps ran out.
 */
export function branchAndBound(
  units: readonly PlacementUnit[],
  bins: readonly ServiceBin[],
  { capacity, bound, objective, steps, best }: SearchOptions,
): { readonly found: BestPlacement | undefined; readonly complete: boolean } {
  const open = [...bins];
  const at: number[] = [];
  const sameAsBefore = units.map((unit, index) => unit.signature === units[index - 1]?.signature);
  const everyNcc = Array.from({ length: capacity.nccs }, (_, ncc) => ({ ncc, count: 0 }));
  const rules = new Int32Array(capacity.nccs);
  for (const bin of bins) bin.countRules(rules, 1, everyNcc);
  let found: BestPlacement | undefined;
  let toBeat = best;
  let left = steps;

  const optimistic = (now: PlacementCounts): PlacementCounts => {
    let endpoints = 0;
    for (let ncc = 0; ncc < rules.length; ncc += 1) endpoints += Math.max(rules[ncc] ?? 0, bound.perNcc[ncc] ?? 0);
    return {
      endpoints,
      services: Math.max(now.services, bound.services),
      listeners: Math.max(now.listeners, bound.listeners),
    };
  };

  const descend = (index: number, now: PlacementCounts): void => {
    if (left <= 0) return;
    left -= 1;
    if (objective(optimistic(now), toBeat) >= 0) return;
    const unit = units[index];
    if (!unit) {
      found = { counts: now, at: [...at] };
      toBeat = now;
      return;
    }
    const fresh = new ServiceBin(capacity);
    const start = sameAsBefore[index] ? (at[index - 1] ?? 0) : 0;
    for (let number = start; number <= open.length; number += 1) {
      const bin = open[number] ?? fresh;
      const ports = bin.ports(unit);
      if (typeof ports === 'string') continue;
      const cost = bin.cost(unit, ports);
      bin.countRules(rules, -1, unit.names);
      bin.add(unit, ports);
      bin.countRules(rules, 1, unit.names);
      at[index] = number;
      if (bin === fresh) open.push(fresh);
      descend(index + 1, addCounts(now, cost));
      if (bin === fresh) open.pop();
      bin.countRules(rules, -1, unit.names);
      bin.remove(unit);
      bin.countRules(rules, 1, unit.names);
    }
    at.length = index;
  };
  descend(
    0,
    bins.reduce((sum, bin) => addCounts(sum, bin.counts()), { endpoints: 0, services: 0, listeners: 0 }),
  );
  return { found, complete: left > 0 };
}
