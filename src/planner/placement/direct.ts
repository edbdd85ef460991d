import { type Cidr, cidrContains, type IpAddress, parseCidr } from '../../ir/index.ts';
import type { Demand } from './placement-units.ts';
import type { ServiceBin } from './service-bin.ts';

/**
 * Whether a listener may bypass the router. Nothing tells clients apart then, so every NCC with a rule to the service must
 * be granted the target. A load balancer takes private addresses only.
 */
export const canGoDirect = (bin: ServiceBin, demand: Demand): boolean =>
  demand.sharing === 'alone' &&
  demand.broker === undefined &&
  demand.target.addresses.length > 0 &&
  demand.target.addresses.every(isPrivate) &&
  (bin.audience & ~demand.grants) === 0n;

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html (2026-11-20) */
export const privateNetworks: readonly Cidr[] = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.168.0.0/16',
].flatMap((text) => {
  const cidr = parseCidr(text);
  return cidr === undefined ? [] : [cidr];
});

const isPrivate = (address: IpAddress): boolean => privateNetworks.some((cidr) => cidrContains(cidr, address));
