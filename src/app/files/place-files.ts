import { dirname, join } from 'node:path';
import type { FileSystem } from './file-system.ts';
import type { Hold } from './hold.ts';

export interface PlacedFile {
  /** Absolute; its folder is there. */
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Its rights. Default: those that the umask leaves. */
  readonly mode?: number;
}

/** Puts files in their places, each whole. All are on the disk before the first one takes its place, in the given order. */
export async function placeFiles(hold: Hold, placed: readonly PlacedFile[], files: FileSystem): Promise<void> {
  const staged = (i: number): string => join(hold.staging, `file-${i}`);
  for (const [i, { content, mode }] of placed.entries()) await files.createFile(staged(i), content, mode);
  for (const [i, { path }] of placed.entries()) await files.rename(staged(i), path);
  for (const folder of new Set(placed.map(({ path }) => dirname(path)))) await files.syncFolder(folder);
}
