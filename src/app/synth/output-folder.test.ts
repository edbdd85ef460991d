import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
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
import type { InTheWay } from './folder-changes.ts';
import { type FolderChanges, type FolderProblem, writeFolder } from './output-folder.ts';

const marker = 'Written by a test.';
const marked = (text: string): string => `# ${marker}\n${text}\n`;

/** A working folder; `infra` in it is the output folder, and next to it lies what may not be touched. */
let cwd: string;
let folder: string;

beforeEach(() => {
  cwd = temporaryFolder();
  folder = join(cwd, 'infra');
});

type Files = Readonly<Record<string, string>>;

const write = (
  files: Files,
  {
    fileSystem = testFiles,
    id = 1,
    running = [],
    before,
  }: {
    fileSystem?: FileSystem;
    id?: number;
    running?: readonly number[];
    before?: () => Promise<boolean>;
  } = {},
): Promise<FolderChanges | FolderProblem> =>
  writeFolder(
    {
      folder,
      files: Object.entries(files).map(([path, text]) => ({ path, text })),
      marker,
      hasNoMarker: (path) => path === 'routes.json',
      ...(before && { before }),
    },
    { files: fileSystem, process: processOf(id, running) },
  );

const put = (path: string, text: string): void => {
  const at = join(folder, path);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, text);
};

/** Every file and link below a folder with its text. */
const tree = (root: string): Files =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [
        path.slice(root.length + 1),
        statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, 'utf8') : `-> ${readlinkSync(path)}`,
      ]),
  );

const folders = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();

/** A list as releases wrote it that kept no hashes. */
const listOf = (...paths: readonly string[]): string =>
  `${JSON.stringify({ is: marker, files: paths.toSorted() }, null, 2)}\n`;

/** The list of files as they are written. */
const listFor = (files: Files): string => {
  const paths = Object.keys(files).sort();
  const hashes = Object.fromEntries(paths.map((path) => [path, contentHash(path, files[path] ?? '')]));
  return `${JSON.stringify({ is: marker, files: paths, hashes }, null, 2)}\n`;
};

const list = 'lakegate.files.json';

const inTheWay = (is: InTheWay['is'], ...paths: readonly string[]) => ({
  is: 'in-the-way',
  paths: paths.map((path) => ({ path, is })),
});

test('files are written with their folders, and listed', async () => {
  const wanted = { 'a.tf': marked('a'), 'spokes/x/main.tf': marked('x'), 'routes.json': '{}\n' };
  expect(await write(wanted)).toEqual({
    is: 'written',
    written: ['a.tf', 'routes.json', 'spokes/x/main.tf'],
    restored: [],
    unchanged: [],
    removed: [],
    overwrote: [],
    isFirst: true,
    others: [],
  });
  expect(tree(folder)).toEqual({ ...wanted, [list]: listFor(wanted) });
});

/** The real file system, and what changed in it: the method, and the path without what differs from run to run. */
function recorded(): { readonly fileSystem: FileSystem; readonly steps: string[] } {
  const steps: string[] = [];
  const fileSystem = beforeEachStep((method, path) => {
    if (['kindOf', 'isFolder', 'names', 'readFile'].includes(method)) return;
    steps.push(`${method} ${path.slice(cwd.length + 1).replace(/writing\.[0-9a-f]{8}\./, 'writing.')}`);
  });
  return { fileSystem, steps };
}

test('a second run changes nothing on the disk', async () => {
  await write({ 'a.tf': marked('a'), 'routes.json': '{}\n' });
  const { fileSystem, steps } = recorded();
  expect(await write({ 'a.tf': marked('a'), 'routes.json': '{}\n' }, { fileSystem })).toEqual({
    is: 'written',
    written: [],
    restored: [],
    unchanged: ['a.tf', 'routes.json'],
    removed: [],
    overwrote: [],
    isFirst: false,
    others: [],
  });
  expect(steps).toEqual([]);
});

