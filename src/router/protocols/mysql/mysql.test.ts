import fc from 'fast-check';
import { expect, test } from 'vitest';
import { helloFor } from '../../../../test/corpora/made-hello.ts';
import { type RefusalCode, refusalCodes } from '../../../diagnostics/index.ts';
import { concat, fromLatin1, latin1, littleEndian, nothing } from '../bytes.ts';
import { errPacket } from './err-packet.ts';
import { capability, commonGreeting, encodeGreeting, type Greeting, has, parseGreeting } from './greeting.ts';
import { type MysqlOpening, readMysqlOpening } from './opening.ts';
import { encodePacket } from './packet.ts';

/** What a MariaDB 10.11.19 of Debian 12 greeted with; its nonce is worth nothing once the connection is closed. */
const mariadbBytes = Uint8Array.from(
  Buffer.from(
    '640000000a352e352e352d31302e31312e31392d4d6172696144422d302b6465623132753100040000006e56432d533f7e7d00fef7080200ff81' +
      '150000000000001d0000007967763f75506d5645392d73006d7973716c5f6e61746976655f70617373776f726400',
    'hex',
  ),
);
const mariadb: Greeting = {
  family: 'mariadb',
  version: '5.5.5-10.11.19-MariaDB-0+deb12u1',
  capabilities: 0x81ff_fffe,
  mariadbCapabilities: 0x1d,
  charset: 8,
  status: 2,
};
const mysql: Greeting = {
  family: 'mysql',
  version: '8.0.36',
  capabilities: 0xdfff_ffff,
  mariadbCapabilities: 0,
  charset: 255,
  status: 2,
};

test('the greeting of a real MariaDB is read', () => {
  expect(parseGreeting(mariadbBytes)).toEqual({
    is: 'greeting',
    greeting: { ...mariadb, capabilities: (mariadb.capabilities & ~capability.tls) >>> 0 },
    endsAt: mariadbBytes.length,
  });
});

test.each([mariadb, mysql])(
  'the greeting of $version reads back, with the plugin that makes the server switch',
  (server) => {
    const bytes = encodeGreeting(server, new Uint8Array(20));
    expect(parseGreeting(bytes)).toEqual({ is: 'greeting', greeting: server, endsAt: bytes.length });
    expect(latin1(bytes)).toMatch(/caching_sha2_password\0$/);
  },
);

test('a built greeting differs from the real one of the same server in nonce, thread and plugin only', () => {
  const real = parseGreeting(mariadbBytes);
  if (real.is !== 'greeting') throw new Error(real.is);
  const nonce = concat(fromLatin1('nVC-S?~}'), fromLatin1('ygv?uPmVE9-s'));
  const built = encodeGreeting(real.greeting, nonce, 4);
  const [ours, theirs] = [latin1(built.subarray(4)), latin1(mariadbBytes.subarray(4))];
  expect(ours).toBe(theirs.replace('mysql_native_password', 'caching_sha2_password'));
});

test('the nonce of a greeting has no zero byte, whatever the random bytes are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (random) => {
      const bytes = encodeGreeting(mysql, random);
      const at = 4 + 1 + mysql.version.length + 1 + 4;
      expect(bytes.subarray(at, at + 8)).not.toContain(0);
      expect(bytes.subarray(at + 27, at + 39)).not.toContain(0);
    }),
  );
});

const older: Greeting = { ...mysql, version: '5.7.44-log', capabilities: 0x81ff_ffff, charset: 8 };
test('servers that share a port: the lowest version, what all can do, a character set that all know', () => {
  const common = { ...older, capabilities: 0x81ff_ffff, charset: 45 };
  expect(commonGreeting([mysql, older])).toEqual(common);
  expect(commonGreeting([older, mysql])).toEqual(common);
  expect(commonGreeting([mysql])).toEqual(mysql);
});

test.each<[string, string, string]>([
  ['5.5.5-10.11.6-MariaDB', '5.5.5-10.6.12-MariaDB', '5.5.5-10.6.12-MariaDB'],
  ['11.4.2-MariaDB', '5.5.5-10.11.6-MariaDB', '5.5.5-10.11.6-MariaDB'],
  ['10.11.19-MariaDB', '10.11.6-MariaDB', '10.11.6-MariaDB'],
])('the lower of %s and %s is %s', (a, b, lower) => {
  expect(
    commonGreeting([
      { ...mariadb, version: a },
      { ...mariadb, version: b },
    ])?.version,
  ).toBe(lower);
});

