import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { errorCode } from './file-system.ts';
import type { ThisProcess } from './hold.ts';

/** The process that runs this code. */
export const thisProcess: ThisProcess = {
  id: process.pid,
  host: hostname().replaceAll('/', '-'), // it becomes a part of file names
  run: randomBytes(8).toString('hex'),
  isRunning(id) {
    try {
      return process.kill(id, 0);
    } catch (error) {
      return errorCode(error) === 'EPERM'; // it runs, as another user
    }
  },
};
