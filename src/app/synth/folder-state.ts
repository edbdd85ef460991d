import { join } from 'node:path';
import { errorCode, type FileSystem } from '../files/index.ts';
import { type FileList, isInside, listBytesAtMost, listName, noList, readList } from './file-list.ts';

/** What stands at a path of the folder: nothing, a regular file with its bytes, or something that lakegate never writes. */
export type Found = 'nothing' | Uint8Array | 'foreign';

/** What a folder holds of the paths that matter. */
export interface FolderState {
  /** Text of the list; undefined when there is none. */
  readonly list: string | undefined;
  readonly listed: FileList;
  /** For each listed path and each one that was asked for. */
  readonly found: ReadonlyMap<string, Found>;
}

/** A larger file was not written by lakegate. */
const fileBytesAtMost = 256 * 1024 * 1024;

/**
 * Looks at a folder and changes nothing. Links are not followed, neither at a path nor on the way to it: behind one is another
 * folder than the one that the user named.
 *
 * @param folder Absolute. It need not be there.
 * @param wanted Paths to look at, next to the listed ones.
 */
export async function readFolder(folder: string, wanted: readonly string[], files: FileSystem): Promise<FolderState> {
  const look = lookIn(folder, files);
  const listFound = await look(listName);
  const list = listFound instanceof Uint8Array ? textOf(listFound) : undefined;
  const listed = list === undefined ? noList : readList(list);
  const found = new Map<string, Found>(listFound === 'foreign' ? [[listName, 'foreign']] : []);
  for (const path of wanted) found.set(path, await look(path));
  for (const path of listed.paths) if (!found.has(path)) found.set(path, await look(path, 'foreign'));
  return { list, listed, found };
}

export const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

/** @returns A function that looks at a path, and gives `unreadable` for what may not be read, or throws. */
function lookIn(folder: string, files: FileSystem): (path: string, unreadable?: Found) => Promise<Found> {
  const kinds = new Map<string, Promise<'file' | 'folder' | 'link' | 'other' | undefined>>();
  const kindOf = (path: string) => {
    const known = kinds.get(path) ?? files.kindOf(join(folder, path));
    kinds.set(path, known);
    return known;
  };
  return async (path, unreadable) => {
    if (path !== listName && !isInside(path)) throw new RangeError(`${path} is not a path below the folder`);
    const names = path.split('/');
    for (let depth = 1; depth < names.length; depth++) {
      const kind = await kindOf(names.slice(0, depth).join('/'));
      if (kind === undefined) return 'nothing';
      if (kind !== 'folder') return 'foreign';
    }
    const kind = await kindOf(path);
    if (kind === undefined) return 'nothing';
    if (kind !== 'file') return 'foreign';
    try {
      return await files.readFile(join(folder, path), path === listName ? listBytesAtMost : fileBytesAtMost);
    } catch (error) {
      if (errorCode(error) === 'EFBIG') return path === listName ? new Uint8Array() : 'foreign';
      if (errorCode(error) === undefined || unreadable === undefined) throw error;
      return unreadable;
    }
  };
}
