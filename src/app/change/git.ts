import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** More than any spec or lock, and than the names of a large repository. */
const bytesAtMost = 200 * 1024 * 1024;

/** A program that the repository names watches no files for us, and the index is not written. */
const always = ['--literal-pathspecs', '--no-optional-locks', '-c', 'core.fsmonitor=false'];

/** What a git of this machine prints; no shell sees the arguments, and paths are no patterns. @throws When it ends with an error. */
export async function git(folder: string, ...args: readonly string[]): Promise<Buffer> {
  const { stdout } = await promisify(execFile)('git', ['-C', folder, ...always, ...args], {
    encoding: 'buffer',
    maxBuffer: bytesAtMost,
    env: environment(process.env),
  });
  return stdout;
}

/**
 * A hook of git has its repository in the environment, with the folder it runs in as top. From another folder git would take
 * that one for the top, so it looks for the repository anew; unless somebody has said where the top is.
 */
function environment({ GIT_DIR, GIT_INDEX_FILE, GIT_PREFIX, ...others }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return others.GIT_WORK_TREE === undefined ? others : { ...others, GIT_DIR, GIT_INDEX_FILE, GIT_PREFIX };
}

/** What git said when it ended with an error. */
export const asGitSaid = (error: unknown): string =>
  error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
