import { basename, dirname, join, resolve } from 'node:path';
import { type Diagnostic, type PlacedDiagnostic, unreadable } from '../../diagnostics/index.ts';
import { type Lock, readLock, lockFile as usualName } from '../../planner/index.ts';
import {
  errorCode,
  type HoldContext,
  held,
  heldNow,
  placeFiles,
  takeHold,
  unwritable,
  type WorkingFolder,
} from '../files/index.ts';
import { offsetInJson } from './json-text.ts';
import { isStandardInput } from './spec-file.ts';

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

/** What became of a lock that was to be kept. */
export type LockKeeping =
  | { readonly is: 'written' }
  /** The file holds these allocations already. */
  | { readonly is: 'unchanged' }
  /** The file is as it was. */
  | { readonly is: 'refused'; readonly diagnostic: Diagnostic };

/** Locks of 100,000 targets are about 20 MB. What is larger is not a lock. */
const bytesAtMost = 200 * 1024 * 1024;

/**
 * The lock of a spec: `lakegate.yaml` has `lakegate.lock.json`, `prod.yaml` has `prod.lock.json`, in the same folder. That of
 * standard input is `lakegate.lock.json` in the working directory.
 */
const lockFileOf = (spec: string): string =>
  isStandardInput(spec) ? usualName : `${spec.replace(/\.ya?ml$/, '')}.lock.json`;

/** Reads the lock beside the spec. That there is none is not a problem: every allocation is then new. */
export async function readLockFile(spec: string, folder: WorkingFolder): Promise<LockFile> {
  const file = lockFileOf(spec);
  try {
    const text = await readText(file, folder);
    return text === undefined ? { file, diagnostics: [] } : { file, text, ...readLock(text) };
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    const hint = 'without the lock every allocation would be new, and what runs could be replaced';
    return { file, diagnostics: [unreadable(file, code, hint)] };
  }
}

/** A problem of a lock, on its line of the lock. */
export function placeInLock(diagnostic: Diagnostic, { file, text }: LockFile): PlacedDiagnostic {
  // The planner knows the usual name of a lock; the user reads that of the file at hand.
  const placed = { ...diagnostic, message: diagnostic.message.replaceAll(usualName, file), file };
  if (text === undefined) return { ...placed, line: 1, column: 1 };
  const before = text.slice(0, offsetInJson(text, diagnostic.path)).split('\n');
  return { ...placed, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Undefined when there is none. A link is followed. */
async function readText(file: string, { cwd, files }: WorkingFolder): Promise<string | undefined> {
  try {
    return Buffer.from(await files.readFile(resolve(cwd, file), bytesAtMost)).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Lock files are compared and written as this text. */
const lockText = (lock: Lock): string => `${JSON.stringify(lock, null, 2)}\n`;

/** Whether the file holds these allocations. */
export const holdsLock = ({ text }: LockFile, lock: Lock): boolean => text === lockText(lock);

/**
 * Writes a lock over the one that it was planned from, whole or not at all. A file that has changed since it was read is left
 * alone: another run has allocated something there, and one of the two would be lost.
 */
export async function keepLock(
  read: LockFile,
  lock: Lock,
  { cwd, ...context }: WorkingFolder & HoldContext,
): Promise<LockKeeping> {
  if (holdsLock(read, lock)) return { is: 'unchanged' };
  const { file } = read;
  const { files } = context;
  const path = resolve(cwd, file);
  try {
    const kind = await files.kindOf(path);
    if (kind !== undefined && kind !== 'file') return refused(notAFile(file));
    const hold = await takeHold(holdPlaceOf(path), context);
    if ('heldBy' in hold) return refused(held(file, hold));
    try {
      if ((await readText(file, { cwd, files })) !== read.text) return refused(changed(file));
      await placeFiles(hold, [{ path, content: lockText(lock) }], files);
      return { is: 'written' };
    } finally {
      await hold.release();
    }
  } catch (error) {
    return refused(unwritable(file, error));
  }
}

/**
 * Why {@link keepLock} would refuse at this moment. Writes nothing.
 *
 * @param options.rights Whether to look at the rights of its folder, too.
 */
export async function lockObstacle(
  read: LockFile,
  lock: Lock,
  { cwd, ...context }: WorkingFolder & HoldContext,
  { rights }: { readonly rights: boolean },
): Promise<Diagnostic | undefined> {
  if (holdsLock(read, lock)) return undefined;
  const path = resolve(cwd, read.file);
  try {
    const kind = await context.files.kindOf(path);
    if (kind !== undefined && kind !== 'file') return notAFile(read.file);
    const by = await heldNow(holdPlaceOf(path), context);
    if (by) return held(read.file, by);
    if (rights) await context.files.mayWriteIn(dirname(path));
    return undefined;
  } catch (error) {
    return unwritable(read.file, error);
  }
}

const holdPlaceOf = (path: string): string => join(dirname(path), `.${basename(path)}.writing`);

const refused = (diagnostic: Diagnostic): LockKeeping => ({ is: 'refused', diagnostic });

const notAFile = (file: string): Diagnostic => ({
  code: 'LG_FILE_UNWRITABLE',
  severity: 'error',
  path: [],
  message: `${file} is a link or not a regular file; lakegate does not write the lock through a link`,
  hint: 'replace it with a regular file',
});

const changed = (file: string): Diagnostic => ({
  code: 'LG_LOCK_CHANGED',
  severity: 'error',
  path: [],
  message: `${file} has changed since it was read; it was not written`,
  hint: 'run the command again: it plans from the lock as it is now',
});