test('where only a text changes, the list knows both texts before, and one after', async () => {
  await write({ 'a.tf': marked('a'), 'routes.json': '{}\n' });
  const { fileSystem, steps } = recorded();
  await write({ 'a.tf': marked('other'), 'routes.json': '{}\n' }, { fileSystem });
  const [before, text, after] = Array.from({ length: 3 }, () => [
    'createFile infra/.lakegate-writing/file-0',
    'rename infra/.lakegate-writing/file-0',
  ]);
  expect(steps.filter((step) => /file-/.test(step))).toEqual([...(before ?? []), ...(text ?? []), ...(after ?? [])]);
});

test('where a file is only put back, the list is left as it is', async () => {
  await write({ 'a.tf': marked('a'), 'b.tf': marked('b') });
  rmSync(join(folder, 'a.tf'));
  const { fileSystem, steps } = recorded();
  await write({ 'a.tf': marked('a'), 'b.tf': marked('b') }, { fileSystem });
  expect(steps.filter((step) => /file-/.test(step))).toEqual([
    'createFile infra/.lakegate-writing/file-0',
    'rename infra/.lakegate-writing/file-0',
  ]);
});

test('names of others are told sorted, in whatever order the file system gives them', async () => {
  for (const name of ['x.txt', 'y.txt', 'z.txt']) put(name, 'mine');
  const fileSystem: FileSystem = {
    ...testFiles,
    names: async (at) => (await testFiles.names(at)).toSorted().reverse(),
  };
  expect(await write({ 'a.tf': marked('a') }, { fileSystem })).toMatchObject({ others: ['x.txt', 'y.txt', 'z.txt'] });
});

test('where something is in the way, not even the hold is taken', async () => {
  put('b.tf', 'mine');
  const { fileSystem, steps } = recorded();
  expect(await write({ 'b.tf': marked('b') }, { fileSystem })).toMatchObject({ is: 'in-the-way' });
  expect(steps).toEqual([]);
});

test('what is told is sorted by path, in whatever order it was given, listed or found', async () => {
  await write({ 'b.tf': marked('b'), 'a.tf': marked('a'), 'y.tf': marked('y'), 'x.tf': marked('x') });
  put(list, JSON.stringify({ files: ['y.tf', 'x.tf', 'b.tf', 'a.tf'] }));
  expect(await write({ 'b.tf': marked('b'), 'a.tf': marked('a'), 'd.tf': marked('d'), 'c.tf': marked('c') })).toEqual({
    is: 'written',
    written: ['c.tf', 'd.tf'],
    restored: [],
    unchanged: ['a.tf', 'b.tf'],
    removed: ['x.tf', 'y.tf'],
    overwrote: [],
    isFirst: false,
    others: [],
  });
  mkdirSync(join(cwd, 'other', list), { recursive: true });
  folder = join(cwd, 'other');
  put('z.tf', 'mine');
  put('k.tf', 'mine');
  expect(await write({ 'z.tf': marked('z'), 'k.tf': marked('k') })).toEqual({
    is: 'in-the-way',
    paths: [
      { path: 'k.tf', is: 'foreign' },
      { path: list, is: 'irregular' },
      { path: 'z.tf', is: 'foreign' },
    ],
  });
});

test('of the folders above a removed file, none but those inside is looked at, and the output folder never', async () => {
  await write({ 'a.tf': marked('a'), 'spokes/x/main.tf': marked('x'), 'b.tf': marked('b') });
  const { fileSystem, steps } = recorded();
  await write({ 'a.tf': marked('a') }, { fileSystem });
  expect(steps.filter((step) => /^remove(File|EmptyFolder) /.test(step))).toEqual([
    'removeFile infra/b.tf',
    'removeFile infra/spokes/x/main.tf',
    'removeEmptyFolder infra/spokes/x',
    'removeEmptyFolder infra/spokes',
  ]);
});

test('a fault in removing empty folders is not passed over', async () => {
  await write({ 'a.tf': marked('a'), 'spokes/main.tf': marked('x') });
  const fileSystem = beforeEachStep((method) => {
    if (method === 'removeEmptyFolder') throw new RangeError('a fault');
  });
  await expect(write({ 'a.tf': marked('a') }, { fileSystem })).rejects.toThrow('a fault');
});

