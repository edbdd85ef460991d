import type { Diagnostic } from './diagnostic.ts';

/** A file that cannot be read, in words that the code of the error stands for. @param code Of the file system, such as `ENOENT`. */
export const unreadable = (file: string, code: string, hint?: string): Diagnostic => ({
  code: 'LG_FILE_UNREADABLE',
  severity: 'error',
  path: [],
  message: `${file} ${words[code] ?? `cannot be read (${code})`}`,
  hint: hint ?? hints[code] ?? 'check the path',
});

const words: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is not a folder',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EINVAL: 'is not a regular file',
  ENXIO: 'is not a regular file',
  EFBIG: 'is larger than any such file',
};

const hints: Readonly<Record<string, string>> = {
  EISDIR: 'name a file in it',
  EACCES: 'check the permissions of the file',
  EPERM: 'check the permissions of the file',
  EINVAL: 'copy it into a file: a pipe or device cannot be read here',
  ENXIO: 'copy it into a file: a pipe or device cannot be read here',
};
