import { contentHash, isSameContent } from './content-hash.ts';
import { type FileList, listName, listText } from './file-list.ts';
import { type FolderState, textOf } from './folder-state.ts';

/** A file to be written, relative to the folder, with `/`. */
export interface FolderFile {
  readonly path: string;
  readonly text: string;
}

/** What an output folder is to hold. */
export interface FolderContent {
  readonly files: readonly FolderFile[];
  /** The name of the spec that they are made from. */
  readonly spec?: string;
  /** A sentence near the beginning of every file whose format has comments. */
  readonly marker: string;
  /** Whether a file of this path has a format without comments. */
  readonly hasNoMarker: (path: string) => boolean;
}

/** Something that lakegate may not simply write over. */
export interface InTheWay {
  readonly path: string;
  /**
   * `foreign`: a file that lakegate did not write. `edited`: it did, and somebody changed it since. `irregular`: a link, a folder,
   * a pipe, or something behind a link, which is never written over.
   */
  readonly is: 'foreign' | 'edited' | 'irregular';
}

/** A file that is not what would be written. */
export interface FolderDifference {
  readonly path: string;
  /** `outdated`: as lakegate wrote it once. `unneeded`: it would be removed. */
  readonly is: InTheWay['is'] | 'missing' | 'outdated' | 'unneeded';
}

/** What is to be done in a folder, from what is there. */
export interface PendingChanges {
  readonly state: FolderState;
  readonly inTheWay: readonly InTheWay[];
  readonly write: readonly FolderFile[];
  readonly unchanged: readonly string[];
  readonly remove: readonly string[];
  /** Listed and not needed any more, but not there: a run was cut short after it had removed them. */
  readonly gone: readonly string[];
  /** The list while files change: it knows each of them before and after. */
  readonly during: FileList;
  readonly after: FileList;
  readonly isNothing: boolean;
}

export function pendingChanges(content: FolderContent, state: FolderState): PendingChanges {
  const { files, marker, spec } = content;
  const { listed, found, list } = state;
  const kept = new Set(files.map((file) => file.path));
  const stale = [...listed.paths].filter((path) => !kept.has(path)).sort();
  const remove = stale.filter((path) => mayBeRemoved(path, content, state));
  const write = files.filter(({ path, text }) => {
    const there = found.get(path);
    return !(there instanceof Uint8Array && Buffer.from(text).equals(there));
  });
  const after: FileList = {
    ...(spec !== undefined && { spec }),
    paths: kept,
    hashes: new Map(files.map(({ path, text }) => [path, [contentHash(path, text)]])),
  };
  return {
    state,
    inTheWay: differencesOf(content, state).filter(isInTheWay),
    write: write.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    unchanged: files
      .filter((file) => !write.includes(file))
      .map((file) => file.path)
      .sort(),
    remove,
    gone: stale.filter((path) => found.get(path) === 'nothing'),
    during: both(state, after),
    after,
    isNothing: write.length === 0 && remove.length === 0 && list === listText(after, marker),
  };
}

const isInTheWay = (each: FolderDifference): each is InTheWay =>
  each.is === 'foreign' || each.is === 'edited' || each.is === 'irregular';

/** Where a folder is not what would be written, sorted by path. */
export function differencesOf(content: FolderContent, state: FolderState): readonly FolderDifference[] {
  const { listed, found } = state;
  const kept = new Map(content.files.map(({ path, text }) => [path, text]));
  const wanted = [...kept].flatMap(([path, text]): readonly FolderDifference[] => {
    const there = found.get(path) ?? 'nothing';
    if (there === 'nothing') return [{ path, is: 'missing' }];
    if (there === 'foreign') return [{ path, is: 'irregular' }];
    if (isSameContent(path, textOf(there), text)) return [];
    if (!listed.paths.has(path) && !hasMarker(path, content, state)) return [{ path, is: 'foreign' }];
    return [{ path, is: isEdited(path, state) ? 'edited' : 'outdated' }];
  });
  const unneeded = [...listed.paths]
    .filter((path) => !kept.has(path) && mayBeRemoved(path, content, state))
    .map((path): FolderDifference => ({ path, is: isEdited(path, state) ? 'edited' : 'unneeded' }));
  const list: readonly FolderDifference[] = found.has(listName) ? [{ path: listName, is: 'irregular' }] : [];
  return [...list, ...wanted, ...unneeded].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The marker is looked for in so many bytes. */
const markerWithinBytes = 500;

const hasMarker = (path: string, { marker }: FolderContent, { found }: FolderState): boolean => {
  const there = found.get(path);
  return there instanceof Uint8Array && textOf(there.subarray(0, markerWithinBytes)).includes(marker);
};

/** Anyone can write a path into the list, so a file goes only if lakegate can have written it. */
const mayBeRemoved = (path: string, content: FolderContent, state: FolderState): boolean =>
  hasMarker(path, content, state) || (state.found.get(path) instanceof Uint8Array && content.hasNoMarker(path));

/** Whether a file is another than lakegate wrote. Without a hash that cannot be told, and counts as no. */
function isEdited(path: string, { listed, found }: FolderState): boolean {
  const there = found.get(path);
  const hashes = listed.hashes.get(path);
  return hashes !== undefined && there instanceof Uint8Array && !hashes.includes(contentHash(path, textOf(there)));
}

/** What is there may stay when the run is cut short, so its hash stays, too. */
function both({ listed, found }: FolderState, after: FileList): FileList {
  const paths = new Set([...listed.paths, ...after.paths]);
  const hashes = [...paths].map((path) => {
    const there = found.get(path);
    const now = there instanceof Uint8Array ? [contentHash(path, textOf(there))] : [];
    const known = listed.hashes.get(path) ?? (after.paths.has(path) ? now : []);
    return [path, [...new Set([...known, ...(after.hashes.get(path) ?? [])])]] as const;
  });
  return { ...after, paths, hashes: new Map(hashes) };
}