test.each([
  ['begins a file', 0, true],
  ['ends with its byte 500', 500 - marker.length, true],
  ['ends behind it', 501 - marker.length, false],
])('a marker that %s (from byte %i): the file is known by it: %s', async (_, at, isKnown) => {
  put('a.tf', `${'x'.repeat(at)}${marker}`);
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ is: isKnown ? 'written' : 'in-the-way' });
});

test('what is not needed any more goes, with the folders that it leaves empty', async () => {
  await write({ 'a.tf': marked('a'), 'spokes/x/main.tf': marked('x'), 'spokes/y/main.tf': marked('y') });
  put('spokes/y/own.tf', 'mine');
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ removed: ['spokes/x/main.tf', 'spokes/y/main.tf'] });
  expect(tree(folder)).toEqual({
    'a.tf': marked('a'),
    'spokes/y/own.tf': 'mine',
    [list]: listFor({ 'a.tf': marked('a') }),
  });
  expect(folders(folder)).toEqual(['spokes', 'spokes/y']);
});

test.each<[string, string]>([
  ['another text', 'mine'],
  ['the marker far below', `${'x'.repeat(500)}${marker}`],
  ['nothing in it', ''],
])('a file that is in the way with %s stops everything', async (_, text) => {
  put('b.tf', text);
  expect(await write({ 'a.tf': marked('a'), 'b.tf': marked('b') })).toEqual(inTheWay('foreign', 'b.tf'));
  expect(tree(folder)).toEqual({ 'b.tf': text });
});

test('without the list, a file with the marker is written over', async () => {
  put('a.tf', marked('old'));
  expect(await write({ 'a.tf': marked('new') })).toMatchObject({ written: ['a.tf'] });
});

test.each<[string, string]>([
  ['the folder above', '../keep.txt'],
  ['the folder above, from inside', 'a/../../keep.txt'],
  ['a way out and back', '../infra/keep.txt'],
  ['an absolute path', 'ABSOLUTE'],
  ['a way with nothing between slashes', 'sub//keep.txt'],
  ['a way with a dot', './keep.txt'],
  ['a detour inside', 'sub/../keep.txt'],
  ['a path with an end that is cut', 'keep.txt\0.tf'],
  ['a path with backslashes', '..\\keep.txt'],
  ['the folder itself', '.'],
  ['nothing', ''],
  ['the list itself', list],
])('a list with %s removes nothing there', async (_, path) => {
  const keep = marked('keep'); // even with the marker: what is outside is not ours
  await write({ 'a.tf': marked('a'), 'old.tf': marked('old') });
  writeFileSync(join(cwd, 'keep.txt'), keep);
  put('keep.txt', keep);
  put('sub/keep.txt', keep);
  put(list, listOf('a.tf', 'old.tf', path === 'ABSOLUTE' ? join(cwd, 'keep.txt') : path));
  // `old.tf` goes: the guard was reached.
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ is: 'written', removed: ['old.tf'] });
  expect(tree(cwd)).toEqual({
    'keep.txt': keep,
    'infra/keep.txt': keep,
    'infra/sub/keep.txt': keep,
    'infra/a.tf': marked('a'),
    [`infra/${list}`]: listFor({ 'a.tf': marked('a') }),
  });
});

test('a list cannot name what lakegate does not write: state, and the files of others', async () => {
  await write({ 'a.tf': marked('a'), 'old.tf': marked('old'), 'routes.json': '{}\n' });
  put('terraform.tfstate', '{"serial":7}');
  put('.git/HEAD', 'ref: refs/heads/main\n');
  put('own.tf', 'mine');
  put(list, listOf('a.tf', 'old.tf', 'routes.json', 'terraform.tfstate', '.git/HEAD', 'own.tf'));
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ removed: ['old.tf', 'routes.json'] });
  expect(tree(folder)).toEqual({
    'a.tf': marked('a'),
    'terraform.tfstate': '{"serial":7}',
    '.git/HEAD': 'ref: refs/heads/main\n',
    'own.tf': 'mine',
    [list]: listFor({ 'a.tf': marked('a') }),
  });
});

