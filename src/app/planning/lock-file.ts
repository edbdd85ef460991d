import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { type Lock, readLock } from '../../planner/index.ts';
import type { WorkingFolder } from '../working-folder.ts';

/** A lock as found beside a spec. */
export interface LockFile {
  /** As shown to the user; relative to the working directory if the spec's path is. */
  readonly file: string;
  /** The text that is there. */
  readonly text?: string;
  /** Absent when there is none, or it cannot be used: then a diagnostic says so. */
  readonly lock?: Lock;
  readonly diagnostics: readonly Diagnostic[];
}

/** The lock of a spec: `lakegate.yaml` has `lakegate.lock.json`, `prod.yaml` has `prod.lock.json`, in the same folder. */
export const lockFileOf = (spec: string): string => `${spec.replace(/\.ya?ml$/, '')}.lock.json`;

/** Reads the lock beside the spec. That there is none is not a problem: everything is placed afresh. */
export async function readLockFile(spec: string, { cwd }: WorkingFolder): Promise<LockFile> {
  const path = resolve(cwd, lockFileOf(spec));
  const file = lockFileOf(spec);
  try {
    const text = await readText(path);
    return { file, text, ...readLock(text) };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { file, diagnostics: [] };
    return {
      file,
      diagnostics: [
        {
          code: 'LG_FILE_UNREADABLE',
          severity: 'error',
          path: [],
          message: `${file} cannot be read (${code})`,
          hint: 'without it every allocation would be made afresh, and what runs might move',
        },
      ],
    };
  }
}

/** Locks of 100,000 targets are about 20 MB. What is larger is no lock. */
const bytesAtMost = 200 * 1024 * 1024;

async function readText(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > bytesAtMost) throw Object.assign(new Error('too large'), { code: 'EFBIG' });
  return readFile(path, 'utf8');
}

/** Lock files are compared and written as this text. */
export const lockText = (lock: Lock): string => `${JSON.stringify(lock, null, 2)}\n`;

/** Writes the lock whole or not at all. */
export async function writeLockFile(file: string, lock: Lock, { cwd }: WorkingFolder): Promise<void> {
  const path = resolve(cwd, file);
  await writeFile(`${path}.new`, lockText(lock));
  await rename(`${path}.new`, path);
}
