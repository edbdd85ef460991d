/**
 * sim/network: carries the bytes of a connection over what both simulated accounts hold, on loopback: names of rules, endpoints, load
 * balancers, targets.
 * Never: a plan, routes by name, refusals with a reason (that is the router's), anything but 127.0.0.0/8.
 * Imports: facts, ir, sim/aws, sim/databricks. Imported by: lab.
 */
export { type CustomerNetworks, type CustomerNetworksOptions, createCustomerNetworks } from './customer-networks.ts';
export { SimNetworkError } from './errors.ts';
export type { SimEvent } from './events.ts';
export type { HealthTiming } from './health-checks.ts';
export type { LoopbackAddress } from './loopback.ts';
export { type SimNetwork, type SimNetworkOptions, startSimNetwork } from './network.ts';
export { type Destination, type Sender, whyDropped } from './packet-filter.ts';
export type { Timers } from './timers.ts';
