/**
 * sim/aws: AWS as far as lakegate touches it, in memory, with AWS's own refusals.
 * Never: a decision of the planner's, a real cloud.
 * Imports: facts, ir. Imported by: lab, sim/databricks, sim/fill, sim/network, sim/terraform.
 */
export {
  createThing,
  finishThing,
  isGone,
  modelOf,
  readThing,
  removeThing,
  throttled,
  updateThing,
} from './cloud.ts';
export { AwsError, type Operation, sdkText } from './errors.ts';
export { Ids } from './ids.ts';
export { operationOf } from './model.ts';
export { answerConnection, connectEndpoint, connectionOf, connectionsOf } from './models/endpoint-connections.ts';
export { models } from './models/index.ts';
export { actionGroups, listenersOf } from './models/load-balancers.ts';
export { allMachines, type Machine, machinesOf } from './models/machines.ts';
export { type Broker, bootstrapOf, brokersOf } from './models/msk.ts';
export { prefixListOf } from './models/privatelink.ts';
export {
  type RegisteredTarget,
  registeredTargets,
  setTargetHealth,
  type TargetHealth,
  type TargetState,
  targetHealth,
} from './models/targets.ts';
export type { Quotas } from './quotas.ts';
export { type Attributes, isObject, type Value } from './values.ts';
export { type AwsServer, type AwsServerOptions, startAwsServer } from './wire/server.ts';
export {
  type AwsTimings,
  AwsWorld,
  blocksOf,
  type Caller,
  number,
  type Thing,
  text,
  texts,
  type WorldOptions,
  zonesOf,
} from './world.ts';
