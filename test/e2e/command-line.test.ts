import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Arg, Args } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands/index.ts';
import { runCommands } from '../../src/cli/run.ts';
import { temporaryFolder, testFiles } from '../support/file-systems.ts';
import { contextFor, lakegate, lakegateIn } from './cli.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const names = Object.keys(commands);

test.each(names)('%s --help shows its arguments and an example of itself, and exits 0', async (name) => {
  const { exit, out, err } = await lakegate(folder, name, '--help');
  expect([exit, err]).toEqual([0, '']);
  expect(out).toContain(`Usage: lakegate ${name}`);
  expect(out).toMatch(new RegExp(`Examples:\n {2}lakegate ${name}`));
  expect((await lakegate(folder, 'help', name)).out).toBe(out);
});

test('--help lists every command; no command at all shows the list and exits 1', async () => {
  const { exit, out } = await lakegate(folder, '--help');
  expect(exit).toBe(0);
  for (const name of names) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  expect(await lakegate(folder)).toMatchObject({ exit: 1, out: '', err: expect.stringContaining('Commands:') });
});

test.each([
  [['fmt'], 'there is no command fmt; lakegate --help lists all'],
  [['fmt', '--help'], 'there is no command fmt; lakegate --help lists all'],
  [['help', 'fmt'], 'there is no command fmt; lakegate --help lists all'],
  [['chek', '--help'], 'there is no command chek; did you mean check?'],
  [['toString'], 'there is no command toString; lakegate --help lists all'],
])('%j names no command', async (argv, message) => {
  expect(await lakegate(folder, ...argv)).toEqual({ exit: 1, out: '', err: `error LG_USAGE ${message}` });
  const { exit, out, err } = await lakegate(folder, ...argv, '--json');
  expect([exit, err]).toEqual([1, '']);
  expect(JSON.parse(out)).toEqual({
    ok: false,
    diagnostics: [{ code: 'LG_USAGE', severity: 'error', path: [], message }],
  });
});

test.each(names)('%s: a line that cannot be read is a problem, and JSON where JSON was asked for', async (name) => {
  const hint = `lakegate ${name} --help shows the arguments and an example`;
  const text = await lakegate(folder, name, '--zzzzzz');
  // What is required and missing comes first.
  const [, message] =
    /^error LG_USAGE (unknown option '--zzzzzz'|required option '.*' not specified)\n/.exec(text.err) ?? [];
  expect(text).toEqual({ exit: 1, out: '', err: `error LG_USAGE ${message}\n  hint: ${hint}` });
  const { exit, out, err } = await lakegate(folder, name, '--zzzzzz', '--json');
  expect([exit, err]).toEqual([1, '']);
  expect(JSON.parse(out)).toEqual({
    ok: false,
    diagnostics: [{ code: 'LG_USAGE', severity: 'error', path: [], message, hint }],
  });
});

test.each([
  [['--nope'], "unknown option '--nope'\n  hint: lakegate --help lists the commands"],
  [['check', '--jsn'], "unknown option '--jsn'; did you mean --json?"],
  [['check', '-f'], "option '-f, --file <FILE>' argument missing"],
  [
    ['check', 'my prod.yaml'],
    "too many arguments for 'check'. Expected 0 arguments but got 1: my prod.yaml.\n  hint: use -f 'my prod.yaml': the spec is named by an option",
  ],
  [
    ['check', 'prod'],
    "too many arguments for 'check'. Expected 0 arguments but got 1: prod.\n  hint: lakegate check --help shows",
  ],
  [['check', '-f', 'a.yaml', '--jsn'], "unknown option '--jsn'; did you mean --json?\n  hint: lakegate check --help"],
  [['trace', '--to', 'x'], "required option '--from <WORKSPACE>' not specified"],
  [['msk', '--cluster', 'x'], "missing required argument 'WHAT'"],
  [['check', '-f', 'a.yaml', '-f', 'b.yaml'], '--file is given twice; it takes one FILE'],
  [['check', '-f', 'a.yaml', '--file', 'a.yaml'], '--file is given twice; it takes one FILE'],
  [['synth', '-o', 'a', '--out=b'], '--out is given twice; it takes one DIR'],
  [['synth', '-o', ''], '--out is empty; it takes one DIR'],
  [['check', '--file='], '--file is empty; it takes one FILE'],
])('%j: %s', async (argv, message) => {
  const { exit, out, err } = await lakegate(folder, ...argv);
  expect([exit, out]).toEqual([1, '']);
  expect(err).toContain(`error LG_USAGE ${message}`);
});

