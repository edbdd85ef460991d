import { dirname, join } from 'node:path';
import {
  errorCode,
  type FileSystem,
  type Held,
  type Hold,
  type HoldContext,
  heldNow,
  makeFolders,
  mayMakeIn,
  placeFiles,
  takeHold,
} from '../files/index.ts';
import { type FileList, isBrokenList, listName, listText } from './file-list.ts';
import {
  differencesOf,
  type FolderContent,
  type FolderDifference,
  type InTheWay,
  type PendingChanges,
  pendingChanges,
} from './folder-changes.ts';
import { type FolderState, readFolder } from './folder-state.ts';

export interface Output extends FolderContent {
  /** Absolute. */
  readonly folder: string;
  /** Write over files that somebody else wrote or edited. Never over links and folders. */
  readonly force?: boolean;
  /** Runs once, when it is certain that nothing is in the way, before the first file changes. False ends the writing. */
  readonly before?: () => Promise<boolean>;
}

/** What became of each file, sorted by path. */
export interface FolderChanges {
  readonly is: 'written';
  readonly written: readonly string[];
  /** Of the written ones: an earlier run wrote them, and they were not there any more. */
  readonly restored: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  /** Of the written and removed ones: what somebody else had written or edited, by `force`. */
  readonly overwrote: readonly InTheWay[];
  /** No earlier run wrote into the folder. */
  readonly isFirst: boolean;
  /** Names at the top of a folder that no earlier run wrote into, of what lakegate did not write. */
  readonly others: readonly string[];
}

/** Why nothing was written, or not everything. */
export type FolderProblem =
  /** Nothing was written. */
  | {
      readonly is: 'in-the-way';
      readonly paths: readonly InTheWay[];
      /** The text of the list, where it is none: whether files are foreign cannot be told then. */
      readonly brokenList?: string;
    }
  /** Another run writes at this moment. Nothing was written. */
  | ({ readonly is: 'held' } & Held)
  /** `before` ended it. Nothing was written. */
  | { readonly is: 'stopped' }
  /** There is a file in the place of the folder, or of one that it is to be in. Nothing was written. */
  | { readonly is: 'no-folder' }
  /** The next run goes on where this one stopped. */
  | { readonly is: 'unwritable'; readonly error: Error };

/** The folder in the output folder that is there while a run writes. */
const holdName = '.lakegate-writing';

/**
 * Writes a set of files into a folder that people may use as well. Only files that an earlier run wrote, and that are as it left
 * them, are written over: those in the folder's list, and those with the marker. Files of the list that are not needed any more
 * are removed. Nothing is touched when something else is in the way.
 *
 * It may be cut short anywhere: the list names every file before it is written and until it is removed, so the next run knows
 * them. Two runs at once do not mix: the second one is refused.
 */
export async function writeFolder(output: Output, context: HoldContext): Promise<FolderChanges | FolderProblem> {
  const { folder } = output;
  const { files } = context;
  const goesOn = async (): Promise<boolean> => (await output.before?.()) ?? true;
  try {
    if (await isBelowFile(folder, files)) return { is: 'no-folder' };
    const first = pendingChanges(output, await stateOf(output, files));
    const blocked = blockOf(output, first);
    if (blocked) return blocked;
    const others = first.state.list === undefined ? await otherNames(output, files) : [];
    if (first.isNothing && !(await hasHolds(folder, files)))
      return (await goesOn()) ? resultOf(first, others) : { is: 'stopped' };
    await makeFolders(folder, files);
    const hold = await takeHold(join(folder, holdName), context);
    if ('heldBy' in hold) return { is: 'held', ...hold };
    try {
      // Once more: another run may have finished in between.
      const changes = pendingChanges(output, await stateOf(output, files));
      const nowBlocked = blockOf(output, changes);
      if (nowBlocked) return nowBlocked;
      if (!(await goesOn())) return { is: 'stopped' };
      await apply(output, changes, { hold, files });
      return resultOf(changes, others);
    } finally {
      await hold.release();
    }
  } catch (error) {
    if (!(error instanceof Error) || errorCode(error) === undefined) throw error;
    return { is: 'unwritable', error };
  }
}

