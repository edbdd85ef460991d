import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder, testFiles } from '../../../test/support/file-systems.ts';
import { readSpecFile } from '../planning/index.ts';
import { writeStarter } from './write-starter.ts';

test('the starter is a spec without errors', async () => {
  const folder = { cwd: temporaryFolder(), files: testFiles };
  expect(await writeStarter('lakegate.yaml', folder)).toBeUndefined();
  const { spec, diagnostics } = await readSpecFile('lakegate.yaml', folder);
  expect(diagnostics).toEqual([]);
  expect(spec).toBeDefined();
});

test('a file, and a link to nothing, are never written over', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'mine.yaml'), 'mine');
  symlinkSync('nothing.yaml', join(cwd, 'link.yaml'));
  for (const file of ['mine.yaml', 'link.yaml'])
    expect(await writeStarter(file, { cwd, files: testFiles })).toMatchObject({ code: 'LG_FILE_EXISTS' });
  expect(readFileSync(join(cwd, 'mine.yaml'), 'utf8')).toBe('mine');
  expect(readdirSync(cwd).sort()).toEqual(['link.yaml', 'mine.yaml']);
});

test('a folder that is not there is a problem', async () => {
  expect(await writeStarter('no/such.yaml', { cwd: temporaryFolder(), files: testFiles })).toMatchObject({
    code: 'LG_FILE_UNWRITABLE',
    message: 'no/such.yaml cannot be written (ENOENT)',
  });
});