test('no greeting for two families, for a server without TLS, or for no server', () => {
  expect(commonGreeting([mysql, mariadb])).toBeUndefined();
  expect(commonGreeting([mysql, { ...older, capabilities: older.capabilities & ~capability.tls }])).toBeUndefined();
  expect(commonGreeting([])).toBeUndefined();
});

test('what every server of a port can do is never more than what each can', () => {
  const flags = fc.nat({ max: 0xffff_ffff }).map((n) => (n | capability.tls) >>> 0);
  fc.assert(
    fc.property(fc.array(flags, { minLength: 1, maxLength: 5 }), (all) => {
      const common = commonGreeting(all.map((capabilities) => ({ ...mysql, capabilities })));
      for (const each of all) expect((common?.capabilities ?? 0) & ~each).toBe(0);
      expect(has(common?.capabilities ?? 0, capability.tls)).toBe(true);
    }),
  );
});

test('a server that refuses is quoted', () => {
  const packet = (text: string) => encodePacket(0, concat([0xff], littleEndian(1040, 2), fromLatin1(text)));
  const want = { is: 'error', number: 1040, message: '“Too many connections”' };
  expect(parseGreeting(packet('Too many connections'))).toEqual(want);
  expect(parseGreeting(packet('#08004Too many connections'))).toEqual(want);
});

test.each<[string, Uint8Array]>([
  ['a length over the cap', Uint8Array.of(0, 0, 1, 0)],
  ['an empty packet', Uint8Array.of(0, 0, 0, 0)],
  ['protocol 9', encodePacket(0, concat([9], fromLatin1('3.20\0')))],
  ['no end of the version', encodePacket(0, fromLatin1('\x0a8.0.36'))],
  ['no version', encodePacket(0, concat([10, 0], new Uint8Array(60)))],
  ['a version with a control character', encodeGreeting({ ...mysql, version: '8\x1b[31m' }, nothing)],
  ['no plugins', encodeGreeting({ ...mysql, capabilities: 0x0000_ffff }, nothing)],
  ['sequence number 1', Uint8Array.from(mariadbBytes, (byte, i) => (i === 3 ? 1 : byte))],
  ['HTTP', fromLatin1('HTTP/1.1 400 Bad Request\r\n\r\n')],
])('no greeting: %s', (_, bytes) => {
  expect(parseGreeting(bytes).is).toBe('bad');
});

const tls = 0x0000_0e85 | capability.tls | capability.pluginAuth;
const sslRequest = (flags = tls, length = 32) =>
  encodePacket(1, concat(littleEndian(flags, 4), littleEndian(1 << 24, 4), [45], new Uint8Array(length - 9)));
const hello = helloFor('ledger.test');
const fixed = (flags: number) => concat(littleEndian(flags, 4), littleEndian(1 << 24, 4), [45], new Uint8Array(23));
const plain = ((tls & ~capability.tls) | capability.secureConnection | capability.connectWithDatabase) >>> 0;
const loginOf = (flags: number, text: string) => encodePacket(1, concat(fixed(flags), fromLatin1(text)));
const login = loginOf(plain, 'ada\0\x03xyzlake\0mysql_native_password\0\x05attrs');

test('a login without TLS is changed so that the server asks again; user, database and attributes stay', () => {
  const answer = readMysqlOpening(concat(login, [9]));
  expect(answer).toEqual({
    is: 'plain-login',
    endsAt: login.length,
    authSwitchLogin: loginOf(plain, 'ada\0\0lake\0lakegate_ask_again\0\x05attrs'),
  });
  const noDatabase = (plain & ~capability.connectWithDatabase) >>> 0;
  expect(readMysqlOpening(loginOf(noDatabase, 'ada\0\0caching_sha2_password\0'))).toMatchObject({
    authSwitchLogin: loginOf(noDatabase, 'ada\0\0lakegate_ask_again\0'),
  });
});

