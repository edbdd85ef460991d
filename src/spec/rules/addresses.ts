import { cidrContains, parseCidr } from '../../ir/index.ts';
import { type Checking, problem } from '../raw-spec.ts';

/** Nothing a target can have: this host, loopback, link-local (with the metadata service), multicast and above. */
const never = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'].flatMap((text) => parseCidr(text) ?? []);

/** Not on the internet: private use (RFC 1918) and carrier-grade NAT (RFC 6598). */
const notPublic = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].flatMap(
  (text) => parseCidr(text) ?? [],
);

/** Fixed addresses lie in the network of their target. */
export function checkAddresses({ raw, report }: Checking): void {
  for (const { name, value } of raw.targets.values()) {
    if (value?.address === undefined) continue;
    const network = value.network === undefined ? undefined : raw.networks.get(value.network)?.value;
    const cidrs = (network?.cidrs ?? (network?.reach === 'hub' ? [raw.hub?.vpc.create?.cidr ?? ''] : [])).flatMap(
      (text) => parseCidr(text) ?? [],
    );
    for (const [index, address] of [value.address].flat().entries()) {
      const path = ['targets', name, 'address', ...(Array.isArray(value.address) ? [index] : [])];
      const outside = (why: string, hint: string) =>
        report(problem('LG_ADDRESS_OUTSIDE', path, `${address} ${why}`, { hint }));
      if (never.some((cidr) => cidrContains(cidr, address)))
        outside(
          'is a loopback, link-local or multicast address; the router never connects to it',
          'write the address of the target',
        );
      else if (network?.reach === 'internet' && notPublic.some((cidr) => cidrContains(cidr, address)))
        outside(
          `is a private address, but the network ${value.network} is the internet`,
          'use the network of the address',
        );
      else if (cidrs.length > 0 && !cidrs.some((cidr) => cidrContains(cidr, address)))
        outside(
          `is not in the network ${value.network} (${cidrs.slice(0, 5).join(', ')}${cidrs.length > 5 ? ', …' : ''})`,
          'correct the address, or add its range to cidrs of the network',
        );
    }
  }
}
