import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  beforeEachStep,
  Killed,
  killedAfter,
  processOf,
  temporaryFolder,
  testFiles,
} from '../../../test/support/file-systems.ts';
import type { FileSystem } from '../files/index.ts';
import { contentHash } from './content-hash.ts';
import { checkFolder, writeFolder } from './output-folder.ts';

const marker = 'Written by a test.';
const marked = (text: string): string => `# ${marker}\n${text}\n`;
const list = 'lakegate.files.json';

let folder: string;
beforeEach(() => {
  folder = join(temporaryFolder(), 'infra');
});

type Files = Readonly<Record<string, string>>;

const outputOf = (files: Files) => ({
  folder,
  files: Object.entries(files).map(([path, text]) => ({ path, text })),
  marker,
  hasNoMarker: (path: string) => path === 'routes.json',
});

const write = (
  files: Files,
  { force = false, id = 1, fileSystem = testFiles }: { force?: boolean; id?: number; fileSystem?: FileSystem } = {},
) => writeFolder({ ...outputOf(files), force }, { files: fileSystem, process: processOf(id) });

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

/** Where the folder is not what would be written. */
async function differences(files: Files): Promise<Files> {
  const checked = await checkFolder(outputOf(files), testFiles);
  if (checked.is !== 'checked') throw new Error(checked.is);
  return Object.fromEntries(checked.differences.map(({ path, is }) => [path, is]));
}

const first: Files = {
  'a.tf': marked('a'),
  'old.tf': marked('old'),
  'routes.json': '{"a":1}\n',
  'run.sh': marked('x'),
};
const second: Files = { 'a.tf': marked('A'), 'routes.json': '{"a":2}\n', 'run.sh': marked('x') };

test.each(['a.tf', 'old.tf', 'routes.json'])(
  'a hand edit of %s stops everything, and force says what it overwrote',
  async (path) => {
    await write(first);
    put(path, `${first[path]}edited\n`);
    const before = readdirSync(folder).map((name) => [name, read(name)]);
    expect(await write(second)).toEqual({ is: 'in-the-way', paths: [{ path, is: 'edited' }] });
    expect(readdirSync(folder).map((name) => [name, read(name)])).toEqual(before);
    expect(await differences(second)).toMatchObject({ [path]: 'edited' });
    expect(await write(second, { force: true })).toMatchObject({
      is: 'written',
      written: ['a.tf', 'routes.json'],
      removed: ['old.tf'],
      overwrote: [{ path, is: 'edited' }],
    });
    expect(Object.fromEntries(Object.keys(second).map((name) => [name, read(name)]))).toEqual(second);
    expect(existsSync(join(folder, 'old.tf'))).toBe(false);
    expect(await differences(second)).toEqual({});
  },
);

test('an edit that gives what would be written anyway is none', async () => {
  await write(first);
  put('a.tf', second['a.tf'] ?? '');
  expect(await write(second)).toMatchObject({ is: 'written', written: ['routes.json'], overwrote: [] });
});

test('an edit is seen again and again, and undoing it is enough', async () => {
  await write(first);
  put('a.tf', 'mine');
  expect(await write(second)).toMatchObject({ is: 'in-the-way' });
  expect(await write(first)).toMatchObject({ is: 'in-the-way' });
  put('a.tf', first['a.tf'] ?? '');
  expect(await write(second)).toMatchObject({ is: 'written' });
});

test.each<[string, string, (text: string) => string, string]>([
  ['line ends of git', 'a.tf', (text) => text.replaceAll('\n', '\r\n'), 'same'],
  ['blanks at the end of lines', 'a.tf', (text) => text.replaceAll('\n', ' \t\n'), 'same'],
  ['no line end at the end', 'routes.json', (text) => text.trimEnd(), 'same'],
  ['empty lines at the end', 'a.tf', (text) => `${text}\n\n`, 'same'],
  ['line ends of git in a script', 'run.sh', (text) => text.replaceAll('\n', '\r\n'), 'edited'],
  ['another indentation', 'a.tf', (text) => text.replaceAll('\na', '\n a'), 'edited'],
])('%s in %s: %s', async (_, path, change, is) => {
  await write(first);
  put(path, change(first[path] ?? ''));
  expect(await differences(first)).toEqual(is === 'same' ? {} : { [path]: is });
  const next = { ...first, [path]: `${first[path]}more\n` };
  expect(await write(next)).toMatchObject({ is: is === 'same' ? 'written' : 'in-the-way' });
});

