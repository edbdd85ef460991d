import { describe, expect, test } from 'vitest';
import { contentHash } from './content-hash.ts';
import { listName, listText, readList } from './file-list.ts';
import { differencesOf, pendingChanges } from './folder-changes.ts';
import type { FolderState, Found } from './folder-state.ts';

const marker = 'Written by a test.';
const marked = (text: string): string => `# ${marker}\n${text}\n`;

type Texts = Readonly<Record<string, string>>;

const contentOf = (files: Texts) => ({
  files: Object.entries(files).map(([path, text]) => ({ path, text })),
  marker,
  hasNoMarker: (path: string) => path === 'routes.json',
});

/** A list of these paths, with the hashes of the texts where there are some. */
const listOf = (texts: Readonly<Record<string, string | undefined>>): string =>
  listText(
    {
      paths: new Set(Object.keys(texts)),
      hashes: new Map(
        Object.entries(texts).flatMap(([path, text]) =>
          text === undefined ? [] : [[path, [contentHash(path, text)]]],
        ),
      ),
    },
    marker,
  );

/** What a folder with this list holds; what is neither listed nor named here is not looked at. */
function stateOf(list: string | undefined, there: Readonly<Record<string, string | 'irregular'>>): FolderState {
  const listed = readList(list ?? '');
  const found = new Map<string, Found>([...listed.paths].map((path) => [path, 'nothing']));
  for (const [path, text] of Object.entries(there))
    found.set(path, text === 'irregular' ? 'foreign' : Buffer.from(text));
  return { list, listed, found };
}

const [old, fresh] = [marked('old'), marked('new')];

describe('what stands at a path', () => {
  test.each<[what: string, list: string | undefined, there: Readonly<Record<string, string>>, is: string | undefined]>([
    ['nothing', undefined, {}, 'missing'],
    ['nothing, though listed', listOf({ 'a.tf': old }), {}, 'missing'],
    ['a link or a folder', listOf({ 'a.tf': old }), { 'a.tf': 'irregular' }, 'irregular'],
    ['the same', undefined, { 'a.tf': fresh }, undefined],
    ['the same with other line ends', undefined, { 'a.tf': fresh.replaceAll('\n', ' \r\n') }, undefined],
    ['a file of others', undefined, { 'a.tf': 'mine' }, 'foreign'],
    ['a file with the marker', undefined, { 'a.tf': old }, 'outdated'],
    ['a listed file as it was written', listOf({ 'a.tf': old }), { 'a.tf': old }, 'outdated'],
    ['a listed file without the marker', listOf({ 'a.tf': 'bare' }), { 'a.tf': 'bare' }, 'outdated'],
    ['a listed file that was edited', listOf({ 'a.tf': old }), { 'a.tf': `${old}more` }, 'edited'],
    ['a listed file without a hash', listOf({ 'a.tf': undefined }), { 'a.tf': `${old}more` }, 'outdated'],
  ])('%s', (_, list, there, is) => {
    const differences = differencesOf(contentOf({ 'a.tf': fresh }), stateOf(list, there));
    expect(differences).toEqual(is === undefined ? [] : [{ path: 'a.tf', is }]);
  });

  test.each([
    ['0', 0, 'outdated'],
    ['the last of 500', 500 - marker.length, 'outdated'],
    ['the one behind', 501 - marker.length, 'foreign'],
  ])('the marker from byte %s', (_, at, is) => {
    const text = `${'x'.repeat(at)}${marker}`;
    expect(differencesOf(contentOf({ 'a.tf': fresh }), stateOf(undefined, { 'a.tf': text }))).toEqual([
      { path: 'a.tf', is },
    ]);
  });

  test.each<[what: string, path: string, there: string, is: string | undefined]>([
    ['with the marker', 'x.tf', old, 'unneeded'],
    ['with the marker, edited', 'x.tf', `${old}more`, 'edited'],
    ['without the marker', 'x.tf', 'mine', undefined],
    ['of a format without comments', 'routes.json', '{}', 'edited'],
    ['that is a link', 'x.tf', 'irregular', undefined],
  ])('a listed file that is not needed any more, %s', (_, path, there, is) => {
    const differences = differencesOf(contentOf({}), stateOf(listOf({ [path]: old }), { [path]: there }));
    expect(differences).toEqual(is === undefined ? [] : [{ path, is }]);
  });

  test('differences are sorted by path, a list that is a link among them', () => {
    const state = stateOf(listOf({ 'b.tf': old, 'n.tf': old }), { 'b.tf': old, 'n.tf': old, [listName]: 'irregular' });
    expect(differencesOf(contentOf({ 'z.tf': fresh, 'a.tf': fresh }), state)).toEqual([
      { path: 'a.tf', is: 'missing' },
      { path: 'b.tf', is: 'unneeded' },
      { path: listName, is: 'irregular' },
      { path: 'n.tf', is: 'unneeded' },
      { path: 'z.tf', is: 'missing' },
    ]);
  });
});

