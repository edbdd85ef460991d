/**
 * A reader such as `head` may go before everything is written. What it does not read is dropped, and the command ends with its own
 * exit code; every other error of the two streams stays one.
 *
 * @param gone Called when nobody reads standard output any more.
 */
export function dropWhatNobodyReads(gone: () => void = () => {}): void {
  const drop = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
  };
  process.stdout.on('error', (error) => {
    drop(error);
    gone();
  });
  process.stderr.on('error', drop);
}
