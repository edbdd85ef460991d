/**
 * sim/fill: opens the simulated accounts of a plan, and puts the plan's objects there without Terraform.
 * Never: a socket, the Terraform emitter, a check that the simulated accounts do not make themselves.
 * Imports: ir, sim/aws, sim/databricks. Imported by: lab.
 */
export { acceptEndpoints, endpointMap } from './accept.ts';
export { type AccountsOptions, openAccounts, type SimulatedAccounts } from './accounts.ts';
export { readConfiguration, writeEndpointMap } from './configuration.ts';
export { fillFromPlan } from './plan.ts';
export { serviceBehind } from './services.ts';
