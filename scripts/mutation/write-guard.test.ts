import * as named from 'node:fs';
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { guardWrites, type WriteGuard } from './write-guard.ts';

/** A repository with a file and an empty folder, and next to it the folder in which tests may write. */
let repository: string;
let scratch: string;
let file: string;
let guard: WriteGuard;
let end: () => void;

beforeEach(() => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lakegate-guard-')));
  [repository, scratch] = [join(root, 'repository'), join(root, 'scratch')];
  file = join(repository, 'file');
  mkdirSync(join(repository, 'empty'), { recursive: true });
  mkdirSync(scratch);
  writeFileSync(file, 'text');
  symlinkSync(repository, join(scratch, 'link'));
  guard = guardWrites(scratch);
  end = () => {
    guard.end();
    rmSync(root, { recursive: true });
  };
});
afterEach(() => end());

const attempts: readonly (readonly [string, () => unknown])[] = [
  ['rmSync', () => named.rmSync(repository, { recursive: true })],
  ['rm', () => promises.rm(repository, { recursive: true, force: true })],
  ['rm of a file URL', () => promises.rm(pathToFileURL(file))],
  ['rm of a Buffer', () => promises.rm(Buffer.from(file))],
  ['rm of the default export', () => fs.promises.rm(file)],
  ['rm with a callback', () => new Promise((_, no) => named.rm(file, (error) => no(error)))],
  ['rm through a link', () => promises.rm(join(scratch, 'link/file'))],
  ['rm by a way up', () => promises.rm(`${scratch}/../repository/file`)],
  ['rm of the folder itself', () => promises.rm(scratch, { recursive: true })],
  ['unlink', () => promises.unlink(file)],
  ['rmdir', () => promises.rmdir(join(repository, 'empty'))],
  ['rename away', () => promises.rename(file, join(scratch, 'file'))],
  ['rename over', () => promises.rename(join(scratch, 'link'), file)],
  ['writeFile', () => promises.writeFile(file, 'other')],
  ['appendFileSync', () => named.appendFileSync(file, 'more')],
  ['truncate', () => promises.truncate(file)],
  ['open to write', () => promises.open(file, 'w')],
  ['open by numbers', () => named.openSync(file, fs.constants.O_WRONLY | fs.constants.O_TRUNC)],
  ['a stream', () => named.createWriteStream(file)],
  ['mkdir', () => promises.mkdir(join(repository, 'deep/er'), { recursive: true })],
  ['copyFile', () => promises.copyFile(join(scratch, 'link/file'), join(repository, 'copy'))],
  ['symlink', () => promises.symlink(scratch, join(repository, 'new'))],
];

test.each(attempts)('%s changes nothing outside', async (_, attempt) => {
  await expect((async () => attempt())()).rejects.toMatchObject({ code: 'EROFS' });
  expect(readFileSync(file, 'utf8')).toBe('text');
  expect(fs.readdirSync(repository)).toEqual(['empty', 'file']);
  expect(fs.readdirSync(scratch)).toEqual(['link']);
});

test('below the folder everything goes, reading everywhere', async () => {
  await promises.mkdir(join(scratch, 'a/b'), { recursive: true });
  await promises.writeFile(join(scratch, 'a/b/file'), await promises.readFile(file));
  await promises.rename(join(scratch, 'a/b/file'), join(scratch, 'file'));
  await using handle = await promises.open(file, 'r');
  expect(await handle.readFile('utf8')).toBe('text');
  await promises.rm(join(scratch, 'link')); // the link, not what it points to
  await promises.rm(join(scratch, 'a'), { recursive: true });
  expect(fs.readdirSync(scratch)).toEqual(['file']);
  expect(existsSync(file)).toBe(true);
});

test('lifted for a moment, it lets through, and guards again also after an error', () => {
  guard.without(() => named.appendFileSync(file, ' and more'));
  expect(readFileSync(file, 'utf8')).toBe('text and more');
  expect(() =>
    guard.without(() => {
      throw new RangeError();
    }),
  ).toThrow(RangeError);
  expect(() => named.appendFileSync(file, '!')).toThrow('EROFS');
});

test('after its end, files change again', () => {
  end();
  expect(existsSync(repository)).toBe(false);
  end = () => {};
});
