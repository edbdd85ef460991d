import type { Diagnostic } from '../../diagnostics/index.ts';
import { errorCode } from './file-system.ts';
import type { Held } from './hold.ts';

/**
 * A file that cannot be written, as the problem that commands show.
 *
 * @param file As the user knows it.
 * @throws The error itself, when it is not of the file system.
 */
export function unwritable(file: string, error: unknown): Diagnostic {
  const code = errorCode(error);
  if (code === undefined) throw error;
  return {
    code: 'LG_FILE_UNWRITABLE',
    severity: 'error',
    path: [],
    message: isFull(code)
      ? `${file} cannot be written: no space is left (${code})`
      : `${file} cannot be written (${code})`,
    hint: isFull(code)
      ? 'free some space and run the command again; it continues where it stopped'
      : 'check that the folder exists and that this user may write to it',
  };
}

const isFull = (code: string): boolean => code === 'ENOSPC' || code === 'EDQUOT';

/** Another run writes to the same files. */
export const held = (what: string, { heldBy, place }: Held): Diagnostic => ({
  code: 'LG_WRITE_HELD',
  severity: 'error',
  path: [],
  message:
    heldBy === 'unknown'
      ? `another run of lakegate is writing ${what}`
      : `another run of lakegate is writing ${what}: process ${heldBy.id} on ${heldBy.host}`,
  hint: `wait until that run has ended; if no such run exists, remove ${place}`,
});
