import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  extension,
  helloFor,
  helloMessage,
  inRecords,
  record,
  serverNames,
  sized,
} from '../../../../test/corpora/made-hello.ts';
import { bigEndian, concat, fromLatin1 } from '../bytes.ts';
import { emptyRecordsMax, type HelloCause, helloAlert, helloCapBytes, parseClientHello } from './client-hello.ts';

const alpn = (...protocols: string[]) =>
  extension(16, sized(2, concat(...protocols.map((p) => sized(1, fromLatin1(p))))));
const message = helloMessage([serverNames('orders.test'), alpn('h2', 'http/1.1')]);
const whole = record(message);

test('name, protocols and length of an ordinary hello', () => {
  expect(parseClientHello(whole)).toEqual({
    is: 'hello',
    serverName: 'orders.test',
    alpn: ['h2', 'http/1.1'],
    hasEch: false,
    endsAt: whole.length,
  });
});

test.each<[string, Uint8Array, object]>([
  ['upper case', helloFor('Orders.TEST'), { serverName: 'orders.test' }],
  ['one trailing dot', helloFor('orders.test.'), { serverName: 'orders.test' }],
  [
    'an encrypted inner hello',
    record(helloMessage([serverNames('public.test'), extension(0xfe0d, Uint8Array.of(0))])),
    { hasEch: true, serverName: 'public.test' },
  ],
  ['bytes behind the hello', concat(whole, [0x14, 3, 3, 0, 1, 1]), { serverName: 'orders.test', endsAt: whole.length }],
  [
    'a second message in the record',
    record(concat(message, [11, 0, 0, 0])),
    { serverName: 'orders.test', endsAt: whole.length },
  ],
  ['a few records without content', concat(record(new Uint8Array(0)), whole), { serverName: 'orders.test' }],
])('a hello with %s', (_, prefix, want) => {
  expect(parseClientHello(prefix)).toMatchObject({ is: 'hello', ...want });
});

test('a hello without a name, and one without any extension, name nobody', () => {
  const bare = helloMessage([]).subarray(0, -2);
  const shorter = concat(bare.subarray(0, 1), [0, 0, bare.length - 4], bare.subarray(4));
  for (const prefix of [record(helloMessage([])), record(shorter)])
    expect(parseClientHello(prefix)).toEqual({ is: 'hello', alpn: [], hasEch: false, endsAt: prefix.length });
});

/** The message with one byte more, counted in its length. */
const withTail = (whole: Uint8Array) => concat([1], bigEndian(whole.length - 4 + 1, 3), whole.subarray(4), [0]);
const raw = (content: Uint8Array) => record(helloMessage([extension(0, content)]));
test.each<[HelloCause, string, Uint8Array]>([
  ['sslv2-hello', 'SSL 2.0 framing', Uint8Array.of(0x80, 0x2e, 0x01, 0x00, 0x02)],
  ['record-too-long', 'a record over 16 KiB', Uint8Array.of(0x16, 3, 1, 0x40, 0x01)],
  ['other-record', 'an alert inside', concat(record(message.subarray(0, 20)), record(Uint8Array.of(1, 0), 0x15))],
  [
    'other-record',
    'a change of cipher inside',
    concat(record(message.subarray(0, 20)), record(Uint8Array.of(1), 0x14)),
  ],
  [
    'empty-records',
    'records without content',
    concat(...Array.from({ length: emptyRecordsMax + 1 }, () => record(new Uint8Array(0)))),
  ],
  ['not-client-hello', 'a ServerHello', record(Uint8Array.of(2, 0, 0, 1, 0))],
  ['too-big', 'a message over the cap', record(Uint8Array.of(1, 1, 0, 0))],
  ['malformed', 'nothing in the message', record(Uint8Array.of(1, 0, 0, 0))],
  ['malformed', 'a session id of 33 bytes', record(helloMessage([], { sessionId: new Uint8Array(33) }))],
  ['malformed', 'an odd list of suites', record(helloMessage([], { suites: new Uint8Array(3) }))],
  ['malformed', 'no suites', record(helloMessage([], { suites: new Uint8Array(0) }))],
  ['malformed', 'no compression methods', record(helloMessage([], { compression: new Uint8Array(0) }))],
  ['malformed', 'an extension longer than the block', record(helloMessage([Uint8Array.of(0, 10, 0, 9, 1)]))],
  ['malformed', 'a byte behind the extensions', record(withTail(message))],
  ['malformed', 'half an extension header', record(helloMessage([Uint8Array.of(0, 10, 0)]))],
  ['malformed', 'a version that is none, in the second record', concat(record(message.subarray(0, 20)), [0x16, 9, 9])],
  ['malformed', 'bytes behind the name list', raw(concat(sized(2, concat([0], sized(2, fromLatin1('a.test')))), [0]))],
  ['malformed', 'an empty name list', raw(sized(2, new Uint8Array(0)))],
  ['malformed', 'no name list', raw(new Uint8Array(0))],
  ['malformed', 'a name of an unknown type', raw(sized(2, concat([1], sized(2, fromLatin1('a.test')))))],
  ['malformed', 'a name longer than its list', raw(sized(2, Uint8Array.of(0, 0, 9, 97)))],
  ['malformed', 'an empty protocol', record(helloMessage([alpn('')]))],
  ['malformed', 'an empty list of protocols', record(helloMessage([alpn()]))],
  [
    'duplicate-extension',
    'two server_name extensions',
    record(helloMessage([serverNames('a.test'), serverNames('a.test')])),
  ],
  ['several-names', 'two names', record(helloMessage([serverNames('orders.test', 'billing.test')]))],
  ['empty-name', 'an empty name', helloFor('')],
  ['address-as-name', 'an IPv4 address', helloFor('10.50.0.1')],
  ['address-as-name', 'an IPv6 address', helloFor('fd00::1')],
  ['not-a-host-name', 'a name with a zero byte', helloFor('orders.test\0.evil.test')],
  ['not-a-host-name', 'a wildcard', helloFor('*.test')],
  ['not-a-host-name', 'one label', helloFor('localhost')],
  ['not-a-host-name', 'a name of 256 characters', helloFor(`${'a.'.repeat(126)}test`)],
  ['not-a-host-name', 'two trailing dots', helloFor('orders.test..')],
])('%s: %s', (cause, _, prefix) => {
  const answer = parseClientHello(prefix);
  expect(answer).toMatchObject({ is: 'bad', cause });
  expect(helloAlert(cause)).toBeTypeOf('string');
});

