/**
 * app/planning: reads a spec and the lock beside it, and plans.
 * Never: printing, colours, exit codes.
 * Imports: app/files, diagnostics, estimate, facts, ir, planner, spec. Imported by: app/ca, app/change, app/check,
 * app/queries, app/synth, cli.
 */
export type { Headroom, MonthlyCost } from '../../estimate/index.ts';
export type { Plan, Repacked } from '../../planner/index.ts';
export type { Spec } from '../../spec/index.ts';
export { holdsLock, keepLock, type LockFile, type LockKeeping, lockObstacle } from './lock-file.ts';
export { planDocument, planDocumentOf } from './plan-document.ts';
export { planDocumentShape, planJsonSchema } from './plan-document-shape.ts';
export { readPlanFile } from './plan-file.ts';
export { type PlannedSpec, type Planning, type PlanningOptions, planSpecFile } from './plan-spec-file.ts';
export { isStandardInput, type Lines, readSpecFile, type SpecFile, type SpecOptions } from './spec-file.ts';