describe('what is to be done', () => {
  const content = contentOf({ 'c.tf': fresh, 'b.tf': fresh, 'a.tf': fresh, '0.tf': fresh });

  test('files are written, left and removed by what is there, each in the order of paths', () => {
    const list = listOf({ 'b.tf': old, 'y.tf': old, 'x.tf': old, 'gone.tf': old, 'mine.tf': old });
    const state = stateOf(list, {
      ...{ 'c.tf': fresh, 'a.tf': fresh, 'b.tf': old },
      ...{ 'y.tf': old, 'x.tf': old, 'mine.tf': 'mine' },
    });
    const { write, unchanged, remove, gone, inTheWay, isNothing } = pendingChanges(content, state);
    expect({ write: write.map(({ path }) => path), unchanged, remove, gone, inTheWay, isNothing }).toEqual({
      write: ['0.tf', 'b.tf'],
      unchanged: ['a.tf', 'c.tf'],
      remove: ['x.tf', 'y.tf'],
      gone: ['gone.tf'],
      inTheWay: [],
      isNothing: false,
    });
  });

  test('what was edited or written by others is in the way, also where it would be removed; what is missing is not', () => {
    const list = listOf({ 'a.tf': old, 'x.tf': old });
    const state = stateOf(list, { 'a.tf': `${old}more`, 'b.tf': 'mine', 'c.tf': 'irregular', 'x.tf': `${old}more` });
    expect(pendingChanges(content, state).inTheWay).toEqual([
      { path: 'a.tf', is: 'edited' },
      { path: 'b.tf', is: 'foreign' },
      { path: 'c.tf', is: 'irregular' },
      { path: 'x.tf', is: 'edited' },
    ]);
  });

  test('there is nothing to do only where every file, what is to go and the list are as wanted', () => {
    const whole = { 'c.tf': fresh, 'b.tf': fresh, 'a.tf': fresh, '0.tf': fresh };
    const nothing = (list: string | undefined, there: Texts): boolean =>
      pendingChanges(content, stateOf(list, there)).isNothing;
    expect(nothing(listOf(whole), whole)).toBe(true);
    expect(nothing(listOf({ ...whole, 'x.tf': old }), whole)).toBe(false);
    expect(nothing(listOf({ ...whole, 'x.tf': old }), { ...whole, 'x.tf': old })).toBe(false);
    expect(nothing(listOf(whole), { ...whole, 'a.tf': old })).toBe(false);
    expect(nothing(undefined, whole)).toBe(false);
  });

  test('while files change, the list knows each of them as it was and as it will be', () => {
    const state = stateOf(listOf({ 'a.tf': old, 'b.tf': undefined, 'x.tf': old, 'y.tf': undefined }), {
      ...{ 'a.tf': `${old}more`, 'b.tf': old, 'c.tf': old },
      ...{ 'x.tf': old, 'y.tf': old },
    });
    const { during, after } = pendingChanges(content, state);
    const [before, then] = [contentHash('a.tf', old), contentHash('a.tf', fresh)];
    expect([...during.paths].sort()).toEqual(['0.tf', 'a.tf', 'b.tf', 'c.tf', 'x.tf', 'y.tf']);
    expect(Object.fromEntries(during.hashes)).toEqual({
      '0.tf': [then], // nothing was there
      'a.tf': [before, then], // as it was listed, not as it was edited
      'b.tf': [before, then], // as it is, where the list knows no hash
      'c.tf': [before, then],
      'x.tf': [before],
      'y.tf': [], // no hash is made up for what goes
    });
    expect([...after.paths].sort()).toEqual(['0.tf', 'a.tf', 'b.tf', 'c.tf']);
    expect(Object.fromEntries(after.hashes)).toEqual({
      '0.tf': [then],
      'a.tf': [then],
      'b.tf': [then],
      'c.tf': [then],
    });
  });
});
