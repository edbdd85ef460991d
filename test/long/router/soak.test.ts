import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

/** The short forms of `npm run soak` and `npm run soak:inspection`. */
const seconds = 30;

test.each([
  ['passed through', 'scripts/soak.ts', /^clients saw: .*orders\.test \d+/],
  ['inspected', 'scripts/soak-inspection.ts', /^clients saw: .*kept alive \d+.* stream \d+/],
])(
  'half a minute of everything at once, %s, leaves neither descriptors nor memory behind',
  async (_, script, saw) => {
    const soak = spawn(process.execPath, [script, '--seconds', String(seconds)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [soak.stdout, soak.stderr])
      stream.on('data', (chunk) => {
        text += chunk;
      });
    const code = await new Promise((resolve) => soak.once('close', resolve));
    expect(code, text).toBe(0);
    expect(text).toMatch(saw);
  },
  4 * seconds * 1000,
);
