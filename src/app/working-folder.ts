/** Where the relative paths that a user gives begin. */
export interface WorkingFolder {
  /** Absolute. */
  readonly cwd: string;
}
