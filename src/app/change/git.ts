import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** More than any spec or lock, and than the names of a large repository. */
const bytesAtMost = 200 * 1024 * 1024;

/** What a git of this machine prints; no shell sees the arguments, and paths are no patterns. @throws When it ends with an error. */
export async function git(folder: string, ...args: readonly string[]): Promise<Buffer> {
  const { stdout } = await promisify(execFile)('git', ['-C', folder, '--literal-pathspecs', ...args], {
    encoding: 'buffer',
    maxBuffer: bytesAtMost,
  });
  return stdout;
}

/** What git said when it ended with an error. */
export const asGitSaid = (error: unknown): string =>
  error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
