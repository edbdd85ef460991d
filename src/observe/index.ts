/**
 * observe: the live state of both clouds as a topology, with what is broken and what was not observed.
 * Never: a write, the plan as a source of what exists, the memory of the simulated clouds.
 * Imports: aws, databricks, diagnostics, ir, topology. Imported by: nothing.
 */

export type { Finding, Place, Verdict } from './finding.ts';
export { findingsAlong } from './findings-along.ts';
export { type Observation, observe } from './observe.ts';
export type { Clouds, ReadOptions } from './read.ts';
export type { LiveState, Unread } from './state.ts';
