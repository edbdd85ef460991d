import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { factsPage } from '../../scripts/facts-page.ts';

test('docs/facts.md is what `npm run docs` writes', () => {
  expect(readFileSync('docs/facts.md', 'utf8')).toBe(factsPage());
});
