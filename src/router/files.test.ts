import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { FileWatch, readRoutePlan } from './files.ts';

test('a file that vanishes for a moment has not changed; one that stays away has, where absence counts', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }); // the test looks, not the timer
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-watch-'));
  const path = join(folder, 'file');
  writeFileSync(path, 'a');
  let changes = 0;
  const count = (): void => {
    changes += 1;
  };
  const watch = new FileWatch(path, count, () => {}, { absenceCounts: true });
  try {
    await watch.start();
    rmSync(path);
    await watch.look();
    writeFileSync(path, 'a');
    await watch.look();
    expect(changes).toBe(0);
    rmSync(path);
    await watch.look();
    expect(changes).toBe(0);
    await watch.look();
    expect(changes).toBe(1);
  } finally {
    watch.close();
    vi.useRealTimers();
    await rm(folder, { recursive: true });
  }
});

test('a file that is not there is refused with its path and the reason of the system', async () => {
  const read = await readRoutePlan('/nowhere/routes.json');
  expect(read.is === 'bad' && read.diagnostics[0]?.message).toBe('/nowhere/routes.json does not exist');
});
