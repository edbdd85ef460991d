import { type Cidr, cidrContains, type IpAddress, parseCidr } from '../../ir/index.ts';
import type { Claim } from './placement-units.ts';
import type { Bin } from './service-bin.ts';

/**
 * Without a router nothing tells clients apart, so everyone who can dial the service must be granted the target. A load
 * balancer takes private addresses only.
 */
export const canGoDirect = (bin: Bin, claim: Claim): boolean =>
  claim.sharing === 'alone' &&
  claim.broker === undefined &&
  claim.target.addresses.length > 0 &&
  claim.target.addresses.every(isPrivate) &&
  (bin.audience & ~claim.grants) === 0n;

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
