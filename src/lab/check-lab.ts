import { checkPairs } from './check.ts';
import type { Lab } from './lab.ts';
import { pairsOf } from './pairs.ts';
import { type LabReport, reportOf } from './report.ts';

export interface LabCheckOptions {
  /** Ends the check: pairs that were not made yet are left out of the report. */
  readonly signal: AbortSignal;
  /** Milliseconds since the lab was asked for, never going back. */
  readonly elapsedMs: () => number;
  /** Before the first connection, and after each one. */
  readonly onProgress: (done: number, all: number) => void;
}

export interface LabCheck {
  readonly report: LabReport;
  /** False when it was ended before every pair was made. */
  readonly isComplete: boolean;
}

/** Makes every connection of a lab and judges it. */
export async function checkLab(lab: Lab, { signal, elapsedMs, onProgress }: LabCheckOptions): Promise<LabCheck> {
  const pairs = pairsOf(lab.spec, lab.topology);
  onProgress(0, pairs.length);
  const results = await checkPairs(lab, pairs, { signal, onDone: onProgress });
  return { report: reportOf(lab, results, Math.round(elapsedMs())), isComplete: results.length === pairs.length };
}
