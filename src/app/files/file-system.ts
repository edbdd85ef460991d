/** What is at a path; a link is not followed. */
export type Kind = 'file' | 'folder' | 'link' | 'other';

/**
 * The file system as use cases need it. Paths are absolute. Errors are those of Node, with a `code` such as `EACCES`.
 * Each method is one step: a test stops a use case between any two of them.
 */
export interface FileSystem {
  /** Undefined when nothing is there. */
  kindOf(path: string): Promise<Kind | undefined>;
  /** Follows links. Undefined when nothing is there. */
  isFolder(path: string): Promise<boolean | undefined>;
  /** Names in a folder, in no order. */
  names(folder: string): Promise<readonly string[]>;
  /**
   * Returns when the rights of a folder let this process make and remove names in it. A file system may refuse it all the same.
   *
   * @throws `EACCES` or `EROFS`, as making a name would.
   */
  mayWriteIn(folder: string): Promise<void>;
  /** Reads a file, pipe or device to its end, or until more than `bytesAtMost` have come. */
  readStream(path: string, bytesAtMost: number): Promise<Uint8Array>;
  /** Reads standard input in the same way. */
  readInput(bytesAtMost: number): Promise<Uint8Array>;
  /** Reads a regular file. A larger one is the error `EFBIG`; a pipe or a device is `EINVAL`. */
  readFile(path: string, bytesAtMost: number): Promise<Uint8Array>;
  /**
   * Creates a file that is not there yet and waits until its bytes are on the disk.
   *
   * @param mode Its rights, whatever the umask takes away. Default: those that the umask leaves.
   */
  createFile(path: string, content: string | Uint8Array, mode?: number): Promise<void>;
  /** Creates one folder; its parent is there. */
  makeFolder(path: string): Promise<void>;
  /** Replaces what is at `to` in one step: a file, or an empty folder. Names are on the disk after {@link syncFolder}. */
  rename(from: string, to: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  removeEmptyFolder(path: string): Promise<void>;
  /** Removes a folder with all in it, or nothing when it is not there. A link is removed, not followed. */
  removeTree(path: string): Promise<void>;
  /** Waits until the names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>;
}

/** Where the relative paths that a user gives begin. */
export interface WorkingFolder {
  /** Absolute. */
  readonly cwd: string;
  readonly files: FileSystem;
}

/** The code of a Node error, such as `ENOENT`; undefined for any other. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
