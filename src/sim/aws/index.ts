/**
 * sim/aws: AWS as far as lakegate touches it, in memory, with AWS's own refusals.
 * Never: a decision of the planner's, a real cloud.
 * Imports: ir, facts, sim/terraform's values. Imported by: sim, lab, cli, tests.
 */
export { createThing, readThing, removeThing, throttled, updateThing } from './cloud.ts';
export { AwsError, type Operation, sdkText } from './errors.ts';
export { answerConnection, connectEndpoint, connectionsOf } from './models/privatelink.ts';
export type { Quotas } from './quotas.ts';
export { type AwsServer, type AwsServerOptions, startAwsServer } from './wire/server.ts';
export { AwsWorld, type Caller, type Thing, type WorldOptions, zonesOf } from './world.ts';
