import fc from 'fast-check';
import { expect, test } from 'vitest';
import { helloFor } from '../../../../test/corpora/made-hello.ts';
import { type RefusalCode, refusalCodes } from '../../../diagnostics/index.ts';
import { bigEndian, concat, fromLatin1, latin1 } from '../bytes.ts';
import { errorResponse } from './error-response.ts';
import { readPostgresOpening } from './opening.ts';
import { gssEncRequest, type PostgresCause, parseFirstPacket, sslRequest } from './startup.ts';

const packet = (code: number, content: string | Uint8Array = '') => {
  const body = typeof content === 'string' ? fromLatin1(content) : content;
  return concat(bigEndian(body.length + 8, 4), bigEndian(code, 4), body);
};
const startup = packet(0x30000, 'user\0ada\0database\0orders\0\0');
const cancel = packet(80_877_102, Uint8Array.of(0, 0, 1, 2, 9, 9, 9, 9));

test('requests for encryption have the bytes of the specification', () => {
  expect(sslRequest).toEqual(packet(80_877_103));
  expect(gssEncRequest).toEqual(packet(80_877_104));
});

test.each<[string, Uint8Array, object]>([
  ['SSLRequest', sslRequest, { is: 'ssl-request', endsAt: 8 }],
  ['GSSENCRequest', gssEncRequest, { is: 'gss-request', endsAt: 8 }],
  ['CancelRequest', cancel, { is: 'cancel-request', processId: 258, endsAt: 16 }],
  ['CancelRequest of 3.2', packet(80_877_102, new Uint8Array(4 + 256)), { is: 'cancel-request', endsAt: 268 }],
  ['StartupMessage', startup, { is: 'startup', minor: 0, endsAt: startup.length }],
  ['StartupMessage 3.2', packet(0x30002, 'user\0ada\0\0'), { is: 'startup', minor: 2 }],
  ['StartupMessage without parameters', packet(0x30000, '\0'), { is: 'startup' }],
  ['direct TLS', helloFor('orders.test'), { is: 'direct-tls' }],
  ['HTTP', fromLatin1('GET /'), { is: 'not-postgres' }],
])('first packet: %s', (_, prefix, want) => {
  expect(parseFirstPacket(prefix)).toMatchObject(want);
});

test('the parameters of a startup packet', () => {
  const answer = parseFirstPacket(startup);
  expect(answer.is === 'startup' && [...answer.parameters]).toEqual([
    ['user', 'ada'],
    ['database', 'orders'],
  ]);
});

test.each<[PostgresCause, string, Uint8Array]>([
  ['length', 'seven bytes', bigEndian(7, 4)],
  ['length', 'over 10,000 bytes', bigEndian(10_001, 4)],
  ['length', 'an SSLRequest of 12 bytes', packet(80_877_103, '1234')],
  ['length', 'a cancel request without a key', packet(80_877_102)],
  ['length', 'a cancel request with 257 bytes of key', packet(80_877_102, new Uint8Array(261))],
  ['version', 'protocol 2', packet(0x20000, 'user\0\0')],
  ['version', 'an unknown request', packet(80_877_105)],
  ['parameters', 'no end', packet(0x30000, 'user\0ada\0')],
  ['parameters', 'a name without a value', packet(0x30000, 'user\0')],
  ['parameters', 'text behind the end', packet(0x30000, 'user\0ada\0\0more\0')],
  ['parameters', 'nothing at all', packet(0x30000)],
])('%s: %s', (cause, _, prefix) => {
  expect(parseFirstPacket(prefix)).toMatchObject({ is: 'bad', cause, code: 'LG_PROTOCOL' });
});

const hello = helloFor('orders.test');
test('GSS is declined, TLS is granted, then the name is read', () => {
  expect(readPostgresOpening(gssEncRequest, [])).toEqual({ is: 'answer', byte: 'N', upTo: 8 });
  const asked = concat(gssEncRequest, sslRequest);
  expect(readPostgresOpening(asked, ['N'])).toEqual({ is: 'answer', byte: 'S', upTo: 16 });
  expect(readPostgresOpening(concat(asked, hello), ['N', 'S'])).toMatchObject({
    is: 'tls',
    direct: false,
    startsAt: 16,
    hello: { is: 'hello', serverName: 'orders.test', endsAt: 16 + hello.length },
  });
});

