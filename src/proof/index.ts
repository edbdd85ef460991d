/**
 * proof: holds a plan to its spec: everyone reaches exactly what was granted, and nothing else.
 * Never: I/O, planning, a table that the planner made to plan by.
 * Imports: spec, topology, routing, ir, diagnostics. Imported by: planner, lab, cli.
 */
export { grantsOf } from './grants.ts';
export type * from './proof-types.ts';
export { maxFailures, proofDiagnostics, prove } from './prove.ts';