test.each<[string, string]>([
  ['no JSON', '{'],
  ['merge conflict markers', `<<<<<<< ours\n${listOf('a.tf')}=======\n${listOf('b.tf')}>>>>>>> theirs\n`],
  ['another form', '["a.tf"]'],
  ['null', 'null'],
  ['no list', '{"files":"a.tf"}'],
  ['entries that are not text', '{"files":[1,null,{"a":1},["old.tf"]]}'],
  ['binary', '\u0000\u0001'],
])('a list that is %s counts as none', async (_, text) => {
  put(list, text);
  put('old.tf', marked('old'));
  put('a.tf', 'mine');
  expect(await write({ 'a.tf': marked('a') })).toMatchObject(inTheWay('foreign', 'a.tf'));
  put('a.tf', marked('an earlier one'));
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ written: ['a.tf'], removed: [] });
  expect(tree(folder)).toEqual({
    'a.tf': marked('a'),
    'old.tf': marked('old'),
    [list]: listFor({ 'a.tf': marked('a') }),
  });
});

test('a list with an entry twice, and one of thousands of entries, are read', async () => {
  await write({ 'a.tf': marked('a'), 'old.tf': marked('old') });
  const many = Array.from({ length: 2_000 }, (_, i) => `none-${i}.tf`);
  put(list, JSON.stringify({ files: ['a.tf', 'old.tf', 'old.tf', ...many] }));
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ removed: ['old.tf'], unchanged: ['a.tf'] });
  expect(tree(folder)).toEqual({ 'a.tf': marked('a'), [list]: listFor({ 'a.tf': marked('a') }) });
});

test('a list that is larger than lakegate writes counts as none', async () => {
  put('old.tf', marked('old'));
  put(list, `${listOf('old.tf')}${' '.repeat(32 * 1024 * 1024)}`);
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ written: ['a.tf'], removed: [] });
  expect(tree(folder)).toEqual({
    'a.tf': marked('a'),
    'old.tf': marked('old'),
    [list]: listFor({ 'a.tf': marked('a') }),
  });
});

test('a listed name that no file system can hold is passed over', async () => {
  await write({ 'a.tf': marked('a') });
  put(list, listOf('a.tf', 'x'.repeat(5000), `${'y/'.repeat(300)}z`));
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ is: 'written' });
});

test('a folder in the place of a file, and a file in the place of a folder, stop everything', async () => {
  put('a.tf/own.tf', 'mine');
  put('spokes', marked('a file with the marker'));
  const result = await write({ 'a.tf': marked('a'), 'spokes/x/main.tf': marked('x'), 'b.tf': marked('b') });
  expect(result).toEqual(inTheWay('irregular', 'a.tf', 'spokes/x/main.tf'));
  expect(tree(folder)).toEqual({ 'a.tf/own.tf': 'mine', spokes: marked('a file with the marker') });
});

test('a folder where a listed file was is left, and forgotten', async () => {
  await write({ 'a.tf': marked('a') });
  put('old.tf/own.tf', 'mine');
  put(list, listOf('a.tf', 'old.tf'));
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ removed: [] });
  expect(tree(folder)).toEqual({
    'a.tf': marked('a'),
    'old.tf/own.tf': 'mine',
    [list]: listFor({ 'a.tf': marked('a') }),
  });
});

test('a folder in the place of the list stops everything', async () => {
  put(`${list}/own`, 'mine');
  expect(await write({ 'a.tf': marked('a') })).toEqual(inTheWay('irregular', list));
  expect(tree(folder)).toEqual({ [`${list}/own`]: 'mine' });
});

/** A folder outside with files that even carry the marker. */
function outside(): string {
  const away = join(cwd, 'away');
  mkdirSync(join(away, 'empty'), { recursive: true });
  writeFileSync(join(away, 'main.tf'), marked('away'));
  return away;
}

