import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cidrContains,
  cidrPattern,
  cidrsOverlap,
  hostnamePattern,
  parseCidr,
  parseHostname,
  parseIpAddress,
  parsePort,
} from './index.ts';

test.each<[string, string, string | undefined]>([
  ['as it is', 'orders.corp.acme.com', 'orders.corp.acme.com'],
  ['case and one trailing dot', 'Orders.Corp.ACME.com.', 'orders.corp.acme.com'],
  ['underscores of private zones', '_kafka.b_1.test', '_kafka.b_1.test'],
  ['numbers before the last label', '10.20.test', '10.20.test'],
  ['63 characters in a label', `${'a'.repeat(63)}.test`, `${'a'.repeat(63)}.test`],
  ['64 characters in a label', `${'a'.repeat(64)}.test`, undefined],
  ['253 characters in all', `${'a.'.repeat(124)}tests`, `${'a.'.repeat(124)}tests`],
  ['254 characters in all', `${'a.'.repeat(125)}test`, undefined],
  ['a single label', 'orders', undefined],
  ['two trailing dots', 'orders.test..', undefined],
  ['an empty label', 'orders..test', undefined],
  ['a hyphen in front', '-a.test', undefined],
  ['a hyphen at the end of a label', 'a-.test', undefined],
  ['an address', '10.40.0.1', undefined],
  ['a last label that is a number', 'orders.1', undefined],
  ['a wildcard', '*.orders.test', undefined],
  ['a letter that only Unicode folds to k', '\u212aafka.test', undefined],
  ['a line break at the end', 'orders.test\n', undefined],
  ['nothing', '', undefined],
])('a host name: %s', (_, text, want) => {
  expect(parseHostname(text)).toBe(want);
});

test.each<[string, string, string | undefined]>([
  ['IPv4', '10.50.1.2', '10.50.1.2'],
  ['IPv4 written as IPv6', '::ffff:10.0.0.1', '10.0.0.1'],
  ['the same in hexadecimal', '::FFFF:a00:1', '10.0.0.1'],
  ['IPv6 in another spelling', '2606:50C0:8000:0:0::154', '2606:50c0:8000::154'],
  ['octal', '010.0.0.1', undefined],
  ['a short form', '10.1', undefined],
  ['a zone', 'fe80::1%eth0', undefined],
  ['a name', 'orders.test', undefined],
  ['hexadecimal without a colon', 'cafe', undefined],
  ['colons that are no IPv6', '10:20', undefined],
  ['45 characters', '0000:0000:0000:0000:0000:ffff:192.168.100.200', '192.168.100.200'],
])('an address: %s', (_, text, want) => {
  expect(parseIpAddress(text)).toBe(want);
});

test('a host name is read as it is written, or in any case, or with a trailing dot', () => {
  const label = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), fc.constantFrom('', '.'), (labels, end) => {
      const canonical = labels.join('.').toLowerCase();
      const want = hostnamePattern.test(canonical) ? canonical : undefined;
      expect(parseHostname(`${labels.join('.')}${end}`)).toBe(want);
    }),
  );
});

test('what is published of a value’s form admits all that is in canonical form', () => {
  const label = fc.stringMatching(/^[a-z0-9_-]{1,64}$/);
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (labels) => {
      const name = labels.join('.');
      expect(hostnamePattern.test(name)).toBe(parseHostname(name) === name);
    }),
  );
  fc.assert(
    fc.property(fc.ipV4(), fc.nat({ max: 40 }), (address, length) => {
      if (parseCidr(`${address}/${length}`)) expect(`${address}/${length}`).toMatch(cidrPattern);
    }),
  );
});

test('ports go from 1 to 65535', () => {
  expect([0, 1, 65_535, 65_536, 1.5].map(parsePort)).toEqual([undefined, 1, 65_535, undefined, undefined]);
});

test('a network has its first and its last address, and overlaps what shares one with it', () => {
  const cidr = (text: string) => parseCidr(text) ?? expect.unreachable(text);
  const inside = ['10.40.0.0', '10.40.0.255', '10.39.255.255', '10.40.1.0', '::1', 'orders.test'];
  expect(inside.map((each) => cidrContains(cidr('10.40.0.0/24'), each))).toEqual([true, true, ...Array(4).fill(false)]);
  const others = ['10.40.0.255/32', '10.40.0.0/32', '10.40.1.0/24', '10.39.255.0/24'];
  expect(others.map((each) => cidrsOverlap(cidr('10.40.0.0/24'), cidr(each)))).toEqual([true, true, false, false]);
  expect(others.map((each) => cidrsOverlap(cidr(each), cidr('10.40.0.0/24')))).toEqual([true, true, false, false]);
});
