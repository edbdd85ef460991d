/**
 * topology: the one graph from workspace to upstream, trace over it, and the proof.
 * Never: I/O, decisions, knowledge of the spec.
 * Imports: ir, diagnostics. Imported by: planner, sim, lab, doctor, console, cli.
 */
export type * from './trace-types.ts';
