import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorsPage } from '../../scripts/docs.ts';
import { codes } from '../../src/diagnostics/index.ts';

test('every code has a section in docs/errors.md, and every section has a code', () => {
  const sections = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^## (LG_[A-Z0-9_]+)$/gm)].map(
    (found) => found[1],
  );
  expect(sections.sort()).toEqual(Object.keys(codes).sort());
});

test('docs/errors.md is what `npm run docs` writes', () => {
  expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorsPage());
});
