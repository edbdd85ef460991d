/**
 * ir: the two plans as plain data, the branded values in them, their consistency checks, and what each engine can do.
 * Never: I/O, decisions, defaults.
 * Imports: diagnostics. Imported by: app, aws, cli, console, databricks, emit, estimate, facts, lab, observe, planner,
 * proof, router, routing, sim, spec, topology.
 */
export { brokerSubnets } from './broker-subnets.ts';
export {
  type Capability,
  capabilityTexts,
  type EngineName,
  engines,
  missingFor,
  needsOf,
} from './capabilities.ts';
export { type ChangeEffect, changeEffect, subnetEffect } from './change-effects.ts';
export type { Checked } from './checked.ts';
export { bundleFileOf, deliveredFileOf } from './delivered-files.ts';
export { type FlowFilter, matchesFlow, parseStatusFilter } from './flow-filter.ts';
export type { FlowRecord } from './flow-record.ts';
export { flowRecordShape } from './flow-record.ts';
export type * from './infra-plan.ts';
export { infraPlanShape } from './infra-plan.ts';
export { checkInfraPlan, inconsistent } from './infra-plan-check.ts';
export { type IssuerDocument, issuerBytesMax, readIssuerDocument } from './issuer-document.ts';
export { type LimitName, limitNames } from './limit-names.ts';
export { byText } from './order.ts';
export type { PlacementCounts } from './placement-counts.ts';
export type { Plain } from './plain.ts';
export {
  type CanonicalPath,
  canonicalPath,
  faultOfPrefix,
  type PathFault,
  pathCharactersMax,
  readPattern,
} from './request-path.ts';
export type * from './route-plan.ts';
export { routePlanShape } from './route-plan.ts';
export { routePlanBounds } from './route-plan-bounds.ts';
export { checkPolicy, checkRoutePlan, checkRoutePlanInSteps } from './route-plan-check.ts';
export { cpuUnitsOfVcpu, readinessPath, routerTask } from './router-task.ts';
export { Secret } from './secret.ts';
export { shapeProblems } from './shape-problems.ts';
export { countShape, lineShape } from './value-shapes.ts';
export * from './values.ts';
