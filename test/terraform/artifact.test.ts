import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runtimeVersion } from '../../src/app/artifact/index.ts';
import { lakegate } from '../e2e/cli.ts';
import { testWith } from '../tools.ts';
import { temporaryFolder } from './cases.ts';

const artifact = (cwd: string, ...argv: readonly string[]) => lakegate(cwd, 'artifact', ...argv);

/** In place of 120 MB of Node: runs the module with the Node of the test. */
const runtime = `#!/bin/sh\nexec ${process.execPath} "$@"\n`;

testWith('router-bundle', 'tar')('the same version packs to the same bytes, and what it packs runs', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'node'), runtime);
  const first = await artifact(cwd, '--arch', 'x64', '--runtime', 'node', '-o', 'one');
  await artifact(cwd, '--arch', 'x64', '--runtime', 'node', '-o', 'two');
  expect(first.exit).toBe(0);
  const bytes = readFileSync(join(cwd, 'one/lakegate-router-x64.tar.gz'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(readFileSync(join(cwd, 'two/lakegate-router-x64.tar.gz')).equals(bytes)).toBe(true);
  expect(readFileSync(join(cwd, 'one/lakegate-router-x64.tar.gz.sha256'), 'utf8')).toBe(`${sha256}\n`);
  expect(first.out).toBe(`${sha256}  one/lakegate-router-x64.tar.gz`);

  execFileSync('tar', ['-xzf', 'one/lakegate-router-x64.tar.gz'], { cwd });
  const routes = join(process.cwd(), 'examples/generated/hub-router/routes.json');
  const out = execFileSync('lakegate-router/bin/lakegate-router', ['--routes', routes, '--check'], {
    cwd,
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
  });
  expect(out).toContain('7 listeners, no errors');
});

test('a runtime that cannot be had is refused with its code, and nothing is written', async () => {
  const cwd = temporaryFolder();
  const { exit, err } = await artifact(cwd, '--runtime', 'missing', '-o', 'out');
  expect([exit, err]).toEqual([
    1,
    expect.stringMatching(/LG_ARTIFACT_NO_RUNTIME --runtime missing|LG_ARTIFACT_BUNDLE/),
  ]);
  expect(existsSync(join(cwd, 'out'))).toBe(false);
});

test('an architecture that Node has no package for is refused', async () => {
  const { exit, err } = await artifact(temporaryFolder(), '--arch', 'riscv');
  expect([exit, err]).toEqual([1, 'error LG_ARTIFACT_ARCHITECTURE --arch riscv is neither arm64 nor x64']);
});

test('the runtime that is packed is the one that the tests run on', () => {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(devDependencies.node).toBe(runtimeVersion);
});
