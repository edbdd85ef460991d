/**
 * sim/databricks: a Databricks account with its network connectivity configurations, as its API shows it.
 * Never: a real account, a decision of the planner's.
 * Imports: ir, facts, sim/aws (endpoints are made there). Imported by: sim/terraform, lab, cli, tests.
 */
export {
  type AccountOptions,
  DatabricksAccount,
  type NccRecord,
  type RuleRecord,
  type WorkspaceRecord,
} from './account.ts';
export { ApiError } from './errors.ts';
export { type DatabricksServer, startDatabricks } from './http.ts';
export type { NetworkPolicy } from './policies.ts';
export { type Timings, timings } from './rule-life.ts';
