/**
 * sim/network: the way of a connection through the two clouds, on loopback: names of rules, endpoints, load balancers, addresses.
 * Never: routes by name, refusals with a reason (that is the router's), anything but 127.0.0.1.
 * Imports: ir, topology, diagnostics. Imported by: lab, cli, tests.
 */
export { type AddressBook, createAddressBook, type Place } from './addresses.ts';
export { type Clock, systemClock } from './clock.ts';
export type { SimEvent } from './events.ts';
export {
  type SimNetwork,
  SimNetworkError,
  type SimNetworkOptions,
  type SimRouter,
  startSimNetwork,
} from './network.ts';
export type { HealthTiming } from './target-group.ts';
