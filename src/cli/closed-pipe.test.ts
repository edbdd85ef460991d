import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const example = ['-f', 'examples/hub-router.yaml'];
const lines: readonly (readonly string[])[] = [
  ['plan', ...example],
  ['plan', ...example, '--json'],
  ['plan', '--help'],
  ['--help'],
  ['--version'],
  ['check', '-f', 'no-such-file.yaml'],
];

test.each(lines.flatMap((line) => (['stdout', 'stderr'] as const).map((closed) => ({ line, closed }))))(
  '$line ends quietly when nobody reads $closed',
  async ({ line, closed }) => {
    const child = spawn(process.execPath, ['bin/lakegate.js', ...line], { stdio: ['ignore', 'pipe', 'pipe'] });
    // Before the program has started: the first thing that it writes meets a closed pipe.
    child[closed].destroy();
    const said: Buffer[] = [];
    const open = closed === 'stdout' ? child.stderr : child.stdout;
    open.on('data', (data: Buffer) => said.push(data));
    const [code, signal] = await once(child, 'close');
    expect(Buffer.concat(said).toString()).not.toMatch(/EPIPE|node:events|LG_INTERNAL/);
    expect(signal).toBeNull();
    expect([0, 1, 141]).toContain(code);
  },
);