/** What {@link writeFolder} would refuse of a folder as it is now. Writes nothing. */
export async function obstacleIn(output: Output, context: HoldContext): Promise<FolderProblem | undefined> {
  const { folder } = output;
  const { files } = context;
  try {
    if (await isBelowFile(folder, files)) return { is: 'no-folder' };
    if ((await files.isFolder(folder)) === undefined) return undefined;
    const changes = pendingChanges(output, await stateOf(output, files));
    const blocked = blockOf(output, changes);
    if (blocked || changes.isNothing) return blocked;
    const held = await heldNow(join(folder, holdName), context);
    if (held) return { is: 'held', ...held };
    const paths = [listName, ...changes.write.map(({ path }) => path), ...changes.remove];
    for (const parent of new Set(paths.map((path) => dirname(path)))) await mayMakeIn(join(folder, parent), files);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || errorCode(error) === undefined) throw error;
    return { is: 'unwritable', error };
  }
}

/** Whether the nearest thing that is there, at a path or above it, is no folder. */
async function isBelowFile(path: string, files: FileSystem): Promise<boolean> {
  const found = await files.isFolder(path);
  const parent = dirname(path);
  return found === undefined && parent !== path ? isBelowFile(parent, files) : found === false;
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

/** What stops a run. With `force` only what is never written over. */
function blockOf({ force = false }: Output, { inTheWay, state }: PendingChanges): FolderProblem | undefined {
  const paths = inTheWay.filter(({ is }) => !force || is === 'irregular');
  return paths.length > 0 ? { is: 'in-the-way', paths, ...brokenListOf(state) } : undefined;
}

const brokenListOf = ({ list }: FolderState): { readonly brokenList?: string } =>
  list !== undefined && isBrokenList(list) ? { brokenList: list } : {};

/** What is at the top of the folder and is not of this output. */
async function otherNames({ folder, files: wanted }: Output, files: FileSystem): Promise<readonly string[]> {
  if ((await files.isFolder(folder)) !== true) return [];
  const ours = new Set([listName, holdName, ...wanted.map(({ path }) => path.split('/')[0])]);
  return (await files.names(folder)).filter((name) => !ours.has(name)).sort();
}

const resultOf = (
  { write, unchanged, remove, inTheWay, state }: PendingChanges,
  others: readonly string[],
): FolderChanges => ({
  is: 'written',
  written: write.map((file) => file.path),
  restored: write.map(({ path }) => path).filter((path) => wasListed(path, state) && isGone(path, state)),
  unchanged,
  removed: remove,
  overwrote: inTheWay,
  isFirst: state.list === undefined,
  others,
});

const wasListed = (path: string, { listed }: FolderState): boolean => listed.paths.has(path);
const isGone = (path: string, { found }: FolderState): boolean => found.get(path) === 'nothing';

export type FolderCheck =
  | { readonly is: 'checked'; readonly differences: readonly FolderDifference[]; readonly brokenList?: string }
  | { readonly is: 'no-folder' }
  | { readonly is: 'unreadable'; readonly error: Error };

/** Where a folder is not what {@link writeFolder} would make it. Writes nothing. */
export async function checkFolder(output: Output, files: FileSystem): Promise<FolderCheck> {
  try {
    if (await isBelowFile(output.folder, files)) return { is: 'no-folder' };
    const state = await stateOf(output, files);
    const differences = differencesOf(output, state);
    const { paths } = state.listed;
    const isListed = paths.size === output.files.length && output.files.every(({ path }) => paths.has(path));
    // Where something else differs, the list follows from it.
    const list: readonly FolderDifference[] =
      differences.length > 0 || isListed
        ? []
        : [{ path: listName, is: state.list === undefined ? 'missing' : 'outdated' }];
    return { is: 'checked', differences: [...list, ...differences], ...brokenListOf(state) };
  } catch (error) {
    if (!(error instanceof Error) || errorCode(error) === undefined) throw error;
    return { is: 'unreadable', error };
  }
}

/** The order keeps every file that is there in the list, wherever it is cut short. */
async function apply(
  { folder, marker }: Output,
  { state, write, remove, gone, during, after }: PendingChanges,
  { hold, files }: { readonly hold: Hold; readonly files: FileSystem },
): Promise<void> {
  const placeList = async (list: FileList, there: string | undefined): Promise<string> => {
    const content = listText(list, marker);
    if (content !== there) await placeFiles(hold, [{ path: join(folder, listName), content }], files);
    return content;
  };
  const list = await placeList(during, state.list);
  for (const parent of new Set(write.map((file) => dirname(file.path)))) await makeFolders(join(folder, parent), files);
  await placeFiles(
    hold,
    write.map(({ path, text }) => ({ path: join(folder, path), content: text })),
    files,
  );
  for (const path of remove) await files.removeFile(join(folder, path));
  for (const path of [...remove, ...gone]) await removeEmptyParents(folder, path, files);
  await placeList(after, list);
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
