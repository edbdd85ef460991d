import { expect, test } from 'vitest';
import { counted } from './counted.ts';

test.each([
  [0, 'target', '0 targets'],
  [1, 'entry', '1 entry'],
  [2, 'entry', '2 entries'],
  [12_000, 'day', '12,000 days'],
  [2, 'address', '2 addresses'],
  [1, 'address', '1 address'],
  [3, 'NCC', '3 NCCs'],
])('counted(%i, %j)', (count, noun, want) => {
  expect(counted(count, noun)).toBe(want);
});
