import { expect, test } from 'vitest';
import { testFiles } from '../../../test/support/file-systems.ts';
import { lacksCa } from './ca-file.ts';

test('a spec has its CA in a file of its own name next to it', async () => {
  const lacks = (...there: readonly string[]) =>
    lacksCa('prod.yaml', {
      cwd: '/at',
      files: { ...testFiles, kindOf: async (path) => (there.includes(path) ? 'file' : undefined) },
    });
  expect(await lacks()).toBe(true);
  expect(await lacks('/at/prod.ca.json')).toBe(false);
  expect(await lacks('/at/lakegate.ca.json')).toBe(true);
});
