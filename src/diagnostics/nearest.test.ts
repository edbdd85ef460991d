import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, makeNearest } from './nearest.ts';

test.each<[string, string, number]>([
  ['', '', 0],
  ['', 'abc', 3],
  ['host', 'hosts', 1],
  ['hsot', 'host', 1],
  ['prot', 'port', 1],
  ['postgre', 'postgres', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j it is %i', (from, to, want) => {
  expect(editDistance(from, to)).toBe(want);
});

test('a distance is a distance', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

test.each<[string, readonly string[], string | undefined]>([
  ['analytcs', ['science', 'analytics'], 'analytics'],
  ['Orders_DB', ['orders-db', 'ledger'], 'orders-db'],
  ['cidr', ['cidrs', 'dns'], 'cidrs'],
  ['domain_per_rule', ['domains_per_rule', 'buckets_per_rule'], 'domains_per_rule'],
  ['warehouse', ['core', 'hub'], undefined],
  ['ab', ['cd'], undefined],
  ['x', [], undefined],
  ['a'.repeat(10_000), ['a'.repeat(10_001)], undefined],
])('for %.20s of %j: %j', (word, candidates, want) => {
  expect(makeNearest().nearest(word, candidates)).toBe(want);
});

test('of two as near as each other, the first', () => {
  expect(makeNearest().nearest('orders-x', ['orders-a', 'orders-b'])).toBe('orders-a');
});

test('the work of a reading is bounded: after it, no suggestion', () => {
  const { nearest } = makeNearest(10);
  let looked = 0;
  const candidates = function* () {
    for (let i = 0; i < 1000; i++) {
      looked++;
      yield `orders-${i}`;
    }
  };
  nearest('ordersx-999', candidates());
  expect(looked).toBe(11);
  expect(nearest('orders-1', ['orders-1'])).toBeUndefined();
});