test.each([
  ['HTTP', fromLatin1('GET / HTTP/1.1\r\n\r\n')],
  ['PostgreSQL', Uint8Array.of(0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f)],
  ['a byte above 127 that is not SSL 2.0', Uint8Array.of(0xff, 0xff, 0xff)],
  ['a handshake byte and no version', Uint8Array.of(0x16, 0x47)],
])('%s is not TLS', (_, prefix) => {
  expect(parseClientHello(prefix).is).toBe('not-tls');
});

test('a name from the network is printed without its control characters and cut', () => {
  const answer = parseClientHello(helloFor(`\x1b[31m${'x'.repeat(300)}`));
  expect(answer.is === 'bad' && answer.why).toMatch(/^the server name “\?\[31mx+…” is not/);
});

const cutsOf = (bytes: Uint8Array) => fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 40 });

test('a hello reads the same however it is cut into TLS records', () => {
  fc.assert(
    fc.property(cutsOf(message), (cuts) => {
      const prefix = inRecords(message, cuts);
      expect(parseClientHello(prefix)).toMatchObject({ is: 'hello', serverName: 'orders.test', endsAt: prefix.length });
    }),
  );
});

test('a hello of one-byte records costs few questions', () => {
  const prefix = inRecords(
    message,
    Array.from({ length: message.length }, (_, i) => i + 1),
  );
  let given = 0;
  let questions = 0;
  for (;;) {
    const answer = parseClientHello(prefix.subarray(0, given));
    questions++;
    if (answer.is !== 'need-more') {
      expect(answer).toMatchObject({ is: 'hello', serverName: 'orders.test' });
      break;
    }
    given = answer.atLeast;
  }
  expect(questions).toBeLessThan(40);
});

test('a truncated hello asks for more than it was given, and never for more than there is', () => {
  fc.assert(
    fc.property(cutsOf(message), fc.nat(), (cuts, n) => {
      const prefix = inRecords(message, cuts);
      const given = n % prefix.length;
      const answer = parseClientHello(prefix.subarray(0, given));
      expect(answer.is).toBe('need-more');
      if (answer.is !== 'need-more') return;
      expect(answer.atLeast).toBeGreaterThan(given);
      expect(answer.atLeast).toBeLessThanOrEqual(prefix.length);
    }),
  );
});

test('a message within the cap whose records go beyond it is too big', () => {
  const message = helloMessage([extension(21, new Uint8Array(helloCapBytes - 120)), serverNames('orders.test')]);
  expect(message.length).toBeLessThan(helloCapBytes);
  const records = [16_384, 32_768, 49_152, 65_000, 65_100, 65_200, 65_300, 65_400];
  expect(inRecords(message, records).length).toBeGreaterThan(helloCapBytes);
  expect(parseClientHello(inRecords(message, records))).toMatchObject({ is: 'bad', cause: 'too-big' });
});

test('a question never goes beyond the cap', () => {
  const big = helloMessage([extension(21, new Uint8Array(40_000)), serverNames('orders.test')]);
  const fits = inRecords(big, [16_000, 32_000]);
  expect(parseClientHello(fits)).toMatchObject({ is: 'hello', serverName: 'orders.test' });
  const tooMany = inRecords(
    big,
    Array.from({ length: 8_000 }, (_, i) => i * 5 + 5),
  );
  expect(tooMany.length).toBeGreaterThan(helloCapBytes);
  fc.assert(
    fc.property(fc.nat({ max: tooMany.length }), (n) => {
      const answer = parseClientHello(tooMany.subarray(0, n));
      if (answer.is === 'need-more') expect(answer.atLeast).toBeLessThanOrEqual(helloCapBytes);
      else expect(answer).toMatchObject({ is: 'bad', cause: 'too-big' });
    }),
  );
});

test('any bytes are answered, and a refusal stays when more bytes come', () => {
  const begun = fc.uint8Array({ maxLength: 200 }).map((tail) => concat([0x16, 3, 1], tail));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), begun), fc.uint8Array({ maxLength: 50 }), (bytes, more) => {
      const answer = parseClientHello(bytes);
      if (answer.is === 'need-more') expect(answer.atLeast).toBeGreaterThan(bytes.length);
      else expect(parseClientHello(concat(bytes, more))).toEqual(answer);
    }),
  );
});

test('a hello with one bit turned is read or refused, and never throws', () => {
  fc.assert(
    fc.property(fc.nat({ max: whole.length * 8 - 1 }), (bit) => {
      const turned = Uint8Array.from(whole);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(['hello', 'bad', 'need-more', 'not-tls']).toContain(parseClientHello(turned).is);
    }),
  );
});
