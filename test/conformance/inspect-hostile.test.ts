import { afterEach, describe, expect, test } from 'vitest';
import { readToEnd, readUntil } from '../support/sockets.ts';
import { codeIn, exchanges, get } from './exchanges.ts';

const all = await exchanges();
const running = all.running;
afterEach(() => all.close());

const lines = (...of: readonly string[]): string => of.join('\r\n');
const chunked = 'Transfer-Encoding: chunked';

describe('a server whose answer can be read in two ways', () => {
  test.each([
    ['two lengths', lines('HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 5', '', 'hello')],
    ['a list of lengths', lines('HTTP/1.1 200 OK', 'Content-Length: 5, 5', '', 'hello')],
    ['a length with a sign', lines('HTTP/1.1 200 OK', 'Content-Length: +5', '', 'hello')],
    ['a length and chunks', lines('HTTP/1.1 200 OK', 'Content-Length: 5', chunked, '', '0', '', '')],
    ['another coding', lines('HTTP/1.1 200 OK', 'Transfer-Encoding: gzip, chunked', '', '0', '', '')],
    ['lines without a carriage return', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'],
    ['a folded field', lines('HTTP/1.1 200 OK', 'X: a', ' b', 'Content-Length: 5', '', 'hello')],
    ['a blank before a colon', lines('HTTP/1.1 200 OK', 'Content-Length : 5', '', 'hello')],
    ['a zero byte', lines('HTTP/1.1 200 OK', 'X: a\0b', 'Content-Length: 5', '', 'hello')],
    ['something before its status', lines('', 'HTTP/1.1 200 OK', 'Content-Length: 5', '', 'hello')],
    ['no version that is known', lines('HTTP/2 200 OK', '', '')],
    ['a status of two digits', lines('HTTP/1.1 099 OK', '', '')],
    ['a protocol that nobody asked for', lines('HTTP/1.1 101 S', 'Upgrade: websocket', 'Connection: upgrade', '', '')],
  ])('gives %s: the client gets 502 and nothing of it', async (_, answer) => {
    const { server, client } = await running();
    const one = await client();
    one.write(get('/a'));
    const at = await server.next();
    await readUntil(at, '\r\n\r\n');
    at.write(answer);
    expect(codeIn(await readToEnd(one))).toBe('502 LG_UPSTREAM_REFUSED');
  });

  test.each([
    ['a size with a sign', '-5\r\nhello\r\n0\r\n\r\n'],
    ['a size in another form', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['a newline in an extension', '5;a\nb\r\nhello\r\n0\r\n\r\n'],
    ['a longer chunk than its size', '3\r\nhello\r\n0\r\n\r\n'],
    ['a length in its trailers', '5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n'],
  ])('gives chunks with %s: the client sees a reset', async (_, body) => {
    const { server, client } = await running();
    const one = await client();
    one.write(get('/a'));
    const at = await server.next();
    await readUntil(at, '\r\n\r\n');
    at.write(`${lines('HTTP/1.1 200 OK', chunked, '', '')}${body}`);
    expect(await readToEnd(one)).toMatch(/\[ECONNRESET\]$/);
  });

  test.each([
    ['204 with a body', 'GET', lines('HTTP/1.1 204 No Content', 'Content-Length: 5', '', ''), 'hello'],
    ['304 with a body', 'GET', lines('HTTP/1.1 304 Not Modified', 'Content-Length: 5', '', ''), 'hello'],
    ['a body to HEAD', 'HEAD', lines('HTTP/1.1 200 OK', 'Content-Length: 5', '', ''), 'hello'],
    [
      'a second answer',
      'GET',
      lines('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok'),
      lines('HTTP/1.1 200 OK', '', ''),
    ],
  ])(
    'gives %s: what is too much reaches nobody, and nothing follows on its connection',
    async (_, method, answer, more) => {
      const { server, client } = await running();
      const one = await client();
      one.write(get('/a').replace('GET', method));
      const at = await server.next();
      await readUntil(at, '\r\n\r\n');
      const next = server.next();
      at.write(answer + more);
      expect(await readUntil(one, answer.slice(-4))).toBe(answer);
      one.write(get('/b'));
      const other = await next;
      expect(await readUntil(other, '\r\n\r\n')).toBe(get('/b'));
      other.write(lines('HTTP/1.1 200 OK', 'Content-Length: 4', '', 'true'));
      expect(await readUntil(one, 'true')).toBe(lines('HTTP/1.1 200 OK', 'Content-Length: 4', '', 'true'));
    },
  );
});

test('an answer that is cut at any of its bytes is refused or reset, and never ends in order', async () => {
  const whole = lines('HTTP/1.1 200 OK', chunked, 'X: y', '', '5', 'hello', '0', 'T: u', '', '');
  const { server, client } = await running();
  for (let at = 0; at < whole.length; at++) {
    const one = await client();
    one.write(get('/a', 'Content-Length: 0').replace('GET', 'POST'));
    const to = await server.next();
    await readUntil(to, '\r\n\r\n');
    to.end(whole.slice(0, at));
    const got = await readToEnd(one);
    expect(got.startsWith('HTTP/1.1 502') || got.endsWith('[ECONNRESET]'), `${at}: ${got}`).toBe(true);
    one.destroy();
  }
});
