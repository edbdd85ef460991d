import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { explained } from '../../scripts/mutation/explained.ts';
import { instrument } from '../../scripts/mutation/mutants.ts';
import { mutationPage } from '../../scripts/mutation/page.ts';
import { readResults } from '../../scripts/mutation/results.ts';

test('docs/mutation.md is what the last run of `npm run test:mutation` found', () => {
  expect(readFileSync('docs/mutation.md', 'utf8')).toBe(mutationPage(readResults()));
});

test('each explained survivor is a mutant that there is', () => {
  const stale = explained.filter(({ file, original, replacement }) => {
    const { mutants } = instrument(file, readFileSync(file, 'utf8'), 1);
    return !mutants.some((mutant) => mutant.original === original && mutant.replacement === replacement);
  });
  expect(stale).toEqual([]);
});
