import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { smallSpec } from '../../../test/small-spec.ts';
import { beforeEachStep, temporaryFolder, testFiles } from '../../../test/support/file-systems.ts';
import { planSpecFile } from './plan-spec-file.ts';
import { readSpecFile } from './spec-file.ts';

let cwd: string;
beforeEach(() => {
  cwd = temporaryFolder();
});

const read = (file: string) => readSpecFile(file, { cwd, files: testFiles });

test('a spec is read from where the user said, and its problems are on their lines', async () => {
  mkdirSync(join(cwd, 'envs'));
  writeFileSync(join(cwd, 'envs/prod.yaml'), smallSpec());
  const { spec, file, diagnostics, place } = await read('envs/prod.yaml');
  expect([spec?.name, file, diagnostics]).toEqual(['acme', 'envs/prod.yaml', []]);
  const later = { code: 'LG_TOO_MANY_ENDPOINTS', severity: 'error', path: ['targets', 'db'], message: '' } as const;
  expect(place([later])).toMatchObject([{ file: 'envs/prod.yaml', line: 8, column: 12 }]);
});

test('what the reader has said already is not said again', async () => {
  writeFileSync(join(cwd, 'lakegate.yaml'), smallSpec({ inspection: '{}' }));
  const { diagnostics, place } = await read('lakegate.yaml');
  expect(diagnostics).not.toEqual([]);
  expect(place(diagnostics)).toEqual([]);
});

test.each([
  ['nope.yaml', 'nope.yaml does not exist', 'check the path after -f'],
  [
    'lakegate.yaml',
    'lakegate.yaml does not exist',
    'lakegate init writes a commented file to start from; -f names another one',
  ],
  ['.', '. is a folder', 'check the path after -f'],
])('%s: %s', async (file, message, hint) => {
  expect((await read(file)).diagnostics).toEqual([
    { code: 'LG_FILE_UNREADABLE', severity: 'error', path: [], file, line: 1, column: 1, message, hint },
  ]);
});

test('below the folder of a spec the hint says how to name it', async () => {
  mkdirSync(join(cwd, 'a/b'), { recursive: true });
  const hintIn = async (folder: string) =>
    (await readSpecFile('lakegate.yaml', { cwd: join(cwd, folder), files: testFiles })).diagnostics[0]?.hint;
  expect(await hintIn('a/b')).toContain('lakegate init writes');
  mkdirSync(join(cwd, 'a/lakegate.yaml'));
  expect(await hintIn('a/b')).toContain('lakegate init writes');
  writeFileSync(join(cwd, 'lakegate.yaml'), smallSpec());
  expect(await hintIn('a/b')).toBe('there is one further up: lakegate reads it with -f ../../lakegate.yaml');
  const other = await readSpecFile('prod.yaml', { cwd: join(cwd, 'a/b'), files: testFiles });
  expect(other.diagnostics[0]?.hint).toBe('check the path after -f');
});

test.each([
  ['EACCES', 'may not be read by this user'],
  ['EIO', 'cannot be read (EIO)'],
])('a file that gives %s %s', async (code, what) => {
  const files = beforeEachStep((method) => {
    if (method === 'readStream') throw Object.assign(new Error(code), { code });
  });
  const { diagnostics } = await readSpecFile('lakegate.yaml', { cwd, files });
  expect(diagnostics).toMatchObject([{ message: `lakegate.yaml ${what}` }]);
});

test('a file that never ends is read as far as a spec may be long', async () => {
  expect((await read('/dev/zero')).diagnostics).toMatchObject([{ code: 'LG_SPEC_FILE_SIZE' }]);
});

test('a plan names the lock file at hand in the problems of the lock, and is none when the spec has errors', async () => {
  writeFileSync(join(cwd, 'prod.yaml'), smallSpec());
  writeFileSync(join(cwd, 'prod.lock.json'), '{');
  const broken = await planSpecFile('prod.yaml', { cwd, files: testFiles });
  expect(broken.made).toBeUndefined();
  expect(broken.diagnostics).toMatchObject([
    { code: 'LG_LOCK_BROKEN', message: expect.stringMatching(/^prod\.lock\.json: /) },
  ]);
  writeFileSync(join(cwd, 'bad.yaml'), smallSpec({ name: 'Acme' }));
  const wrong = await planSpecFile('bad.yaml', { cwd, files: testFiles });
  expect([wrong.made, wrong.diagnostics.map(({ code }) => code)]).toEqual([undefined, ['LG_NAME_FORM']]);
});

test('planning a file changes nothing on the disk', async () => {
  writeFileSync(join(cwd, 'lakegate.yaml'), smallSpec());
  const steps = new Set<string>();
  const files = beforeEachStep((method) => void steps.add(method));
  expect((await planSpecFile('lakegate.yaml', { cwd, files })).made?.spec.name).toBe('acme');
  expect([...steps].sort()).toEqual(['readFile', 'readStream']);
});
