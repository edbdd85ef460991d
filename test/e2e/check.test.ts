import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Context } from '../../src/cli/context.ts';
import { jsonSchemaText } from '../../src/spec/index.ts';
import { smallSpec } from '../small-spec.ts';
import { lakegateIn } from './cli.ts';

/** A new working directory, and what a command printed there. */
async function workplace(files: Readonly<Record<string, string | Uint8Array>> = {}, context: Partial<Context> = {}) {
  const cwd = await mkdtemp(join(tmpdir(), 'lakegate-check-'));
  onTestFinished(() => rm(cwd, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  return {
    cwd,
    async run(...argv: string[]) {
      const { exit, out, err } = await lakegateIn({ cwd, ...context }, ...argv);
      return { exit, out, notes: err };
    },
  };
}

test('a right spec: one line, exit 0', async () => {
  const { run } = await workplace({ 'lakegate.yaml': smallSpec() });
  expect(await run('check')).toEqual({
    exit: 0,
    out: 'lakegate.yaml: 2 workspaces, 3 networks, 1 target, 2 pairs granted; no errors',
    notes: 'Next: lakegate plan shows what would be built, lakegate synth writes it',
  });
});

test('a wrong spec: every problem with its line and a caret, exit 1', async () => {
  const { run } = await workplace({ 'a.yaml': smallSpec({ name: 'Acme', targts: '{}' }) });
  expect(await run('check', '-f', 'a.yaml')).toEqual({
    exit: 1,
    out: '',
    notes: `a.yaml:2:7  error LG_NAME_FORM "Acme" is not a valid name of a spec
  2 | name: Acme
    |       ^
  hint: use 2 to 20 lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen

a.yaml:10:1  error LG_FIELD_UNKNOWN a spec has no field "targts"
  10 | targts: {}
     | ^
  hint: did you mean targets?

2 errors`,
  });
});

test('a warning is shown and does not fail', async () => {
  const { run } = await workplace({ 'lakegate.yaml': smallSpec({ access: '[{ from: [one, one], to: [db] }]' }) });
  const { exit, out, notes } = await run('check');
  expect(exit).toBe(0);
  expect(out).toMatch(/no errors$/);
  expect(notes).toContain('lakegate.yaml:9:24  warning LG_LISTED_TWICE');
  expect(notes).toMatch(/1 warning, 1 note\n/);
});

test('what is not built yet hides nothing that planning and synth would refuse', async () => {
  const { run } = await workplace({
    'lakegate.yaml': smallSpec({
      workspaces:
        '{ one: { id: "1" }, two: { create: { network: { cidr: 10.30.0.0/16, zones: 3 }, storage: { root: acme-root } } } }',
      hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } }, router: { engine: haproxy } }',
      limits: '{ endpoints_in_use: 30 }',
    }),
  });
  const { notes } = await run('check');
  expect(notes.match(/error LG_\w+/g)?.sort()).toEqual([
    'error LG_NOT_BUILT_YET',
    'error LG_NOT_BUILT_YET',
    'error LG_TOO_MANY_ENDPOINTS',
  ]);
});

test('what synth cannot write of something that is not built is not said of it', async () => {
  const create = '{ network: { cidr: 10.30.0.0/16, zones: 3 }, storage: { root: acme-root } }';
  const { run } = await workplace({ 'lakegate.yaml': smallSpec({ workspaces: `{ one: { create: ${create} } }` }) });
  expect((await run('check')).notes.match(/error LG_\w+/g)).toEqual(['error LG_NOT_BUILT_YET']);
});

test('--syntax reads the spec alone', async () => {
  const { run } = await workplace({ 'lakegate.yaml': smallSpec(), 'lakegate.lock.json': '{' });
  expect(await run('check', '--syntax')).toMatchObject({ exit: 0, notes: '' });
  const wrong = await workplace({ 'lakegate.yaml': smallSpec({ name: 'Acme' }) });
  expect(await wrong.run('check', '--syntax')).toMatchObject({ exit: 1 });
});

test('a wrong lock: its own file, line and text', async () => {
  const { run } = await workplace({ 'lakegate.yaml': smallSpec(), 'lakegate.lock.json': '{\n  "version": 2\n}\n' });
  expect(
    (await run('check')).notes,
  ).toContain(`lakegate.lock.json:2:14  error LG_LOCK_VERSION lakegate.lock.json has version 2; this release reads version 1
  2 |   "version": 2
    |              ^
`);
});

