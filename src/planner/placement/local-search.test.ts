import { expect, test } from 'vitest';
import { binOf, contentOf, unitsOf } from '../../../test/planner/bins.ts';
import { specOf, target } from '../../../test/planner/specs.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { Capacity } from './capacity.ts';
import { improve } from './local-search.ts';
import { objectiveOf } from './objective.ts';
import type { PlacementUnit } from './placement-units.ts';

const fewestFirst = objectiveOf(specOf({ access: [] }), defaultFacts);
const capacity: Capacity = { namesPerRule: 2, rulesPerService: 1, listeners: 10, nccs: 2 };
const https = (name: string) => [target('https', { name }), 0b01n] as const;
const oracle = (name: string) => [target('oracle', { name }), 0b01n] as const;

/** What is in the bins after improving them, where only the units that are named may move. */
function improved(content: readonly (readonly PlacementUnit[])[], movable: readonly string[]): readonly string[] {
  const bins = content.map((units) => binOf(capacity, units));
  const all = content.flat();
  improve(
    bins,
    all.filter(({ key }) => movable.includes(key.replace(/\.test$/, ''))),
    fewestFirst,
  );
  expect(bins.flatMap(({ units }) => [...units.keys()]).length).toBe(all.length);
  return contentOf(bins);
}

test('a unit moves to where it needs no listener', () => {
  const content = [unitsOf(https('x'), oracle('o1')), unitsOf(https('y'))];
  expect(improved(content, ['x'])).toEqual(['o1', 'x y']);
});

test('it stays where nothing is cheaper', () => {
  const content = [unitsOf(https('x'), oracle('o1')), unitsOf(oracle('o2'))];
  expect(improved(content, ['x', 'o1', 'o2'])).toEqual(['o1 x', 'o2']);
});

test('a bin is emptied into several others, where no single move helps', () => {
  const content = [
    unitsOf(https('x1'), https('x2')),
    unitsOf(https('y'), [target('oracle', { name: 'o1' }), 0b10n]),
    unitsOf(https('z'), [target('oracle', { name: 'o2' }), 0b10n]),
  ];
  expect(improved(content, ['x1', 'x2'])).toEqual(['', 'o1 x1 y', 'o2 x2 z']);
  expect(improved(content, ['x1'])).toEqual(['x1 x2', 'o1 y', 'o2 z']);
});

test('what cannot all go goes back', () => {
  const content = [unitsOf(https('x1'), https('x2')), unitsOf(https('y'), [target('oracle', { name: 'o1' }), 0b10n])];
  expect(improved(content, ['x1', 'x2'])).toEqual(['x1 x2', 'o1 y']);
});