test('direct TLS is read from the first byte', () => {
  expect(readPostgresOpening(hello, [])).toMatchObject({
    is: 'tls',
    direct: true,
    hello: { serverName: 'orders.test' },
  });
});

test('after N to GSS a client may log in without TLS, or cancel', () => {
  expect(readPostgresOpening(concat(gssEncRequest, startup), ['N'])).toMatchObject({ is: 'plain', startsAt: 8 });
  expect(readPostgresOpening(cancel, [])).toMatchObject({ is: 'plain', packet: { is: 'cancel-request' } });
});

test.each<[string, Uint8Array, ('N' | 'S')[], PostgresCause]>([
  ['a hello sent with the SSLRequest', concat(sslRequest, hello), [], 'data-before-answer'],
  ['one byte behind the SSLRequest', concat(sslRequest, [0]), [], 'data-before-answer'],
  ['data behind GSSENCRequest', concat(gssEncRequest, sslRequest), [], 'data-before-answer'],
  ['GSS twice', concat(gssEncRequest, gssEncRequest), ['N'], 'request-after-request'],
  ['direct TLS after GSS', concat(gssEncRequest, hello), ['N'], 'request-after-request'],
])('refused: %s', (_, prefix, answered, cause) => {
  expect(readPostgresOpening(prefix, answered)).toMatchObject({ is: 'bad', cause });
});

test('what follows S and is not TLS is told by the parser of the hello', () => {
  expect(readPostgresOpening(concat(sslRequest, startup), ['S'])).toMatchObject({
    is: 'tls',
    hello: { is: 'not-tls' },
  });
});

test.each<[string, Uint8Array, ('N' | 'S')[]]>([
  ['an SSLRequest', sslRequest, []],
  ['a startup packet', startup, []],
  ['a cancel request', cancel, []],
  ['a request and a startup packet', concat(gssEncRequest, startup), ['N']],
  ['a request and a hello', concat(sslRequest, hello), ['S']],
  ['direct TLS', hello, []],
])('%s cut anywhere asks for more than it was given', (_, stream, answered) => {
  for (let given = answered.length * 8; given < stream.length; given++) {
    const answer = readPostgresOpening(stream.subarray(0, given), answered);
    const asks = answer.is === 'tls' ? answer.hello : answer;
    expect(asks.is).toBe('need-more');
    if (asks.is !== 'need-more') continue;
    expect(asks.atLeast).toBeGreaterThan(given);
    expect(asks.atLeast).toBeLessThanOrEqual(stream.length);
  }
});

test('any bytes are answered, a refusal with its reason, and a fault stays a fault', () => {
  const begun = fc.uint8Array({ maxLength: 60 }).map((tail) => concat([0, 0, 0, tail.length], tail));
  const answered = fc.constantFrom<('N' | 'S')[]>([], ['N'], ['S'], ['N', 'S']);
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), begun), fc.uint8Array(), answered, (bytes, more, given) => {
      const answer = readPostgresOpening(bytes, given);
      if (answer.is === 'bad' || answer.is === 'not-postgres') expect(answer.why).not.toBe('');
      if (answer.is === 'need-more') expect(answer.atLeast).toBeGreaterThan(bytes.length);
      if (answer.is === 'bad') expect(readPostgresOpening(concat(bytes, more), given)).toEqual(answer);
    }),
  );
});

test('every refusal is a well-formed ErrorResponse with its code, a SQLSTATE and a hint', () => {
  for (const code of Object.keys(refusalCodes) as RefusalCode[]) {
    const bytes = errorResponse({ code, why: 'a reason\0 with a zero' });
    expect(bytes[0]).toBe(0x45);
    expect(new DataView(bytes.buffer, bytes.byteOffset).getUint32(1)).toBe(bytes.length - 1);
    const fields = new TextDecoder().decode(bytes.subarray(5)).split('\0');
    expect(fields.slice(-2)).toEqual(['', '']);
    expect(fields.map((field) => field[0]).join('')).toMatch(/^SVCMDH/);
    expect(fields[2]).toMatch(/^C[0-9A-Z]{5}$/);
    expect(fields[3]).toBe(`M${code}: a reason with a zero`);
  }
  expect(latin1(errorResponse({ code: 'LG_NO_NAME', why: 'x' }, 'do this'))).toContain('Hdo this\0');
});