test('nothing is written through a link to another folder', async () => {
  const away = outside();
  mkdirSync(folder);
  symlinkSync(away, join(folder, 'spokes'));
  const before = tree(cwd);
  put(list, listOf('spokes/main.tf', 'spokes/new.tf'));
  const result = await write({ 'spokes/main.tf': marked('ours'), 'spokes/new.tf': marked('ours') });
  expect(result).toEqual(inTheWay('irregular', 'spokes/main.tf', 'spokes/new.tf'));
  expect(tree(cwd)).toEqual({ ...before, [`infra/${list}`]: listOf('spokes/main.tf', 'spokes/new.tf') });
});

test('nothing is removed through a link to another folder, be it a file or an empty folder', async () => {
  const away = outside();
  await write({ 'a.tf': marked('a'), 'old.tf': marked('old') });
  symlinkSync(away, join(folder, 'spokes'));
  put(list, listOf('a.tf', 'old.tf', 'spokes/main.tf', 'spokes/empty/gone.tf'));
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ removed: ['old.tf'] });
  expect(readFileSync(join(away, 'main.tf'), 'utf8')).toBe(marked('away'));
  expect(existsSync(join(away, 'empty'))).toBe(true);
});

test.each(['main.tf', 'nowhere.tf'])('a link to %s in the place of a file stops everything', async (to) => {
  const away = outside();
  mkdirSync(folder);
  symlinkSync(join(away, to), join(folder, 'a.tf'));
  const before = tree(cwd);
  expect(await write({ 'a.tf': marked('a') })).toEqual(inTheWay('irregular', 'a.tf'));
  expect(tree(cwd)).toEqual(before);
});

test('a link where a listed file was is left', async () => {
  const away = outside();
  await write({ 'a.tf': marked('a'), 'old.tf': marked('old') });
  symlinkSync(join(away, 'main.tf'), join(folder, 'link.tf'));
  symlinkSync(join(away, 'main.tf'), join(folder, 'routes.json'));
  put(list, listOf('a.tf', 'old.tf', 'link.tf', 'routes.json'));
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ removed: ['old.tf'] });
  expect(readFileSync(join(away, 'main.tf'), 'utf8')).toBe(marked('away'));
  for (const link of ['link.tf', 'routes.json']) expect(readlinkSync(join(folder, link))).toBe(join(away, 'main.tf'));
});

test('a link in the place of the list stops everything', async () => {
  const away = outside();
  mkdirSync(folder);
  writeFileSync(join(away, list), listOf('a.tf'));
  symlinkSync(join(away, list), join(folder, list));
  expect(await write({ 'a.tf': marked('a') })).toEqual(inTheWay('irregular', list));
  expect(readFileSync(join(away, list), 'utf8')).toBe(listOf('a.tf'));
});

test('the output folder itself may be a link: the user named it', async () => {
  const away = join(cwd, 'away');
  mkdirSync(away);
  symlinkSync(away, folder);
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ written: ['a.tf'] });
  expect(tree(away)).toEqual({ 'a.tf': marked('a'), [list]: listFor({ 'a.tf': marked('a') }) });
});

test('a path of the output that leaves the folder is a fault of lakegate', async () => {
  await expect(write({ '../x.tf': marked('x') })).rejects.toThrow(RangeError);
  expect(readdirSync(cwd)).toEqual([]);
});

test('missing parents are made', async () => {
  folder = join(cwd, 'deep/er/infra');
  expect(await write({ 'a.tf': marked('a') })).toMatchObject({ written: ['a.tf'] });
});

test.each<[string, () => string, string | undefined]>([
  ['a file', () => join(cwd, 'file'), undefined],
  ['below a file', () => join(cwd, 'file/x'), undefined],
  ['in /proc, where no folder can be made', () => '/proc/lakegate', 'ENOENT'],
  ['deep in /proc', () => '/proc/lakegate/a/b', 'ENOENT'],
  ['behind a link to nothing', () => join(cwd, 'dangling'), 'EEXIST'],
])('an output folder that is %s is an error', async (_, at, code) => {
  writeFileSync(join(cwd, 'file'), 'mine');
  symlinkSync(join(cwd, 'nothing'), join(cwd, 'dangling'));
  const before = tree(cwd);
  folder = at();
  expect(await write({ 'a.tf': marked('a') })).toMatchObject(
    code === undefined ? { is: 'no-folder' } : { is: 'unwritable', error: { code } },
  );
  expect(tree(cwd)).toEqual(before);
});

