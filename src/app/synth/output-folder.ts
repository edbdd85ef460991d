import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

/** A file to be written, relative to the folder, with `/`. */
export interface FolderFile {
  readonly path: string;
  readonly text: string;
}

/** What became of each file, sorted by path. */
export interface FolderChanges {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
}

/** What lakegate wrote into a folder, so that it knows its own files again: some formats carry no comment. */
const listFile = 'lakegate.files.json';

/**
 * Writes a set of files into a folder that people may use as well. Only files that an earlier run wrote are written over
 * or removed: those in the folder's list, and those that begin with the marker. Nothing is touched when one is in the way.
 *
 * @returns What changed, or the paths of files in the way that somebody else wrote.
 */
export async function writeFolder(
  folder: string,
  files: readonly FolderFile[],
  marker: string,
): Promise<FolderChanges | { readonly inTheWay: readonly string[] }> {
  const listed = await readList(join(folder, listFile));
  const before = new Map<string, string>();
  for (const path of new Set([...files.map((file) => file.path), ...listed])) {
    const text = await textOf(join(folder, path));
    if (text !== undefined) before.set(path, text);
  }
  const isOurs = (path: string): boolean => listed.has(path) || hasMarker(before.get(path) ?? '', marker);
  const inTheWay = files.map((file) => file.path).filter((path) => before.has(path) && !isOurs(path));
  if (inTheWay.length > 0) return { inTheWay: inTheWay.sort() };
  const kept = new Set(files.map((file) => file.path));
  const removed = [...listed].filter((path) => !kept.has(path) && before.has(path)).sort();
  const written = files.filter((file) => before.get(file.path) !== file.text).map((file) => file.path);
  for (const file of files) if (written.includes(file.path)) await writeWhole(join(folder, file.path), file.text);
  // The list comes before the removal: a run that is cut short leaves nothing that the next one does not know.
  const list = { is: marker, files: [...kept].sort() };
  await writeWhole(join(folder, listFile), `${JSON.stringify(list, null, 2)}\n`);
  for (const path of removed) await removeFile(folder, path);
  const unchanged = files.map((file) => file.path).filter((path) => !written.includes(path));
  return { written: written.sort(), unchanged: unchanged.sort(), removed };
}

const hasMarker = (text: string, marker: string): boolean => text.slice(0, 500).includes(marker);

/** The files of an earlier run. A list that somebody has broken counts as none; paths out of the folder are left out. */
async function readList(path: string): Promise<ReadonlySet<string>> {
  const text = await textOf(path);
  if (text === undefined) return new Set();
  try {
    const { files } = JSON.parse(text) as { readonly files?: unknown };
    if (!Array.isArray(files)) return new Set();
    return new Set(files.filter((file): file is string => typeof file === 'string' && isInside(file)));
  } catch {
    return new Set();
  }
}

const isInside = (path: string): boolean =>
  path !== '' && !path.startsWith('/') && !normalize(path).startsWith('..') && !path.includes('\0');

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** Removes a file, and the folders that it leaves empty. */
async function removeFile(folder: string, path: string): Promise<void> {
  await rm(join(folder, path), { force: true });
  for (let up = dirname(path); up !== '.'; up = dirname(up)) {
    try {
      await rmdir(join(folder, up));
    } catch {
      return; // not empty: somebody else's files are in it
    }
  }
}
