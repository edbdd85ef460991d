import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { errorCode, type FileSystem } from './file-system.ts';

/** The file system of this machine. */
export const nodeFiles: FileSystem = {
  async kindOf(path) {
    const found = await unlessAbsent(lstat(path));
    if (!found) return undefined;
    if (found.isFile()) return 'file';
    if (found.isDirectory()) return 'folder';
    return found.isSymbolicLink() ? 'link' : 'other';
  },

  async isFolder(path) {
    return (await unlessAbsent(stat(path)))?.isDirectory();
  },

  names: (folder) => readdir(folder),

  async readStream(path, bytesAtMost) {
    await using handle = await open(path, 'r');
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > bytesAtMost) break;
    }
    return Buffer.concat(chunks);
  },

  async readFile(path, bytesAtMost) {
    // Without O_NONBLOCK opening a pipe waits for somebody who writes into it.
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await handle.stat();
    if (!found.isFile() && !found.isDirectory()) throw failure('EINVAL', `not a regular file, open '${path}'`);
    if (found.size > bytesAtMost) throw failure('EFBIG', `file too large, open '${path}'`);
    return await handle.readFile(); // awaited here: the handle is open until then
  },

  async createFile(path, content) {
    await using handle = await open(path, 'wx');
    await handle.writeFile(content);
    await handle.sync();
  },

  makeFolder: (path) => mkdir(path),
  rename,
  removeFile: unlink,
  removeEmptyFolder: rmdir,
  removeTree: (path) => rm(path, { recursive: true, force: true }),

  async syncFolder(path) {
    await using handle = await open(path, 'r');
    try {
      await handle.sync();
    } catch (error) {
      // Some file systems cannot sync a folder; their renames are as safe as they get.
      if (errorCode(error) !== 'EINVAL' && errorCode(error) !== 'EPERM') throw error;
    }
  },
};

/** A path that leads through a file, or that no file system can hold, has nothing at its end. */
const absent = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

async function unlessAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (absent.has(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

const failure = (code: string, message: string): Error => Object.assign(new Error(`${code}: ${message}`), { code });
