/**
 * proof: holds a plan to its spec: everyone reaches exactly what was granted, and nothing else.
 * Never: I/O, planning, a table that the planner made to plan by.
 * Imports: diagnostics, ir, routing, spec, topology. Imported by: app, planner.
 */
export { grantsOf } from './grants.ts';
export type * from './proof-types.ts';
export { maxFailures, proofDiagnostics, prove } from './prove.ts';
