import { resolve } from 'node:path';
import { type Diagnostic, unreadable } from '../../diagnostics/index.ts';
import { absentMark, contentMark, FileWatch } from '../../router/index.ts';
import { errorCode, type FileSystem, type WorkingFolder } from '../files/index.ts';

export interface WatchedSpec {
  /** As given by `-f`, relative to the working directory. */
  readonly file: string;
  readonly folder: WorkingFolder;
  /** Ends the rounds, after the one that runs. */
  readonly interrupted: AbortSignal;
}

export interface RoundEvents {
  /** One round. What it reads through `folder` is watched. */
  round(folder: WorkingFolder): Promise<unknown>;
  /** There is no spec: the next round comes when it is there. */
  waiting(): void;
  /** A file is no longer watched. */
  lost(path: string, error: Error): void;
}

/**
 * Runs a round, then another one whenever a file that the last one has read differs from what it has read: a burst of changes
 * gives one, a change during a round gives another.
 *
 * @returns Undefined when interrupted, or why a file cannot be watched.
 */
export async function watchRounds(
  { file, folder, interrupted }: WatchedSpec,
  events: RoundEvents,
): Promise<Diagnostic | undefined> {
  const spec = resolve(folder.cwd, file);
  const watches = new Map<string, FileWatch>();
  const changes = new Changes(interrupted);
  try {
    while (!interrupted.aborted) {
      const { files, marks } = recording(folder.files);
      if (await isAbsent(spec, folder.files)) {
        marks.set(spec, absentMark);
        events.waiting();
      } else await events.round({ cwd: folder.cwd, files });
      changes.forget();
      for (const [path, watch] of watches)
        if (!marks.has(path)) {
          watch.close();
          watches.delete(path);
        }
      for (const [path, mark] of marks) {
        const watch = watches.get(path) ?? watchOf(path, changes, events);
        if (!(watch instanceof FileWatch)) return watch;
        watches.set(path, watch);
        await watch.start(mark);
        await watch.look(); // what has changed since the round read it
      }
      await changes.next();
    }
    return undefined;
  } finally {
    for (const watch of watches.values()) watch.close();
  }
}

/** @returns Why the file cannot be watched, such as too many watches of this user. */
function watchOf(path: string, changes: Changes, { lost }: RoundEvents): FileWatch | Diagnostic {
  try {
    return new FileWatch(
      path,
      () => changes.tell(),
      (error) => lost(path, error),
      { absenceCounts: true },
    );
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return unreadable(path, code, 'it cannot be watched; the system may allow too few watches');
  }
}

/** Any other problem is for the round to report. */
const isAbsent = async (path: string, files: FileSystem): Promise<boolean> =>
  (await files.isFolder(path).catch(() => false)) === undefined;

/** Whether something has changed, and waiting for it. */
class Changes {
  readonly #ended: AbortSignal;
  #changed = false;
  #wake: () => void = () => {};

  constructor(ended: AbortSignal) {
    this.#ended = ended;
    ended.addEventListener('abort', () => this.#wake(), { once: true });
  }

  tell(): void {
    this.#changed = true;
    this.#wake();
  }

  forget(): void {
    this.#changed = false;
  }

  /** At once when something has changed already. */
  next(): Promise<void> {
    if (this.#changed || this.#ended.aborted) return Promise.resolve();
    return new Promise((done) => {
      this.#wake = done;
    });
  }
}

/** A file system that remembers what was last read of each file. */
function recording(files: FileSystem): { readonly files: FileSystem; readonly marks: Map<string, string> } {
  const marks = new Map<string, string>();
  const reading = async (path: string, read: Promise<Uint8Array>): Promise<Uint8Array> => {
    marks.set(path, absentMark);
    const bytes = await read;
    marks.set(path, contentMark(Buffer.from(bytes).toString('utf8')));
    return bytes;
  };
  return {
    marks,
    files: {
      ...files,
      readFile: (path, most) => reading(path, files.readFile(path, most)),
      readStream: (path, most) => reading(path, files.readStream(path, most)),
    },
  };
}