test.each(['--version', '-V'])('%s prints the version of the package, alone or as JSON', async (option) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
  expect(await lakegate(folder, option)).toEqual({ exit: 0, out: version, err: '' });
  expect(JSON.parse((await lakegate(folder, option, '--json')).out)).toEqual({ version });
});

test('LAKEGATE_FILE names the spec where -f does not', async () => {
  cpSync('examples/msk.yaml', join(folder, 'msk.yaml'));
  const env = { LAKEGATE_FILE: 'msk.yaml' };
  expect((await lakegateIn({ cwd: folder, env }, 'check')).out).toMatch(/^msk\.yaml: 1 workspace/);
  expect((await lakegateIn({ cwd: folder, env }, 'check', '-f', 'other.yaml')).err).toMatch(/^other\.yaml {2}error/);
  expect((await lakegateIn({ cwd: folder, env: { LAKEGATE_FILE: '' } }, 'check')).err).toMatch(
    /^lakegate\.yaml {2}error/,
  );
  expect((await lakegateIn({ cwd: folder, env }, 'check', '--help')).out).toMatch(
    /default: "lakegate\.yaml", or\s+LAKEGATE_FILE/,
  );
});

test('-f - reads standard input, with the lock of the working directory', async () => {
  const files = { ...testFiles, readInput: async () => readFileSync('examples/msk.yaml') };
  expect((await lakegateIn({ cwd: folder, files }, 'check', '-f', '-')).out).toMatch(/^-: 1 workspace/);
  writeFileSync(join(folder, 'lakegate.lock.json'), '{');
  expect((await lakegateIn({ cwd: folder, files }, 'plan', '-f', '-')).err).toMatch(
    /^lakegate\.lock\.json:1:2 {2}error LG_LOCK_BROKEN/,
  );
  const wrong = { ...testFiles, readInput: async () => Buffer.from('lakegate: 2\n') };
  expect((await lakegateIn({ cwd: folder, files: wrong }, 'check', '-f', '-')).err).toMatch(/^<stdin>:1:1 {2}error/);
});

test('a command that cannot be loaded is a fault of lakegate, in the one form', async () => {
  const broken = { summary: 'x', load: () => Promise.reject(new Error('a chunk is missing')) };
  const printed: string[] = [];
  const context = {
    ...contextFor(folder),
    print: (text: string) => printed.push(text),
    note: (text: string) => printed.push(text),
  };
  expect(await runCommands(['broken'], { broken }, context)).toBe(2);
  expect(printed.splice(0)[0]).toMatch(/^error LG_INTERNAL lakegate itself is at fault: Error: a chunk is missing/);
  expect(await runCommands(['broken', '--json'], { broken }, context)).toBe(2);
  expect(JSON.parse(printed[0] ?? '')).toMatchObject({ ok: false, diagnostics: [{ code: 'LG_INTERNAL' }] });
});

test('the list of commands loads none of them', async () => {
  const some = { summary: 'does something', load: () => Promise.reject(new Error('loaded')) };
  const printed: string[] = [];
  const context = { ...contextFor(folder), print: (text: string) => printed.push(text) };
  expect(await runCommands(['--help'], { some }, context)).toBe(0);
  expect(printed.join('\n')).toContain('does something');
});

test('compiled code is kept next to the program, and nothing is written elsewhere', () => {
  const [home, tmp] = [join(folder, 'home'), join(folder, 'tmp')];
  mkdirSync(home);
  mkdirSync(tmp);
  const env = { PATH: process.env.PATH, HOME: home, XDG_CACHE_HOME: home, TMPDIR: tmp };
  execFileSync(process.execPath, ['bin/lakegate.js', '--help'], { env });
  expect([readdirSync(home), readdirSync(tmp)]).toEqual([[], []]);
  expect(readdirSync('dist/.compile-cache').length).toBeGreaterThan(0);
});