/** Root may write everywhere, so the file system says no in its place. */
const readOnly = (at: string): FileSystem =>
  beforeEachStep((method, path) => {
    if (!['kindOf', 'isFolder', 'readFile', 'names'].includes(method) && path.startsWith(at))
      throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
  });

test('a folder that may not be written to is an error; with nothing to change it is none', async () => {
  await write({ 'a.tf': marked('a') });
  const before = tree(folder);
  const fileSystem = readOnly(folder);
  expect(await write({ 'a.tf': marked('b') }, { fileSystem })).toMatchObject({
    is: 'unwritable',
    error: { code: 'EROFS' },
  });
  expect(tree(folder)).toEqual(before);
  expect(await write({ 'a.tf': marked('a') }, { fileSystem })).toMatchObject({ is: 'written', unchanged: ['a.tf'] });
});

test.skipIf(process.getuid?.() === 0)('the same with real permissions', async () => {
  await write({ 'a.tf': marked('a') });
  chmodSync(folder, 0o500);
  expect(await write({ 'a.tf': marked('b') })).toMatchObject({ is: 'unwritable', error: { code: 'EACCES' } });
  chmodSync(folder, 0o700);
});

test('a disk that is full stops before the first file has changed', async () => {
  const old = { 'a.tf': marked('a'), 'b.tf': marked('b') };
  await write(old);
  let created = 0;
  const fileSystem = beforeEachStep((method, path) => {
    if (method === 'createFile' && /file-\d+$/.test(path) && created++ === 2)
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  });
  const result = await write({ 'a.tf': marked('A'), 'b.tf': marked('B'), 'c.tf': marked('C') }, { fileSystem });
  expect(result).toMatchObject({ is: 'unwritable', error: { code: 'ENOSPC' } });
  const { [list]: during = '', ...there } = tree(folder);
  expect(there).toEqual(old);
  expect(JSON.parse(during).files).toEqual(['a.tf', 'b.tf', 'c.tf']);
  expect(await write(old)).toMatchObject({ is: 'written', unchanged: ['a.tf', 'b.tf'] });
  expect(tree(folder)).toEqual({ ...old, [list]: listFor(old) });
});

test('what comes first comes once, before any change, and may end it', async () => {
  const seen: Files[] = [];
  const before = (goesOn: boolean) => async (): Promise<boolean> => {
    seen.push(existsSync(join(folder, 'a.tf')) ? tree(folder) : {});
    return goesOn;
  };
  expect(await write({ 'a.tf': marked('a') }, { before: before(false) })).toEqual({ is: 'stopped' });
  expect(folders(cwd)).toEqual(['infra']);
  expect(tree(cwd)).toEqual({});
  await write({ 'a.tf': marked('a') }, { before: before(true) });
  expect(seen).toEqual([{}, {}]);
  expect(await write({ 'a.tf': marked('a') }, { before: before(false) })).toEqual({ is: 'stopped' });
  put('b.tf', 'mine');
  await write({ 'b.tf': marked('b') }, { before: before(true) });
  expect(seen).toHaveLength(3); // not when something is in the way
});

const older: Files = {
  'a.tf': marked('a'),
  'b.tf': marked('b'),
  'routes.json': '{"version":1}\n',
  'spokes/x/deep/main.tf': marked('x'),
};
const newer: Files = {
  'a.tf': marked('a, changed'),
  'b.tf': marked('b'),
  'c.tf.json': `{"//":"${marker}"}\n`,
  'routes.json': '{"version":2}\n',
  'spokes/y/main.tf': marked('y'),
};
const own: Files = { 'own.tf': 'mine', 'spokes/y/own.tf': 'mine' };

const stepsOfTheChange = 40; // more than there are; the last ones are not cut short

/** What the next run is for: the same files, or those of before. */
const nextRuns = [
  ['the same', newer, ['spokes', 'spokes/y']],
  ['the earlier', older, ['spokes', 'spokes/x', 'spokes/x/deep', 'spokes/y']],
] as const;

