import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type FileSystem, nodeFiles, type ThisProcess } from '../../src/app/files/index.ts';

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lakegate-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Thrown in place of every step of a process that has been killed. */
export class Killed extends Error {}

/** The methods that change something. */
const changing = [
  'createFile',
  'makeFolder',
  'rename',
  'removeFile',
  'removeEmptyFolder',
  'removeTree',
  'syncFolder',
] as const satisfies readonly (keyof FileSystem)[];

/** The real file system without its waits for the disk: no test pulls the plug. */
export const testFiles: FileSystem = {
  ...nodeFiles,
  createFile: (path, content, mode) => writeFile(path, content, { flag: 'wx', ...(mode !== undefined && { mode }) }),
  syncFolder: async () => {},
};

/** The same, with something before each step. */
export function beforeEachStep(before: (method: keyof FileSystem, path: string) => Promise<void> | void): FileSystem {
  const wrap =
    (method: keyof FileSystem) =>
    async (...args: readonly unknown[]): Promise<unknown> => {
      await before(method, String(args[0]));
      return Reflect.apply(testFiles[method], testFiles, args);
    };
  return Object.fromEntries(
    Object.keys(testFiles).map((method) => [method, wrap(method as keyof FileSystem)]),
  ) as never;
}

/** A file system whose process is killed before it makes its change number `steps`, counted from 0. */
export function killedAfter(steps: number): { readonly files: FileSystem; isKilled(): boolean } {
  let left = steps;
  let isKilled = false;
  const files = beforeEachStep((method) => {
    if (changing.some((one) => one === method) && left-- <= 0) isKilled = true;
    if (isKilled) throw new Killed();
  });
  return { files, isKilled: () => isKilled };
}

/** A process of this machine, and whether others see it run. */
export const processOf = (id: number, running: readonly number[] = [], host = 'here'): ThisProcess => ({
  id,
  host,
  run: `run${id}`,
  isRunning: (other) => running.includes(other),
});