test('an option that may be given more than once may be', async () => {
  const { err } = await lakegate(folder, 'lab', '--with', 'one', '--with', 'two');
  expect(err).toContain('error LG_USAGE --with one is not known');
});

const spec = 'lakegate.yaml';

/** A wrong input for each command that reads some: what is in the folder, and the line. */
const failures: readonly (readonly [string, readonly string[]])[] = [
  ['check', []],
  ['plan', []],
  ['compare', []],
  ['trace', ['--from', 'a', '--to', 'b']],
  ['trace', ['-f', 'right.yaml', '--from', 'analytix', '--to', 'crm-db']],
  ['trace', ['-f', 'right.yaml', '--from', 'analytics', '--to', 'crm-db', '--expect', 'maybe']],
  ['prove', []],
  ['prove', ['-f', 'right.yaml', '--plan', 'none.json']],
  ['cost', []],
  ['synth', []],
  ['synth', ['--format', 'yaml']],
  ['synth', ['-f', 'right.yaml', '-o', spec]],
  ['artifact', ['--arch', 'riscv']],
  ['artifact', ['--runtime', 'none']],
  ['snippets', ['--workspace', 'analytics']],
  ['snippets', ['-f', 'right.yaml', '--workspace', 'finance', '--target', 'crm-db']],
  ['msk', ['topics', '--cluster', 'x']],
  ['msk', ['brokers', '--cluster', 'x']],
  ['explain', ['LG_NOPE']],
  ['lab', ['--once']],
  ['lab', ['--once', '--with', 'mainframe']],
];

test.each(failures)('%s %j fails with one document in JSON, or with lines of one form', async (name, args) => {
  writeFileSync(join(folder, spec), 'lakegate: 2\n');
  cpSync('examples/hub-router.yaml', join(folder, 'right.yaml'));
  const json = await lakegate(folder, name, ...args, '--json');
  const document = JSON.parse(json.out);
  expect(json.exit).toBe(1);
  const { diagnostics } = document;
  expect(diagnostics.length).toBeGreaterThan(0);
  for (const each of diagnostics)
    expect(each).toMatchObject({
      code: expect.stringMatching(/^LG_/),
      severity: expect.any(String),
      message: expect.any(String),
    });
  if (name !== 'plan') expect(document.ok).toBe(false);
  const text = await lakegate(folder, name, ...args);
  expect(text).toMatchObject({ exit: 1, out: '' });
  const { code } = diagnostics.find(({ severity }: { severity: string }) => severity === 'error');
  expect(text.err).toMatch(new RegExp(`^(?:\\S+ {2})?error ${code} `, 'm'));
});

/** What each command needs beside what is wrong. A command that is not here needs nothing. */
const needed: Readonly<Record<string, readonly string[]>> = {
  trace: ['--from', 'analytics', '--to', 'crm-db'],
  snippets: ['--workspace', 'analytics'],
  msk: ['brokers', '--cluster', 'x'],
  lab: ['--once'],
  router: ['--routes', 'none.json'],
};

