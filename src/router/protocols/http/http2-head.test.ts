import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHttp2Fields, readHttp2Head } from './http2-head.ts';

const base = [':method', 'GET', ':scheme', 'https', ':authority', 'a.test', ':path', '/x?y=1'];
const changed = (name: string, value: string): string[] => {
  const at = base.indexOf(name);
  return base.map((text, i) => (i === at + 1 ? value : text));
};

test('a head is read: place, fields without host, and what it asks for', () => {
  expect(readHttp2Head([...changed(':authority', 'A.test:8443'), 'accept', '*/*', 'host', 'a.test:8443'])).toEqual({
    is: 'request',
    method: 'GET',
    host: 'a.test',
    hostPort: 8443,
    target: '/x?y=1',
    path: '/x',
    authority: 'A.test:8443',
    fields: [{ name: 'accept', value: '*/*' }],
    isWebsocket: false,
    isGrpc: false,
  });
});

test('host stands in for :authority', () => {
  const without = base.filter((_, i) => i !== 4 && i !== 5);
  expect(readHttp2Head([...without, 'host', 'b.test'])).toMatchObject({ host: 'b.test', authority: 'b.test' });
});

test.each([
  ['application/grpc', true],
  ['application/grpc+proto', true],
  ['application/grpc;x=y', true],
  ['application/grpc-web', false],
  ['application/json', false],
])('a request of the type %s is gRPC: %s', (type, isGrpc) => {
  expect(readHttp2Head([...base, 'content-type', type])).toMatchObject({ isGrpc });
});

test('an extended CONNECT opens a WebSocket', () => {
  expect(readHttp2Head([...changed(':method', 'CONNECT'), ':protocol', 'websocket'])).toMatchObject({
    method: 'CONNECT',
    isWebsocket: true,
  });
});

const many = (name: string, count: number): string[] => Array.from({ length: count }, () => [name, 'v']).flat();

describe('what two parties could read differently is refused', () => {
  test.each<[string, readonly string[], string]>([
    ['an unknown pseudo-field', [...base, ':x', '1'], 'pseudo-field'],
    ['a pseudo-field twice', [...base, ':path', '/b'], 'pseudo-field'],
    ['a pseudo-field behind a field', [...base.slice(0, 6), 'a', 'b', ':path', '/x'], 'field'],
    ['another scheme', changed(':scheme', 'http'), 'pseudo-field'],
    ['no method', changed(':method', ''), 'method'],
    ['a blank in the method', changed(':method', 'GET /x'), 'method'],
    ['a long method', changed(':method', 'M'.repeat(21)), 'method'],
    ['a CONNECT', changed(':method', 'CONNECT'), 'connect'],
    ['a tunnel for something else', [...changed(':method', 'CONNECT'), ':protocol', 'connect-udp'], 'connect'],
    ['a protocol without CONNECT', [...base, ':protocol', 'websocket'], 'connect'],
    ['no authority', changed(':authority', ''), 'no-host'],
    ['an address', changed(':authority', '10.0.0.1'), 'host-address'],
    ['a user in the authority', changed(':authority', 'u@a.test'), 'host'],
    ['another host', [...base, 'host', 'b.test'], 'host-differs'],
    ['two hosts', [...base, 'host', 'a.test', 'host', 'a.test'], 'several-hosts'],
    ['a URL for a path', changed(':path', 'https://a.test/'), 'target'],
    ['an empty path', changed(':path', ''), 'target'],
    ['a star without OPTIONS', changed(':path', '*'), 'target'],
    ['a blank in the path', changed(':path', '/a b'), 'target'],
    ['a fragment', changed(':path', '/a#b'), 'target'],
    ['a newline in a value', [...base, 'a', 'b\r\nc: d'], 'field'],
    ['a zero byte in a value', [...base, 'a', 'b\0'], 'field'],
    ['a blank at the end of a value', [...base, 'a', 'b '], 'field'],
    ['a capital in a name', [...base, 'A', 'b'], 'field'],
    ['a colon in a name', [...base, 'a:b', 'c'], 'field'],
    ['an empty name', [...base, '', 'c'], 'field'],
    ['connection', [...base, 'connection', 'close'], 'hop-field'],
    ['transfer-encoding', [...base, 'transfer-encoding', 'chunked'], 'hop-field'],
    ['te', [...base, 'te', 'gzip'], 'hop-field'],
    ['a length with an underscore', [...base, 'content_length', '1'], 'field'],
    ['two lengths', [...base, 'content-length', '1', 'content-length', '1'], 'content-length'],
    ['a length with a sign', [...base, 'content-length', '+1'], 'content-length'],
    ['too many fields', [...base, ...many('a', 101)], 'too-many-fields'],
    ['a head that is too large', [...base, 'a', 'b'.repeat(16_384)], 'too-big'],
  ])('%s', (_, raw, cause) => {
    expect(readHttp2Head(raw)).toMatchObject({ is: 'bad', cause });
  });

  test.each<[string, readonly string[]]>([
    ['crumbs of a cookie', [...base, ...many('cookie', 300)]],
    ['te: trailers', [...base, 'te', 'trailers']],
    ['OPTIONS *', [':method', 'OPTIONS', ':scheme', 'https', ':authority', 'a.test', ':path', '*']],
  ])('but %s are not', (_, raw) => {
    expect(readHttp2Head(raw)).toMatchObject({ is: 'request' });
  });
});

test('trailers have no pseudo-fields', () => {
  expect(readHttp2Fields([':path', '/x'])).toMatchObject({ is: 'bad' });
  expect(readHttp2Fields(['grpc-status', '0'])).toEqual([{ name: 'grpc-status', value: '0' }]);
});

test('whatever comes is read or refused, and what is read has no character that ends a line', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 });
  const pair = fc.tuple(
    fc.oneof(text, fc.constantFrom('host', ':path', ':method', 'te', 'cookie', 'content-length')),
    text,
  );
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 8 }), (pairs) => {
      const read = readHttp2Head([...base, ...pairs.flat()]);
      if (read.is === 'bad') return;
      const all = [
        read.method,
        read.target,
        read.authority,
        ...read.fields.flatMap(({ name, value }) => [name, value]),
      ];
      expect(all.filter((one) => /[\r\n\0]/.test(one))).toEqual([]);
    }),
  );
});
