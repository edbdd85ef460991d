/**
 * A reader such as `head` may go before everything is written. What it does not read is dropped, and the command ends with its own
 * exit code. Where standard output cannot be written for another reason, such as a full disk, that is told and the exit code is
 * at least 1: what was asked for has not arrived.
 *
 * @param gone Called when nothing reaches standard output any more.
 */
export function dropWhatNobodyReads(gone: () => void = () => {}): void {
  let isTold = false;
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE' && !isTold) {
      isTold = true;
      process.stderr.write(`error LG_FILE_UNWRITABLE standard output cannot be written (${code})\n`);
      process.on('exit', () => {
        process.exitCode = process.exitCode || 1;
      });
    }
    gone();
  });
  // There is no place to tell it.
  process.stderr.on('error', () => {});
}
