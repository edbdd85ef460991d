/**
 * sim/databricks: a Databricks account with its network connectivity configurations, as its API shows it.
 * Never: a real account, a decision of the planner's.
 * Imports: facts, ir, sim/aws. Imported by: lab, sim/fill, sim/network, sim/terraform.
 */
export { type AccountOptions, DatabricksAccount } from './account.ts';
export { ApiError } from './errors.ts';
export { type DatabricksServer, stableCidrs, startDatabricks } from './http.ts';
export type { NetworkPolicy } from './policies.ts';
export type { NccRecord, RuleRecord, WorkspaceRecord } from './records.ts';
export { type Timings, timings } from './rule-life.ts';
