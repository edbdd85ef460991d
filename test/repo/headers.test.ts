import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { closedFolders, importsOf, sourceFiles } from '../support/imports.ts';

/**
 * The header of a folder's index.ts says what the folder is, what it never does, and in one sentence each what it imports
 * and who imports it. `UPDATE_HEADERS=1 npm test -- test/repo/headers` writes the last two.
 */
const files = sourceFiles('src');
const closed = closedFolders(files);
/** A folder inside a closed one belongs to it: only the outer one says who imports it. */
const outer = closed.filter((folder) => !closed.some((other) => folder.startsWith(`${other}/`)));

const imports = files
  .flatMap(importsOf)
  .flatMap(({ from, to }) => (to === undefined ? [] : [{ from: houseOf(from), to: houseOf(to) }]))
  .filter(({ from, to }) => from !== to);

function houseOf(file: string): string {
  return outer.find((folder) => file.startsWith(`${folder}/`)) ?? file.split('/').slice(0, 2).join('/');
}

const topOf = (folder: string): string => folder.split('/')[1] ?? '';

/** `router`; of a folder next to it in the same one, `sim/aws`. */
const nameIn = (folder: string, other: string): string =>
  topOf(other) === topOf(folder) ? other.replace('src/', '') : topOf(other);

const listed = (folder: string, others: readonly string[]): string =>
  [...new Set(others.map((other) => nameIn(folder, other)))].sort().join(', ') || 'nothing';

function sentences(folder: string): string {
  const to = listed(
    folder,
    imports.filter(({ from }) => from === folder).map((one) => one.to),
  );
  const by = listed(
    folder,
    imports.filter((one) => one.to === folder).map(({ from }) => from),
  );
  return `Imports: ${to}. Imported by: ${by}.`;
}

const head = / \* Imports: [\s\S]*?Imported by: [^.]*\./;

/** As lines of a comment, at most 120 characters wide. */
function asComment(text: string): string {
  const lines = [' *'];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + 1 + word.length > 120) lines.push(` * ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}

if (process.env.UPDATE_HEADERS)
  for (const folder of outer) {
    const file = `${folder}/index.ts`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(head, asComment(sentences(folder))));
  }

test.each(outer)('%s says what it imports and who imports it', (folder) => {
  const said = head.exec(readFileSync(`${folder}/index.ts`, 'utf8'))?.[0] ?? '';
  expect(said.replaceAll(/\n \* /g, ' ')).toBe(` * ${sentences(folder)}`);
});

test.each(closed)('%s says what it is and what it never does', (folder) => {
  const header = /^\/\*\*\n([\s\S]*?)\n \*\//.exec(readFileSync(`${folder}/index.ts`, 'utf8'))?.[1] ?? '';
  const name = folder.replace(/^src\/(?:router\/protocols\/)?/, '');
  expect(header.split('\n')[0]).toMatch(new RegExp(`^ \\* ${name}: .{10,}`));
  expect(header).toMatch(/^ \* Never: .{5,}/m);
});

test('every folder of src has its index with a header, or folders that have one; cli is the end of all imports', () => {
  const tops = [...new Set(files.map(topOf))].filter((top) => top !== 'cli');
  expect(tops.filter((top) => !outer.some((folder) => topOf(folder) === top))).toEqual([]);
});
