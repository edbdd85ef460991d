import { dirname, join } from 'node:path';
import {
  errorCode,
  type FileSystem,
  type Held,
  type Hold,
  type HoldContext,
  makeFolders,
  placeFiles,
  takeHold,
} from '../files/index.ts';
import { listName, listText } from './file-list.ts';
import { type FolderState, readFolder, textOf } from './folder-state.ts';

/** A file to be written, relative to the folder, with `/`. */
export interface FolderFile {
  readonly path: string;
  readonly text: string;
}

/** What an output folder is to hold. */
export interface Output {
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly FolderFile[];
  /** A sentence near the beginning of every file whose format has comments. */
  readonly marker: string;
  /** Whether a file of this path has a format without comments. */
  readonly hasNoMarker: (path: string) => boolean;
  /** Runs once, when it is certain that nothing is in the way, before the first file changes. False ends the writing. */
  readonly before?: () => Promise<boolean>;
}

/** What became of each file, sorted by path. */
export interface FolderChanges {
  readonly is: 'written';
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
}

/** Why nothing was written, or not everything. */
export type FolderProblem =
  /** Files that somebody else wrote, by their paths. Nothing was written. */
  | { readonly is: 'in-the-way'; readonly paths: readonly string[] }
  /** Another run writes at this moment. Nothing was written. */
  | ({ readonly is: 'held' } & Held)
  /** `before` ended it. Nothing was written. */
  | { readonly is: 'stopped' }
  /** The next run goes on where this one stopped. */
  | { readonly is: 'unwritable'; readonly error: Error };

/** The folder in the output folder that is there while a run writes. */
const holdName = '.lakegate-writing';

/**
 * Writes a set of files into a folder that people may use as well. Only files that an earlier run wrote are written over: those
 * in the folder's list, and those with the marker. Files of the list that are not needed any more are removed. Nothing is touched
 * when something else is in the way.
 *
 * It may be cut short anywhere: the list names every file before it is written and until it is removed, so the next run knows
 * them. Two runs at once do not mix: the second one is refused.
 */
export async function writeFolder(output: Output, context: HoldContext): Promise<FolderChanges | FolderProblem> {
  const { folder } = output;
  const { files } = context;
  const goesOn = async (): Promise<boolean> => (await output.before?.()) ?? true;
  try {
    const first = changesOf(output, await stateOf(output, files));
    if ('is' in first) return first;
    if (first.isNothing && !(await hasHolds(folder, files)))
      return (await goesOn()) ? resultOf(first) : { is: 'stopped' };
    await makeFolders(folder, files);
    const hold = await takeHold(join(folder, holdName), context);
    if ('heldBy' in hold) return { is: 'held', ...hold };
    try {
      // Once more: another run may have finished in between.
      const changes = changesOf(output, await stateOf(output, files));
      if ('is' in changes) return changes;
      if (!(await goesOn())) return { is: 'stopped' };
      await apply(output, changes, { hold, files });
      return resultOf(changes);
    } finally {
      await hold.release();
    }
  } catch (error) {
    if (!(error instanceof Error) || errorCode(error) === undefined) throw error;
    return { is: 'unwritable', error };
  }
}

const stateOf = ({ folder, files }: Output, fileSystem: FileSystem): Promise<FolderState> =>
  readFolder(
    folder,
    files.map((file) => file.path),
    fileSystem,
  );

/** Somebody holds the folder, or was stopped while it did. */
const hasHolds = async (folder: string, files: FileSystem): Promise<boolean> =>
  (await files.names(folder)).some((name) => name.startsWith(holdName));

interface Changes {
  readonly state: FolderState;
  readonly write: readonly FolderFile[];
  readonly unchanged: readonly string[];
  readonly remove: readonly string[];
  /** Listed and not needed any more, but not there: a run was cut short after it had removed them. */
  readonly gone: readonly string[];
  readonly isNothing: boolean;
}

/** The marker is looked for in so many bytes. */
const markerWithinBytes = 500;

/** What is to be done, from what is there. */
function changesOf({ files, marker, hasNoMarker }: Output, state: FolderState): Changes | FolderProblem {
  const { listed, found, list } = state;
  const hasMarker = (path: string): boolean => {
    const there = found.get(path);
    return there instanceof Uint8Array && textOf(there.subarray(0, markerWithinBytes)).includes(marker);
  };
  const isInTheWay = ({ path }: FolderFile): boolean => {
    const there = found.get(path);
    return there === 'foreign' || (there !== 'nothing' && !listed.has(path) && !hasMarker(path));
  };
  const inTheWay = files.filter(isInTheWay).map((file) => file.path);
  if (found.get(listName) === 'foreign') inTheWay.push(listName);
  if (inTheWay.length > 0) return { is: 'in-the-way', paths: inTheWay.sort() };
  const kept = new Set(files.map((file) => file.path));
  const stale = [...listed].filter((path) => !kept.has(path)).sort();
  // Anyone can write a path into the list, so a file goes only if lakegate can have written it.
  const remove = stale.filter(
    (path) => hasMarker(path) || (found.get(path) instanceof Uint8Array && hasNoMarker(path)),
  );
  const isUnchanged = ({ path, text }: FolderFile): boolean => {
    const there = found.get(path);
    return there instanceof Uint8Array && Buffer.from(text).equals(there);
  };
  const write = files.filter((file) => !isUnchanged(file));
  return {
    state,
    write,
    unchanged: files.filter(isUnchanged).map((file) => file.path),
    remove,
    gone: stale.filter((path) => found.get(path) === 'nothing'),
    isNothing: write.length === 0 && remove.length === 0 && list === listText(kept, marker),
  };
}

const resultOf = ({ write, unchanged, remove }: Changes): FolderChanges => ({
  is: 'written',
  written: write.map((file) => file.path).sort(),
  unchanged: unchanged.toSorted(),
  removed: remove,
});

/** The order keeps every file that is there in the list, wherever it is cut short. */
async function apply(
  { folder, files: wanted, marker }: Output,
  { state, write, remove, gone }: Changes,
  { hold, files }: { readonly hold: Hold; readonly files: FileSystem },
): Promise<void> {
  const kept = wanted.map((file) => file.path);
  const placeList = async (paths: Iterable<string>, there: string | undefined): Promise<string> => {
    const content = listText(paths, marker);
    if (content !== there) await placeFiles(hold, [{ path: join(folder, listName), content }], files);
    return content;
  };
  const list = await placeList([...state.listed, ...kept], state.list);
  for (const parent of new Set(write.map((file) => dirname(file.path)))) await makeFolders(join(folder, parent), files);
  await placeFiles(
    hold,
    write.map(({ path, text }) => ({ path: join(folder, path), content: text })),
    files,
  );
  for (const path of remove) await files.removeFile(join(folder, path));
  for (const path of [...remove, ...gone]) await removeEmptyParents(folder, path, files);
  await placeList(kept, list);
}

/** Removes the folders that a removed file leaves empty. That none of them is a link was seen before. */
async function removeEmptyParents(folder: string, path: string, files: FileSystem): Promise<void> {
  for (let up = dirname(path); up !== '.'; up = dirname(up)) {
    try {
      await files.removeEmptyFolder(join(folder, up));
    } catch (error) {
      if (errorCode(error) === undefined) throw error; // others: gone already, or somebody else's files are in it
    }
  }
}
