import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('no file, dependency or exported name is without a user', () => {
  const { stdout, stderr } = spawnSync('node_modules/.bin/knip', ['--no-progress'], { encoding: 'utf8' });
  expect(stdout + stderr).toBe('');
});
