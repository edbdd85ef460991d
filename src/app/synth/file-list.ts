/** What lakegate wrote into a folder, so that it knows its own files again: some formats carry no comment. */
export const listName = 'lakegate.files.json';

/** Longer is not a list that lakegate wrote: 100,000 files have about 5 MB. */
export const listBytesAtMost = 16 * 1024 * 1024;

/**
 * The paths of a list that anyone may have changed. A list that is broken counts as none, and paths that lakegate does not
 * write are left out: those that leave the folder by any spelling, the list itself, and what is not a text.
 */
export function pathsOfList(text: string): ReadonlySet<string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return new Set();
  }
  const files = typeof value === 'object' && value !== null && 'files' in value ? value.files : undefined;
  if (!Array.isArray(files)) return new Set();
  return new Set(files.filter((file): file is string => typeof file === 'string' && isInside(file)));
}

/** The text of a list; the same paths give the same text. */
export const listText = (paths: Iterable<string>, marker: string): string =>
  `${JSON.stringify({ is: marker, files: [...new Set(paths)].sort() }, null, 2)}\n`;

/** Whether a path names a file below the folder in the one spelling that lakegate writes: names with `/` between them. */
export const isInside = (path: string): boolean =>
  !/[\0\\]/.test(path) &&
  path !== listName &&
  path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
