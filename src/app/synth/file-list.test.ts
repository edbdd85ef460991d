import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { contentHash, isSameContent } from './content-hash.ts';
import { isInside, listName, listText, noList, readList } from './file-list.ts';

const hash = (letter: string): string => letter.repeat(64);

describe('the list', () => {
  const list = {
    paths: new Set(['b.tf', 'a.tf', 'c.tf']),
    hashes: new Map([
      ['b.tf', [hash('b')]],
      ['a.tf', [hash('a'), hash('0')]],
    ]),
  };
  const text = `{
  "is": "Written by a test.",
  "files": [
    "a.tf",
    "b.tf",
    "c.tf"
  ],
  "hashes": {
    "a.tf": [
      "${hash('a')}",
      "${hash('0')}"
    ],
    "b.tf": "${hash('b')}"
  }
}
`;

  test('is written with sorted paths, one hash as a text and several as a list, and none where none is known', () => {
    expect(listText(list, 'Written by a test.')).toBe(text);
  });

  test('is read as it was written', () => {
    expect(readList(text)).toEqual(list);
  });

  test.each<[what: string, files: unknown, hashes: unknown, known: object]>([
    ['an upper-case hash', ['a.tf'], { 'a.tf': hash('A') }, {}],
    ['a hash that is too long', ['a.tf'], { 'a.tf': `${hash('a')}a` }, {}],
    ['a hash in an object', ['a.tf'], { 'a.tf': { of: hash('a') } }, {}],
    ['hashes of which one is none', ['a.tf'], { 'a.tf': [hash('a'), 7, 'x'] }, { 'a.tf': [hash('a')] }],
    ['a hash of a path that is not listed', ['a.tf'], { 'b.tf': hash('b') }, {}],
    ['hashes in a list', ['a.tf'], [hash('a')], {}],
    ['hashes that are none', ['a.tf'], null, {}],
  ])('%s is passed over', (_, files, hashes, known) => {
    const read = readList(JSON.stringify({ files, hashes }));
    expect([...read.paths]).toEqual(['a.tf']);
    expect(Object.fromEntries(read.hashes)).toEqual(known);
  });

  test('hashes in a list are none of a file whose name is a number, and a spec that is no text has no name', () => {
    const read = readList(JSON.stringify({ files: ['0'], hashes: [hash('a')], spec: 7 }));
    expect(read).toEqual({ paths: new Set(['0']), hashes: new Map() });
    expect(read).not.toHaveProperty('spec');
  });

  test.each(['', '{', 'null', '[]', '[["a.tf"]]', '7', '{"files":"a.tf"}', '{"files":{"0":"a.tf"}}'])(
    '%j counts as none',
    (broken) => {
      expect(readList(broken)).toBe(noList);
    },
  );
});

test.each([
  ['a.tf', true],
  ['sub/a.tf', true],
  ['...', true],
  ['a..b/.c', true],
  [listName, false],
  [`sub/${listName}`, true],
  ['', false],
  ['.', false],
  ['..', false],
  ['../a.tf', false],
  ['sub/../a.tf', false],
  ['sub/./a.tf', false],
  ['sub//a.tf', false],
  ['/a.tf', false],
  ['sub/', false],
  ['sub/..', false],
  ['sub\\a.tf', false],
  ['a.tf\0', false],
])('%j is a path inside the folder: %s', (path, want) => {
  expect(isInside(path)).toBe(want);
});

describe('content', () => {
  test.each<[path: string, one: string, other: string, same: boolean]>([
    ['a.tf', 'x \t\r\ny', 'x\ny\n', true],
    ['a.json', '{}\n\n', '{}\n', true],
    ['a.md', 'a \nb', 'a\nb\n', true],
    ['a.tf', ' x\n', 'x\n', false],
    ['a.tf', 'a\n\nb\n', 'a\nb\n', false],
    ['a.sh', 'x \n', 'x\n', false],
    ['a.sh', 'x\r\n', 'x\n', false],
    ['a.sh', 'x\n', 'x\n', true],
    ['a.tf.sh', 'x \n', 'x\n', false],
    ['atf', 'x \n', 'x\n', false],
  ])('of %s, %j and %j are the same: %s', (path, one, other, same) => {
    expect(isSameContent(path, one, other)).toBe(same);
    expect(contentHash(path, one) === contentHash(path, other)).toBe(same);
  });

  test('is known by its SHA-256, in hexadecimal digits', () => {
    const sum = (text: string): string => createHash('sha256').update(text).digest('hex');
    expect(contentHash('a.tf', 'x  ')).toBe(sum('x\n'));
    expect(contentHash('a.sh', 'x  ')).toBe(sum('x  '));
  });
});
