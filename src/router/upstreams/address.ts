import ipaddr from 'ipaddr.js';
import { type Cidr, cidrContains, type IpAddress, type Upstream } from '../../ir/index.ts';

/** Ranges that may be dialled when the plan's CIDRs name them, and never otherwise. */
const privateRanges = new Set(['private', 'carrierGradeNat', 'uniqueLocal']);

/**
 * Why the router does not follow a name to this address, or undefined when it may.
 * Loopback, link-local (the metadata service above all), multicast and unspecified addresses are never followed,
 * whatever the plan says; addresses that carry an IPv4 address inside (NAT64, 6to4, Teredo) neither.
 */
export function refuseAddress(address: IpAddress, upstream: Pick<Upstream, 'reach' | 'cidrs'>): string | undefined {
  const range = ipaddr.parse(address).range();
  const followable = range === 'unicast' || privateRanges.has(range);
  if (!followable) return `${address} is ${rangeName(range)}`;
  if (upstream.cidrs.length > 0)
    return upstream.cidrs.some((cidr: Cidr) => cidrContains(cidr, address))
      ? undefined
      : `${address} is outside ${upstream.cidrs.join(', ')}`;
  if (upstream.reach === 'public') return range === 'unicast' ? undefined : `${address} is ${rangeName(range)}`;
  return `${address} is outside the network, which lists no CIDR`;
}

const names: Readonly<Record<string, string>> = {
  loopback: 'a loopback address',
  linkLocal: 'a link-local address',
  private: 'a private address',
  carrierGradeNat: 'a shared (RFC 6598) address',
  uniqueLocal: 'a private (unique local) address',
  multicast: 'a multicast address',
  unspecified: 'not an address',
  broadcast: 'a broadcast address',
};

const rangeName = (range: string): string => names[range] ?? `a reserved address (${range})`;
