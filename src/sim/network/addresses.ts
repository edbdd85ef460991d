import {
  type Cidr,
  cidrContains,
  cidrRange,
  type Hostname,
  type InfraPlan,
  type IpAddress,
  ipv4Text,
  parseCidr,
  type RoutePlan,
} from '../../ir/index.ts';

/** Where something really listens: loopback. */
export interface Place {
  readonly host: `127.${string}`;
  readonly port: number;
}

/**
 * The private DNS of the customer's networks, and the one table from the addresses it answers to loopback.
 * A name has the same address as long as the book lives, inside its network's CIDRs: what the router checks of an answer is true here too.
 */
export interface AddressBook {
  /** Gives a host of a network its addresses, the fixed ones of the target if it has some. Idempotent. */
  enter(network: string, host: Hostname, fixed?: readonly IpAddress[]): readonly IpAddress[];
  /** What the networks' DNS answers. Empty: no such name. */
  resolve(host: string): readonly IpAddress[];
  /** Says that `address:port` is served at `place`. Replaces an earlier one. */
  serve(address: IpAddress, port: number, place: Place): void;
  /** Where `address:port` really is; undefined when nothing listens there. */
  placeOf(address: string, port: number): Place | undefined;
}

/**
 * Stands for the internet. The ranges reserved for documentation (RFC 5737) will not do: a router that follows a name to the internet
 * refuses them, and should. No packet goes there: every address of the book leads to loopback or nowhere.
 */
const internet = parseCidr('1.2.3.0/24');
/** Stands for a hub VPC whose CIDRs the plan does not know (`vpc: { id }`). */
const unknownHub = parseCidr('10.255.0.0/16');

/** An empty book over the plan's networks. */
export function createAddressBook(infra: InfraPlan, routes: RoutePlan): AddressBook {
  const byName = new Map<string, readonly IpAddress[]>();
  const places = new Map<string, Place>();
  const taken = new Set<string>();
  return {
    enter(network, host, fixed = []) {
      const before = byName.get(host);
      if (before) return before;
      const addresses = fixed.length > 0 ? fixed : [freeAddress(cidrsOf(network, host), taken, host)];
      for (const address of addresses) taken.add(address);
      byName.set(host, addresses);
      return addresses;
    },
    resolve: (host) => byName.get(host.toLowerCase()) ?? [],
    serve: (address, port, place) => void places.set(`${address}:${port}`, place),
    placeOf: (address, port) => places.get(`${address}:${port}`),
  };

  function cidrsOf(network: string, host: Hostname): readonly Cidr[] {
    const upstream = Object.values(routes.upstreams).find((each) => each.host === host && each.network === network);
    if (upstream?.reach === 'public') return known(internet);
    if (upstream && upstream.cidrs.length > 0) return upstream.cidrs;
    const path = infra.networks.find((each) => each.name === network);
    if (path?.reach === 'internet') return known(internet);
    if (path && path.cidrs.length > 0) return path.cidrs;
    const vpc = infra.hub?.vpc;
    return vpc?.kind === 'create' ? [vpc.cidr] : known(unknownHub);
  }
}

const known = (cidr: Cidr | undefined): readonly Cidr[] => (cidr ? [cidr] : []);

/** The first address that is free, not at the very start of the network, where gateways and load balancers are. */
function freeAddress(cidrs: readonly Cidr[], taken: ReadonlySet<string>, host: Hostname): IpAddress {
  for (const cidr of cidrs) {
    const { first, last } = cidrRange(cidr);
    const start = first + 3 * 256 + 7 <= last ? first + 3 * 256 + 7 : first + Math.min(7, last - first);
    for (let n = start; n <= last; n++) {
      const address = ipv4Text(n);
      if (!taken.has(address) && cidrContains(cidr, address)) return address;
    }
  }
  throw new Error(`no free address for ${host} in ${cidrs.join(', ') || 'a network without CIDRs'}`);
}
