import { expect, test } from 'vitest';
import { type PlacedTarget, placeChanges } from './places.ts';

const at = (name: string, ...places: string[]): PlacedTarget => ({ name, places, workspaces: ['w'] });

test('a target that keeps its name and changes its place is told with both, and with who reaches it', () => {
  expect(placeChanges([at('db', 'a:1', 'b:1')], [at('db', 'b:1', 'c:1')])).toEqual([
    { target: 'db', lost: ['a:1'], gained: ['c:1'], workspaces: ['w'] },
  ]);
});

test('two targets that change hosts are both told', () => {
  const swapped = placeChanges([at('x', 'a:1'), at('y', 'b:1')], [at('x', 'b:1'), at('y', 'a:1')]);
  expect(swapped.map(({ target }) => target)).toEqual(['x', 'y']);
});

test.each([
  ['the order of places', [at('db', 'a:1', 'b:1')], [at('db', 'b:1', 'a:1')]],
  ['places that are listed one by one', [at('db', 'a:1'), at('db', 'b:1')], [at('db', 'a:1', 'b:1')]],
  ['a target that came', [], [at('db', 'a:1')]],
  ['a target that went', [at('db', 'a:1')], []],
])('%s is no change of place', (_, before, after) => {
  expect(placeChanges(before, after)).toEqual([]);
});
