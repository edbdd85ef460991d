/**
 * planner/change: what is not the same in two plans, in words, with what it replaces and cuts.
 * Never: I/O, planning, a decision about what may change.
 * Imports: lock/file, topology, estimate, ir. Imported by: planner.
 */
export type { AccessChanges } from './access-changes.ts';
export { type Changes, type Compared, changes, isNothing } from './changes.ts';
export type { CostChange, LimitChange } from './counted-changes.ts';
export type { Cut } from './cuts.ts';
export { type Area, areas, type Line } from './lines.ts';
export { lockChanges } from './lock-changes.ts';
export type { Pair } from './reachable-pairs.ts';
export type { Rename } from './renames.ts';
export type { Replacement } from './replacements.ts';
