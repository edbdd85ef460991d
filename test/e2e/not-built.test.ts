import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { lakegate, type Ran } from './cli.ts';

/** The lab starts servers. */
const slowMs = 60_000;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lakegate-not-built-'));
  const spec = readFileSync('examples/hub-router.yaml', 'utf8').replace('engine: node', 'engine: haproxy');
  await writeFile(join(folder, 'lakegate.yaml'), spec);
  await writeFile(join(folder, 'foundation.yaml'), readFileSync('examples/foundation.yaml', 'utf8'));
  await writeFile(join(folder, 'before.json'), (await run('plan', '--json', '--accept-not-yet')).out);
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...argv: readonly string[]): Promise<Ran> => lakegate(folder, ...argv);

/** Commands that only show or try: --accept-not-yet makes a warning of the error. */
const showing: readonly (readonly [string, ...string[]])[] = [
  ['check'],
  ['plan'],
  ['compare'],
  ['cost'],
  ['trace', '--from', 'analytics', '--to', 'orders-db'],
  ['prove'],
  ['diff', 'before.json'],
  ['lab', '--once'],
];

/** Commands that read a spec and whose output is applied or pasted: they never go on. */
const acting: readonly (readonly [string, ...string[]])[] = [
  ['synth', '-o', 'infra'],
  ['snippets', '--workspace', 'analytics'],
];

/** Commands that take only the inspected names from a spec: nothing of what they do depends on a part that is not built. */
const isOfTheCa = (name: string): boolean => name.startsWith('ca ');

test('every command that reads a spec is in one of the two lists, or takes little of it', async () => {
  const all = await Promise.all(Object.values(commands).map(({ load }) => load()));
  const reading = all.filter(({ args }) => 'file' in args && args.file?.kind === 'text').map(({ name }) => name);
  expect([...showing, ...acting].map(([name]) => name).sort()).toEqual(
    reading.filter((name) => !isOfTheCa(name)).sort(),
  );
  const accepting = all.filter(({ args }) => 'accept-not-yet' in args).map(({ name }) => name);
  expect(accepting.sort()).toEqual(showing.map(([name]) => name).sort());
});

test.each(showing)(
  '%s fails on what is not built, and goes on with a warning under --accept-not-yet',
  async (...argv) => {
    const refused = await run(...argv);
    expect(refused).toMatchObject({ exit: 1, out: '' });
    expect(refused.err).toContain('lakegate.yaml:11:21  error LG_NOT_BUILT_YET the hub asks for the HAProxy engine');
    expect(refused.err).toMatch(/1 error(, 1 note)?$/);
    const accepted = await run(...argv, '--accept-not-yet');
    expect(accepted.exit).toBe(0);
    expect(accepted.out).not.toBe('');
    expect(accepted.err).toContain('lakegate.yaml:11:21  warning LG_NOT_BUILT_YET the hub');
    expect(accepted.err).not.toContain('error LG_NOT_BUILT_YET');
  },
  slowMs,
);

test.each(acting)('%s fails on what is not built, and has no flag to go on', async (...argv) => {
  const refused = await run(...argv);
  expect(refused).toMatchObject({ exit: 1, out: '' });
  expect(refused.err).toContain('error LG_NOT_BUILT_YET the hub asks for the HAProxy engine');
  expect(await run(...argv, '--accept-not-yet')).toMatchObject({
    exit: 1,
    out: '',
    err: expect.stringContaining("unknown option '--accept-not-yet'"),
  });
  expect(existsSync(join(folder, 'infra'))).toBe(false);
});

test.each([
  ['router', '--routes', 'routes.json'],
  ['artifact', '--arch', 'arm64'],
])('%s has no such flag', async (...argv) => {
  const { exit, err } = await run(...argv, '--accept-not-yet');
  expect({ exit, err }).toEqual({ exit: 1, err: expect.stringContaining("unknown option '--accept-not-yet'") });
});

test('the router does not start with a plan that was accepted in spite of it', async () => {
  const { out } = await run('plan', '--json', '--accept-not-yet');
  await writeFile(join(folder, 'plan.json'), out);
  for (const more of [[], ['--check']])
    expect(await run('router', '--routes', 'plan.json', ...more)).toEqual({
      exit: 1,
      out: '',
      err: expect.stringMatching(/^error LG_NOT_BUILT_YET the plan is for the engine “haproxy”/),
    });
});

test('a workspace to be created is treated alike', async () => {
  const [file, problem] = ['foundation.yaml', 'LG_NOT_BUILT_YET the workspace lake asks for its creation'];
  const refused = await run('plan', '-f', file);
  expect(refused).toMatchObject({ exit: 1, out: '' });
  expect(refused.err).toContain(`error ${problem}`);
  const accepted = await run('plan', '-f', file, '--accept-not-yet');
  expect(accepted.exit).toBe(0);
  expect(accepted.err).toContain(`warning ${problem}`);
  expect(await run('synth', '-f', file, '-o', 'infra')).toMatchObject({ exit: 1 });
  expect(existsSync(join(folder, 'infra'))).toBe(false);
});

test('--json: an error that ends it, or a warning in the document', async () => {
  const refused = JSON.parse((await run('check', '--json')).out);
  expect(refused.ok).toBe(false);
  const severe = (of: { diagnostics: readonly { code: string; severity: string }[] }) =>
    of.diagnostics.flatMap(({ severity, code }) => (severity === 'note' ? [] : [`${severity} ${code}`]));
  expect(severe(refused)).toEqual(['error LG_NOT_BUILT_YET']);
  const accepted = JSON.parse((await run('check', '--json', '--accept-not-yet')).out);
  expect(accepted.ok).toBe(true);
  expect(severe(accepted)).toEqual(['warning LG_NOT_BUILT_YET']);
  expect(JSON.parse((await run('plan', '--json')).out)).toMatchObject({ infra: null, routes: null });
});

test('a trace says what is not done', async () => {
  const { out } = await run('trace', '--from', 'analytics', '--to', 'orders-db', '--accept-not-yet');
  expect(out.replaceAll(/\s+/g, ' ')).toContain('the engine haproxy is not built yet');
});
