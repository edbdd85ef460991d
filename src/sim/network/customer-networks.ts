import {
  type Cidr,
  cidrContains,
  cidrRange,
  type Hostname,
  type InfraPlan,
  type IpAddress,
  ipv4Text,
  parseCidr,
  parseIpv4,
  type RoutePlan,
} from '../../ir/index.ts';
import { type AwsWorld, text } from '../aws/index.ts';
import type { LoopbackAddress } from './loopback.ts';

/**
 * The customer's networks: their private DNS, and which of their addresses listens where on loopback.
 * A name keeps its address, which lies inside its network's ranges: what a router checks of an answer is true here too.
 */
export interface CustomerNetworks {
  /** Gives a host of a network its addresses, the fixed ones of the target if it has some. Idempotent. A broker has its own. */
  addHost(network: string, host: Hostname, fixed?: readonly IpAddress[]): readonly IpAddress[];
  /** What private DNS answers. Empty: no such name. */
  resolve(host: string): readonly IpAddress[];
  /** Says where `address:port` listens. Replaces an earlier place. */
  listen(address: string, port: number, at: LoopbackAddress): void;
  /** Where `address:port` listens; undefined when nothing does. */
  listenerAt(address: string, port: number): LoopbackAddress | undefined;
}

/**
 * Represents the internet. The ranges reserved for documentation (RFC 5737) will not do: a router that follows a name to the internet
 * refuses them, and should. No packet goes there: every address leads to loopback or nowhere.
 */
const internet = parseCidr('1.2.3.0/24');

export interface CustomerNetworksOptions {
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
  /** Knows the brokers of clusters, and the range of a hub that the plan does not state. */
  readonly aws: AwsWorld;
}

/** Networks without hosts, with the ranges that a plan states. */
export function createCustomerNetworks({ infra, routes, aws }: CustomerNetworksOptions): CustomerNetworks {
  const byName = new Map<string, readonly IpAddress[]>();
  const listeners = new Map<string, LoopbackAddress>();
  const taken = new Set<string>();
  return {
    addHost(network, host, fixed = []) {
      const before = resolve(host);
      if (before.length > 0) return before;
      const addresses = fixed.length > 0 ? fixed : [freeAddress(rangesOf(network, host), taken, host)];
      for (const address of addresses) taken.add(address);
      byName.set(host, addresses);
      return addresses;
    },
    resolve,
    listen: (address, port, at) => void listeners.set(`${address}:${port}`, at),
    listenerAt: (address, port) => listeners.get(`${address}:${port}`),
  };

  function resolve(host: string): readonly IpAddress[] {
    const name = host.toLowerCase();
    const [broker] = aws.all('broker', (each) => each.attributes.host === name);
    const address = broker && parseIpv4(text(broker.attributes, 'address'));
    return address ? [address] : (byName.get(name) ?? []);
  }

  function rangesOf(network: string, host: Hostname): readonly Cidr[] {
    const upstream = Object.values(routes.upstreams).find((each) => each.host === host && each.network === network);
    const path = infra.networks.find((each) => each.name === network);
    if (upstream?.reach === 'public' || path?.reach === 'internet') return known(internet);
    // The plan may know no range of a hub that exists; AWS does.
    if (path?.reach === 'hub') return hubRange();
    if (upstream && upstream.cidrs.length > 0) return upstream.cidrs;
    return path && path.cidrs.length > 0 ? path.cidrs : hubRange();
  }

  function hubRange(): readonly Cidr[] {
    const vpc = infra.hub?.vpc;
    if (vpc?.kind === 'create') return [vpc.cidr];
    return known(parseCidr(text(aws.get('aws_vpc', vpc?.id ?? '')?.attributes ?? {}, 'cidr_block')));
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
