import { setTimeout as wait } from 'node:timers/promises';
import { AwsError } from './errors.ts';
import type { Model } from './model.ts';
import { models } from './models/index.ts';
import type { Attributes } from './values.ts';
import type { AwsWorld, Caller, Thing } from './world.ts';

export function modelOf(type: string): Model {
  const model = models[type];
  if (!model) throw new Error(`the simulated cloud has no rules for ${type}`);
  return model;
}

/** Makes an object as AWS would. What is asked for wins over AWS's own values. Throws AwsError. */
export async function createThing(world: AwsWorld, caller: Caller, type: string, input: Attributes): Promise<Thing> {
  const model = modelOf(type);
  refuseOnPurpose(world, 'create', type);
  const { id, computed, settled } = model.create({ world, caller, input });
  const attributes = { region: caller.region, ...computed, ...given(input), ...settled, id };
  const thing = world.put({ type, id, account: caller.account, region: caller.region, attributes });
  if (world.creationMs > 0) await wait(world.creationMs);
  return thing;
}

/** Waits as the provider does after it has made an object. Throws AwsError where it gives up; the object exists then. */
export function finishThing(world: AwsWorld, thing: Thing): void {
  modelOf(thing.type).finish?.({ world, caller: callerOf(thing), thing });
}

/** Whether the provider finds it no more. */
export const isGone = (world: AwsWorld, thing: Thing): boolean =>
  modelOf(thing.type).isGone?.({ world, caller: callerOf(thing), thing }) === true;

const callerOf = ({ account, region }: Thing): Caller => ({ account, region, partition: 'aws' });

/** Throws AwsError. */
export function updateThing(world: AwsWorld, caller: Caller, thing: Thing, input: Attributes): Thing {
  refuseOnPurpose(world, 'update', thing.type);
  const changed = modelOf(thing.type).update?.({ world, caller, thing, input }) ?? {};
  thing.attributes = { ...thing.attributes, ...given(input), ...changed };
  return thing;
}

/** Throws AwsError. Deleting what does not exist is not an error, as in the provider. */
export function removeThing(world: AwsWorld, caller: Caller, thing: Thing): void {
  refuseOnPurpose(world, 'remove', thing.type);
  modelOf(thing.type).remove?.({ world, caller, thing });
  world.remove(thing);
}

/** The attributes as a read now would give them. */
export function readThing(world: AwsWorld, thing: Thing): Attributes {
  return { ...thing.attributes, ...modelOf(thing.type).refresh?.({ world, caller: callerOf(thing), thing }) };
}

function refuseOnPurpose(world: AwsWorld, action: string, type: string): void {
  const error = world.disturb?.({ action, type });
  if (error) throw error;
}

/** EC2's answer to too many calls. */
export const throttled = (): AwsError => new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);

const given = (input: Attributes): Attributes =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined));
