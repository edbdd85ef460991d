import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Mutant } from './mutants.ts';

/** `not reached`: no unit test of the folder runs the code at all. */
export type Status = 'killed' | 'survived' | 'not reached';

export interface Judged extends Mutant {
  readonly status: Status;
  /** The test that noticed. */
  readonly by?: string | undefined;
}

/** A mutant that no test noticed. */
export type Survivor = Pick<Mutant, 'line' | 'operator' | 'original' | 'replacement'>;

/** What the last run said about a file. */
export interface FileResult {
  readonly mutants: number;
  readonly killed: number;
  readonly notReached: number;
  /** Kept for the files in which each survivor is explained. */
  readonly survivors?: readonly Survivor[];
}

export type Results = Readonly<Record<string, FileResult>>;

/** Where a change that no test notices lets someone in, keeps someone out, or deletes what is not ours. */
const guardedFiles: readonly RegExp[] = [
  /^src\/routing\//,
  /^src\/router\/(?:trust\.ts|opening\/)/,
  /^src\/router\/.*cancel/,
  /^src\/planner\/lock\//,
  /^src\/app\/synth\/(?:output-folder|folder-state|folder-changes|file-list|content-hash)\.ts$/,
];
export const isGuarded = (file: string): boolean => guardedFiles.some((pattern) => pattern.test(file));

const resultsFile = 'scripts/mutation/results.json';

export const readResults = (): Results =>
  existsSync(resultsFile) ? (JSON.parse(readFileSync(resultsFile, 'utf8')) as Results) : {};

/** Puts what a run found in the place of what was known of the same files; files that are gone leave. */
export function keepResults(judged: readonly Judged[]): Results {
  const found = new Map([...Map.groupBy(judged, ({ file }) => file)].map(([file, all]) => [file, resultOf(file, all)]));
  const kept = Object.entries(readResults()).filter(([file]) => !found.has(file) && existsSync(file));
  const results: Results = Object.fromEntries([...kept, ...found].sort());
  writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
  return results;
}

function resultOf(file: string, judged: readonly Judged[]): FileResult {
  const left = judged.filter(({ status }) => status !== 'killed');
  const survivors = left.map(({ line, operator, original, replacement }) => ({
    line,
    operator,
    original,
    replacement,
  }));
  return {
    mutants: judged.length,
    killed: judged.length - left.length,
    notReached: left.filter(({ status }) => status === 'not reached').length,
    ...(isGuarded(file) ? { survivors } : {}),
  };
}
