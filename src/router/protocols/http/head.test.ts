import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, fromLatin1 } from '../bytes.ts';
import type { HeadCause } from './fault.ts';
import { fieldsMax, headCapBytes } from './fields.ts';
import { parseRequestHead } from './head.ts';

const lines = (...rows: string[]) => fromLatin1(`${rows.join('\r\n')}\r\n\r\n`);
const get = (...fields: string[]) => lines('GET /v1/orders?page=2 HTTP/1.1', 'Host: billing.test', ...fields);

test('an ordinary request', () => {
  const prefix = get('Accept:  */* ', 'X-Empty:');
  expect(parseRequestHead(concat(prefix, fromLatin1('next')))).toEqual({
    is: 'request',
    method: 'GET',
    minorVersion: 1,
    target: '/v1/orders?page=2',
    path: '/v1/orders',
    host: 'billing.test',
    fields: [
      { name: 'host', value: 'billing.test' },
      { name: 'accept', value: '*/*' },
      { name: 'x-empty', value: '' },
    ],
    framing: { by: 'none' },
    upgrade: [],
    expects: false,
    closes: false,
    endsAt: prefix.length,
  });
});

test.each<[string, Uint8Array, object]>([
  [
    'Host with port, case and trailing dot',
    lines('GET / HTTP/1.1', 'HOST:Billing.TEST.:8080'),
    { host: 'billing.test', hostPort: 8080 },
  ],
  [
    'absolute form that agrees with Host',
    lines('GET http://Billing.test:80/a?b HTTP/1.1', 'Host: billing.test:80'),
    { host: 'billing.test', path: '/a' },
  ],
  ['absolute form without a path', lines('GET http://billing.test HTTP/1.1', 'Host: billing.test'), { path: '/' }],
  ['absolute form with a query only', lines('GET http://billing.test?q HTTP/1.1', 'Host: billing.test'), { path: '/' }],
  ['OPTIONS *', lines('OPTIONS * HTTP/1.1', 'Host: billing.test'), { path: '*' }],
  ['HTTP/1.0 with Host', lines('GET / HTTP/1.0', 'Host: billing.test'), { minorVersion: 0, closes: true }],
  ['HTTP/1.0 kept alive', lines('GET / HTTP/1.0', 'Host: billing.test', 'Connection: Keep-Alive'), { closes: false }],
  ['Connection: close in a list', get('Connection: foo, Close'), { closes: true }],
  ['a length', get('Content-Length: 0012'), { framing: { by: 'length', bytes: 12 } }],
  ['a length of zero', get('Content-Length: 0'), { framing: { by: 'none' } }],
  ['a scheme', get('Authorization: Negotiate YII='), { authorization: 'negotiate' }],
  ['an expectation', get('Expect: 100-continue'), { expects: true }],
  ['chunks', get('Transfer-Encoding: Chunked'), { framing: { by: 'chunks' } }],
  ['an upgrade', get('Connection: keep-alive, Upgrade', 'Upgrade: WebSocket'), { upgrade: ['websocket'] }],
  ['Upgrade without Connection', get('Upgrade: websocket'), { upgrade: [] }],
])('read: %s', (_, prefix, want) => {
  expect(parseRequestHead(prefix)).toMatchObject({ is: 'request', ...want });
});

