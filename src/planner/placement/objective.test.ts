import { expect, test } from 'vitest';
import { specOf } from '../../../test/planner/specs.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { PlacementCounts } from '../../ir/index.ts';
import { objectiveOf } from './objective.ts';

type Counts = readonly [endpoints: number, services: number, listeners: number];
const counts = ([endpoints, services, listeners]: Counts): PlacementCounts => ({ endpoints, services, listeners });

test.each<['endpoints' | 'cost', Counts, Counts, -1 | 0 | 1]>([
  ['endpoints', [1, 9, 9], [2, 1, 1], -1],
  ['endpoints', [2, 1, 9], [2, 2, 1], -1],
  ['endpoints', [2, 2, 1], [2, 2, 2], -1],
  ['endpoints', [2, 2, 2], [2, 2, 2], 0],
  // No price of an endpoint is published: load balancers decide, and counts where these are equal.
  ['cost', [9, 1, 9], [1, 2, 1], -1],
  ['cost', [1, 2, 9], [2, 2, 1], -1],
  ['cost', [2, 2, 1], [2, 2, 2], -1],
  ['cost', [2, 2, 2], [2, 2, 2], 0],
])('%s: %j against %j is %i', (optimize, a, b, want) => {
  const objective = objectiveOf(specOf({ optimize, access: [] }), defaultFacts);
  expect(Math.sign(objective(counts(a), counts(b)))).toBe(want);
  expect(Math.sign(objective(counts(b), counts(a)))).toBe(want === 0 ? 0 : -want);
});

test('endpoints that have a price are weighed by it', () => {
  const { databricksEndpoint, nlb } = defaultFacts.prices;
  const priced = {
    ...defaultFacts,
    prices: { ...defaultFacts.prices, databricksEndpoint: { ...databricksEndpoint, amount: 0.01 } },
  };
  expect(nlb.amount).toBe(0.0225);
  const objective = objectiveOf(specOf({ optimize: 'cost', access: [] }), priced);
  expect(objective(counts([2, 1, 0]), counts([0, 2, 0]))).toBeLessThan(0); // 2 × 0.01 is less than 0.0225
  expect(objective(counts([3, 1, 0]), counts([0, 2, 0]))).toBeGreaterThan(0);
});
