import { constants } from 'node:fs';
import { access, lstat, mkdir, open, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
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
  mayWriteIn: (folder) => access(folder, constants.W_OK | constants.X_OK),

  async readStream(path, bytesAtMost) {
    await using handle = await open(path, 'r');
    return await readToEnd(async () => {
      // Not as a stream of Node: loading those costs more than reading a spec.
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, null);
      return buffer.subarray(0, bytesRead);
    }, bytesAtMost);
  },

  async readInput(bytesAtMost) {
    const chunks = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    return await readToEnd(async () => {
      const { value, done } = await chunks.next();
      return done ? new Uint8Array() : value;
    }, bytesAtMost);
  },

  async readFile(path, bytesAtMost) {
    // Without O_NONBLOCK opening a pipe waits for somebody who writes into it.
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await handle.stat();
    if (!found.isFile() && !found.isDirectory()) throw failure('EINVAL', `not a regular file, open '${path}'`);
    if (found.size > bytesAtMost) throw failure('EFBIG', `file too large, open '${path}'`);
    return await handle.readFile(); // awaited here: the handle is open until then
  },

  async createFile(path, content, mode) {
    await using handle = await open(path, 'wx', mode);
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

const chunkBytes = 64 * 1024;

/** Puts chunks together until an empty one, or until there are more bytes than allowed. */
async function readToEnd(next: () => Promise<Uint8Array>, bytesAtMost: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let chunk = await next(); chunk.byteLength > 0; chunk = await next()) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > bytesAtMost) break;
  }
  return Buffer.concat(chunks);
}

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
