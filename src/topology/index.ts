/**
 * topology: the one graph from workspace to upstream, whether its parts fit each other, and trace over it.
 * Never: I/O, decisions, knowledge of the spec.
 * Imports: diagnostics, ir, routing. Imported by: app, lab, observe, planner, proof.
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
export { trace, traceOf } from './trace.ts';
export type * from './trace-types.ts';
export { reachedTargets, type Walk, walkFrom } from './walk.ts';
