import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/file-systems.ts';

const program = join(import.meta.dirname, '../../bin/lakegate.js');
const example = ['-f', join(import.meta.dirname, '../../examples/hub-router.yaml')];

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends a command that waits for standard input', async (signal) => {
  const child = spawn(process.execPath, [program, 'synth', '-f', '-'], { stdio: ['pipe', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  await once(child.stderr, 'data'); // it has said that it plans, and reads
  child.kill(signal);
  expect(await ended).toEqual([null, signal]);
});

const full = '/dev/full';

test.skipIf(!existsSync(full)).each([
  [['check', ...example], 1],
  [['plan', ...example, '--json'], 1],
  [['--version'], 1],
  [['check', '-f', 'no-such-file.yaml', '--json'], 1],
])('%j: standard output that cannot be written is told in a line, and is no success', async (line, code) => {
  const child = spawn(process.execPath, [program, ...line], { stdio: ['ignore', openSync(full, 'w'), 'pipe'] });
  const said: Buffer[] = [];
  child.stderr?.on('data', (data: Buffer) => said.push(data));
  expect(await once(child, 'close')).toEqual([code, null]);
  const text = Buffer.concat(said).toString();
  expect(text).toContain('error LG_FILE_UNWRITABLE standard output cannot be written (ENOSPC)\n');
  expect(text).not.toMatch(/ at .*\d+:\d+|Node\.js/);
});

test('a working folder that was removed has no spec', async () => {
  const cwd = temporaryFolder();
  const script = 'rmdir "$PWD" && exec "$@"';
  const argv = [process.execPath, program, 'check', '--json'];
  const child = spawn('sh', ['-c', script, 'sh', ...argv], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => out.push(data));
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(JSON.parse(Buffer.concat(out).toString())).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'LG_FILE_UNREADABLE', message: 'lakegate.yaml does not exist' }],
  });
});
