import { execFile, spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, test } from 'vitest';
import { freePort } from '../interop/programs.ts';
import { temporaryFolder } from '../support/file-systems.ts';
import { testWith } from '../tools.ts';
import { lakegate } from './cli.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  cpSync('examples/hub-router.yaml', join(folder, 'lakegate.yaml'));
});

test('router --check takes what plan --json prints, and a policy', async () => {
  writeFileSync(join(folder, 'plan.json'), (await lakegate(folder, 'plan', '--json')).out);
  writeFileSync(join(folder, 'policy.json'), '{"version":1,"endpoints":{"vpce-0aaaaaaaaaaaaaaaa":"n-1"}}');
  const line = ['router', '--routes', 'plan.json', '--policy', 'policy.json', '--check'];
  expect(await lakegate(folder, ...line)).toEqual({ exit: 0, out: 'plan.json: 7 listeners, no errors', err: '' });
});

test.each([
  [['--workers', '0'], '--workers 0 is not a number from 1 to 64'],
  [['--workers', 'two'], '--workers two is not a number from 1 to 64'],
  [['--log', 'xml'], '--log xml is neither json nor text'],
  [['--admin', 'here'], '--admin here is not HOST:PORT'],
  [['--admin', '127.0.0.1:70000'], '--admin 127.0.0.1:70000 has a port above 65535'],
  [['--drain-seconds', '-1'], '--drain-seconds -1 is not a number from 0 to 86400'],
  [['--drain-seconds', '86401'], '--drain-seconds 86401 is not a number from 0 to 86400'],
  [['--plaintext-cancel', 'keep'], '--plaintext-cancel keep is neither pass nor drop'],
])('router %j is refused', async (args, message) => {
  const { exit, err } = await lakegate(folder, 'router', '--routes', 'routes.json', ...args);
  expect([exit, err]).toEqual([1, `error LG_USAGE ${message}`]);
});

/** The packed program: what a machine runs. */
const program = 'dist-router/router.mjs';

/** A route plan of one listener on a free port. */
async function routesOnFreePort(): Promise<string> {
  const { routes } = JSON.parse((await lakegate(folder, 'plan', '--json')).out);
  const [listener] = routes.listeners;
  const used = new Set(listener.routes.map((route: { action: { upstream: string } }) => route.action.upstream));
  const upstreams = Object.fromEntries(
    Object.entries(routes.upstreams as Record<string, object>)
      .filter(([key]) => used.has(key))
      .map(([key, upstream]) => [
        key,
        { ...upstream, health: { kind: 'none', intervalSeconds: 10, rise: 1, fall: 1 } },
      ]),
  );
  const path = join(folder, 'routes.json');
  const listeners = [{ ...listener, port: await freePort() }];
  writeFileSync(path, JSON.stringify({ ...routes, listeners, upstreams }));
  return path;
}

testWith('router-bundle')('the packed router serves until SIGTERM, with one worker and with two', async () => {
  const routes = await routesOnFreePort();
  for (const workers of ['1', '2']) {
    const args = [program, '--routes', routes, '--workers', workers, '--log', 'text', '--drain-seconds', '0'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let isAsked = false;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (!isAsked && out.includes('carries connections')) isAsked = child.kill('SIGTERM');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    expect([await ended, out]).toEqual([0, expect.stringContaining(`1 listeners, ${workers} worker`)]);
    expect(out).toContain('router has stopped; 0 connections were cut');
  }
});

testWith('router-bundle')(
  'the packed router knows one command only, and says what is wrong like every other',
  async () => {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [program, '--help']);
    expect(stdout).toMatch(/^Usage: lakegate router \[options\]/);
    const failed = await run(process.execPath, [program]).catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error LG_USAGE required option '--routes <FILE>'/),
    });
    expect(readFileSync(program, 'utf8')).not.toContain('starterFile');
  },
);
