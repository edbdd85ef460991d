import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { killedAfter, processOf, temporaryFolder, testFiles } from '../../../test/support/file-systems.ts';
import { marker, type TerraformFormat } from '../../emit/terraform/index.ts';
import type { FileSystem } from '../files/index.ts';
import { planSpecFile } from '../planning/index.ts';
import { planFileName } from './folder-owner.ts';
import { checkTerraform, terraformOf, writeTerraform } from './write-terraform.ts';

let cwd: string;
beforeEach(() => {
  cwd = temporaryFolder();
});

const lock = 'lakegate.lock.json';
const example = (name: string): void => cpSync(`examples/${name}.yaml`, join(cwd, 'lakegate.yaml'));

/** Plans the spec of the folder and writes it, as `synth` does. */
async function synth({
  files = testFiles,
  id = 1,
  format = 'hcl',
  meanwhile = () => {},
  force = false,
}: {
  files?: FileSystem;
  id?: number;
  format?: TerraformFormat;
  meanwhile?: () => void;
  force?: boolean;
} = {}) {
  const { made, lockFile, diagnostics } = await planSpecFile(
    'lakegate.yaml',
    { cwd, files: testFiles },
    { acceptNotYet: true },
  );
  if (!made) throw new Error(JSON.stringify(diagnostics));
  const output = terraformOf(made, format);
  expect(output.files).not.toEqual([]);
  meanwhile();
  return writeTerraform(
    { out: 'infra', files: output.files, made, lockFile, force },
    { cwd, files, process: processOf(id) },
  );
}

const paths = (): readonly string[] =>
  existsSync(join(cwd, 'infra'))
    ? readdirSync(join(cwd, 'infra'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(cwd.length + 1))
    : [];

test('what is written is whole, and the lock holds it', async () => {
  example('hub-router');
  const first = await synth();
  expect(first).toMatchObject({ is: 'written', lock: 'written', changes: { unchanged: [], removed: [] } });
  expect(JSON.parse(readFileSync(join(cwd, lock), 'utf8'))).toMatchObject({ name: 'acme-hub' });
  const second = await synth();
  expect(second).toMatchObject({ is: 'written', lock: 'unchanged', changes: { written: [], removed: [] } });
});

const formats: readonly TerraformFormat[] = ['hcl', 'json'];

test.each(
  readdirSync('examples')
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => formats.map((format) => [file.replace('.yaml', ''), format] as const)),
)('every file of %s as %s is known again without the list: the next spec can remove it', async (name, format) => {
  example(name);
  const { made } = await planSpecFile('lakegate.yaml', { cwd, files: testFiles }, { acceptNotYet: true });
  if (!made) return; // a refusal
  const { files } = terraformOf(made, format);
  const unmarked = files.filter(({ text }) => !text.slice(0, 500).includes(marker)).map(({ path }) => path);
  for (const path of unmarked) expect(['routes.json', 'routes.json.tftpl', planFileName]).toContain(path);
});

test('another spec is refused, and by force leaves nothing of the first', async () => {
  example('msk');
  await synth({ format: 'json' });
  await testFiles.removeFile(join(cwd, lock)); // it is of the other spec
  example('hub-router');
  expect(await synth()).toMatchObject({ is: 'refused', diagnostics: [{ code: 'LG_SYNTH_OTHER_SPEC' }] });
  const result = await synth({ force: true });
  if (result.is !== 'written') throw new Error(JSON.stringify(result));
  expect(result.changes.removed).toContain('msk.tf.json');
  expect(
    paths().filter((path) => path.endsWith('.tf.json') || (path.endsWith('.tftpl') && path.includes('routes'))),
  ).toEqual([]);
});

test('a file in the way: nothing is written, the lock neither', async () => {
  example('hub-router');
  mkdirSync(join(cwd, 'infra'));
  writeFileSync(join(cwd, 'infra', 'router.tf'), 'mine');
  writeFileSync(join(cwd, 'infra', 'routes.json'), 'mine');
  expect(await synth()).toEqual({
    is: 'refused',
    diagnostics: ['router.tf', 'routes.json'].map((path) => ({
      code: 'LG_SYNTH_NOT_OURS',
      severity: 'error',
      path: [],
      message: `infra/${path} exists and was not written by lakegate; nothing was written`,
      hint: 'move it away, name another folder with -o, or overwrite it with lakegate synth --force',
    })),
  });
  expect(paths().toSorted()).toEqual(['infra/router.tf', 'infra/routes.json']);
  expect(existsSync(join(cwd, lock))).toBe(false);
});

