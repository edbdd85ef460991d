import { posix, relative, resolve, sep } from 'node:path';
import { makeNearest } from '../../diagnostics/index.ts';
import { errorCode, type FileSystem, type WorkingFolder } from '../files/index.ts';
import { asGitSaid, git } from './git.ts';

/** Links that are followed from one file of a commit to another. */
const linksAtMost = 8;
/** Names of branches and tags among which a near one is looked for. */
const namesAtMost = 5000;

/** A revision of the git repository that a spec is in. */
export interface Revision {
  /** The file system as it is, but for the files of the repository, which are those of the commit. */
  readonly files: FileSystem;
  /** The spec in the commit, relative to the working directory as the user's path is; another path where it was moved since. */
  readonly spec: string;
  readonly isMoved: boolean;
}

/** Why there is no such revision, or no spec in it: the end of a sentence that begins with the name. */
export interface NoRevision {
  readonly why: string;
  readonly hint: string;
}

/** What is said of a name that is nothing. */
export const neither = 'is neither a file nor a revision of';

const usualHint = 'git branch --all lists the branches that this repository knows';

/**
 * Looks a revision up with the git of this machine; no shell sees it.
 *
 * @param name As the user gave it: a branch, a tag, a commit. One that begins with `-` would be an option, and is none.
 * @param file The spec.
 */
export async function findRevision(
  name: string,
  file: string,
  { cwd, files }: WorkingFolder,
): Promise<Revision | NoRevision> {
  if (name.startsWith('-') || /\p{Cc}/u.test(name))
    return { why: 'is not a name that a revision can have', hint: 'name a branch, a tag or a commit' };
  const folder = resolve(cwd, posix.dirname(file.split(sep).join('/')));
  let prefix: string;
  try {
    prefix = (await git(folder, 'rev-parse', '--show-prefix')).toString('utf8').replace(/\n$/, '');
  } catch (error) {
    return noRepository(error, folder === cwd ? 'this folder' : folder);
  }
  const commit = await commitOf(name, folder);
  if (commit === undefined) return await noCommit(name, folder);
  const tree = new CommittedTree(commit, { folder, prefix });
  const known: Pick<Revision, 'files'> = { files: filesOf(tree, files) };
  const path = tree.pathOf(resolve(cwd, file));
  if (path === undefined || (await tree.holds(path))) return { ...known, spec: file, isMoved: false };
  const old = await tree.earlierPath(path);
  if (old !== undefined) return { ...known, spec: relative(cwd, tree.placeOf(old)), isMoved: true };
  return { why: `has no ${file}`, hint: await alikeHint(path, tree) };
}

