import { expect, test } from 'vitest';
import { testFiles } from '../../../test/support/file-systems.ts';
import type { FileSystem } from '../files/index.ts';
import { listName } from './file-list.ts';
import { readFolder } from './folder-state.ts';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** A folder at `/out` that holds these: a text, an error of reading it, a link. What is asked of it is noted. */
function folderOf(there: Readonly<Record<string, string | Error | 'link'>>) {
  const asked: string[] = [];
  const at = (path: string): string => path.slice('/out/'.length);
  const files: FileSystem = {
    ...testFiles,
    async kindOf(path) {
      asked.push(`kind ${at(path)}`);
      const found = there[at(path)];
      if (found === 'link') return 'link';
      if (found !== undefined) return 'file';
      return Object.keys(there).some((each) => each.startsWith(`${at(path)}/`)) ? 'folder' : undefined;
    },
    async readFile(path, bytesAtMost) {
      asked.push(`read ${at(path)} up to ${bytesAtMost}`);
      const found = there[at(path)] ?? failure('ENOENT');
      if (found instanceof Error) throw found;
      return Buffer.from(found);
    },
  };
  return { asked, read: (...wanted: readonly string[]) => readFolder('/out', wanted, files) };
}

const listOf = (...files: readonly string[]): string => JSON.stringify({ files });

test('each thing is looked at once, files up to 256 MiB and the list up to 32 MiB', async () => {
  const { asked, read } = folderOf({ [listName]: listOf('sub/a.tf', 'sub/b.tf'), 'sub/a.tf': 'a', 'sub/b.tf': 'b' });
  const { found, listed } = await read('sub/a.tf');
  expect([...listed.paths]).toEqual(['sub/a.tf', 'sub/b.tf']);
  expect([...found].map(([path, bytes]) => `${path} ${bytes}`)).toEqual(['sub/a.tf a', 'sub/b.tf b']);
  expect(asked).toEqual([
    `kind ${listName}`,
    `read ${listName} up to 33554432`,
    'kind sub',
    'kind sub/a.tf',
    'read sub/a.tf up to 268435456',
    'kind sub/b.tf',
    'read sub/b.tf up to 268435456',
  ]);
});

test('a list that is a link is there, and not read', async () => {
  const state = await folderOf({ [listName]: 'link' }).read();
  expect(state).toMatchObject({ list: undefined, listed: { paths: new Set() } });
  expect([...state.found]).toEqual([[listName, 'foreign']]);
});

test('what is larger than lakegate writes is not of lakegate: a list counts as empty, a file as one of others', async () => {
  const tooLarge = failure('EFBIG');
  const { list, listed, found } = await folderOf({ [listName]: tooLarge, 'a.tf': tooLarge }).read('a.tf', 'b.tf');
  expect([list, listed.paths.size]).toEqual(['', 0]);
  expect([...found]).toEqual([
    ['a.tf', 'foreign'],
    ['b.tf', 'nothing'],
  ]);
});

test('a file that may not be read ends the run where it would be written, and is left where it is only listed', async () => {
  const there = { [listName]: listOf('a.tf'), 'a.tf': failure('EACCES') };
  await expect(folderOf(there).read('a.tf')).rejects.toThrow('EACCES');
  expect([...(await folderOf(there).read()).found]).toEqual([['a.tf', 'foreign']]);
  await expect(folderOf({ [listName]: failure('EACCES') }).read()).rejects.toThrow('EACCES');
  await expect(folderOf({ ...there, 'a.tf': new Error('a fault') }).read()).rejects.toThrow('a fault');
});
