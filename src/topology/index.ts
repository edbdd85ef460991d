/**
 * topology: the one graph from workspace to upstream, trace over it, and the proof.
 * Never: I/O, decisions, knowledge of the spec.
 * Imports: routing, ir, diagnostics. Imported by: planner, sim, lab, doctor, console, cli.
 */
export { checkTopology } from './check.ts';
export {
  bucketHost,
  buildTopology,
  type ListenerNode,
  type NccNode,
  type ServiceNode,
  type Topology,
} from './graph.ts';
export type * from './proof-types.ts';
export { maxFailures, proofDiagnostics, prove } from './prove.ts';
export { trace } from './trace.ts';
export type * from './trace-types.ts';
