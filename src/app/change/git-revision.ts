import { execFile } from 'node:child_process';
import { basename, dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { errorCode, type FileSystem, type WorkingFolder } from '../files/index.ts';

/** More than any spec or lock. */
const bytesAtMost = 200 * 1024 * 1024;

/** A revision of the git repository that a file is in. */
export interface Revision {
  readonly commit: string;
  /** The file system as it is, but for one folder's files, which are those of the commit. */
  readonly files: FileSystem;
}

/**
 * Looks a revision up with the git of this machine; no shell sees it.
 *
 * @param name As the user gave it: a branch, a tag, a commit. One that begins with `-` would be an option, and is none.
 * @param file The spec: its folder is read from the commit.
 * @returns Why there is no such revision, as the end of a sentence, otherwise.
 */
export async function findRevision(
  name: string,
  file: string,
  { cwd, files }: WorkingFolder,
): Promise<Revision | { readonly why: string }> {
  if (name === '' || name.startsWith('-')) return { why: 'is not a name that a revision can have' };
  const folder = dirname(resolve(cwd, file));
  try {
    const commit = (await git(folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`))
      .toString('utf8')
      .trim();
    return { commit, files: filesOf(commit, folder, files) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT')
      return { why: 'is not a file, and there is no git on PATH to look for a revision' };
    return {
      why: `is neither a file nor a revision of a git repository around ${folder === cwd ? 'this folder' : dirname(file)}`,
    };
  }
}

async function git(folder: string, ...args: readonly string[]): Promise<Buffer> {
  const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args], {
    encoding: 'buffer',
    maxBuffer: bytesAtMost,
  });
  return stdout;
}

function filesOf(commit: string, folder: string, files: FileSystem): FileSystem {
  const read = async (path: string): Promise<Uint8Array> => {
    const name = basename(path);
    // A name that is not in the commit is an absent file; every other failure of git is one, too, and says so by its own code.
    const listed = await git(folder, 'ls-tree', '--name-only', '-z', commit, '--', `./${name}`);
    if (listed.length === 0) throw Object.assign(new Error(`${name} is not in ${commit}`), { code: 'ENOENT' });
    return await git(folder, 'show', '--no-textconv', `${commit}:./${name}`);
  };
  const isThere = (path: string): boolean => dirname(path) === folder;
  return {
    ...files,
    readFile: (path, most) => (isThere(path) ? read(path) : files.readFile(path, most)),
    readStream: (path, most) => (isThere(path) ? read(path) : files.readStream(path, most)),
  };
}
