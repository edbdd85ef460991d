/**
 * diagnostics: the one list of codes, and problems as values.
 * Never: I/O, colours, exit codes.
 * Imports: nothing. Imported by: app, cli, console, emit, ir, lab, observe, planner, proof, router, routing, spec,
 * topology.
 */

export type { CodeText } from './code-text.ts';
export type { ObservationCode } from './codes/observation.ts';
export { passingRefusals, type RefusalCode, refusalCodes } from './codes/refusals.ts';
export { type Code, codes } from './codes.ts';
export { conflictMarker } from './conflict-markers.ts';
export { counted } from './counted.ts';
export {
  type Diagnostic,
  error,
  hasErrors,
  note,
  type PlacedDiagnostic,
  type Severity,
  warning,
} from './diagnostic.ts';
export { listOf } from './list-of.ts';
export { maskSecrets } from './mask-secrets.ts';
export { didYouMean, makeNearest, type Nearest } from './nearest.ts';
export { quoted } from './quoted.ts';
export type { Refusal } from './refusal.ts';
export { diagnosticLine, diagnosticsJson } from './rendering.ts';
export { unreadable } from './unreadable.ts';
export { usageProblem } from './usage.ts';