test('--json: the same problems for a machine', async () => {
  const { run } = await workplace({ 'lakegate.yaml': smallSpec({ name: 'Acme' }) });
  const { exit, out, notes } = await run('check', '--json');
  expect({ exit, notes }).toEqual({ exit: 1, notes: '' });
  expect(JSON.parse(out)).toEqual({
    ok: false,
    file: 'lakegate.yaml',
    diagnostics: [
      {
        code: 'LG_NAME_FORM',
        severity: 'error',
        file: 'lakegate.yaml',
        line: 2,
        column: 7,
        path: ['name'],
        message: '"Acme" is not a valid name of a spec',
        hint: 'use 2 to 20 lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen',
      },
    ],
  });
});

test.each([
  ['does not exist', 'nope.yaml', 'nope.yaml  error LG_FILE_UNREADABLE nope.yaml does not exist'],
  ['is a folder', '.', '.  error LG_FILE_UNREADABLE . is a folder'],
])('a file that %s', async (_, file, note) => {
  const { run } = await workplace();
  const { exit, notes } = await run('check', '-f', file);
  expect(exit).toBe(1);
  expect(notes.split('\n')[0]).toBe(note);
});

test('without a file the hint is init', async () => {
  const { run } = await workplace();
  expect((await run('check')).notes).toContain('hint: lakegate init writes a commented file');
});

test('bytes that are not text, and an endless file, are refused', async () => {
  const { run } = await workplace({ 'a.yaml': Uint8Array.from([0x1f, 0x8b, 0x08, 0x00]) });
  expect((await run('check', '-f', 'a.yaml')).notes).toContain('LG_SPEC_NOT_UTF8');
  expect((await run('check', '-f', '/dev/zero')).notes).toContain('LG_SPEC_FILE_SIZE');
});

test('a long line is cut around the caret, and obeys no escape of the file', async () => {
  const long = smallSpec({ targets: `{ ${'x: { type: s3 }, '.repeat(1)}${' '.repeat(300)}y: { typ: "\u009b31m" } }` });
  const { run } = await workplace({ 'lakegate.yaml': long.replace('\u009b', '\u0085') }, { columns: 60 });
  const { notes } = await run('check');
  for (const line of notes.split('\n').filter((each) => / \| /.test(each))) expect(line.length).toBeLessThanOrEqual(60);
  expect(notes).not.toContain('\u0085');
  const lines = notes.split('\n');
  const caret = lines.findIndex((line, i) => line.trimEnd().endsWith('^') && lines[i - 2]?.includes('"typ"'));
  expect(lines[caret - 1]?.slice(lines[caret]?.indexOf('^'))).toMatch(/^typ/);
});

test('a secret in the file is named, and never printed', async () => {
  const { run } = await workplace({
    'lakegate.yaml': smallSpec({
      targets: '{ db: { type: postgres, host: "postgres://me:hunter2@db.acme.com", network: cor, password: hunter2 } }',
    }),
  });
  for (const { notes, out } of [await run('check'), await run('check', '--json')]) {
    expect(notes + out).toContain('LG_SPEC_SECRET');
    expect(notes + out).toContain('LG_HOST_NAME');
    expect(notes + out).not.toContain('hunter2');
  }
});

test('colour on a terminal only', async () => {
  const files = { 'lakegate.yaml': smallSpec({ name: 'Acme' }) };
  const [plain, terminal] = [await workplace(files), await workplace(files, { isTerminal: true })];
  expect((await plain.run('check')).notes).not.toContain('\u001b');
  expect((await terminal.run('check')).notes).toContain('\u001b[31;1merror\u001b[0m');
});

test('a hundred problems are shown, the others counted', async () => {
  const targets = Array.from(
    { length: 150 },
    (_, i) => `t${i}: { type: postgre, network: core, host: t${i}.acme.com }`,
  ).join(', ');
  const { run } = await workplace({ 'lakegate.yaml': smallSpec({ targets: `{ ${targets} }` }) });
  const { notes } = await run('check');
  expect(notes.match(/error LG_FIELD_VALUE/g)).toHaveLength(100);
  expect(notes).toContain('and 50 more: lakegate check --json prints all');
  expect(notes).toMatch(/150 errors$/);
});

