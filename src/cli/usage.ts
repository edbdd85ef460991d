import { makeNearest } from '../spec/nearest.ts';
import type { ExitCode } from './command.ts';
import type { World } from './world.ts';

/** Says what is wrong with the command line, and gives the exit code for it. */
export function usage(world: World, sentence: string): ExitCode {
  world.note(`LG_USAGE ${sentence}`);
  return 1;
}

/** `; did you mean events?` where a candidate is near the word, else nothing. */
export function meant(word: string, candidates: Iterable<string>): string {
  const near = makeNearest().nearest(word, candidates);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
