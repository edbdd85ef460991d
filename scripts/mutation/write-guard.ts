import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Which arguments of each function are paths that it changes. */
const changedPaths = {
  appendFile: [0],
  chmod: [0],
  chown: [0],
  copyFile: [1],
  cp: [1],
  lchown: [0],
  link: [1],
  lutimes: [0],
  mkdir: [0],
  mkdtemp: [0],
  rename: [0, 1],
  rm: [0],
  rmdir: [0],
  symlink: [1],
  truncate: [0],
  unlink: [0],
  utimes: [0],
  writeFile: [0],
} as const;

export interface WriteGuard {
  /** Runs something, up to its first wait, as if there were no guard. */
  without(run: () => void): void;
  end(): void;
}

type Call = (...args: readonly unknown[]) => unknown;

/**
 * Makes this process change files below one folder only: a mutant of code that deletes or writes files reaches anything by a
 * wrong path, the repository too. Elsewhere each change is the error of a file system that is mounted to be read.
 *
 * @param folder Absolute, and there. The folder itself is kept too.
 */
export function guardWrites(folder: string): WriteGuard {
  const { realpathSync } = fs;
  const root = realpathSync(folder);
  let isLifted = false;

  /** The path without links on the way; a link at its end is what a change would hit. */
  const placeOf = (path: string): string => {
    const parent = dirname(path);
    if (parent === path) return path;
    try {
      return join(realpathSync(parent), path.slice(parent.length));
    } catch {
      return join(placeOf(parent), path.slice(parent.length));
    }
  };
  const guard = (name: string, at: unknown): void => {
    if (isLifted) return;
    const path =
      at instanceof URL ? fileURLToPath(at) : typeof at === 'string' || Buffer.isBuffer(at) ? String(at) : '';
    if (path === '' || path.includes('\0')) return; // an open file, or a path that is refused anyway
    const place = placeOf(resolve(path));
    if (place.startsWith(`${root}${sep}`) || place.startsWith('/proc/')) return; // nobody can make a file in /proc
    throw Object.assign(new Error(`EROFS: read-only file system, ${name} '${path}'`), { code: 'EROFS', path });
  };

  const undo: (() => void)[] = [];
  const replace = (object: object, name: string, checked: (args: readonly unknown[]) => void): void => {
    const real = Reflect.get(object, name) as Call | undefined;
    if (!real) return;
    const isPromise = object === fs.promises;
    const isCallback = object === fs && !/Sync$|^create/.test(name);
    Reflect.set(object, name, (...args: readonly unknown[]) => {
      try {
        checked(args);
      } catch (error) {
        if (isPromise) return Promise.reject(error);
        const done = isCallback ? args.at(-1) : undefined;
        if (typeof done !== 'function') throw error;
        process.nextTick(() => done(error));
        return undefined;
      }
      return Reflect.apply(real, object, args);
    });
    undo.push(() => Reflect.set(object, name, real));
  };
  const replaceAll = (name: string, checked: (args: readonly unknown[]) => void): void => {
    replace(fs, name, checked);
    replace(fs, `${name}Sync`, checked);
    replace(fs.promises, name, checked);
  };

  for (const [name, places] of Object.entries(changedPaths))
    replaceAll(name, (args) => places.forEach((at) => void guard(name, args[at])));
  replaceAll('open', ([path, flags]) => isWriting(flags) && guard('open', path));
  replace(fs, 'createWriteStream', ([path]) => guard('open', path));
  syncBuiltinESMExports();
  return {
    without(run) {
      isLifted = true;
      try {
        run();
      } finally {
        isLifted = false;
      }
    },
    end() {
      for (const back of undo) back();
      syncBuiltinESMExports();
    },
  };
}

/** Whether a file that is opened so can change. */
const isWriting = (flags: unknown): boolean =>
  typeof flags === 'number'
    ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_TRUNC)) !== 0
    : typeof flags === 'string' && /[wa+]/.test(flags);
