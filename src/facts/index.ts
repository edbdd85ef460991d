/**
 * facts: what AWS and Databricks chose (limits, prices, principals), each with its source, its date and how sure it is.
 * Never: I/O, decisions.
 * Imports: ir. Imported by: app, emit, estimate, planner, sim.
 */
import type { LimitName } from '../ir/index.ts';
import { accountHostFacts, principalFacts } from './databricks.ts';
import type { Fact } from './fact.ts';
import { type InstanceType, instanceFacts } from './instances.ts';
import { limitFacts } from './limits.ts';
import { type NumberFacts, numberFacts } from './numbers.ts';
import { nlcuOfTcp, type Prices, priceFacts } from './prices.ts';
import { regionFacts } from './regions.ts';

/** All facts, as one argument. */
export interface Facts {
  /** Those that `limits:` of a spec may override. Read them through `limitsOf`. */
  readonly limits: Readonly<Record<LimitName, Fact<number>>>;
  readonly numbers: NumberFacts;
  readonly prices: Prices;
  readonly nlcu: typeof nlcuOfTcp;
  /** By instance type. One that is absent has an unknown size and price. */
  readonly instances: Readonly<Record<string, Fact<InstanceType>>>;
  /** By AWS partition. */
  readonly regions: typeof regionFacts;
  readonly principals: typeof principalFacts;
  readonly accountHosts: typeof accountHostFacts;
}

/** The facts as they were read on the dates they carry. */
export const defaultFacts: Facts = {
  limits: limitFacts,
  numbers: numberFacts,
  prices: priceFacts,
  nlcu: nlcuOfTcp,
  instances: instanceFacts,
  regions: regionFacts,
  principals: principalFacts,
  accountHosts: accountHostFacts,
};

export { type Partition, principalArn } from './databricks.ts';
export type { Fact, Sureness } from './fact.ts';
export { architectureOf, type InstanceType } from './instances.ts';
export { limitText, raise } from './limit-text.ts';
export { type EffectiveLimit, type Limits, limitsOf } from './limits.ts';
export type { Price, PriceName, Prices } from './prices.ts';
export { unityCatalogRoleFacts } from './unity-catalog.ts';
