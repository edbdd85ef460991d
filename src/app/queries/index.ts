/**
 * app/queries: questions that a plan answers: how a connection goes, whether the grants hold, what to paste, what else it could cost.
 * Never: printing, I/O, a plan of its own.
 * Imports: app/planning, diagnostics, emit, estimate, ir, proof, topology. Imported by: cli.
 */

export { pipLine } from '../../emit/snippets/index.ts';
export type { Comparison, KafkaComparison, Strategy } from '../../estimate/index.ts';
export type { Proof } from '../../proof/index.ts';
export type { Trace } from '../../topology/index.ts';
export { comparePlan } from './compare-plan.ts';
export { provePlan } from './prove-plan.ts';
export { snippetsFor, type TargetSnippets } from './snippets-for.ts';
export { everything, traceConnection } from './trace-connection.ts';
