import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundedName, hash } from './bounded-name.ts';

const specName = fc.stringMatching(/^[a-z][a-z0-9-]{1,19}$/);
const key = fc.tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1, max: 65_535 }));

test('a name keeps the rules of AWS and its key', () => {
  fc.assert(
    fc.property(specName, key, (name, [service, port]) => {
      const made = boundedName(name, `s-${service}-${port}`, 32);
      expect(made).toMatch(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])$/);
      expect(made).not.toMatch(/--|^internal-/);
      expect(made).toContain(`s-${service}-${port}-`);
    }),
  );
});

test('names of 20,000 listeners differ, also where the prefix was cut', () => {
  const names = new Set<string>();
  for (let service = 1; service <= 200; service += 1)
    for (let port = 1; port <= 100; port += 1)
      names.add(boundedName('a-name-of-twenty-chr', `s-${service}-${port}`, 32));
  expect(names.size).toBe(20_000);
});

test('two deployments whose prefixes are cut alike differ in the hash', () => {
  expect(boundedName('platform-production-1', 's-10000-65535', 32)).not.toBe(
    boundedName('platform-production-2', 's-10000-65535', 32),
  );
});

test('the same text has the same sum for ever', () => {
  expect(hash('acme\ns-1')).toBe('afa2ff9e63d854af');
});
