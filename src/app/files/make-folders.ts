import { dirname } from 'node:path';
import type { FileSystem } from './file-system.ts';

/**
 * Makes a folder and the parents that are missing, one by one. Node's own `recursive` never returns where a file system
 * answers ENOENT although the parent is there, as /proc does.
 *
 * @throws The error of the first folder that cannot be made; `ENOTDIR` where a file is in the way.
 */
export async function makeFolders(path: string, files: FileSystem): Promise<void> {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    const isFolder = await files.isFolder(at);
    if (isFolder) break;
    if (isFolder === false || dirname(at) === at)
      throw Object.assign(new Error(`ENOTDIR: not a directory, '${at}'`), { code: 'ENOTDIR' });
    missing.unshift(at);
  }
  for (const folder of missing) await makeFolder(folder, files);
}

/**
 * Returns when files may be made in a folder, or it may be made, as far as the rights of the nearest folder tell. Makes nothing.
 *
 * @throws As {@link makeFolders} and making a file would.
 */
export async function mayMakeIn(folder: string, files: FileSystem): Promise<void> {
  let at = folder;
  while (!(await files.isFolder(at)) && dirname(at) !== at) at = dirname(at);
  await files.mayWriteIn(at);
}

/** Another run may make the same folder at the same time. */
async function makeFolder(path: string, files: FileSystem): Promise<void> {
  try {
    await files.makeFolder(path);
  } catch (error) {
    if (!(await files.isFolder(path))) throw error;
  }
}
