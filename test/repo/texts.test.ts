import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { codes } from '../../src/diagnostics/index.ts';
import { sourceFiles } from '../support/imports.ts';

/** What a text says of lakegate is there: commands, options, npm scripts, files, codes. */
interface Text {
  readonly file: string;
  readonly text: string;
}

const read = (file: string): Text => ({ file, text: readFileSync(file, 'utf8') });
const tracked = spawnSync('git', ['ls-files'], { encoding: 'utf8' }).stdout.split('\n').filter(existsSync);

/** Pages that people read. The changelog also speaks of what was: it is not held to what is. */
const pages = tracked.filter((file) => file.endsWith('.md') && file !== 'CHANGELOG.md').map(read);

/** What stands as code on a page: between backticks, and the lines of blocks. */
const codeOf = (text: string): string[] => {
  const blocks = [...text.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].map((found) => found[1] ?? '');
  const rest = text.replaceAll(/^```[\s\S]*?^```/gm, '');
  return [
    ...blocks.flatMap((block) => block.split('\n')),
    ...[...rest.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
  ];
};

/** Every string of the program, as it stands in the source: messages, hints, help, generated comments. */
function stringsOf(file: string): string[] {
  const { program } = parseSync(file, readFileSync(file, 'utf8'));
  const found: string[] = [];
  new Visitor({
    Literal: ({ value }) => {
      if (typeof value === 'string') found.push(value);
    },
    TemplateElement: ({ value }) => {
      found.push(value.cooked ?? value.raw);
    },
  }).visit(program);
  return found;
}

const strings = sourceFiles('src').map((file) => ({ file, strings: stringsOf(file) }));

/** Lines that someone could type: `lakegate plan --json`, `npx lakegate synth -o terraform`. */
const typed: Text[] = [
  ...pages.flatMap(({ file, text }) => codeOf(text).map((code) => ({ file, text: code }))),
  ...strings.flatMap(({ file, strings: all }) => all.map((text) => ({ file, text }))),
];

const args = new Map<string, readonly string[]>();
for (const [name, { load }] of Object.entries(commands)) {
  const { examples, args: taken } = await load();
  typed.push(...examples.map(({ line }) => ({ file: `the help of ${name}`, text: `\`${line}\`` })));
  args.set(
    name,
    Object.entries(taken).flatMap(([arg, { kind }]) => (kind === 'positional' ? [] : [arg])),
  );
}

/** Whether `lakegate WORD` is a command line. In strings the name of the program also begins sentences. */
const isCommandLine = (before: string, word: string, isPage: boolean): boolean =>
  isPage || /(?:`|npx )$/.test(before) || args.has(word);

const calls = typed.flatMap(({ file, text }) =>
  [...text.matchAll(/\blakegate ([a-z][a-z-]*)((?: +[^\s`#|&;,:()]+)*)/g)].flatMap((found) => {
    const [, command = '', rest = ''] = found;
    const before = text.slice(0, found.index);
    const isPage = file.endsWith('.md') && /^(?:npx |\$ )?$/.test(before);
    const [second = '', ...others] = rest.trim().split(/ +/);
    const two = `${command} ${second}`;
    if (args.has(two)) return [{ file, command: two, rest: others.join(' ') }];
    return isCommandLine(before, command, isPage) ? [{ file, command, rest: rest.trim() }] : [];
  }),
);

test('there are many commands named, so the reading works', () => {
  expect(calls.length).toBeGreaterThan(40);
});

test('every command that a text names exists', () => {
  expect(calls.filter(({ command }) => !args.has(command) && command !== 'help')).toEqual([]);
});

test('every option that a text gives a command is one of its', () => {
  const general = ['help', 'version'];
  const wrong = calls.flatMap(({ file, command, rest }) =>
    [...rest.matchAll(/(?:^| )--([a-z][a-z-]*)/g)]
      .map(([, option = '']) => option)
      .filter((option) => !general.includes(option) && !args.get(command)?.includes(option))
      .map((option) => `${file}: lakegate ${command} --${option}`),
  );
  expect(wrong).toEqual([]);
});

test('every npm script that a text names exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = typed.flatMap(({ file, text }) =>
    [...text.matchAll(/npm run ([a-z][a-z:-]*)/g)].map(([, script = '']) => ({ file, script })),
  );
  expect(named.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
  expect(named.length).toBeGreaterThan(5);
});

/** Paths from the root of the repository. `<name>` and `*` stand for anything, so what comes before them must be there. */
const path = /^(?:src|test|docs|scripts|examples|bench|schema|bin|packaging|assets)\/[\w./<>*: -]*$/;

/** What is spoken of before it is there, each with the page's reason. */
const coming = ['src/doctor/checks/<name>.ts'];

test('every file that a page names is there', () => {
  const named = pages
    .filter(({ file }) => !file.startsWith('examples/'))
    .flatMap(({ file, text }) => codeOf(text).map((code) => ({ file, code: code.trim() })))
    .filter(({ code }) => path.test(code) && !coming.includes(code));
  const missing = named.filter(({ code }) => !existsSync(code.replace(/[^/]*[<*].*$/, '').replace(/:\d+$/, '')));
  expect(missing).toEqual([]);
  expect(named.length).toBeGreaterThan(50);
});

test('every link of a page leads to a file that is there', () => {
  const links = pages.flatMap(({ file, text }) =>
    [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, to = '']) => ({ file, to })),
  );
  expect(links.filter(({ file, to }) => !existsSync(join(dirname(file), to)))).toEqual([]);
  expect(links.length).toBeGreaterThan(10);
});

test('every code that a text names is a code', () => {
  const named = [...pages, ...typed].flatMap(({ file, text }) =>
    [...text.matchAll(/\bLG_[A-Z0-9_]*[A-Z0-9]\b(?!\*)/g)].map(([code]) => ({ file, code })),
  );
  expect(named.filter(({ code }) => !Object.hasOwn(codes, code))).toEqual([]);
});
