import { nodeFiles, thisProcess } from '../app/files/index.ts';
import { dropWhatNobodyReads } from './closed-pipe.ts';
import type { Context } from './context.ts';

/** The context of a command line that a person or a machine has started. */
export function processContext(): Context {
  const stop = new AbortController();
  let isHeard = false;
  const hear = (): void => {
    if (!isHeard) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(signal));
    isHeard = true;
  };
  // A command that runs until it is stopped has nobody to run for.
  dropWhatNobodyReads(() => stop.abort('SIGPIPE'));
  return {
    print: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    isTerminal: process.stdout.isTTY === true && !process.env.NO_COLOR,
    columns: process.stdout.columns || 100,
    cwd: workingFolder(),
    env: process.env,
    files: nodeFiles,
    process: thisProcess,
    get interrupted() {
      hear();
      return stop.signal;
    },
    hold: hear,
    onHangup(listener) {
      process.on('SIGHUP', listener);
      return () => process.off('SIGHUP', listener);
    },
  };
}

/** Where it was removed, the path that it had: no file is there. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return process.env.PWD ?? '/';
  }
}
