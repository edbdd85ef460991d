import { expect, test } from 'vitest';
import { binOf, contentOf, unitsOf } from '../../../test/planner/bins.ts';
import { type Kind, specOf, target } from '../../../test/planner/specs.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { Capacity } from './capacity.ts';
import { objectiveOf } from './objective.ts';
import { place } from './place.ts';

const objective = objectiveOf(specOf({ access: [] }), defaultFacts);
const capacity: Capacity = { namesPerRule: 2, rulesPerService: 1, listeners: 50, nccs: 3 };

/** Kinds with the NCCs each is granted to, as bits: `mysql 6`. */
const drawn = (text: string) =>
  unitsOf(
    ...text.split(', ').map((each, at) => {
      const [kind = '', bits = ''] = each.split(' ');
      return [target(kind as Kind, { name: `t${at}` }), BigInt(bits)] as const;
    }),
  );

test('several orders are tried: the second is better here than the first, and reaches the bound', () => {
  const units = drawn(
    'mysql 6, https 4, postgres 6, mysql 2, oracle 1, mysql 7, oracle 5, postgres 2, https 2, mysql 6, sqlserver 4, postgres 2, mysql 6, mysql 3, oracle 6, https 1, sqlserver 1, https 7, https 6, sqlserver 7, sqlserver 7, mysql 6',
  );
  const { counts, exact } = place(units, () => [], { capacity, objective });
  expect([counts.endpoints, exact]).toEqual([20, true]);
});

test('a placement above its bound is exact only where the search was complete', () => {
  const units = drawn(
    'mysql 6, sqlserver 6, postgres 5, oracle 5, sqlserver 6, postgres 7, oracle 1, https 1, postgres 7, mysql 7, mysql 4, mysql 7, postgres 3, mysql 7, postgres 7, sqlserver 2, sqlserver 1, https 6, sqlserver 7',
  );
  const { counts, bound, exact } = place(units, () => [], { capacity: { ...capacity, rulesPerService: 2 }, objective });
  expect(counts.endpoints).toBeGreaterThan(bound.endpoints);
  expect(exact).toBe(false);
});

test('a large placement that reaches its bound is exact without a search', () => {
  const units = unitsOf(...Array.from({ length: 250 }, (_, at) => [target('https', { name: `t${at}` }), 1n] as const));
  const { counts, exact } = place(units, () => [], {
    capacity: { ...capacity, namesPerRule: 100, rulesPerService: 9 },
    objective,
  });
  expect([counts, exact]).toEqual([{ endpoints: 3, services: 1, listeners: 1 }, true]);
});

test('new services come in the order of their first names, whatever was placed first', () => {
  const units = unitsOf([target('https', { name: 'a' }), 0b010n], [target('mysql', { name: 'z' }), 0b001n]);
  expect(contentOf(place(units, () => [], { capacity, objective }).bins)).toEqual(['a', 'z']);
});

test('locked services come first and keep what they have; others join them', () => {
  const held = () => [
    binOf(capacity, unitsOf([target('oracle', { name: 'z' }), 1n])),
    binOf(capacity, unitsOf([target('oracle', { name: 'y' }), 1n])),
  ];
  const units = unitsOf([target('oracle', { name: 'a' }), 1n], [target('https', { name: 'b' }), 1n]);
  expect(contentOf(place(units, held, { capacity, objective }).bins)).toEqual(['b z', 'y', 'a']);
});

test('nothing to place', () => {
  expect(place([], () => [], { capacity, objective })).toMatchObject({
    bins: [],
    counts: { endpoints: 0, services: 0, listeners: 0 },
    exact: true,
  });
});
