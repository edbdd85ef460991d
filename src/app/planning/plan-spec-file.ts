import { type Diagnostic, hasErrors, type PlacedDiagnostic } from '../../diagnostics/index.ts';
import { defaultFacts, type Facts, type Limits, limitsOf } from '../../facts/index.ts';
import { makePlan, type Plan, type Repacked, repack } from '../../planner/index.ts';
import type { Spec } from '../../spec/index.ts';
import type { WorkingFolder } from '../files/index.ts';
import { type LockFile, placeInLock, readLockFile } from './lock-file.ts';
import { type Lines, readSpecFile, type SpecOptions } from './spec-file.ts';

/** A spec that was read and planned, right or wrong. */
export interface Planning {
  /** Absent when the spec has errors of its own. */
  readonly spec?: Spec;
  readonly lockFile: LockFile;
  /** Absent when a diagnostic is an error. */
  readonly made?: PlannedSpec;
  /** Of the spec, the lock and the plan, in the order of the file. */
  readonly diagnostics: readonly PlacedDiagnostic[];
  readonly lines: Lines;
  /** Puts diagnostics of later stages on their lines. What was said already is left out. */
  place(diagnostics: readonly Diagnostic[]): readonly PlacedDiagnostic[];
}

/** A plan with what is counted from it. */
export interface PlannedSpec {
  readonly spec: Spec;
  readonly facts: Facts;
  readonly limits: Limits;
  readonly plan: Plan;
  /** What packing from scratch changes; `plan` is then the new one. */
  readonly repacked?: Repacked;
}

export interface PlanningOptions extends SpecOptions {
  /** Pack from scratch instead of holding what the lock has. Without a lock that is what happens anyway. */
  readonly repack?: boolean;
}

/** Reads a spec and the lock beside it, and plans; writes nothing. */
export async function planSpecFile(
  file: string,
  folder: WorkingFolder,
  options: PlanningOptions = {},
): Promise<Planning> {
  const read = await readSpecFile(file, folder, options);
  const { spec } = read;
  const lockFile = await readLockFile(file, folder);
  const place = (diagnostics: readonly Diagnostic[]): readonly PlacedDiagnostic[] => {
    const isOfLock = (each: Diagnostic) => each.code.startsWith('LG_LOCK_') || lockFile.diagnostics.includes(each);
    const ofSpec = read.place(diagnostics.filter((each) => !isOfLock(each)));
    return [...ofSpec, ...diagnostics.filter(isOfLock).map((each) => placeInLock(each, lockFile))];
  };
  const lines: Lines = {
    line: (number, name) =>
      name === lockFile.file ? lockFile.text?.split('\n')[number - 1] : read.lines.line(number, name),
  };
  const known = { ...(spec && { spec }), lockFile, lines, place };
  const before = [...read.diagnostics, ...place(lockFile.diagnostics)];
  if (!spec || hasErrors(before)) return { ...known, diagnostics: before };
  const facts = defaultFacts;
  const repacked = options.repack && lockFile.lock ? repack(spec, facts, lockFile.lock) : undefined;
  const { diagnostics, ...planned } = repacked ?? makePlan(spec, facts, lockFile.lock);
  const plan = 'plan' in planned ? planned.plan : repacked?.plan;
  const all = [...before, ...place(diagnostics)];
  if (!plan) return { ...known, diagnostics: all };
  const made = { spec, facts, limits: limitsOf(spec.limits, facts), plan, ...(repacked && { repacked }) };
  return { ...known, made, diagnostics: all };
}