/** Kinds of failure, and whether a command can have one. */
const kinds: readonly (readonly [
  kind: string,
  can: (args: Args) => boolean,
  line: (name: string) => readonly string[],
  code: string,
])[] = [
  ['an unknown option', () => true, (name) => [...(needed[name] ?? []), '--zzzzzz'], 'LG_USAGE'],
  ['an option without its value', takesText, (name) => [...(needed[name] ?? []), '--VALUED'], 'LG_USAGE'],
  ['an option twice', takesText, (name) => [...(needed[name] ?? []), '--VALUED', 'a', '--VALUED', 'b'], 'LG_USAGE'],
  ['too many arguments', () => true, (name) => [...(needed[name] ?? []), 'a', 'b', 'c'], 'LG_USAGE'],
  ['what is required left out', (args) => Object.values(args).some(isRequired), () => [], 'LG_USAGE'],
  ['a spec that is not there', readsSpec, (name) => [...(needed[name] ?? []), '-f', 'none.yaml'], 'LG_FILE_UNREADABLE'],
  ['a spec that is a folder', readsSpec, (name) => [...(needed[name] ?? []), '-f', '.'], 'LG_FILE_UNREADABLE'],
  ['a spec that is no YAML', readsSpec, (name) => [...(needed[name] ?? []), '-f', 'tabs.yaml'], 'LG_YAML_SYNTAX'],
  [
    'a spec that is refused',
    readsSpec,
    (name) => [...(needed[name] ?? []), '-f', 'refused.yaml'],
    'LG_TOO_MANY_ENDPOINTS',
  ],
  ['a lock that is broken', readsSpec, (name) => [...(needed[name] ?? []), '-f', 'locked.yaml'], 'LG_LOCK_BROKEN'],
];

function takesText(args: Args): boolean {
  return valuedOf(args) !== undefined;
}

/** An option that takes one value, once. */
function valuedOf(args: Args): string | undefined {
  return Object.entries(args).find(
    ([name, arg]) =>
      arg.kind === 'text' && !arg.many && !Object.values(needed).some((line) => line.includes(`--${name}`)),
  )?.[0];
}

function readsSpec(args: Args): boolean {
  return args.file?.kind === 'text';
}

function isRequired(arg: Arg): boolean {
  return arg.kind !== 'flag' && arg.required === true;
}

test.each(names)(
  '%s: every kind of failure is one document with --json, and lines of one form without',
  async (name) => {
    writeFileSync(join(folder, 'tabs.yaml'), 'lakegate: 1\naws:\n\tregion: eu-west-1\n');
    const right = readFileSync('examples/hub-router.yaml', 'utf8');
    writeFileSync(join(folder, 'refused.yaml'), `${right}\nlimits: { endpoints_in_use: 30 }\n`);
    writeFileSync(join(folder, 'locked.yaml'), right);
    writeFileSync(join(folder, 'locked.lock.json'), '{');
    const definition = await commands[name]?.load();
    const args = definition?.args ?? {};
    for (const [kind, can, lineOf, code] of kinds) {
      if (!can(args)) continue;
      const line = lineOf(name).map((word) => (word === '--VALUED' ? `--${valuedOf(args)}` : word));
      const json = await lakegate(folder, name, '--json', ...line);
      expect([kind, json.exit]).toEqual([kind, 1]);
      const { diagnostics } = JSON.parse(json.out) as { readonly diagnostics: readonly { readonly code: string }[] };
      expect([kind, diagnostics.map((each) => each.code)]).toEqual([kind, expect.arrayContaining([code])]);
      const text = await lakegate(folder, name, ...line);
      expect([kind, text.exit, text.out]).toEqual([kind, 1, '']);
      expect(text.err).toMatch(new RegExp(`^(?:\\S+ {2})?error ${code} `, 'm'));
    }
  },
);

test.each(['--routes none.json', '--routes lakegate.yaml', '--routes x --workers 0', '--routes x --log xml'])(
  'router %s fails with lines of the same form',
  async (line) => {
    writeFileSync(join(folder, spec), 'lakegate: 2\n');
    const { exit, out, err } = await lakegate(folder, 'router', ...line.split(' '));
    expect([exit, out]).toEqual([1, '']);
    expect(err).toMatch(/^error LG_/);
  },
);

test('a fault of lakegate itself gives 2, its stack, and JSON where that was asked for', async () => {
  const broken = { cwd: folder, files: undefined as never };
  const text = await lakegateIn(broken, 'check');
  expect([text.exit, text.out]).toEqual([2, '']);
  expect(text.err).toMatch(/^error LG_INTERNAL lakegate itself is at fault: TypeError: .*\n {4}at /);
  const json = await lakegateIn(broken, 'check', '--json');
  expect(json.exit).toBe(2);
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, diagnostics: [{ code: 'LG_INTERNAL', severity: 'error' }] });
});