test.each(Array.from({ length: stepsOfTheChange }, (_, i) => nextRuns.map((next) => [i, ...next] as const)).flat())(
  'killed before its change number %i: nothing is lost, and the next run for %s files mends',
  async (steps, _, next, kept) => {
    await write(older);
    for (const [path, text] of Object.entries(own)) put(path, text);
    const { files: fileSystem, isKilled } = killedAfter(steps);
    await write(newer, { fileSystem, id: 2 }).then(
      () => expect(isKilled()).toBe(false),
      (error) => expect(error).toBeInstanceOf(Killed),
    );
    if (steps === stepsOfTheChange - 1) expect(isKilled()).toBe(false);
    const cut = tree(folder);
    expect(cut).toMatchObject(own);
    const listed = JSON.parse(cut[list] ?? '').files as readonly string[];
    for (const [path, text] of Object.entries(cut)) {
      if (path.startsWith('.lakegate-writing') || path === list || path in own) continue;
      expect([older[path], newer[path]]).toContain(text); // whole: the old one or the new one
      expect(listed).toContain(path);
    }
    expect(await write(next, { id: 3 })).toMatchObject({ is: 'written' });
    expect(tree(folder)).toEqual({ ...next, ...own, [list]: listFor(next) });
    expect(folders(folder)).toEqual(kept);
  },
);

/** The real file system, with something before the hold of process 1 is taken. */
const beforeTheHold = (act: () => Promise<void> | void): FileSystem => {
  let isDone = false;
  return beforeEachStep(async (method, path) => {
    if (isDone || method !== 'makeFolder' || !path.includes('.lakegate-writing')) return;
    isDone = true;
    await act();
  });
};

test('what comes between the look and the hold is seen', async () => {
  await write(older);
  const fileSystem = beforeTheHold(() => put('c.tf.json', 'mine'));
  expect(await write(newer, { fileSystem })).toEqual(inTheWay('foreign', 'c.tf.json'));
  expect(tree(folder)).toEqual({ ...older, 'c.tf.json': 'mine', [list]: listFor(older) });
});

test('a run that ends between the look and the hold has left its files to this one', async () => {
  const fileSystem = beforeTheHold(async () => {
    await write(older, { id: 2 });
  });
  expect(await write(newer, { fileSystem })).toMatchObject({ removed: ['spokes/x/deep/main.tf'], unchanged: ['b.tf'] });
  expect(tree(folder)).toEqual({ ...newer, [list]: listFor(newer) });
});

test('a second run while one writes is refused and changes nothing', async () => {
  await write(older);
  const held: (FolderChanges | FolderProblem)[] = [];
  const fileSystem = beforeEachStep(async (method, path) => {
    if (method === 'removeFile' && path.endsWith('spokes/x/deep/main.tf'))
      held.push(await write({ 'z.tf': marked('z') }, { id: 3, running: [2] }));
  });
  expect(await write(newer, { fileSystem, id: 2 })).toMatchObject({ is: 'written' });
  const place = join(folder, '.lakegate-writing');
  expect(held).toEqual([{ is: 'held', heldBy: { id: 2, host: 'here', run: 'run2' }, place }]);
  expect(tree(folder)).toEqual({ ...newer, [list]: listFor(newer) });
});

test('two runs in any interleaving: each is done whole or refused, and the folder is that of one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      folder = join(temporaryFolder(), 'infra');
      const fileSystem = beforeEachStep(async (method) => scheduler.schedule(Promise.resolve(), method));
      const running = [1, 2];
      const runs = [older, newer].map((files, i) => write(files, { fileSystem, id: i + 1, running }));
      const [first, second] = await scheduler.waitFor(Promise.all(runs));
      const done = [first, second].map((each) => each?.is);
      for (const is of done) expect(['written', 'held']).toContain(is);
      expect(done).toContain('written');
      const { [list]: listed, ...there } = tree(folder);
      expect([older, newer]).toContainEqual(there);
      expect(listed).toBe(listFor(there));
    }),
    { numRuns: 60 },
  );
});
