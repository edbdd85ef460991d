/** What lakegate wrote into a folder, so that it knows its own files again: some formats carry no comment. */
export const listName = 'lakegate.files.json';

/** Longer is not a list that lakegate wrote: 100,000 files have about 15 MB. */
export const listBytesAtMost = 32 * 1024 * 1024;

/** The files of a folder that lakegate wrote, and by which hash each is known as it was written. */
export interface FileList {
  readonly paths: ReadonlySet<string>;
  /** The name of the spec that they were made from. Absent from the list of an older release. */
  readonly spec?: string;
  /**
   * Two for a path while it is written over: a run that is cut short leaves either text. None for a path of a list that an older
   * release wrote: whether its file was edited cannot be told.
   */
  readonly hashes: ReadonlyMap<string, readonly string[]>;
}

export const noList: FileList = { paths: new Set(), hashes: new Map() };

/**
 * Reads a list that anyone may have changed. A list that is broken counts as none, and paths that lakegate does not write are left
 * out: those that leave the folder by any spelling, the list itself, and what is not a text.
 */
export function readList(text: string): FileList {
  const { files, hashes, spec } = listIn(text) ?? {};
  if (!files) return noList;
  const paths = new Set(files.filter((file): file is string => typeof file === 'string' && isInside(file)));
  const known = Object.entries(isObject(hashes) ? hashes : {}).flatMap(([path, of]) => {
    const each = (Array.isArray(of) ? of : [of]).filter(isHash);
    return paths.has(path) && each.length > 0 ? [[path, each] as const] : [];
  });
  return { paths, hashes: new Map(known), ...(typeof spec === 'string' && { spec }) };
}

/** Whether a text is no list, so that nobody knows which files lakegate wrote. */
export const isBrokenList = (text: string): boolean => listIn(text) === undefined;

interface WrittenList {
  readonly files: readonly unknown[];
  readonly hashes?: unknown;
  readonly spec?: unknown;
}

function listIn(text: string): WrittenList | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || !Array.isArray(value.files)) return undefined;
    return { files: value.files, hashes: value.hashes, spec: value.spec };
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

/** The text of a list; the same list gives the same text. */
export function listText({ paths, hashes, spec }: FileList, marker: string): string {
  const files = [...paths].sort();
  const known = files.flatMap((path) => {
    const [hash, ...others] = hashes.get(path) ?? [];
    return hash === undefined ? [] : [[path, others.length === 0 ? hash : [hash, ...others]] as const];
  });
  return `${JSON.stringify({ is: marker, spec, files, hashes: Object.fromEntries(known) }, null, 2)}\n`;
}

/** Whether a path names a file below the folder in the one spelling that lakegate writes: names with `/` between them. */
export const isInside = (path: string): boolean =>
  !/[\0\\]/.test(path) &&
  path !== listName &&
  path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
