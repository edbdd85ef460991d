import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/file-systems.ts';
import { makeFolders } from './make-folders.ts';
import { nodeFiles } from './node-files.ts';
import { thisProcess } from './this-process.ts';

let folder: string;
const at = (path: string): string => join(folder, path);
beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(at('file'), 'text');
  mkdirSync(at('sub'));
  symlinkSync('file', at('to-file'));
  symlinkSync('sub', at('to-sub'));
  symlinkSync('nothing', at('to-nothing'));
});

test.each([
  ['file', 'file', false],
  ['sub', 'folder', true],
  ['to-file', 'link', false],
  ['to-sub', 'link', true],
  ['to-nothing', 'link', undefined],
  ['nothing', undefined, undefined],
  ['file/below', undefined, undefined],
  ['x'.repeat(5000), undefined, undefined],
])('%.20s is %s, and a folder behind links: %s', async (path, kind, isFolder) => {
  expect([await nodeFiles.kindOf(at(path)), await nodeFiles.isFolder(at(path))]).toEqual([kind, isFolder]);
});

test("names may be made in a folder of one's own, and in nothing that is none", async ({ skip }) => {
  await nodeFiles.mayWriteIn(at('sub'));
  await expect(nodeFiles.mayWriteIn(at('file'))).rejects.toMatchObject({ code: 'EACCES' });
  await expect(nodeFiles.mayWriteIn(at('nothing'))).rejects.toMatchObject({ code: 'ENOENT' });
  if (process.getuid?.() === 0) skip();
  chmodSync(at('sub'), 0o500);
  await expect(nodeFiles.mayWriteIn(at('sub'))).rejects.toMatchObject({ code: 'EACCES' });
});

test('a device is none of these', async () => {
  expect(await nodeFiles.kindOf('/dev/null')).toBe('other');
});

test('a regular file is read up to a size, also behind a link; other things are errors', async () => {
  const read = async (path: string, bytes = 4) => Buffer.from(await nodeFiles.readFile(path, bytes)).toString();
  expect(await read(at('file'))).toBe('text');
  expect(await read(at('to-file'))).toBe('text');
  await expect(read(at('file'), 3)).rejects.toMatchObject({ code: 'EFBIG' });
  await expect(read(at('sub'), 1e6)).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(read('/dev/zero')).rejects.toMatchObject({ code: 'EINVAL' });
  await expect(read(at('nothing'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a stream is read to its end, or as far as was asked', async () => {
  expect(Buffer.from(await nodeFiles.readStream(at('file'), 4)).toString()).toBe('text');
  const { length } = await nodeFiles.readStream('/dev/zero', 100_000);
  expect(length).toBeGreaterThan(100_000);
  expect(length).toBeLessThan(1_000_000);
  await expect(nodeFiles.readStream(at('sub'), 4)).rejects.toMatchObject({ code: 'EISDIR' });
});

test('a file is created once, and through no link', async () => {
  await nodeFiles.createFile(at('new'), 'one');
  await expect(nodeFiles.createFile(at('new'), 'two')).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(nodeFiles.createFile(at('to-nothing'), 'two')).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readFileSync(at('new'), 'utf8')).toBe('one');
  await nodeFiles.syncFolder(folder);
});

test('a tree is removed without following links', async () => {
  mkdirSync(at('tree'));
  symlinkSync('../sub', at('tree/link'));
  writeFileSync(at('sub/keep'), 'keep');
  await nodeFiles.removeTree(at('tree'));
  await nodeFiles.removeTree(at('to-sub'));
  await nodeFiles.removeTree(at('nothing'));
  expect(readFileSync(at('sub/keep'), 'utf8')).toBe('keep');
});

test('missing folders are made one by one; a file in the way is an error', async () => {
  await makeFolders(at('a/b/c'), nodeFiles);
  await makeFolders(at('a/b/c'), nodeFiles);
  await makeFolders(at('to-sub/d'), nodeFiles);
  expect(statSync(at('sub/d')).isDirectory()).toBe(true);
  await expect(makeFolders(at('file/a'), nodeFiles)).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolders(at('file'), nodeFiles)).rejects.toMatchObject({ code: 'ENOTDIR' });
  await expect(makeFolders(at('to-nothing/a'), nodeFiles)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolders('/proc/lakegate/a', nodeFiles)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a folder that another run makes at the same moment is as good', async () => {
  const files = {
    ...nodeFiles,
    async makeFolder(path: string) {
      await nodeFiles.makeFolder(path);
      await nodeFiles.makeFolder(path);
    },
  };
  await makeFolders(at('x/y'), files);
  expect(statSync(at('x/y')).isDirectory()).toBe(true);
});

test('this process runs; one with a number that no system gives does not', () => {
  expect(thisProcess.isRunning(thisProcess.id)).toBe(true);
  expect(thisProcess.isRunning(process.ppid)).toBe(true);
  expect(thisProcess.isRunning(2 ** 30)).toBe(false);
  expect(thisProcess.host).not.toContain('/');
  expect(thisProcess.run).toMatch(/^[0-9a-f]{16}$/);
});
