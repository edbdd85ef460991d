import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

/** The short form of `npm run soak`. */
const seconds = 30;

test('half a minute of everything at once leaves neither descriptors nor memory behind', {
  timeout: 4 * seconds * 1000,
}, async () => {
  const soak = spawn(process.execPath, ['scripts/soak.ts', '--seconds', String(seconds)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [soak.stdout, soak.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const code = await new Promise((resolve) => soak.once('close', resolve));
  expect(code, text).toBe(0);
  expect(text).toMatch(/^clients saw: .*orders\.test \d+/);
});
