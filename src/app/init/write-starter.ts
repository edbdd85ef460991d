import { resolve } from 'node:path';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { starterFile } from '../../spec/index.ts';
import { errorCode, unwritable, type WorkingFolder } from '../files/index.ts';

/** Writes a commented spec to start from. A file that is there is never written over. */
export async function writeStarter(file: string, { cwd, files }: WorkingFolder): Promise<Diagnostic | undefined> {
  try {
    // Creating it and finding out that it exists are one step.
    await files.createFile(resolve(cwd, file), starterFile);
    return undefined;
  } catch (error) {
    return errorCode(error) === 'EEXIST' ? exists(file) : unwritable(file, error);
  }
}

const exists = (file: string): Diagnostic => ({
  code: 'LG_FILE_EXISTS',
  severity: 'error',
  path: [],
  message: `${file} already exists, and init overwrites nothing`,
  hint: 'name another file, such as lakegate init new.yaml',
});
