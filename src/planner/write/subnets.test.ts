import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultFacts } from '../../facts/index.ts';
import { type Cidr, cidrRange, cidrsOverlap, ipv4Text } from '../../ir/index.ts';
import { addressesNeeded, hubSubnets, sizeOf } from './subnets.ts';

const prefixMax = defaultFacts.numbers.subnetPrefixMax.value;

test('subnets are apart, inside the hub, one of each role a zone, and the same with and without public ones', () => {
  const hubs = fc.record({
    length: fc.integer({ min: 16, max: 28 }),
    block: fc.nat(2 ** 12),
    zones: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(hubs, ({ length, block, zones }) => {
      const size = 2 ** (32 - length);
      const cidr = `${ipv4Text(10 * 2 ** 24 + (block % 2 ** (length - 8)) * size)}/${length}` as Cidr;
      const all = hubSubnets(cidr, zones, { withPublic: true, prefixMax });
      const privates = hubSubnets(cidr, zones, { withPublic: false, prefixMax });
      if (!all) return;
      expect(all.slice(0, zones)).toEqual(privates);
      expect(all.map((each) => each.key)).toEqual(
        ['private', 'public'].flatMap((role) => Array.from({ length: zones }, (_, at) => `${role}-${at + 1}`)),
      );
      const hub = cidrRange(cidr);
      all.forEach((subnet, at) => {
        const { first, last, length: prefix } = cidrRange(subnet.cidr);
        expect(first % 2 ** (32 - prefix)).toBe(0);
        expect(first >= hub.first && last <= hub.last && prefix <= prefixMax).toBe(true);
        for (const other of all.slice(at + 1)) expect(cidrsOverlap(subnet.cidr, other.cidr)).toBe(false);
      });
    }),
  );
});

test.each<[cidr: string, zones: number, withPublic: boolean, subnets: number]>([
  ['10.0.0.0/26', 3, false, 3], // three of the four /28 of a /26
  ['10.0.0.0/27', 3, false, 0],
  ['10.0.0.0/24', 3, true, 6], // the last /26 holds four /28
  ['10.0.0.0/25', 3, true, 0],
])('%s over %d zones, public ones %s: %d subnets', (cidr, zones, withPublic, count) => {
  expect(hubSubnets(cidr as Cidr, zones, { withPublic, prefixMax })?.length ?? 0).toBe(count);
});

test('a private subnet holds its part of everything, and what AWS keeps', () => {
  const tenants = { loadBalancers: 3, routers: 6, zones: 3, vpcEndpoints: 4 };
  expect(addressesNeeded(tenants, defaultFacts)).toBe(5 + 3 * 8 + 2 + 4);
  expect(sizeOf('10.0.0.0/24' as Cidr)).toBe(256);
});
