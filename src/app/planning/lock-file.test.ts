import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { smallSpec } from '../../../test/small-spec.ts';
import {
  beforeEachStep,
  Killed,
  killedAfter,
  processOf,
  temporaryFolder,
  testFiles,
} from '../../../test/support/file-systems.ts';
import { testWith } from '../../../test/tools.ts';
import type { Lock } from '../../planner/index.ts';
import type { FileSystem } from '../files/index.ts';
import { holdsLock, keepLock, readLockFile } from './lock-file.ts';
import { planSpecFile } from './plan-spec-file.ts';

const file = 'lakegate.lock.json';
let cwd: string;
beforeEach(() => {
  cwd = temporaryFolder();
});

const read = () => readLockFile('lakegate.yaml', { cwd, files: testFiles });

const context = ({ files = testFiles, id = 1, running = [] as readonly number[] } = {}) => ({
  cwd,
  files,
  process: processOf(id, running),
});

/** The lock of a spec with these targets, as a plan without a lock gives it. */
async function lockOf(...targets: readonly string[]): Promise<Lock> {
  const folder = temporaryFolder();
  const entries = targets.map((name) => `${name}: { type: postgres, host: ${name}.corp.acme.com, network: core }`);
  writeFileSync(join(folder, 'lakegate.yaml'), smallSpec({ targets: `{ ${entries.join(', ')} }` }));
  const { made, diagnostics } = await planSpecFile('lakegate.yaml', { cwd: folder, files: testFiles });
  if (!made) throw new Error(JSON.stringify(diagnostics));
  return made.plan.lock;
}

const textOf = (lock: Lock): string => `${JSON.stringify(lock, null, 2)}\n`;

const codesOf = async (): Promise<readonly string[]> => (await read()).diagnostics.map(({ code }) => code);

test.each([
  ['lakegate.yaml', 'lakegate.lock.json'],
  ['prod.yml', 'prod.lock.json'],
  ['envs/prod.yaml', 'envs/prod.lock.json'],
  ['spec', 'spec.lock.json'],
])('the lock of %s is %s', async (spec, lock) => {
  expect(await readLockFile(spec, { cwd, files: testFiles })).toEqual({ file: lock, diagnostics: [] });
});

test('what is written is read again, and then there is nothing to write', async () => {
  const lock = await lockOf('db');
  const before = await read();
  expect(holdsLock(before, lock)).toBe(false);
  expect(await keepLock(before, lock, context())).toEqual({ is: 'written' });
  expect(readdirSync(cwd)).toEqual([file]);
  const after = await read();
  expect(after).toEqual({ file, text: textOf(lock), lock, diagnostics: [] });
  expect(holdsLock(after, lock)).toBe(true);
  const steps: string[] = [];
  const files = beforeEachStep((method) => void steps.push(method));
  expect(await keepLock(after, lock, context({ files }))).toEqual({ is: 'unchanged' });
  expect(steps).toEqual([]);
});

test.each<[string, (lock: string) => string, string]>([
  ['nothing in it', () => '', 'LG_LOCK_BROKEN'],
  ['no JSON in it', () => '{', 'LG_LOCK_BROKEN'],
  ['another JSON in it', () => '[1]', 'LG_LOCK_BROKEN'],
  [
    'the markers of a merge conflict',
    (lock) => `<<<<<<< HEAD\n${lock}=======\n${lock}>>>>>>> topic\n`,
    'LG_LOCK_BROKEN',
  ],
  ['another version', (lock) => lock.replace('"version": 1', '"version": 2'), 'LG_LOCK_VERSION'],
  ['bytes that are not text', () => '\u0000\u0001', 'LG_LOCK_BROKEN'],
])('a lock with %s is a problem and no lock', async (_, textFrom, code) => {
  const text = textFrom(textOf(await lockOf('db')));
  writeFileSync(join(cwd, file), text);
  const found = await read();
  expect(found.lock).toBeUndefined();
  expect(found.text).toBe(text);
  expect(found.diagnostics).toMatchObject([{ code, severity: 'error' }]);
});

