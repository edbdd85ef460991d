/**
 * spec: text of a lakegate.yaml → a checked Spec, or every problem in it with its place.
 * Never: I/O (the caller reads the file), planning, a thrown error for bad input.
 * Imports: ir, diagnostics. Imported by: planner, cli.
 */
export type * from './spec.ts';