test('an output folder that cannot be is a problem, and the lock is not written', async () => {
  example('hub-router');
  writeFileSync(join(cwd, 'infra'), 'a file');
  expect(await synth()).toMatchObject({
    is: 'refused',
    diagnostics: [{ code: 'LG_FILE_UNWRITABLE', message: expect.stringContaining('infra is not a folder') }],
  });
  expect(existsSync(join(cwd, lock))).toBe(false);
});

test('a lock that another run has written in the meantime: nothing is written', async () => {
  example('hub-router');
  const result = await synth({ meanwhile: () => writeFileSync(join(cwd, lock), '{}') });
  expect(result).toMatchObject({ is: 'refused', diagnostics: [{ code: 'LG_LOCK_CHANGED' }] });
  expect(paths()).toEqual([]);
  expect(readFileSync(join(cwd, lock), 'utf8')).toBe('{}');
});

test('an output folder that another run holds: nothing is written', async () => {
  example('hub-router');
  mkdirSync(join(cwd, 'infra', '.lakegate-writing', 'of another form'), { recursive: true });
  expect(await synth()).toMatchObject({
    is: 'refused',
    diagnostics: [{ code: 'LG_WRITE_HELD', message: 'another run of lakegate is writing infra' }],
  });
  expect(existsSync(join(cwd, lock))).toBe(false);
});

/** Changes of a first run: the hold, the lock with its own hold, the list, and the files one by one. */
const stepsSeen = Array.from({ length: 16 }, (_, i) => i);

test.each(stepsSeen)(
  'killed before its change number %i: no file is there without the lock that holds it',
  async (steps) => {
    example('hub-router');
    const { files } = killedAfter(steps);
    await expect(synth({ files })).rejects.toThrow();
    if (paths().some((path) => path.endsWith('.tf') || path.endsWith('lakegate.files.json')))
      expect(JSON.parse(readFileSync(join(cwd, lock), 'utf8'))).toMatchObject({ name: 'acme-hub' });
    expect(await synth({ id: 2 })).toMatchObject({ is: 'written' });
    expect(paths().filter((path) => path.includes('writing'))).toEqual([]);
  },
);

/** What `synth --check` finds. */
async function checked(force = false) {
  const { made, lockFile } = await planSpecFile('lakegate.yaml', { cwd, files: testFiles }, { acceptNotYet: true });
  if (!made) throw new Error('no plan');
  const { files } = terraformOf(made, 'hcl');
  return checkTerraform({ out: 'infra', files, made, lockFile, force }, { cwd, files: testFiles });
}

test('a lock whose lines git has ended otherwise holds the plan', async () => {
  example('hub-router');
  await synth();
  const path = join(cwd, lock);
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('\n', '\r\n'));
  expect(await checked()).toEqual({ is: 'checked', differences: [], isLocked: true });
});

test('a list that cannot be read is told where files look foreign without it, and else is one that differs', async () => {
  example('hub-router');
  await synth();
  writeFileSync(join(cwd, 'infra', 'lakegate.files.json'), '{');
  expect(await checked()).toMatchObject({ is: 'checked', differences: [{ path: 'lakegate.files.json' }] });
  writeFileSync(join(cwd, 'infra', 'routes.json'), 'another');
  expect(await checked()).toMatchObject({
    is: 'refused',
    diagnostics: [
      { code: 'LG_SYNTH_NOT_OURS', message: expect.stringContaining('lakegate.files.json cannot be read') },
    ],
  });
});

test('a folder of another spec is checked with --force, as it would be written', async () => {
  example('hub-router');
  await synth();
  example('msk');
  rmSync(join(cwd, lock));
  expect(await checked()).toMatchObject({ is: 'refused', diagnostics: [{ code: 'LG_SYNTH_OTHER_SPEC' }] });
  expect((await checked(true)).is).toBe('checked');
});
