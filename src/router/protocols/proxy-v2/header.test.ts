import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, fromLatin1, nothing } from '../bytes.ts';
import { addressBytes, ipv6FromBytes } from './address.ts';
import { crc32c } from './crc32c.ts';
import {
  furtherMax,
  type HeaderCause,
  headerCapBytes,
  parseProxyHeader,
  parseProxyHeaders,
  tlvsMax,
} from './header.ts';

/**
 * A header that a Network Load Balancer sent over PrivateLink.
 * @see aws/elastic-load-balancing-tools `proprot/tst/com/amazonaws/proprot/Compatibility_AwsNetworkLoadBalancerTest.java`
 */
const fromAws = Uint8Array.from(
  Buffer.from(
    '0d0a0d0a000d0a515549540a21110054ac1f0771ac1f0a1fc8f20050030004e8d6892dea001701767063652d3038643262663135666163353030316339' +
      `040024${'00'.repeat(36)}`,
    'hex',
  ),
);
const read = {
  is: 'header',
  version: 2,
  command: 'PROXY',
  source: { address: '172.31.7.113', port: 51_442 },
  destination: { address: '172.31.10.31', port: 80 },
  endpoint: 'vpce-08d2bf15fac5001c9',
  checked: true,
  endsAt: 100,
};

test('the header of a real load balancer is read', () => {
  expect(parseProxyHeader(fromAws)).toEqual(read);
});

test('CRC32C of the check string of its catalogue', () => {
  expect(crc32c(fromLatin1('123456789'))).toBe(0xe3069283);
});

const signature = fromAws.subarray(0, 12);
const addresses = fromAws.subarray(16, 28);
const header = (block: Uint8Array, family = 0x11, versionAndCommand = 0x21) =>
  concat(signature, [versionAndCommand, family, block.length >> 8, block.length & 255], block);
const tlv = (type: number, value: Uint8Array) => concat([type, value.length >> 8, value.length & 255], value);
const awsTlv = (id: string, subtype = 1) => tlv(0xea, concat([subtype], fromLatin1(id)));
const withTlvs = (...tlvs: Uint8Array[]) => header(concat(addresses, ...tlvs));

test.each<[string, Uint8Array, object]>([
  ['no TLV at all', withTlvs(), { checked: false, source: read.source }],
  ['the endpoint behind the padding', withTlvs(tlv(4, new Uint8Array(9)), awsTlv('vpce-1')), { endpoint: 'vpce-1' }],
  ['an AWS TLV of another subtype', withTlvs(awsTlv('vpce-1', 2)), { command: 'PROXY' }],
  ['LOCAL, whatever else it says', header(concat(addresses, [9, 9, 9]), 0x11, 0x20), { command: 'LOCAL', endsAt: 31 }],
  ['LOCAL as health checks send it', header(nothing, 0, 0x20), { command: 'LOCAL', endsAt: 16 }],
  ['an unspecified family', header(awsTlv('vpce-1'), 0x00), { command: 'PROXY', checked: false }],
  [
    'IPv6',
    header(concat(addressBytes('2001:db8::1') ?? [], addressBytes('2001:db8:0:1::') ?? [], [0, 1, 0, 2]), 0x21),
    { source: { address: '2001:db8::1', port: 1 }, destination: { address: '2001:db8:0:1::', port: 2 } },
  ],
])('a header with %s', (_, prefix, want) => {
  expect(parseProxyHeader(prefix)).toMatchObject({ is: 'header', ...want });
});

test('neither LOCAL nor an unspecified family gives an endpoint', () => {
  for (const prefix of [header(concat(addresses, awsTlv('vpce-1')), 0x11, 0x20), header(awsTlv('vpce-1'), 0)])
    expect(parseProxyHeader(prefix)).not.toHaveProperty('endpoint');
});

const turned = Uint8Array.from(fromAws);
turned[20] = 0x12;
test.each<[HeaderCause, string, Uint8Array]>([
  ['checksum', 'one address byte changed', turned],
  ['checksum', 'a checksum of three bytes', withTlvs(tlv(3, new Uint8Array(3)))],
  ['version', 'version 3', header(addresses, 0x11, 0x31)],
  ['command', 'command 2', header(addresses, 0x11, 0x22)],
  ['family', 'family 4', header(addresses, 0x41)],
  ['family', 'transport 3', header(addresses, 0x13)],
  ['lengths', 'eleven bytes of addresses', header(addresses.subarray(1))],
  ['lengths', 'a TLV longer than the header', withTlvs(Uint8Array.of(4, 0, 1))],
  ['lengths', 'half a TLV', withTlvs(Uint8Array.of(4, 0))],
  ['too-long', 'a length over the cap', concat(signature, [0x21, 0x11, 0xff, 0xff])],
  ['too-many-tlvs', 'a TLV too many', withTlvs(...Array.from({ length: tlvsMax + 1 }, () => tlv(4, nothing)))],
  ['repeated-tlv', 'two endpoints', withTlvs(awsTlv('vpce-1'), awsTlv('vpce-2'))],
  ['endpoint-id', 'an id with a quote', withTlvs(awsTlv(`vpce-1"`))],
  ['endpoint-id', 'an id that is no endpoint', withTlvs(awsTlv('vpc-1'))],
  ['endpoint-id', 'an empty id', withTlvs(awsTlv(''))],
  ['version-1', 'version 1', fromLatin1('PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n')],
])('%s: %s', (cause, _, prefix) => {
  expect(parseProxyHeader(prefix)).toMatchObject({ is: 'bad', cause });
});

