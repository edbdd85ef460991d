import { hostname } from 'node:os';
import { errorCode } from './file-system.ts';
import type { ThisProcess } from './hold.ts';
import { randomName } from './random-name.ts';

let run: string | undefined;

/** The process that runs this code. */
export const thisProcess: ThisProcess = {
  id: process.pid,
  host: hostname().replaceAll('/', '-'), // it becomes a part of file names
  get run() {
    run ??= randomName(16);
    return run;
  },
  isRunning(id) {
    try {
      return process.kill(id, 0);
    } catch (error) {
      return errorCode(error) === 'EPERM'; // it runs, as another user
    }
  },
};
