import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extension, helloFor, helloMessage, record, serverNames, sized } from '../../../test/corpora/made-hello.ts';
import type { Speech } from '../../ir/index.ts';
import { concat, fromLatin1, nothing } from './bytes.ts';
import { type Detected, detect } from './detect.ts';
import { sslRequest } from './postgres/index.ts';

const hello = helloFor('orders.test');
const postgresHello = record(
  helloMessage([serverNames('orders.test'), extension(16, sized(2, sized(1, fromLatin1('postgresql'))))]),
);
const http = fromLatin1('GET / HTTP/1.1\r\n');
const http2 = fromLatin1('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const proxy = fromLatin1('\r\n\r\n\0\r\nQUIT\n');

test.each<[string, Speech[], Uint8Array, Partial<Detected> & object]>([
  ['any bytes: decided before the first', ['tcp'], nothing, { speech: 'tcp' }],
  ['the server speaks first: decided before the first byte', ['mysql'], nothing, { speech: 'mysql' }],
  ['nothing yet', ['tls', 'http'], nothing, { is: 'need-more' }],
  ['a hello', ['tls', 'http'], hello, { speech: 'tls' }],
  ['a request', ['tls', 'http'], http, { speech: 'http' }],
  ['an SSLRequest', ['tls', 'postgres'], sslRequest, { speech: 'postgres' }],
  ['TLS on a port for PostgreSQL alone', ['postgres'], hello, { speech: 'postgres' }],
  ['a hello without the ALPN of PostgreSQL', ['tls', 'postgres'], hello, { speech: 'tls' }],
  ['direct TLS of PostgreSQL', ['tls', 'postgres'], postgresHello, { speech: 'postgres' }],
  ['half a hello where the ALPN decides', ['tls', 'postgres'], hello.subarray(0, 50), { is: 'need-more' }],
  ['half a hello where nothing else has TLS', ['tls', 'http'], hello.subarray(0, 1), { speech: 'tls' }],
  ['SSL 2.0, for the parser of the hello to name', ['tls'], Uint8Array.of(0x80, 0x2e, 1), { speech: 'tls' }],
  ['HTTP/2, for the parser of the request to name', ['http'], http2, { speech: 'http' }],
  ['HTTP on a TLS port', ['tls'], http, { is: 'none', recognised: 'http' }],
  ['HTTP/2 on a TLS port', ['tls'], http2, { is: 'none', recognised: 'http2' }],
  ['TLS on an HTTP port', ['http'], hello, { is: 'none', recognised: 'tls' }],
  ['PostgreSQL on a TLS port', ['tls'], sslRequest, { is: 'none', recognised: 'postgres' }],
  ['a PROXY header where none belongs', ['tls'], proxy, { is: 'none', recognised: 'proxy' }],
  ['PRELOGIN of SQL Server', ['tls'], Uint8Array.of(0x12, 1, 0, 0x2f, 0, 0, 1, 0), { is: 'none', recognised: 'tds' }],
  ['CONNECT of Oracle', ['tls'], Uint8Array.of(0, 0x3a, 0, 0, 1, 0), { is: 'none', recognised: 'oracle' }],
  ['SSH', ['tls', 'http'], fromLatin1('SSH-2.0-OpenSSH_9.2\r\n'), { is: 'none', recognised: 'ssh' }],
  ['a method that begins like SSH', ['http'], fromLatin1('SSO / HTTP/1.1\r\n'), { speech: 'http' }],
  ['garbage', ['tls', 'http'], Uint8Array.of(1, 2, 3), { is: 'none', recognised: 'unknown' }],
])('%s', (_, speaks, prefix, want) => {
  expect(detect(speaks, prefix)).toMatchObject(want);
});

test('the sentence names what was recognised and what is spoken', () => {
  expect(detect(['tls', 'postgres'], http)).toMatchObject({
    why: 'the client began with plain HTTP; this port speaks TLS and PostgreSQL',
  });
});

test('once decided, more bytes change nothing; undecided, it asks for more', () => {
  const speaks = fc.subarray<Speech>(['tls', 'postgres', 'http'], { minLength: 1 });
  const real = fc.constantFrom(hello, postgresHello, http, http2, proxy, sslRequest);
  const cut = fc.tuple(real, fc.nat()).map(([bytes, n]) => bytes.subarray(0, n % (bytes.length + 1)));
  fc.assert(
    fc.property(speaks, fc.oneof(cut, fc.uint8Array()), fc.uint8Array(), (spoken, bytes, more) => {
      const answer = detect(spoken, bytes);
      if (answer.is === 'need-more') expect(answer.atLeast).toBeGreaterThan(bytes.length);
      else expect(detect(spoken, concat(bytes, more))).toEqual(answer);
    }),
    { numRuns: 500 },
  );
});