test.each<[string, object]>([
  ['PROXY TCP4 10.0.0.1 10.0.0.2 1024 443\r\n', { source: { address: '10.0.0.1', port: 1024 }, endsAt: 39 }],
  ['PROXY TCP6 2001:DB8::1 ::1 1 2\r\nGET', { source: { address: '2001:db8::1', port: 1 }, endsAt: 32 }],
  ['PROXY UNKNOWN\r\n', { command: 'PROXY' }],
  ['PROXY UNKNOWN ffff::1 whatever\r\n', { command: 'PROXY' }],
])('version 1 where it is accepted: %j', (line, want) => {
  expect(parseProxyHeader(fromLatin1(line), { version1: 'accept' })).toMatchObject({
    is: 'header',
    version: 1,
    ...want,
  });
});

test.each([
  'PROXY TCP4 10.0.0.1 10.0.0.2 1024 443\n',
  'PROXY TCP4 10.0.0.1 10.0.0.2 0 443\r\n',
  'PROXY TCP4 10.0.0.1 10.0.0.2 65536 443\r\n',
  'PROXY TCP4 10.0.0.256 10.0.0.2 1 443\r\n',
  'PROXY TCP4 ::1 ::1 1 443\r\n',
  'PROXY TCP6 1:2:3 ::1 1 443\r\n',
  'PROXY TCP6 1::2::3 ::1 1 443\r\n',
  'PROXY  TCP4 10.0.0.1 10.0.0.2 1 443\r\n',
  `PROXY TCP4 ${'1'.repeat(120)}`,
])('version 1 that is malformed: %j', (line) => {
  expect(parseProxyHeader(fromLatin1(line), { version1: 'accept' })).toMatchObject({ cause: 'version-1-line' });
});

test('addresses in the text of RFC 5952, and back', () => {
  const groups = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 0xffff })), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(groups, (words) => {
      const bytes = Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255]));
      const text = ipv6FromBytes(bytes);
      const again = addressBytes(text);
      expect(again?.length === 4 ? concat(new Uint8Array(10), [255, 255], again) : again).toEqual(bytes);
    }),
  );
  const of = (text: string) => ipv6FromBytes(addressBytes(text) ?? nothing);
  expect(of('0:0:0:0:0:0:0:0')).toBe('::');
  expect(of('2001:0db8:0:1:1:1:1:1')).toBe('2001:db8:0:1:1:1:1:1');
  expect(of('2001:0:0:1:0:0:0:1')).toBe('2001:0:0:1::1');
  expect(of('::ffff:10.0.0.1')).toBe('10.0.0.1');
});

test('only the first of several headers is believed', () => {
  const claimed = withTlvs(awsTlv('vpce-stolen'));
  const answer = parseProxyHeaders(concat(fromAws, claimed, fromLatin1('GET')));
  expect(answer).toMatchObject({ is: 'headers', first: read, further: 1, endsAt: 100 + claimed.length });
});

test('headers behind the first are bounded, and left alone where any bytes may follow', () => {
  const row = (n: number) => concat(...Array.from({ length: n }, () => fromAws), [0x16]);
  expect(parseProxyHeaders(row(1 + furtherMax))).toMatchObject({ is: 'headers', further: furtherMax });
  expect(parseProxyHeaders(row(2 + furtherMax))).toMatchObject({ is: 'bad', cause: 'too-many-headers' });
  expect(parseProxyHeaders(row(2), { further: 0 })).toMatchObject({ is: 'headers', further: 0, endsAt: 100 });
  expect(parseProxyHeaders(concat(fromAws, [0x0d]), { further: 0 })).toMatchObject({ is: 'headers', endsAt: 100 });
});

const lawful = withTlvs(awsTlv('vpce-2'), tlv(4, new Uint8Array(40)));
test('a header cut anywhere asks for more than it was given, and for no more than there is', () => {
  fc.assert(
    fc.property(fc.constantFrom(concat(fromAws, [0x16]), concat(lawful, fromAws, [0x16])), fc.nat(), (stream, n) => {
      const given = n % stream.length;
      const answer = parseProxyHeaders(stream.subarray(0, given));
      if (answer.is === 'headers') {
        expect([100, lawful.length, lawful.length + 100]).toContain(given); // exactly at the end of a header, with nothing behind it
        return;
      }
      expect(answer.is).toBe('need-more');
      if (answer.is !== 'need-more') return;
      expect(answer.atLeast).toBeGreaterThan(given);
      expect(answer.atLeast).toBeLessThanOrEqual(stream.length);
    }),
  );
});

test('any bytes are answered without throwing, within the cap; a fault stays a fault', () => {
  const begun = fc.uint8Array({ maxLength: 300 }).map((tail) => concat(signature, [0x21, 0x11], tail));
  const v1 = fc.string({ maxLength: 150 }).map((tail) => fromLatin1(`PROXY ${tail}`));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), begun, v1), fc.uint8Array(), (bytes, more) => {
      const answer = parseProxyHeader(bytes, { version1: 'accept' });
      if (answer.is === 'need-more') {
        expect(answer.atLeast).toBeGreaterThan(bytes.length);
        expect(answer.atLeast).toBeLessThanOrEqual(headerCapBytes);
      } else expect(parseProxyHeader(concat(bytes, more), { version1: 'accept' })).toEqual(answer);
    }),
  );
});

test('a real header with one bit turned is refused, or says the same: its checksum guards every byte', () => {
  fc.assert(
    fc.property(fc.nat({ max: fromAws.length * 8 - 1 }), (bit) => {
      const wrong = Uint8Array.from(fromAws);
      wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const answer = parseProxyHeader(wrong);
      // LOCAL, another family and an unknown type of the checksum's own TLV leave nothing to check: no endpoint then.
      if (answer.is === 'header' && answer.endpoint) expect(answer.checked).toBe(false);
    }),
  );
});
