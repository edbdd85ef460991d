import { expect, test } from 'vitest';
import { Openings } from './openings.ts';

test('each has its own number of places, and gives each back once', () => {
  const openings = new Openings(2);
  const back = openings.take('n-1');
  expect(openings.take('n-1')).toBeDefined();
  expect(openings.take('n-1')).toBeUndefined();
  expect(openings.take('n-2')).toBeDefined();
  back?.();
  back?.();
  expect(openings.take('n-1')).toBeDefined();
  expect(openings.take('n-1')).toBeUndefined();
});
