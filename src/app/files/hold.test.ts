import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import {
  beforeEachStep,
  Killed,
  killedAfter,
  processOf,
  temporaryFolder,
  testFiles,
} from '../../../test/support/file-systems.ts';
import type { FileSystem } from './file-system.ts';
import { type Held, type Hold, takeHold } from './hold.ts';

let folder: string;
let place: string;
beforeEach(() => {
  folder = temporaryFolder();
  place = join(folder, '.writing');
});

const take = (
  id: number,
  { running = [], files = testFiles, host }: { running?: readonly number[]; files?: FileSystem; host?: string } = {},
): Promise<Hold | Held> => takeHold(place, { files, process: processOf(id, running, host) });

async function taken(...args: Parameters<typeof take>): Promise<Hold> {
  const hold = await take(...args);
  if ('heldBy' in hold) throw new Error(`held by ${JSON.stringify(hold.heldBy)}`);
  return hold;
}

test('a hold is a folder that is there as long as the hold', async () => {
  const hold = await taken(1);
  expect(hold.staging).toBe(place);
  expect(readdirSync(folder)).toEqual(['.writing']);
  await hold.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('nobody else gets it: no other process, and not this one a second time', async () => {
  const hold = await taken(1);
  const heldBy = { id: 1, host: 'here', run: 'run1' };
  expect(await take(2, { running: [1] })).toEqual({ heldBy, place });
  expect(await take(1)).toEqual({ heldBy, place });
  expect(readdirSync(folder)).toEqual(['.writing']);
  await hold.release();
  await taken(2);
});

test('that of a dead process is taken over, and emptied', async () => {
  await taken(1);
  mkdirSync(join(place, 'half'));
  writeFileSync(join(place, 'file-0'), 'half');
  const hold = await taken(2);
  expect(readdirSync(place)).toEqual(['owner.2.run2.here']);
  await hold.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a process that got the id of a dead one takes its hold over', async () => {
  await takeHold(place, { files: testFiles, process: { ...processOf(1), run: 'earlier' } });
  await taken(1, { running: [1] });
});

test('that of a process on another machine stays', async () => {
  await taken(1, { host: 'there' });
  expect(await take(2)).toEqual({ heldBy: { id: 1, host: 'there', run: 'run1' }, place });
});

test.each<[string, () => void]>([
  ['a folder with something in it', () => mkdirSync(join(place, 'own'), { recursive: true })],
  ['a file', () => writeFileSync(place, 'mine')],
  ['a folder with a name of another form', () => mkdirSync(join(place, 'owner.x.y'), { recursive: true })],
])('%s in its place stays', async (_, put) => {
  put();
  const before = readdirSync(folder, { recursive: true });
  expect(await take(1)).toEqual({ heldBy: 'unknown', place });
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

test('what dead processes left next to it goes; what others own stays', async () => {
  const names = ['.writing.0a1b2c3d.7.run7.here', '.writing.0a1b2c3d.8.run8.here', '.writing.0a1b2c3d.7.run7.there'];
  for (const name of [...names, '.writing.other', '.writing2']) mkdirSync(join(folder, name));
  await taken(1, { running: [8] });
  expect(readdirSync(folder).sort()).toEqual(['.writing', names[2], names[1], '.writing.other', '.writing2'].sort());
});

test('one that is left at the moment of asking whose it is is taken', async () => {
  const first = await taken(1);
  const files = beforeEachStep(async (method, path) => {
    if (method === 'names' && path === place) await first.release();
  });
  await (await taken(2, { files, running: [1] })).release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a hold that a person has removed and another run has taken is not released by the first', async () => {
  const first = await taken(1);
  await testFiles.removeTree(place);
  await taken(2, { running: [1] });
  await first.release();
  expect(readdirSync(place)).toEqual(['owner.2.run2.here']);
});

test('a hold that a person has removed is released without an error', async () => {
  const hold = await taken(1);
  await testFiles.removeTree(place);
  await hold.release();
});

test('where nothing can be written, the error is that of the file system', async () => {
  place = join(folder, 'missing/.writing');
  await expect(take(1)).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each(Array.from({ length: 14 }, (_, i) => i))(
  'killed before its change number %i, it leaves nothing in the way',
  async (steps) => {
    await taken(1);
    writeFileSync(join(place, 'file-0'), 'half');
    const { files, isKilled } = killedAfter(steps);
    const whole = (async () => (await taken(2, { files })).release())();
    await whole.then(
      () => expect(isKilled()).toBe(false),
      (error) => expect(error).toBeInstanceOf(Killed),
    );
    if (steps === 13) expect(isKilled()).toBe(false);
    await (await taken(3)).release();
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('of several runs in any interleaving, one at a time has it, also after one that died', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, afterDead) => {
      place = join(temporaryFolder(), '.writing');
      if (afterDead) await taken(9);
      const files = beforeEachStep(async (method) => scheduler.schedule(Promise.resolve(), method));
      let holders = 0;
      let most = 0;
      let turns = 0;
      const run = async (id: number): Promise<void> => {
        const hold = await take(id, { files, running: [1, 2, 3] });
        if ('heldBy' in hold) return;
        turns++;
        most = Math.max(most, ++holders);
        await files.createFile(join(hold.staging, 'file-0'), 'text');
        await files.kindOf(place);
        expect(readdirSync(place).sort()).toEqual(['file-0', `owner.${id}.run${id}.here`]);
        holders--;
        await hold.release();
      };
      await scheduler.waitFor(Promise.all([1, 2, 3].map(run)));
      expect(most).toBe(1);
      expect(turns).toBeGreaterThan(0);
      expect(readdirSync(join(place, '..'))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
