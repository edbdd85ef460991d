import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeFiles, type WorkingFolder } from '../files/index.ts';
import { watchRounds } from './watch-rounds.ts';

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'lakegate-rounds-'));
});
afterEach(() => rm(cwd, { recursive: true }));

/** The spec as a stream, as commands read it, for it may be a pipe. */
const read = async (path: string, { files }: WorkingFolder): Promise<string> => {
  try {
    const bytes = await files[path === 'spec' ? 'readStream' : 'readFile'](join(cwd, path), 100);
    return Buffer.from(bytes).toString();
  } catch {
    return 'none';
  }
};

/** Rounds that read `spec` and then what `also` names; each is told as what it read. */
function start(also: readonly string[] = [], during: (said: string) => Promise<void> = async () => {}) {
  const stop = new AbortController();
  const told: string[] = [];
  let wake: () => void = () => {};
  const tell = (what: string): void => {
    told.push(what);
    wake();
  };
  const ended = watchRounds(
    { file: 'spec', folder: { cwd, files: nodeFiles }, interrupted: stop.signal },
    {
      async round(folder) {
        const said: string[] = [];
        for (const path of ['spec', ...also]) said.push(await read(path, folder));
        await during(said.join());
        tell(said.join());
      },
      waiting: () => tell('waiting'),
      lost: (path, error) => tell(`${path} ${error.message}`),
    },
  );
  return {
    async next(): Promise<string | undefined> {
      if (told.length === 0)
        await new Promise<void>((done) => {
          wake = done;
        });
      return told.shift();
    },
    told,
    async end() {
      stop.abort();
      return ended;
    },
  };
}

const put = (name: string, text: string): Promise<void> => writeFile(join(cwd, name), text);

async function replace(name: string, text: string): Promise<void> {
  await put('.new', text);
  await rename(join(cwd, '.new'), join(cwd, name));
}

test('a round follows each change, also by rename; an interruption ends them', async () => {
  await put('spec', 'a');
  const rounds = start();
  expect(await rounds.next()).toBe('a');
  await replace('spec', 'b');
  expect(await rounds.next()).toBe('b');
  await replace('spec', 'c');
  expect(await rounds.next()).toBe('c');
  expect(await rounds.end()).toBeUndefined();
  expect(rounds.told).toEqual([]);
});

test('a change during a round gives one more, whatever the number of changes', async () => {
  await put('spec', 'a');
  const rounds = start([], async (said) => {
    if (said !== 'a') return;
    for (const text of ['b', 'c', 'd']) await replace('spec', text);
  });
  expect(await rounds.next()).toBe('a');
  expect(await rounds.next()).toBe('d');
  await replace('spec', 'e');
  expect(await rounds.next()).toBe('e');
  await rounds.end();
});

test('an interruption between two rounds ends them', async () => {
  await put('spec', 'a');
  const rounds = start();
  expect(await rounds.next()).toBe('a');
  for (let reads = 0; reads < 50; reads++) await readFile(join(cwd, 'spec')); // by then it waits
  expect(await rounds.end()).toBeUndefined();
});

test('a burst of changes gives one round', async () => {
  await put('spec', 'a');
  const rounds = start(['lock']);
  expect(await rounds.next()).toBe('a,none');
  // No event is heard before the last of these is done.
  for (const text of ['b', 'c', 'd']) {
    writeFileSync(join(cwd, 'lock'), text);
    writeFileSync(join(cwd, 'spec'), text);
  }
  expect(await rounds.next()).toBe('d,d');
  await replace('spec', 'e');
  expect(await rounds.next()).toBe('e,d');
  await rounds.end();
  expect(rounds.told).toEqual([]);
});

test('a file that was absent is seen when it comes, also in a folder that comes with it, and when it goes', async () => {
  await put('spec', 'a');
  const rounds = start(['cas/deep/ca.pem']);
  expect(await rounds.next()).toBe('a,none');
  await mkdir(join(cwd, 'made/deep'), { recursive: true });
  await put('made/deep/ca.pem', '1');
  await rename(join(cwd, 'made'), join(cwd, 'cas'));
  expect(await rounds.next()).toBe('a,1');
  await put('cas/deep/ca.pem', '2');
  expect(await rounds.next()).toBe('a,2');
  await rm(join(cwd, 'cas'), { recursive: true });
  expect(await rounds.next()).toBe('a,none');
  await rounds.end();
});

const watchesNow = (): number => process.getActiveResourcesInfo().filter((each) => each === 'FSEventWrap').length;

test('a file that a round does not read any more is not watched, and is again once it is read; nothing stays watched', async () => {
  const before = watchesNow();
  await put('spec', 'a');
  await put('lock', '1');
  const also = ['lock'];
  const rounds = start(also);
  expect(await rounds.next()).toBe('a,1');
  also.pop();
  await replace('spec', 'b');
  expect(await rounds.next()).toBe('b');
  also.push('lock');
  await replace('spec', 'c');
  expect(await rounds.next()).toBe('c,1');
  await put('lock', '2');
  expect(await rounds.next()).toBe('c,2');
  await rounds.end();
  await setImmediate();
  await setImmediate(); // handles are closed at the end of a turn
  expect(watchesNow()).toBe(before);
});

test('a file that cannot be watched ends the rounds, and is named', async () => {
  await put('spec', 'a');
  const path = 'no\0folder/lock';
  const rounds = start([path]);
  expect(await rounds.next()).toBe('a,none');
  expect(await rounds.end()).toMatchObject({
    code: 'LG_FILE_UNREADABLE',
    message: expect.stringContaining(join(cwd, path)),
    hint: expect.stringContaining('cannot be watched'),
  });
});

test('a spec that vanishes is said once and waited for', async () => {
  await put('spec', 'a');
  const rounds = start();
  expect(await rounds.next()).toBe('a');
  await rm(join(cwd, 'spec'));
  expect(await rounds.next()).toBe('waiting');
  await put('other', 'x');
  await replace('spec', 'a');
  expect(await rounds.next()).toBe('a');
  await rounds.end();
});
