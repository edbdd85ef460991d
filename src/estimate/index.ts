/**
 * estimate: what a plan costs, what it uses of each limit, and how it compares with other ways to build the same.
 * Counts and prices plans that are made; never makes one. A plan's alternatives come in as arguments.
 * Never: I/O, clock, the spec, placement.
 * Imports: facts, ir. Imported by: app, planner.
 */

export { type Comparison, compare, type Strategy, type StrategyLimit } from './compare.ts';
export type { KafkaComparison } from './compare-kafka.ts';
export { type MonthlyCost, monthlyCost } from './cost.ts';
export { type Headroom, headroom } from './headroom.ts';
export { type OtherChoice, type Saving, savingsOf } from './savings.ts';