test('init writes a file that check accepts, and never overwrites', async () => {
  const { cwd, run } = await workplace();
  expect(await run('init')).toMatchObject({ exit: 0, out: expect.stringMatching(/^wrote lakegate\.yaml/) });
  expect(await run('check')).toMatchObject({ exit: 0, notes: expect.stringMatching(/^Next: [^\n]*$/) });
  await writeFile(join(cwd, 'lakegate.yaml'), 'mine');
  const again = await run('init');
  expect(again.exit).toBe(1);
  expect(again.notes).toContain('LG_FILE_EXISTS');
  expect(await readFile(join(cwd, 'lakegate.yaml'), 'utf8')).toBe('mine');
  expect(await run('init', 'other.yaml')).toMatchObject({ exit: 0 });
  expect((await run('init', 'no/such/folder.yaml')).notes).toContain('LG_FILE_UNWRITABLE');
});

test('schema prints the JSON Schema', async () => {
  const { run } = await workplace();
  const { exit, out } = await run('schema');
  expect(exit).toBe(0);
  expect(`${out}\n`).toBe(jsonSchemaText());
});

test.each([
  ['lakegate.lock.json', 'the file is a lock of lakegate, not a spec'],
  ['terraform/lakegate.plan.json', 'the file is a document of lakegate plan --json, not a spec'],
  ['terraform/lakegate.files.json', 'the file is the list of files of an output folder, not a spec'],
])('%s given as the spec is one error that says what it is', async (file, sentence) => {
  const { run } = await workplace({ 'lakegate.yaml': smallSpec() });
  await run('synth');
  const { exit, out } = await run('check', '--json', '-f', file);
  expect(exit).toBe(1);
  expect(JSON.parse(out).diagnostics).toMatchObject([{ code: 'LG_FIELD_TYPE', message: sentence }]);
});

test('names that a terminal would act on are shown by their characters, in errors, warnings and hints', async () => {
  const targets = '{ db: { type: postgres, host: db.acme.com, network: core }, "a\\e[31m\\u202e": {}, "b\\e[2J": {} }';
  const { run } = await workplace({ 'lakegate.yaml': smallSpec({ targets, access: '[{ from: ["*"], to: [db] }]' }) });
  const { notes } = await run('check');
  expect(notes).toContain('no workspace may reach the target a\\u{1b}[31m\\u{202e}');
  expect(notes).toContain('no workspace may reach the target b\\u{1b}[2J');
  expect([...notes].filter((each) => each === '\u001b' || each === '\u202e')).toEqual([]);
});

test('Next after a check: the plan, or what it changes; and the CA of a spec that inspects, where there is none', async () => {
  const { run, cwd } = await workplace({ 'prod.yaml': smallSpec() });
  const next = async (...argv: readonly string[]) => (await run('check', '-f', 'prod.yaml', ...argv)).notes;
  expect(await next()).toBe(
    'Next: lakegate plan -f prod.yaml shows what would be built, lakegate synth -f prod.yaml writes it',
  );
  expect(await next('--syntax')).toBe('');
  expect(await next('--json')).toBe('');
  expect((await run('synth', '-f', 'prod.yaml')).exit).toBe(0);
  expect(await next()).toBe(
    'Next: lakegate diff -f prod.yaml shows what has changed since lakegate synth -f prod.yaml wrote terraform',
  );
  await writeFile(
    join(cwd, 'prod.yaml'),
    smallSpec({
      targets: '{ api: { type: https, host: api.acme.com, network: core, tls: inspect } }',
      access: '[{ from: [one], to: [api] }]',
      inspection: '{ ca: { signer: { github: acme/network } } }',
    }),
  );
  const ca =
    'lakegate ca init --kms alias/lakegate-acme-inspection-ca-1 -f prod.yaml && lakegate ca sign -f prod.yaml && lakegate ca bundle -f prod.yaml';
  expect((await next()).split('\n')).toContain(`After terraform apply, for the CA of inspection: ${ca}`);
  await writeFile(join(cwd, 'prod.ca.json'), '{}');
  expect(await next()).not.toContain('lakegate ca');
});
