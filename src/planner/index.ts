/**
 * planner: turns a Spec, facts and a lock into a Plan.
 * Never: I/O, clock, environment, Terraform, an exception for bad input.
 * Imports: diagnostics, estimate, facts, ir, proof, spec, topology. Imported by: app.
 */

export type { SurplusPair } from './access/surplus.ts';
export {
  type Area,
  areas,
  type Changes,
  type Compared,
  changes,
  isNothing,
  type LimitChange,
  type Line,
  lockChanges,
} from './change/index.ts';
export { type Lock, lockShape } from './lock/file/lock.ts';
export { lockFile, type ReadLock, readLock } from './lock/file/read-lock.ts';
export type { PlacementReport } from './placement/placement-report.ts';
export { makePlan, type Plan, type Planned } from './plan.ts';
export { type Move, type Repacked, repack } from './repack.ts';
