import type { Facts } from '../../facts/index.ts';
import { type Cidr, cidrRange, ipv4Text, type Subnet } from '../../ir/index.ts';

/**
 * The hub's subnets, from its range and number of zones alone: what is added to the spec later never moves a subnet,
 * which would replace every load balancer in it. Each zone gets one equal part for private subnets; one part more is
 * kept for small public ones, used or not.
 *
 * @returns Undefined when the range cannot be cut so often.
 */
export function hubSubnets(
  cidr: Cidr,
  zones: number,
  { withPublic, prefixMax }: { readonly withPublic: boolean; readonly prefixMax: number },
): readonly Subnet[] | undefined {
  const { first, length } = cidrRange(cidr);
  const cut = Math.ceil(Math.log2(zones + 1));
  const privateLength = length + cut;
  const publicSize = 2 ** (32 - prefixMax);
  const privateSize = 2 ** (32 - privateLength);
  if (privateLength > prefixMax || (withPublic && publicSize * zones > privateSize)) return undefined;
  const subnet = (role: Subnet['role'], zone: number, start: number, prefix: number): Subnet => ({
    key: `${role}-${zone}`,
    role,
    zone,
    cidr: `${ipv4Text(start)}/${prefix}` as Cidr,
  });
  const privates = range(zones).map((zone) => subnet('private', zone, first + (zone - 1) * privateSize, privateLength));
  const start = first + zones * privateSize;
  const publics = range(zones).map((zone) => subnet('public', zone, start + (zone - 1) * publicSize, prefixMax));
  return withPublic ? [...privates, ...publics] : privates;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

/** What stands in each private subnet. */
export interface Tenants {
  readonly loadBalancers: number;
  /** Routers of the whole fleet at its largest. */
  readonly routers: number;
  readonly zones: number;
  readonly vpcEndpoints: number;
}

/** Addresses that each private subnet must have, those that AWS keeps included. */
export function addressesNeeded({ loadBalancers, routers, zones, vpcEndpoints }: Tenants, facts: Facts): number {
  const { nlbAddressesPerZone, subnetReserved } = facts.numbers;
  return subnetReserved.value + loadBalancers * nlbAddressesPerZone.value + Math.ceil(routers / zones) + vpcEndpoints;
}

/** Addresses of a range. */
export const sizeOf = (cidr: Cidr): number => 2 ** (32 - cidrRange(cidr).length);