test.each<[string, Uint8Array]>([
  ['no end of the user', loginOf(plain, 'ada')],
  ['an answer longer than the packet', loginOf(plain, 'ada\0\x09xyz')],
  ['no end of the plugin', loginOf(plain, 'ada\0\x03xyzlake\0mysql_native')],
  ['an answer of 251 bytes', loginOf(plain, `ada\0\xfb${'x'.repeat(300)}\0lake\0p\0`)],
  ['no plugins', loginOf(plain & ~capability.pluginAuth, 'ada\0\0lake\0')],
])('a login without TLS that is malformed: %s', (_, bytes) => {
  expect(readMysqlOpening(bytes)).toMatchObject({ is: 'bad', cause: 'login' });
});

test('the name behind an SSLRequest, and where TLS begins', () => {
  expect(readMysqlOpening(concat(sslRequest(), hello))).toMatchObject({
    is: 'tls',
    startsAt: 36,
    hello: { is: 'hello', serverName: 'ledger.test', endsAt: 36 + hello.length },
  });
});

test.each<[string, Uint8Array, Partial<MysqlOpening> & object]>([
  ['a login without TLS', login, { is: 'plain-login' }],
  [
    'something else than TLS behind the SSLRequest',
    concat(sslRequest(), login),
    { is: 'tls', hello: { is: 'not-tls' } },
  ],
  ['an SSLRequest of 33 bytes', sslRequest(tls, 33), { cause: 'ssl-request' }],
  ['the protocol of MySQL 4.0', sslRequest(0x0800), { cause: 'old-protocol' }],
  ['sequence number 0', encodePacket(0, new Uint8Array(32)), { cause: 'sequence' }],
  ['a short packet', encodePacket(1, new Uint8Array(5)), { cause: 'packet-length' }],
  ['a ClientHello at once', hello, { cause: 'packet-length' }],
  ['HTTP', fromLatin1('GET / HTTP/1.1\r\n'), { cause: 'packet-length' }],
] as [string, Uint8Array, Partial<MysqlOpening> & object][])('%s', (_, prefix, want) => {
  expect(readMysqlOpening(prefix)).toMatchObject(want);
});

test.each<[string, Uint8Array]>([
  ['SSLRequest and hello', concat(sslRequest(), hello)],
  ['login', login],
])('%s cut anywhere asks for more than it was given', (_, stream) => {
  for (let given = 0; given < stream.length; given++) {
    const answer = readMysqlOpening(stream.subarray(0, given));
    const asks = answer.is === 'tls' ? answer.hello : answer;
    expect(asks.is).toBe('need-more');
    if (asks.is !== 'need-more') continue;
    expect(asks.atLeast).toBeGreaterThan(given);
    expect(asks.atLeast).toBeLessThanOrEqual(stream.length);
  }
});

test('a greeting cut anywhere asks for more', () => {
  for (let given = 0; given < mariadbBytes.length; given++)
    expect(parseGreeting(mariadbBytes.subarray(0, given))).toMatchObject({ is: 'need-more' });
});

test('any bytes are answered, from client and from server; a fault stays a fault', () => {
  const near = fc.uint8Array({ maxLength: 80 }).map((tail) => concat([tail.length, 0, 0, 1], tail));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), near), fc.uint8Array(), (bytes, more) => {
      for (const parse of [readMysqlOpening, parseGreeting]) {
        const answer = parse(bytes);
        if (answer.is === 'need-more') expect(answer.atLeast).toBeGreaterThan(bytes.length);
        else if (answer.is === 'bad') expect(parse(concat(bytes, more))).toEqual(answer);
      }
    }),
  );
});

test('every refusal is an ERR packet with its code; before the login it has no SQLSTATE', () => {
  for (const code of Object.keys(refusalCodes) as RefusalCode[]) {
    expect(latin1(errPacket({ code, why: 'a reason' }, { sequence: 2 }))).toMatch(
      new RegExp(`^..\\0\\x02\\xff..#[0-9A-Z]{5}${code}: a reason$`, 's'),
    );
    expect(parseGreeting(errPacket({ code, why: 'a reason' }, { sequence: 0 }))).toMatchObject({
      is: 'error',
      message: `“${code}: a reason”`,
    });
  }
  expect(latin1(errPacket({ code: 'LG_NO_NAME', why: 'a reason' }, { sequence: 2, hint: 'do this' }))).toMatch(
    /LG_NO_NAME: a reason; do this$/,
  );
});
