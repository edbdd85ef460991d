import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, fromLatin1 } from '../bytes.ts';
import { parseResponseHead } from './response-head.ts';

const lines = (...rows: string[]) => fromLatin1(`${rows.join('\r\n')}\r\n\r\n`);

test.each<[string, Uint8Array, string, object]>([
  [
    'a length',
    lines('HTTP/1.1 200 OK', 'Content-Length: 5'),
    'GET',
    { status: 200, framing: { by: 'length', bytes: 5 }, closes: false },
  ],
  ['no length', lines('HTTP/1.1 200 OK'), 'GET', { framing: { by: 'close' }, closes: true }],
  ['chunks', lines('HTTP/1.1 200 OK', 'transfer-encoding: chunked'), 'POST', { framing: { by: 'chunks' } }],
  ['HEAD', lines('HTTP/1.1 200 OK', 'Content-Length: 5'), 'HEAD', { framing: { by: 'none' } }],
  ['204', lines('HTTP/1.1 204 No Content'), 'GET', { framing: { by: 'none' }, closes: false }],
  ['304 with a length', lines('HTTP/1.1 304 Not Modified', 'Content-Length: 5'), 'GET', { framing: { by: 'none' } }],
  ['100', lines('HTTP/1.1 100 Continue'), 'POST', { interim: true, framing: { by: 'none' } }],
  [
    '101',
    lines('HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: WebSocket'),
    'GET',
    { status: 101, interim: false, upgrade: ['websocket'] },
  ],
  ['Upgrade without Connection', lines('HTTP/1.1 101 Switching Protocols', 'Upgrade: x'), 'GET', { upgrade: [] }],
  ['fields', lines('HTTP/1.1 204 No Content', 'X-A:  b '), 'GET', { fields: [{ name: 'x-a', value: 'b' }] }],
  ['a status line without reason', lines('HTTP/1.1 200', 'Content-Length: 0'), 'GET', { framing: { by: 'none' } }],
  ['close', lines('HTTP/1.1 200 OK', 'Content-Length: 0', 'Connection: close'), 'GET', { closes: true }],
  ['HTTP/1.0', lines('HTTP/1.0 200 OK', 'Content-Length: 0'), 'GET', { closes: true }],
])('a response with %s', (_, prefix, method, want) => {
  expect(parseResponseHead(prefix, method)).toMatchObject({ is: 'response', endsAt: prefix.length, ...want });
});

test.each([
  ['version', fromLatin1('SSH-2.0-OpenSSH')],
  ['version', fromLatin1('HTTP/2 200\r\n')],
  ['request-line', lines('HTTP/1.1 20 OK')],
  ['request-line', lines('HTTP/1.1  200 OK')],
  ['request-line', lines('HTTP/1.1 200 O\x0bK')],
  ['bare-return', lines('HTTP/1.1 200 O\rK')],
  ['bare-return', lines('HTTP/1.1 200 O\0K')],
  ['both-lengths', lines('HTTP/1.1 200 OK', 'Content-Length: 5', 'Transfer-Encoding: chunked')],
  ['content-length', lines('HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 6')],
  ['transfer-encoding', lines('HTTP/1.1 200 OK', 'Transfer-Encoding: gzip, chunked')],
  ['folded-field', lines('HTTP/1.1 200 OK', 'X: a', ' b')],
  ['bare-newline', fromLatin1('HTTP/1.1 200 OK\n\n')],
  ['bare-return', lines('HTTP/1.1 200 OK', 'X: a\rb')],
])('%s', (cause, prefix) => {
  expect(parseResponseHead(prefix, 'GET')).toMatchObject({ is: 'bad', cause });
});

test('any bytes are answered; a cut response asks for more', () => {
  const whole = lines('HTTP/1.1 200 OK', 'Content-Length: 5');
  for (let given = 0; given < whole.length; given++)
    expect(parseResponseHead(whole.subarray(0, given), 'GET')).toMatchObject({ is: 'need-more' });
  fc.assert(
    fc.property(fc.uint8Array(), (tail) => {
      const answer = parseResponseHead(concat(fromLatin1('HTTP/1.1 '), tail), 'GET');
      expect(['response', 'need-more', 'bad']).toContain(answer.is);
    }),
  );
});