test('a lock whose sum was edited is refused by the plan', async () => {
  writeFileSync(join(cwd, 'lakegate.yaml'), smallSpec());
  const first = await planSpecFile('lakegate.yaml', { cwd, files: testFiles });
  const text = textOf(first.made?.plan.lock as Lock);
  const edited = text.replace(/"check": "([0-9a-f])/, (_, digit) => `"check": "${digit === '0' ? '1' : '0'}`);
  expect(edited).not.toBe(text);
  writeFileSync(join(cwd, file), edited);
  const second = await planSpecFile('lakegate.yaml', { cwd, files: testFiles });
  expect(second.made).toBeUndefined();
  expect(second.diagnostics).toMatchObject([{ code: 'LG_LOCK_EDITED', severity: 'error' }]);
});

test('a folder, a loop of links and a file that is too large cannot be read', async () => {
  mkdirSync(join(cwd, file));
  expect((await read()).diagnostics).toMatchObject([{ code: 'LG_FILE_UNREADABLE', message: `${file} is a folder` }]);
  const name = (spec: string) => readLockFile(spec, { cwd, files: testFiles });
  symlinkSync('loop.lock.json', join(cwd, 'loop.lock.json'));
  expect((await name('loop.yaml')).diagnostics).toMatchObject([{ message: 'loop.lock.json cannot be read (ELOOP)' }]);
  writeFileSync(join(cwd, 'large.lock.json'), '');
  truncateSync(join(cwd, 'large.lock.json'), 200 * 1024 * 1024 + 1);
  expect((await name('large.yaml')).diagnostics).toMatchObject([
    { message: 'large.lock.json is larger than any such file' },
  ]);
});

testWith('mkfifo')('a pipe that nobody writes into is an error, not a wait', async () => {
  execFileSync('mkfifo', [join(cwd, file)]);
  expect(await codesOf()).toEqual(['LG_FILE_UNREADABLE']);
});

test('a lock behind a link is read, and not written', async () => {
  const lock = await lockOf('db');
  writeFileSync(join(cwd, 'elsewhere.json'), textOf(lock));
  symlinkSync('elsewhere.json', join(cwd, file));
  const found = await read();
  expect(found.lock).toEqual(lock);
  const kept = await keepLock(found, await lockOf('db', 'db2'), context());
  expect(kept).toMatchObject({ is: 'refused', diagnostic: { code: 'LG_FILE_UNWRITABLE' } });
  expect(readFileSync(join(cwd, 'elsewhere.json'), 'utf8')).toBe(textOf(lock));
  expect(readlinkSync(join(cwd, file))).toBe('elsewhere.json');
});

test('a link to nothing is not written through: the file that it names is not made', async () => {
  symlinkSync('nowhere.json', join(cwd, file));
  const kept = await keepLock(await read(), await lockOf('db'), context());
  expect(kept).toMatchObject({ is: 'refused', diagnostic: { code: 'LG_FILE_UNWRITABLE' } });
  expect(readdirSync(cwd)).toEqual([file]);
});

test.each(Array.from({ length: 12 }, (_, i) => i))(
  'killed before its change number %i: the old lock or the new one, whole, and the next run mends',
  async (steps) => {
    const [old, next] = [await lockOf('db'), await lockOf('db', 'db2')];
    await keepLock(await read(), old, context());
    const { files, isKilled } = killedAfter(steps);
    await keepLock(await read(), next, context({ files, id: 2 })).then(
      () => expect(isKilled()).toBe(false),
      (error) => expect(error).toBeInstanceOf(Killed),
    );
    if (steps === 11) expect(isKilled()).toBe(false);
    expect([textOf(old), textOf(next)]).toContain(readFileSync(join(cwd, file), 'utf8'));
    const third = await lockOf('db', 'db2', 'db3');
    expect(await keepLock(await read(), third, context({ id: 3 }))).toEqual({ is: 'written' });
    expect(readdirSync(cwd)).toEqual([file]);
    expect((await read()).lock).toEqual(third);
  },
);

test('the bytes are on the disk before the name is, and the name before the end', async () => {
  const steps: string[] = [];
  const files: FileSystem = beforeEachStep((method, path) => {
    if (['createFile', 'rename', 'syncFolder'].includes(method)) steps.push(`${method} ${path.slice(cwd.length + 1)}`);
  });
  await keepLock(await read(), await lockOf('db'), context({ files }));
  expect(steps.filter((step) => !step.includes('owner') && !/[0-9a-f]{8}/.test(step))).toEqual([
    `createFile .${file}.writing/file-0`,
    `rename .${file}.writing/file-0`,
    'syncFolder ',
    `rename .${file}.writing`,
  ]);
});

test('a lock that has changed since it was read is left as it is', async () => {
  const before = await read();
  const theirs = await lockOf('theirs');
  await keepLock(before, theirs, context({ id: 2 }));
  const kept = await keepLock(before, await lockOf('ours'), context());
  expect(kept).toMatchObject({ is: 'refused', diagnostic: { code: 'LG_LOCK_CHANGED' } });
  expect((await read()).lock).toEqual(theirs);
});

test('a lock that has gone since it was read is not made again', async () => {
  await keepLock(await read(), await lockOf('db'), context());
  const before = await read();
  await testFiles.removeFile(join(cwd, file));
  const kept = await keepLock(before, await lockOf('db', 'db2'), context());
  expect(kept).toMatchObject({ is: 'refused', diagnostic: { code: 'LG_LOCK_CHANGED' } });
});

test('while another run writes it, the lock is refused with the name of that run', async () => {
  const before = await read();
  const ours = await lockOf('ours');
  const results: unknown[] = [];
  const files = beforeEachStep(async (method, path) => {
    if (method === 'createFile' && path.endsWith('file-0'))
      results.push(await keepLock(before, ours, context({ id: 2, running: [1] })));
  });
  expect(await keepLock(before, await lockOf('theirs'), context({ files }))).toEqual({ is: 'written' });
  expect(results).toMatchObject([
    {
      is: 'refused',
      diagnostic: { code: 'LG_WRITE_HELD', message: `another run of lakegate is writing ${file}: process 1 on here` },
    },
  ]);
});

test('two runs in any interleaving: no allocation of one is lost behind the other’s back', async () => {
  const [one, two] = [await lockOf('one'), await lockOf('two')];
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      cwd = temporaryFolder();
      const before = await read();
      const files = beforeEachStep(async (method) => scheduler.schedule(Promise.resolve(), method));
      const running = [1, 2];
      const results = await scheduler.waitFor(
        Promise.all([one, two].map((lock, i) => keepLock(before, lock, context({ files, id: i + 1, running })))),
      );
      const written = [one, two].filter((_, i) => results[i]?.is === 'written');
      expect(written).toHaveLength(1);
      expect((await read()).lock).toEqual(written[0]);
      expect(readdirSync(cwd)).toEqual([file]);
    }),
    { numRuns: 60 },
  );
});

test('where nothing can be written, the problem names the file', async () => {
  const lock = await lockOf('db');
  const missing = await readLockFile('missing/lakegate.yaml', { cwd, files: testFiles });
  expect(await keepLock(missing, lock, context())).toMatchObject({
    is: 'refused',
    diagnostic: { code: 'LG_FILE_UNWRITABLE', message: `missing/${file} cannot be written (ENOENT)` },
  });
});