/** The commit that a name stands for. */
async function commitOf(name: string, folder: string): Promise<string | undefined> {
  try {
    const found = await git(folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
    const commit = found.toString('utf8').trim();
    // Of `^main` git gives the commit with its `^`: everything but that one.
    return /^[0-9a-f]+$/.test(commit) ? commit : undefined;
  } catch {
    return undefined;
  }
}

function noRepository(error: unknown, where: string): NoRevision {
  if (errorCode(error) === 'ENOENT')
    return {
      why: 'is not a file, and there is no git on PATH to look for a revision',
      hint: 'install git, or name a file',
    };
  const said = asGitSaid(error);
  if (/dubious ownership/.test(said))
    return {
      why: 'cannot be looked up: git does not read this repository, because another user owns it',
      hint: 'allow it with git config --global --add safe.directory FOLDER, as git asks for',
    };
  return {
    why: `${neither} a git repository around ${where}`,
    hint: 'there is no git repository; name a document of plan --json or a lock',
  };
}

/** What is said where the commit may be one that was not fetched: the usual cause in a pipeline, so it comes first. */
const shallowHint =
  'this clone is shallow and knows few commits: fetch that one first, with fetch-depth: 0 of actions/checkout or git fetch --unshallow';

/** What may have been meant, and why it may be missing. */
async function noCommit(name: string, folder: string): Promise<NoRevision> {
  const why = `${neither} this git repository`;
  const near = await nearName(name, folder);
  const isShallow = (await linesOf(folder, 'rev-parse', '--is-shallow-repository'))[0] === 'true';
  return { why, hint: withNear(isShallow ? shallowHint : usualHint, near) };
}

/** A hint with what may have been meant: in its place, or behind one that is more likely right. */
export const withNear = (hint: string, near: string | undefined): string =>
  near === undefined ? hint : `${hint.startsWith(shallowHint) ? `${shallowHint}; or ` : ''}did you mean ${near}?`;

/** A branch of a remote with that name, or a branch or tag with nearly that name. */
async function nearName(name: string, folder: string): Promise<string | undefined> {
  const names = await linesOf(folder, 'for-each-ref', `--count=${namesAtMost}`, '--format=%(refname:lstrip=2)');
  const remote = names.find(
    (each) => each.endsWith(`/${name}`) && each.split('/').length === name.split('/').length + 1,
  );
  return remote ?? makeNearest().nearest(name, names);
}

async function linesOf(folder: string, ...args: readonly string[]): Promise<readonly string[]> {
  try {
    return (await git(folder, ...args))
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** Where a commit has a file of the same name. */
async function alikeHint(path: string, tree: CommittedTree): Promise<string> {
  const alike = await tree.namesakes(path);
  const [first, ...others] = alike;
  if (first === undefined) return 'the spec is new since then; lakegate plan shows all of it';
  const more = others.length === 0 ? '' : ` and ${others.length} more of that name`;
  return `it has ${first}${more}; git finds a moved file only where git knows the new one: git add it first`;
}

interface Entry {
  readonly mode: string;
  readonly object: string;
}

/** The files of a commit, by their paths from the top of the repository, with `/`. */
class CommittedTree {
  readonly #commit: string;
  readonly #folder: string;
  readonly #top: string;
  readonly #prefix: string;

  /** @param at The folder of the spec, and its path from the top, empty or with `/` at its end. */
  constructor(commit: string, { folder, prefix }: { readonly folder: string; readonly prefix: string }) {
    this.#commit = commit;
    this.#folder = folder;
    this.#prefix = prefix;
    this.#top = resolve(
      folder,
      ...prefix
        .split('/')
        .filter(Boolean)
        .map(() => '..'),
    );
  }

  /** The path of a file in the repository; undefined for one outside. */
  pathOf(absolute: string): string | undefined {
    const path = posix.normalize(posix.join(this.#prefix, relative(this.#folder, absolute).split(sep).join('/')));
    return path === '..' || path.startsWith('../') || posix.isAbsolute(path) ? undefined : path;
  }

  placeOf = (path: string): string => resolve(this.#top, path);

  holds = async (path: string): Promise<boolean> => (await this.#entry(path)) !== undefined;

  async #entry(path: string): Promise<Entry | undefined> {
    const listed = (await this.#git('ls-tree', '--full-tree', '-z', this.#commit, '--', path)).toString('utf8');
    const [, mode, object] = /^(\d+) \w+ ([0-9a-f]+)\t/.exec(listed) ?? [];
    return mode === undefined || object === undefined ? undefined : { mode, object };
  }

  /** The bytes of a file; links of the commit are followed inside it. @throws As a file system does. */
  async read(path: string): Promise<Uint8Array> {
    let at = path;
    for (let links = 0; links <= linksAtMost; links++) {
      const entry = await this.#entry(at);
      if (!entry) throw failure('ENOENT', `${at} is not in ${this.#commit}`);
      if (entry.mode === '040000' || entry.mode === '160000') throw failure('EISDIR', `${at} is a folder`);
      const bytes = await this.#git('cat-file', 'blob', entry.object);
      if (entry.mode !== '120000') return bytes;
      at = posix.normalize(posix.join(posix.dirname(at), bytes.toString('utf8')));
      if (at.startsWith('../') || posix.isAbsolute(bytes.toString('utf8')))
        throw failure('ENOENT', `${path} is a link out of the repository`);
    }
    throw failure('ELOOP', `${path} is a link to a link, too often`);
  }

  /** Where the commit has a file that git sees moved to a path since then. */
  async earlierPath(path: string): Promise<string | undefined> {
    const args = [
      'diff',
      '--no-ext-diff',
      '--find-renames',
      '--diff-filter=R',
      '--name-status',
      '-z',
      this.#commit,
      '--',
    ];
    // A bare repository has no files that could have been moved.
    const parts = (await this.#git(...args).catch(() => Buffer.alloc(0))).toString('utf8').split('\0');
    for (let i = 0; i + 2 < parts.length; i += 3) if (parts[i + 2] === path) return parts[i + 1];
    return undefined;
  }

  /** Other files of the same name. */
  async namesakes(path: string): Promise<readonly string[]> {
    const names = (await this.#git('ls-tree', '--full-tree', '-r', '--name-only', '-z', this.#commit)).toString('utf8');
    return names.split('\0').filter((each) => posix.basename(each) === posix.basename(path));
  }

  async #git(...args: readonly string[]): Promise<Buffer> {
    try {
      return await git(this.#folder, ...args);
    } catch (error) {
      throw errorCode(error) === undefined ? failure('EIO', asGitSaid(error)) : error;
    }
  }
}

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });

function filesOf(tree: CommittedTree, files: FileSystem): FileSystem {
  const reading =
    (otherwise: FileSystem['readFile']): FileSystem['readFile'] =>
    (path, most) => {
      const committed = tree.pathOf(path);
      return committed === undefined ? otherwise(path, most) : tree.read(committed);
    };
  return { ...files, readFile: reading(files.readFile), readStream: reading(files.readStream) };
}
