import { expect, test } from 'vitest';
import { binOf, contentOf, unitsOf } from '../../../test/planner/bins.ts';
import { type Kind, specOf, target, type Wanted } from '../../../test/planner/specs.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { Capacity } from './capacity.ts';
import { placeGreedily } from './greedy.ts';
import { objectiveOf } from './objective.ts';
import type { PlacementUnit } from './placement-units.ts';

const fewestFirst = objectiveOf(specOf({ access: [] }), defaultFacts);
const capacity: Capacity = { namesPerRule: 4, rulesPerService: 1, listeners: 3, nccs: 2 };
const [one, both] = [0b01n, 0b11n];
const alone = (kind: Kind, name: string, more: Partial<Wanted> = {}) => [target(kind, { name, ...more }), one] as const;

/** Places units, in this order, on bins that are there. */
function placed(units: readonly PlacementUnit[], content: readonly (readonly PlacementUnit[])[]): readonly string[] {
  const bins = content.map((each) => binOf(capacity, each));
  placeGreedily(units, bins, capacity, fewestFirst);
  return contentOf(bins);
}

test('a unit goes where it costs least', () => {
  const there = [unitsOf([target('oracle', { name: 'o' }), 0b10n]), unitsOf(alone('https', 'a'))];
  expect(placed(unitsOf(alone('https', 'x')), there)).toEqual(['o', 'a x']);
});

test('a bin of exactly its NCCs that costs no endpoint ends the comparison, though a later one would save a listener', () => {
  const there = [unitsOf(alone('oracle', 'o')), unitsOf(alone('https', 'a'))];
  expect(placed(unitsOf(alone('https', 'x')), there)).toEqual(['o x', 'a']);
});

test('of equal bins it takes the one that fewer NCCs can reach', () => {
  const wide = unitsOf([target('https', { name: 'a' }), both]);
  expect(placed(unitsOf(alone('https', 'x')), [wide, unitsOf(alone('https', 'b'))])).toEqual(['a', 'b x']);
});

test('of equal bins with equal NCCs it takes the first', () => {
  const there = [unitsOf(alone('https', 'a')), unitsOf(alone('https', 'b'))];
  expect(placed(unitsOf(alone('https', 'x')), there)).toEqual(['a x', 'b']);
});

test('a bin is new where no other can take the unit', () => {
  expect(placed(unitsOf(alone('oracle', 'x')), [unitsOf(alone('oracle', 'o'))])).toEqual(['o', 'x']);
});

test('units with the grants of a fixed audience go there first, also where it was fixed just before', () => {
  const there = [unitsOf(alone('oracle', 'o', { ports: [3306] }), alone('https', 'a')), unitsOf(alone('https', 'b'))];
  const mysql = unitsOf(alone('mysql', 'm'));
  expect(placed([...mysql, ...unitsOf(alone('https', 'x'))], there)).toEqual(['a o', 'b m x']);
});

test('what fits nowhere is left out: it was reported before', () => {
  const four = target('https', { name: 'x', ports: [1, 2, 3, 4] });
  expect(placed(unitsOf([four, one]), [])).toEqual([]);
});
