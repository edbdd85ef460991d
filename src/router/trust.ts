import { type Cidr, cidrRange, ipv4Number } from '../ir/index.ts';

/** Peers whose verdict is remembered. */
const knownMax = 1024;

/** Whether an address is of this machine alone. */
export const isLoopback = (address: string | undefined): boolean => address === '::1' || inLoopback(address);

/** Whether an address may connect at all. */
export type Trust = (address: string | undefined) => boolean;

/**
 * The networks whose word is believed: load balancers. An IPv4 peer on a socket of IPv6 reads as `::ffff:10.0.0.1` and
 * counts as the IPv4 address; other IPv6 peers are in no network. Nobody is trusted when the list is empty.
 */
export function trustIn(networks: readonly Cidr[]): Trust {
  const ranges = networks.map(cidrRange);
  // Load balancers are few and connect often.
  const known = new Map<string, boolean>();
  const look = (address: string): boolean => {
    const n = ipv4Number(address.startsWith('::ffff:') ? address.slice(7) : address); // NaN of IPv6: between no two numbers
    return ranges.some(({ first, last }) => first <= n && n <= last);
  };
  return (address) => {
    if (address === undefined) return false;
    const before = known.get(address);
    if (before !== undefined) return before;
    if (known.size >= knownMax) known.clear();
    const trusted = look(address);
    known.set(address, trusted);
    return trusted;
  };
}

const inLoopback = trustIn(['127.0.0.0/8' as Cidr]);
