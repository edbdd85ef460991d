import { expect, test } from 'vitest';
import type { InTheWay } from './folder-changes.ts';
import { problemsOf } from './folder-problems.ts';

const told = (paths: readonly InTheWay[], brokenList?: string) =>
  problemsOf({ is: 'in-the-way', paths, ...(brokenList !== undefined && { brokenList }) }, 'infra').map(({ at }) => at);

test('a list that cannot be read is told in the place of the files that look foreign without it, and only of those', () => {
  const edited: InTheWay = { path: 'a.tf', is: 'edited' };
  const link: InTheWay = { path: 'b.tf', is: 'irregular' };
  const foreign: InTheWay = { path: 'c.tf', is: 'foreign' };
  expect(told([edited, link, foreign])).toEqual(['infra/a.tf', 'infra/b.tf', 'infra/c.tf']);
  expect(told([edited, link, foreign], '{')).toEqual(['infra/lakegate.files.json', 'infra/a.tf', 'infra/b.tf']);
  expect(told([edited, link], '{')).toEqual(['infra/a.tf', 'infra/b.tf']);
});
