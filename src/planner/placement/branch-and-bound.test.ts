import { expect, test } from 'vitest';
import { unitsOf } from '../../../test/planner/bins.ts';
import { specOf, target } from '../../../test/planner/specs.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { PlacementCounts } from '../../ir/index.ts';
import { branchAndBound } from './branch-and-bound.ts';
import type { Capacity } from './capacity.ts';
import { lowerBound } from './lower-bound.ts';
import { objectiveOf } from './objective.ts';
import type { PlacementUnit } from './placement-units.ts';
import { ServiceBin } from './service-bin.ts';

const objective = objectiveOf(specOf({ access: [] }), defaultFacts);
const capacity: Capacity = { namesPerRule: 2, rulesPerService: 1, listeners: 10, nccs: 2 };
const anything: PlacementCounts = { endpoints: 99, services: 99, listeners: 99 };

const search = (
  units: readonly PlacementUnit[],
  { best = anything, steps = 10_000, bins = [] }: { best?: PlacementCounts; steps?: number; bins?: ServiceBin[] } = {},
) => branchAndBound(units, bins, { capacity, bound: lowerBound(units, capacity), objective, steps, best });

/** Two names fit a rule: a and b of NCC 0 belong together, c and d of NCC 1. */
const pairs = unitsOf(
  [target('https', { name: 'a' }), 0b01n],
  [target('https', { name: 'b' }), 0b01n],
  [target('oracle', { name: 'c' }), 0b10n],
  [target('oracle', { name: 'd', ports: [1522] }), 0b10n],
);

test('the best placement is found, as a bin number for each unit', () => {
  const { found, complete } = search(pairs);
  expect(complete).toBe(true);
  expect(found?.counts).toEqual({ endpoints: 2, services: 1, listeners: 3 });
  expect(found?.at).toEqual([0, 0, 0, 0]);
});

test('nothing is found where the best is already known', () => {
  const best = { endpoints: 2, services: 1, listeners: 3 };
  expect(search(pairs, { best })).toEqual({ found: undefined, complete: true });
  expect(search(pairs, { best: { ...best, listeners: 4 } }).found?.counts).toEqual(best);
});

test('a search whose steps ran out does not claim to be complete', () => {
  expect(search(pairs, { steps: 3 })).toEqual({ found: undefined, complete: false });
});

test('units that are alike are not tried in every order', () => {
  // Ten names in pairs: 945 ways to pair them, all alike. The bound lies too low to end the search.
  const alike = unitsOf(
    ...Array.from({ length: 10 }, (_, at) => [target('https', { name: `a${at}` }), 0b01n] as const),
  );
  const bound = { perNcc: Int32Array.of(0, 0), endpoints: 0, services: 0, listeners: 0 };
  const best = { endpoints: 5, services: 5, listeners: 5 };
  const options = { capacity, bound, objective, steps: 100, best };
  expect(branchAndBound(alike, [], options)).toEqual({ found: undefined, complete: true });
});

test('what is on held bins stays, and counts', () => {
  const held = new ServiceBin(capacity);
  const [first] = unitsOf([target('oracle', { name: 'held' }), 0b01n]);
  if (first) held.add(first, [first.demands[0]?.port ?? (0 as never)]);
  const units = unitsOf([target('oracle', { name: 'new' }), 0b01n]);
  const { found } = search(units, { bins: [held] });
  expect(found).toEqual({ counts: { endpoints: 2, services: 2, listeners: 2 }, at: [1] });
  expect(held.units.size).toBe(1);
});
