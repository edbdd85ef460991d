import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

test.each([
  ['another spec with -f', ['-f', 'none.yaml'], {}, 'none.yaml does not exist'],
  ['another spec by the environment', [], { LAKEGATE_FILE: 'other.yaml' }, 'other.yaml does not exist'],
])('npm run lab takes %s', (_, args, env, says) => {
  const [program = '', ...line] = scripts.lab?.split(' ') ?? [];
  expect(program).toBe('node');
  const ran = spawnSync(process.execPath, [...line, ...args], { encoding: 'utf8', env: { ...process.env, ...env } });
  expect(ran.stderr).toContain(says);
  expect(ran.stderr).not.toContain('LG_USAGE');
  expect(ran.status).toBe(1);
});