test.each<[HeadCause, string, Uint8Array]>([
  ['http2', 'HTTP/2 with prior knowledge', fromLatin1('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  ['method', 'a method of 21 letters', fromLatin1('A'.repeat(21))],
  ['method', 'a method that does not end', fromLatin1('A'.repeat(300))],
  ['request-line', 'two spaces', lines('GET  / HTTP/1.1', 'Host: billing.test')],
  ['request-line', 'no version (HTTP/0.9)', lines('GET /')],
  ['request-line', 'a space in the target', lines('GET /a b HTTP/1.1', 'Host: billing.test')],
  ['version', 'HTTP/1.2', lines('GET / HTTP/1.2', 'Host: billing.test')],
  ['version', 'lower case', lines('GET / http/1.1', 'Host: billing.test')],
  ['connect', 'CONNECT', lines('CONNECT billing.test:443 HTTP/1.1', 'Host: billing.test:443')],
  ['target', 'a fragment', lines('GET /a#b HTTP/1.1', 'Host: billing.test')],
  ['target', 'a byte above 127', lines('GET /\xe4 HTTP/1.1', 'Host: billing.test')],
  ['target', 'neither path nor URL', lines('GET billing.test/a HTTP/1.1', 'Host: billing.test')],
  ['target', 'GET *', lines('GET * HTTP/1.1', 'Host: billing.test')],
  ['target', 'another scheme', lines('GET ftp://billing.test/ HTTP/1.1', 'Host: billing.test')],
  ['bare-newline', 'a line ended by LF', fromLatin1('GET / HTTP/1.1\nHost: billing.test\r\n\r\n')],
  ['bare-newline', 'two LF at the end', fromLatin1('GET / HTTP/1.1\r\nHost: billing.test\n\n')],
  ['bare-return', 'CR inside a field', get('X-A: a\rTransfer-Encoding: chunked')],
  ['bare-return', 'CR CR LF', get('X-A: a\r')],
  ['bare-return', 'a zero byte', get('X-A: a\0b')],
  ['field', 'space before the colon', get('Transfer-Encoding : chunked')],
  ['field', 'tab before the colon', get('Content-Length\t: 3')],
  ['field', 'no colon', get('nonsense')],
  ['field', 'an empty name', get(': x')],
  ['field', 'a control character', get('X-A: a\x0bb')],
  ['folded-field', 'a folded field', get('X-A: a', ' b')],
  ['folded-field', 'a folded first line', lines('GET / HTTP/1.1', '\tHost: billing.test')],
  ['no-host', 'no Host', lines('GET / HTTP/1.1')],
  ['no-host', 'an empty Host', lines('GET / HTTP/1.1', 'Host:')],
  ['no-host', 'only an absolute target', lines('GET http://billing.test/ HTTP/1.1')],
  ['several-hosts', 'two Hosts', get('Host: billing.test')],
  ['several-hosts', 'two different Hosts', get('hOST: other.test')],
  ['host', 'a list', lines('GET / HTTP/1.1', 'Host: billing.test, other.test')],
  ['host', 'user information', lines('GET / HTTP/1.1', 'Host: a@billing.test')],
  ['host', 'a path', lines('GET / HTTP/1.1', 'Host: billing.test/x')],
  ['host', 'a port that is none', lines('GET / HTTP/1.1', 'Host: billing.test:x')],
  ['host-address', 'an IPv4 address', lines('GET / HTTP/1.1', 'Host: 10.50.0.1:80')],
  ['host-address', 'an IPv6 address', lines('GET / HTTP/1.1', 'Host: [fd00::1]')],
  ['host-unknown', 'one label', lines('GET / HTTP/1.1', 'Host: localhost')],
  ['host-differs', 'another absolute target', lines('GET http://other.test/ HTTP/1.1', 'Host: billing.test')],
  ['host-differs', 'another port', lines('GET http://billing.test:81/ HTTP/1.1', 'Host: billing.test')],
  [
    'host-differs',
    'user information in the target',
    lines('GET http://x@billing.test/ HTTP/1.1', 'Host: billing.test'),
  ],
  ['field', 'a length with an underscore', get('Content_Length: 4')],
  ['field', 'a coding with an underscore', get('Content-Length: 4', 'Transfer_Encoding: chunked')],
  ['both-lengths', 'CL and TE', get('Content-Length: 4', 'Transfer-Encoding: chunked')],
  ['content-length', 'two lengths that differ', get('Content-Length: 4', 'Content-Length: 5')],
  ['content-length', 'two lengths that agree', get('Content-Length: 4', 'Content-Length: 4')],
  ['content-length', 'a list of lengths', get('Content-Length: 4, 4')],
  ['content-length', 'a sign', get('Content-Length: +4')],
  ['content-length', 'hexadecimal', get('Content-Length: 0x4')],
  ['content-length', 'nothing', get('Content-Length:')],
  ['content-length', 'a number over 2^53', get('Content-Length: 99999999999999999999')],
  ['transfer-encoding', 'gzip, chunked', get('Transfer-Encoding: gzip, chunked')],
  ['transfer-encoding', 'identity', get('Transfer-Encoding: identity')],
  ['transfer-encoding', 'twice chunked', get('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
  ['transfer-encoding', 'a vertical tab', get('Transfer-Encoding: x chunked')],
  ['transfer-encoding', 'in HTTP/1.0', lines('POST / HTTP/1.0', 'Host: billing.test', 'Transfer-Encoding: chunked')],
  ['too-many-fields', 'a field too many', get(...Array.from({ length: fieldsMax }, (_, i) => `X-${i}: 1`))],
  ['too-many-fields', 'thousands of short lines without end', fromLatin1(`GET / HTTP/1.1\r\n${'a\r\n'.repeat(200)}`)],
  ['too-big', 'a head without end', fromLatin1(`GET /${'a'.repeat(headCapBytes)}`)],
  ['too-big', 'a head that ends behind the cap', get(`X-A: ${'a'.repeat(headCapBytes)}`)],
])('%s: %s', (cause, _, prefix) => {
  expect(parseRequestHead(prefix)).toMatchObject({ is: 'bad', cause });
});

test.each(['\r\nGET / HTTP/1.1\r\n', '\x16\x03\x01', ' GET', 'GET\t/', '{}'])('%j begins no HTTP request', (text) => {
  expect(parseRequestHead(fromLatin1(text)).is).toBe('not-http');
});

test('a head cut anywhere asks for more than it was given, and not for more than there is', () => {
  const whole = get('Accept: */*', 'Content-Length: 4');
  for (let given = 0; given < whole.length; given++) {
    const answer = parseRequestHead(whole.subarray(0, given));
    expect(answer.is).toBe('need-more');
    if (answer.is !== 'need-more') continue;
    expect(answer.atLeast).toBeGreaterThan(given);
    expect(answer.atLeast).toBeLessThanOrEqual(whole.length);
  }
});

test('a value with a long run of blanks in it is read at once, and trimmed at its ends only', () => {
  const inner = `a${' \t'.repeat(7_500)}b`;
  const answer = parseRequestHead(get(`X-A: \t ${inner} \t`));
  expect(answer.is === 'request' && answer.fields[1]?.value).toBe(inner);
});

test('any bytes are answered, a refusal with its reason; it stays when more bytes come', () => {
  const word = fc.constantFrom(
    'GET ',
    'PRI * HTTP',
    '/2.0\r\n',
    '/ HTTP/1.1\r\n',
    'Host: a.test\r\n',
    '\r\n',
    '\n',
    '\r',
    ' ',
    'X: y',
    ':',
    '\0',
  );
  const near = fc.array(word, { maxLength: 12 }).map((words) => fromLatin1(words.join('')));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), near), fc.oneof(fc.uint8Array(), near), (bytes, more) => {
      const answer = parseRequestHead(bytes);
      if (answer.is === 'bad' || answer.is === 'not-http') expect(answer.why).not.toBe('');
      if (answer.is === 'need-more') expect(answer.atLeast).toBeGreaterThan(bytes.length);
      else expect(parseRequestHead(concat(bytes, more))).toEqual(answer);
    }),
    { numRuns: 1_000 },
  );
});
