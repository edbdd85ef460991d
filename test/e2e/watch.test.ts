import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { smallSpec } from '../small-spec.ts';
import { lakegate, lakegateIn } from './cli.ts';

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'lakegate-watch-'));
});
afterEach(() => rm(cwd, { recursive: true }));

/** As editors save. */
async function save(text: string): Promise<void> {
  await writeFile(join(cwd, '.lakegate.yaml.swp'), text);
  await rename(join(cwd, '.lakegate.yaml.swp'), join(cwd, 'lakegate.yaml'));
}

test.each(['check', 'plan'])(
  '%s --watch --json prints a document per round on one line, and SIGINT ends it with 0',
  async (name) => {
    await save(smallSpec());
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../../bin/lakegate.js'), name, '--watch', '--json'],
      { cwd, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const exit = once(child, 'close');
    const out = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const err: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => err.push(line));
    const codes = async (): Promise<readonly string[]> => {
      const { value } = await out.next();
      const { diagnostics } = JSON.parse(String(value)) as {
        diagnostics: readonly { code: string; severity: string }[];
      };
      return diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    };
    try {
      expect(await codes()).toEqual([]);
      await save(smallSpec({ access: '[{ from: ["*"], to: [nobody] }]' }));
      expect(await codes()).not.toEqual([]);
      await save(smallSpec());
      expect(await codes()).toEqual([]);
      child.kill('SIGINT');
      expect(await exit).toEqual([0, null]);
      const time = /^\d\d:\d\d:\d\d /;
      expect(err.map((line) => line.replace(time, 'TIME '))).toEqual(
        [1, 2, 3].map((round) => `TIME lakegate ${name} of lakegate.yaml, round ${round}`),
      );
    } finally {
      child.kill('SIGKILL');
    }
  },
);

test('a terminal is cleared before each round, anything else is not', async () => {
  await save(smallSpec());
  const printed = async (isTerminal: boolean): Promise<string> => {
    const out: string[] = [];
    const stop = new AbortController();
    const print = (text: string): void => {
      out.push(text);
      if (text.includes('no errors')) stop.abort();
    };
    await lakegateIn({ cwd, isTerminal, print, interrupted: stop.signal }, 'check', '--watch');
    return out.join('\n');
  };
  expect(await printed(true)).toContain('\u001b[2J');
  expect(await printed(false)).not.toContain('\u001b');
});

test('each round is watched by what it reads; JSON on a terminal is a document per line and nothing else', async () => {
  await save(smallSpec());
  const out: string[] = [];
  const stop = new AbortController();
  const print = (text: string): void => {
    out.push(text);
    if (out.length === 1) void save(smallSpec({ access: '[{ from: ["*"], to: [nobody] }]' }));
    else stop.abort();
  };
  const context = { cwd, isTerminal: true, print, interrupted: stop.signal };
  expect((await lakegateIn(context, 'check', '--watch', '--json')).exit).toBe(0);
  expect(out.map((line) => JSON.parse(line).ok)).toEqual([true, false]);
});

test('a spec that cannot be watched ends the command, as any other refusal', async () => {
  const { exit, err } = await lakegate(cwd, 'check', '--watch', '-f', 'no\0folder/lakegate.yaml');
  expect([exit, err]).toEqual([1, expect.stringContaining('it cannot be watched')]);
});

test('standard input cannot be watched, and a plan that is watched writes no lock', async () => {
  for (const name of ['check', 'plan']) {
    const { exit, err } = await lakegate(cwd, name, '--watch', '-f', '-');
    expect([exit, err]).toEqual([1, expect.stringContaining('-f - cannot be used with --watch')]);
  }
  const { exit, err } = await lakegate(cwd, 'plan', '--watch', '--write-lock');
  expect([exit, err]).toEqual([1, expect.stringContaining('--write-lock cannot be used with --watch')]);
});
