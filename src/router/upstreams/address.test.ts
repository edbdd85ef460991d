import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cidr, type IpAddress, parseIpAddress } from '../../ir/index.ts';
import { refuseAddress } from './address.ts';

const core = { reach: 'private' as const, cidrs: ['10.50.0.0/16' as Cidr] };
const internet = { reach: 'public' as const, cidrs: [] };
const verdict = (text: string, upstream: { reach: 'private' | 'public'; cidrs: readonly Cidr[] }) => {
  const address = parseIpAddress(text);
  return address === undefined ? 'no address' : (refuseAddress(address, upstream) ?? 'ok');
};

test.each([
  ['inside the network', '10.50.1.2', core, 'ok'],
  ['another private network', '10.60.1.2', core, '10.60.1.2 is outside 10.50.0.0/16'],
  ['loopback', '127.0.0.1', core, '127.0.0.1 is a loopback address'],
  ['metadata service', '169.254.169.254', core, '169.254.169.254 is a link-local address'],
  ['metadata as an IPv4-mapped address', '::ffff:169.254.169.254', core, '169.254.169.254 is a link-local address'],
  ['metadata, hexadecimal clothes', '::ffff:a9fe:a9fe', internet, '169.254.169.254 is a link-local address'],
  ['metadata over NAT64', '64:ff9b::a9fe:a9fe', internet, '64:ff9b::a9fe:a9fe is a reserved address (rfc6052)'],
  ['metadata of IPv6', 'fd00:ec2::254', internet, 'fd00:ec2::254 is a private (unique local) address'],
  ['loopback of IPv6', '::1', internet, '::1 is a loopback address'],
  ['unspecified', '0.0.0.0', internet, '0.0.0.0 is not an address'],
  ['this network', '0.1.2.3', internet, '0.1.2.3 is not an address'],
  ['multicast', '224.0.0.1', internet, '224.0.0.1 is a multicast address'],
  ['a public address', '140.82.112.5', internet, 'ok'],
  ['a public address of IPv6', '2606:50c0:8000::154', internet, 'ok'],
  ['a private address where public is meant', '10.50.1.2', internet, '10.50.1.2 is a private address'],
  ['IPv6 inside no IPv4 network', '2606:50c0:8000::154', core, '2606:50c0:8000::154 is outside 10.50.0.0/16'],
  [
    'a network without CIDR',
    '10.1.1.1',
    { reach: 'private' as const, cidrs: [] },
    '10.1.1.1 is outside the network, which lists no CIDR',
  ],
  ['octal', '0177.0.0.1', internet, 'no address'],
  ['short form', '127.1', internet, 'no address'],
  ['a zone', 'fe80::1%eth0', internet, 'no address'],
] as const)('%s', (_, text, upstream, want) => {
  expect(verdict(text, upstream)).toBe(want);
});

test('loopback and link-local are refused even when the plan lists them', () => {
  const everything = { reach: 'private' as const, cidrs: ['0.0.0.0/0' as Cidr] };
  fc.assert(
    fc.property(fc.constantFrom('127.', '169.254.'), fc.ipV4(), (start, rest) => {
      const address = `${start}${rest
        .split('.')
        .slice(start.split('.').length - 1)
        .join('.')}` as IpAddress;
      expect(refuseAddress(address, everything)).toMatch(/loopback|link-local/);
    }),
  );
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void verdict(text, internet)));
});
