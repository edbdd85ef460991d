import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/file-systems.ts';
import { testWith } from '../../../test/tools.ts';
import { fileOfArchive, packArchive } from './archive.ts';

const file = (path: string, text: string, executable = false) => ({ path, bytes: Buffer.from(text), executable });

test('the order in which files are given does not matter', async () => {
  const [a, b] = [file('a', '1'), file('b/c', '2')];
  expect(await packArchive([b, a])).toEqual(await packArchive([a, b]));
});

test('every file comes out as it went in, whatever its length', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 1500 }), { maxLength: 5 }), async (contents) => {
      const archive = await packArchive(contents.map((bytes, i) => ({ path: `f/${i}`, bytes })));
      for (const [i, bytes] of contents.entries())
        expect(Buffer.from((await fileOfArchive(archive, `f/${i}`)) ?? [1, 2, 3])).toEqual(Buffer.from(bytes));
      expect(await fileOfArchive(archive, 'f/none')).toBeUndefined();
    }),
  );
});

test('an archive that is cut short is an error', async () => {
  const archive = await packArchive([file('a', 'x'.repeat(2000))]);
  await expect(fileOfArchive(archive.subarray(0, 1024), 'a')).rejects.toThrow();
});

testWith('tar')('the system’s tar unpacks it: modes, long paths, and nothing of this machine or day', async () => {
  const folder = temporaryFolder();
  const deep = `d/${'x'.repeat(150)}/text`;
  const files = [file('d/run', '#!/bin/sh\n', true), file('d/text', 'x'.repeat(513)), file(deep, 'deep')];
  writeFileSync(join(folder, 'a.tar'), await packArchive(files));
  const listing = execFileSync('tar', ['-tvf', join(folder, 'a.tar')], { encoding: 'utf8', env: { TZ: 'UTC' } });
  expect(listing.split('\n').filter((line) => line !== '')).toEqual([
    expect.stringMatching(/^-rwxr-xr-x root\/root +10 1970-01-01 00:00 d\/run$/),
    expect.stringMatching(/^-rw-r--r-- root\/root +513 1970-01-01 00:00 d\/text$/),
    expect.stringMatching(/^-rw-r--r-- root\/root +4 1970-01-01 00:00 d\/x{150}\/text$/),
  ]);
  execFileSync('tar', ['-xf', join(folder, 'a.tar'), '-C', folder]);
  expect(statSync(join(folder, 'd/run')).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(folder, 'd/text'), 'utf8')).toBe('x'.repeat(513));
  expect(readFileSync(join(folder, deep), 'utf8')).toBe('deep');
});