test('a list without hashes counts its files as unedited, once', async () => {
  await write(first);
  put(list, JSON.stringify({ is: marker, files: Object.keys(first) }));
  put('a.tf', marked('edited before the hashes came'));
  expect(await differences(second)).toMatchObject({ 'a.tf': 'outdated' });
  expect(await write(second)).toMatchObject({ is: 'written', written: ['a.tf', 'routes.json'], overwrote: [] });
  put('a.tf', 'edited');
  expect(await write(first)).toMatchObject({ is: 'in-the-way', paths: [{ path: 'a.tf', is: 'edited' }] });
});

test.each([1, null, 'abc', ['abc'], [], {}])('hashes of the form %j are none', async (hash) => {
  await write(first);
  put(
    list,
    JSON.stringify({ is: marker, files: Object.keys(first), hashes: { 'a.tf': hash, '../x': 'f'.repeat(64) } }),
  );
  put('a.tf', marked('edited'));
  expect(await write(first)).toMatchObject({ is: 'written', written: ['a.tf'] });
});

test('a deleted file is restored, and told', async () => {
  await write(first);
  rmSync(join(folder, 'a.tf'));
  expect(await differences(first)).toEqual({ 'a.tf': 'missing' });
  expect(await write(first)).toMatchObject({ written: ['a.tf'], restored: ['a.tf'] });
  expect(read('a.tf')).toBe(first['a.tf']);
});

test('a file of somebody else is overwritten by force alone, and never removed', async () => {
  put('a.tf', 'mine');
  put('own.tf', 'mine too');
  put(list, JSON.stringify({ is: marker, files: ['own.tf'], hashes: { 'own.tf': contentHash('own.tf', 'x') } }));
  expect(await write(first)).toEqual({ is: 'in-the-way', paths: [{ path: 'a.tf', is: 'foreign' }] });
  expect(await write(first, { force: true })).toMatchObject({
    overwrote: [{ path: 'a.tf', is: 'foreign' }],
    removed: [],
  });
  expect([read('a.tf'), read('own.tf')]).toEqual([first['a.tf'], 'mine too']);
});

test.each<[string, () => void]>([
  ['a link', () => symlinkSync(join(folder, '..', 'elsewhere'), join(folder, 'a.tf'))],
  ['a folder', () => mkdirSync(join(folder, 'a.tf'))],
])('%s in the place of a file stops force, too', async (_, place) => {
  mkdirSync(folder);
  writeFileSync(join(folder, '..', 'elsewhere'), 'theirs');
  place();
  expect(await write(first, { force: true })).toEqual({ is: 'in-the-way', paths: [{ path: 'a.tf', is: 'irregular' }] });
  expect(readFileSync(join(folder, '..', 'elsewhere'), 'utf8')).toBe('theirs');
  expect(readdirSync(folder)).toEqual(['a.tf']);
  expect(await differences(first)).toMatchObject({ 'a.tf': 'irregular' });
});

test('a folder that holds other things is told about at the first run, and only then', async () => {
  put('main.ts', 'mine');
  put('a.tf', first['a.tf'] ?? '');
  expect(await write(first)).toMatchObject({ isFirst: true, others: ['main.ts'] });
  expect(await write(second)).toMatchObject({ isFirst: false, others: [] });
});

