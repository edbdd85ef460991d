import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';

/** A reader who follows a path, a link or a command of our pages finds what is there today. */

const root = join(import.meta.dirname, '../..');
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root });
const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);

/** Folders of the repository. A path with a placeholder is a pattern and names no file. */
const path = /`((?:assets|bench|bin|docs|examples|packaging|schema|scripts|src|test)\/[^`\s<>…*{}]*)`/g;
const link = /\]\(([^)#:]+)(?:#[^)]*)?\)/g;
const script = /npm run ([a-z][a-z:-]*)/g;
const codeBlock = /^```[a-z]*\n(.*?)^```$/gms;
/** At the beginning of a line of a code block. */
const names = new Set(Object.keys(commands).flatMap((name) => [name, ...name.split(' ').slice(0, 1)]));
const command = /^(?:npx )?lakegate ([a-z]+)/gm;

const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []);

test('there are pages to look at', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/router.md']));
});

test.each(pages)('%s names only what exists', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  expect({
    paths: found(text, path).filter((each) => !existsSync(join(root, each))),
    links: found(text, link).filter((each) => !existsSync(join(root, dirname(page), each))),
    scripts: found(text, script).filter((each) => !(each in scripts)),
    commands: found(found(text, codeBlock).join(''), command).filter((each) => !names.has(each)),
  }).toEqual({ paths: [], links: [], scripts: [], commands: [] });
});
