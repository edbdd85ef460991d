import { type Diagnostic, hasErrors, type PlacedDiagnostic } from '../../diagnostics/index.ts';
import { defaultFacts, type Facts, type Limits, limitsOf } from '../../facts/index.ts';
import { makePlan, type Plan, type Repacked, repack, lockFile as usualName } from '../../planner/index.ts';
import type { Spec } from '../../spec/index.ts';
import type { WorkingFolder } from '../files/index.ts';
import { type LockFile, readLockFile } from './lock-file.ts';
import { type Lines, readSpecFile, type SpecOptions } from './spec-file.ts';

/** A spec that was read and planned, right or wrong. */
export interface Planning {
  readonly lockFile: LockFile;
  /** Absent when a diagnostic is an error. */
  readonly made?: PlannedSpec;
  /** Of the spec, the lock and the plan, in the order of the file. */
  readonly diagnostics: readonly PlacedDiagnostic[];
  readonly lines: Lines;
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
  const { spec, lines } = read;
  const lockFile = await readLockFile(file, folder);
  const before = [...read.diagnostics, ...read.place(lockFile.diagnostics.map((each) => inFile(each, lockFile.file)))];
  if (!spec || hasErrors(before)) return { lockFile, diagnostics: before, lines };
  const facts = defaultFacts;
  const repacked = options.repack && lockFile.lock ? repack(spec, facts, lockFile.lock) : undefined;
  const { diagnostics, ...planned } = repacked ?? makePlan(spec, facts, lockFile.lock);
  const plan = 'plan' in planned ? planned.plan : repacked?.plan;
  const all = [...before, ...read.place(diagnostics.map((each) => inFile(each, lockFile.file)))];
  if (!plan) return { lockFile, diagnostics: all, lines };
  const made = { spec, facts, limits: limitsOf(spec.limits, facts), plan, ...(repacked && { repacked }) };
  return { lockFile, made, diagnostics: all, lines };
}

/** The planner knows the usual name of a lock; the user reads that of the file at hand. */
const inFile = (diagnostic: Diagnostic, file: string): Diagnostic =>
  diagnostic.code.startsWith('LG_LOCK_')
    ? { ...diagnostic, message: diagnostic.message.replaceAll(usualName, file) }
    : diagnostic;