test('a check says what is missing, outdated and unneeded, and changes nothing', async () => {
  expect(await differences(first)).toEqual(Object.fromEntries(Object.keys(first).map((path) => [path, 'missing'])));
  expect(existsSync(folder)).toBe(false);
  await write(first);
  expect(await differences(first)).toEqual({});
  const before = readdirSync(folder);
  expect(await differences(second)).toEqual({ 'a.tf': 'outdated', 'old.tf': 'unneeded', 'routes.json': 'outdated' });
  expect(readdirSync(folder)).toEqual(before);
  rmSync(join(folder, list));
  expect(await differences(first)).toEqual({ [list]: 'missing' });
  put(list, JSON.stringify({ is: marker, files: ['a.tf'] }));
  expect(await differences(first)).toEqual({ [list]: 'outdated' });
  put(list, JSON.stringify({ is: marker, files: [...Object.keys(first), 'gone.tf'] }));
  expect(await differences(first)).toEqual({ [list]: 'outdated' });
});

test('of one difference the list follows; a list of as many other files differs itself', async () => {
  mkdirSync(folder, { recursive: true });
  expect(await differences({ 'a.tf': marked('a') })).toEqual({ 'a.tf': 'missing' });
  await write({ 'a.tf': marked('a'), 'b.tf': marked('b') });
  put(list, JSON.stringify({ is: marker, files: ['a.tf', 'x.tf'] }));
  expect(await differences({ 'a.tf': marked('a'), 'b.tf': marked('b') })).toEqual({ [list]: 'outdated' });
});

test('a fault in looking at a folder is not taken for one of the folder', async () => {
  const faulty: FileSystem = { ...testFiles, isFolder: () => Promise.reject(new RangeError('a fault')) };
  await expect(checkFolder(outputOf(first), faulty)).rejects.toThrow('a fault');
});

test('a folder that is none is said to be', async () => {
  mkdirSync(dirname(folder), { recursive: true });
  writeFileSync(folder, 'a file');
  expect(await checkFolder(outputOf(first), testFiles)).toEqual({ is: 'no-folder' });
});

const steps = Array.from({ length: 24 }, (_, i) => i);

test.each(steps.flatMap((step) => [true, false].map((hasHashes) => [step, hasHashes] as const)))(
  'killed before its change number %i (a list with hashes: %s): no file counts as edited, for whichever next output',
  async (step, hasHashes) => {
    await write(first);
    if (!hasHashes) put(list, JSON.stringify({ is: marker, files: Object.keys(first) }));
    await write(second, { id: 2, fileSystem: killedAfter(step).files }).catch((error) =>
      expect(error).toBeInstanceOf(Killed),
    );
    const third = { ...second, 'a.tf': marked('third'), 'old.tf': marked('third') };
    expect(await write(third, { id: 3 })).toMatchObject({ is: 'written', overwrote: [] });
    expect(await differences(third)).toEqual({});
  },
);

test.each(steps)(
  'killed before its change number %i while it overwrites: the edit is there whole, or gone whole',
  async (step) => {
    await write(first);
    put('a.tf', 'edited');
    await write(second, { force: true, id: 2, fileSystem: killedAfter(step).files }).catch(() => {});
    expect(['edited', second['a.tf']]).toContain(read('a.tf'));
    const next = await write(second, { id: 3 });
    expect(next.is).toBe(read('a.tf') === 'edited' ? 'in-the-way' : 'written');
    expect(await write(second, { id: 4, force: true })).toMatchObject({ is: 'written' });
  },
);

test.each(['createFile', 'makeFolder', 'rename', 'syncFolder'] as const)(
  'a disk that is full at any %s loses nothing',
  async (method) => {
    for (let at = 0; ; at++) {
      rmSync(folder, { recursive: true, force: true });
      await write(first);
      let seen = 0;
      const fileSystem = beforeEachStep((step) => {
        if (step === method && seen++ >= at) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      });
      const result = await write(second, { fileSystem, id: 2 });
      if (result.is === 'written') break;
      expect(result).toMatchObject({ is: 'unwritable', error: { code: 'ENOSPC' } });
      for (const path of Object.keys(second)) expect([first[path], second[path]]).toContain(read(path));
      expect(await write(second, { id: 3 })).toMatchObject({ is: 'written', overwrote: [] });
      expect(at).toBeLessThan(60);
    }
  },
);
