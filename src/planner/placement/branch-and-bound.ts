import type { Capacity } from './capacity.ts';
import type { Bound } from './lower-bound.ts';
import type { Weigh } from './objective.ts';
import type { Unit } from './placement-units.ts';
import { Bin, plus, type Tally } from './service-bin.ts';

/** A placement, as the bin number of each unit in the order they were given. */
export interface Found {
  readonly tally: Tally;
  readonly at: readonly number[];
}

/** What to search by, and for how long. */
export interface SearchOptions {
  readonly capacity: Capacity;
  /** Of all units, placed ones too. */
  readonly bound: Bound;
  readonly weigh: Weigh;
  /** Steps after which the search gives up. */
  readonly steps: number;
  /** What must be beaten. */
  readonly best: Tally;
}

/**
 * Looks through all placements of `units` on `bins` (as they are) and new ones, leaving out what cannot beat the best
 * seen. Units with equal signatures are interchangeable, so only rising bin numbers are tried for them.
 *
 * @returns The best placement, undefined when nothing beats `best`; `complete` is false when the steps ran out.
 */
export function search(
  units: readonly Unit[],
  bins: readonly Bin[],
  { capacity, bound, weigh, steps, best }: SearchOptions,
): { readonly found: Found | undefined; readonly complete: boolean } {
  const open = [...bins];
  const at: number[] = [];
  const sameAsBefore = units.map((unit, index) => unit.signature === units[index - 1]?.signature);
  const everyNcc = Array.from({ length: capacity.nccs }, (_, ncc) => ({ ncc, count: 0 }));
  const rules = new Int32Array(capacity.nccs);
  for (const bin of bins) bin.countRules(rules, 1, everyNcc);
  let found: Found | undefined;
  let toBeat = best;
  let left = steps;

  const hope = (now: Tally): Tally => {
    let endpoints = 0;
    for (let ncc = 0; ncc < rules.length; ncc += 1) endpoints += Math.max(rules[ncc] ?? 0, bound.perNcc[ncc] ?? 0);
    return {
      endpoints,
      services: Math.max(now.services, bound.services),
      listeners: Math.max(now.listeners, bound.listeners),
    };
  };

  const descend = (index: number, now: Tally): void => {
    if (left <= 0) return;
    left -= 1;
    if (weigh(hope(now), toBeat) >= 0) return;
    const unit = units[index];
    if (!unit) {
      found = { tally: now, at: [...at] };
      toBeat = now;
      return;
    }
    const fresh = new Bin(capacity);
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
      descend(index + 1, plus(now, cost));
      if (bin === fresh) open.pop();
      bin.countRules(rules, -1, unit.names);
      bin.remove(unit);
      bin.countRules(rules, 1, unit.names);
      if (bin === fresh) break;
    }
    at.length = index;
  };
  descend(
    0,
    bins.reduce((sum, bin) => plus(sum, bin.tally()), { endpoints: 0, services: 0, listeners: 0 }),
  );
  return { found, complete: left > 0 };
}
