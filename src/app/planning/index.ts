/**
 * app/planning: reads a spec and the lock beside it, and plans.
 * Never: printing, colours, exit codes.
 * Imports: spec, planner, facts, ir, diagnostics. Imported by: app, cli.
 */
export { type LockFile, lockFileOf, lockText, readLockFile, writeLockFile } from './lock-file.ts';
export { planDocument } from './plan-document.ts';
export { planDocumentShape, planJsonSchema } from './plan-document-shape.ts';
export { readPlanFile } from './plan-file.ts';
export { type Made, type Planning, type PlanningOptions, planSpecFile } from './plan-spec-file.ts';
export { type Lines, readSpecFile, type SpecFile } from './spec-file.ts';
