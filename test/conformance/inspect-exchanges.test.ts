import type { TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import type { EndpointId } from '../../src/ir/index.ts';
import type { ScriptedServer } from '../support/inspected.ts';
import { readToEnd, readUntil } from '../support/sockets.ts';
import { answer, codeIn, exchanges, get, post } from './exchanges.ts';
import { endpointB, twoNccs } from './setup.ts';

const all = await exchanges();
const running = all.running;
afterEach(() => all.close());

/** One exchange of a client, on the connection that the server has. */
async function exchanged(client: TLSSocket, at: TLSSocket, request = get('/a')): Promise<void> {
  client.write(request);
  expect(await readUntil(at, request.slice(-4))).toBe(request);
  at.write(answer('fine\n'));
  expect(await readUntil(client, 'fine\n')).toBe(answer('fine\n'));
}

test('clients of one NCC use a connection to the upstream one after the other; those of another NCC get another', async () => {
  const { server, client } = await running();
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  at.write(answer('fine\n'));
  await readUntil(one, 'fine\n');
  await exchanged(await client(), at);
  const other = await client(endpointB);
  other.write(get('/b'));
  expect(await readUntil(await server.next(), '\r\n\r\n')).toBe(get('/b'));
});

test('two requests under way at once have two connections', async () => {
  const { server, client } = await running();
  const [one, two] = [await client(), await client()];
  one.write(get('/1'));
  const first = await server.next();
  two.write(get('/2'));
  const second = await server.next();
  expect(await readUntil(second, '\r\n\r\n')).toBe(get('/2'));
  second.write(answer('two\n'));
  expect(await readUntil(two, 'two\n')).toBe(answer('two\n'));
  await readUntil(first, '\r\n\r\n');
  first.write(answer('one\n'));
  expect(await readUntil(one, 'one\n')).toBe(answer('one\n'));
});

test('what a server says on a connection that rests reaches nobody, and ends it', async () => {
  const { server, client } = await running();
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  at.write(`${answer('fine\n')}${answer('poison\n')}`);
  expect(await readUntil(one, 'fine\n')).toBe(answer('fine\n'));
  const two = await client();
  two.write(get('/b'));
  const fresh = await server.next();
  await readUntil(fresh, '\r\n\r\n');
  fresh.write(answer('mine\n'));
  expect(await readUntil(two, 'mine\n')).toBe(answer('mine\n'));
});

test('a request that may be repeated is sent again, once, where the server had closed the connection that rested', async () => {
  const { server, client } = await running();
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  at.write(answer('fine\n'));
  await readUntil(one, 'fine\n');
  one.write(get('/b'));
  expect(await readUntil(at, '\r\n\r\n')).toBe(get('/b'));
  at.destroy();
  const again = await server.next();
  expect(await readUntil(again, '\r\n\r\n')).toBe(get('/b'));
  again.destroy();
  expect(codeIn(await readToEnd(one))).toBe('502 LG_UPSTREAM_REFUSED');
});

test('one that may not be repeated is not', async () => {
  const { server, client } = await running();
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  at.write(answer('fine\n'));
  await readUntil(one, 'fine\n');
  one.write(post('/b', 'Content-Length: 0'));
  await readUntil(at, '\r\n\r\n');
  at.destroy();
  expect(codeIn(await readToEnd(one))).toBe('502 LG_UPSTREAM_REFUSED');
  expect(server.waiting).toEqual([]);
});

test.each([
  ['the client says', get('/a', 'Authorization: Negotiate YII='), []],
  ['the server says', get('/a'), ['WWW-Authenticate: NTLM TlRM']],
])('a connection that is bound to its user, as %s, stays with its client', async (_, request, fields) => {
  const { server, client } = await running();
  const one = await client();
  one.write(request);
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  at.write(answer('who\n', ...fields).replace('200 OK', '401 Unauthorized'));
  await readUntil(one, 'who\n');
  const two = await client();
  two.write(get('/b'));
  const other = await server.next();
  expect(await readUntil(other, '\r\n\r\n')).toBe(get('/b'));
  await exchanged(one, at);
  one.destroy();
  expect(await readToEnd(at)).toMatch(/^(\[ECONNRESET\])?$/); // and ends with it
});

test('a WebSocket passes both ways, and its end', async () => {
  const { server, client } = await running();
  const one = await client();
  // The key and the answer of RFC 6455 section 1.3.
  const websocket = ['Connection: Upgrade', 'Upgrade: websocket'];
  const request = get('/ws', ...websocket, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==');
  one.write(`${request}early`);
  const at = await server.next();
  expect(await readUntil(at, '\r\n\r\n')).toBe(request);
  const granted = `HTTP/1.1 101 Switching Protocols\r\n${websocket.join('\r\n')}\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n`;
  at.write(`${granted}first`);
  expect(await readUntil(one, 'first')).toBe(`${granted}first`);
  expect(await readUntil(at, 'early')).toBe('early');
  one.write('ping');
  expect(await readUntil(at, 'ping')).toBe('ping');
  at.end('bye');
  expect(await readToEnd(one)).toBe('bye');
});

test('a WebSocket ends with the right to it', async () => {
  const { router, server, client } = await running();
  const one = await client();
  const websocket = ['Connection: Upgrade', 'Upgrade: websocket'];
  one.write(get('/ws', ...websocket, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  const granted = `HTTP/1.1 101 Switching Protocols\r\n${websocket.join('\r\n')}\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n`;
  at.write(granted);
  await readUntil(one, '\r\n\r\n');
  // A change that leaves it its right.
  router.setPolicy(twoNccs);
  at.write('still');
  await readUntil(one, 'still');
  const event = router.nextEvent();
  router.setPolicy({ ...twoNccs, endpoints: { [endpointB as EndpointId]: 'n-2' } });
  expect(await readToEnd(one)).toBe('[ECONNRESET]');
  expect(await readToEnd(at)).toBe('[ECONNRESET]');
  expect(await event).toMatchObject({ end: 'refused', code: 'LG_UNKNOWN_ENDPOINT' });
});

test('interim answers, chunks and trailers pass as they are', async () => {
  const { server, client } = await running();
  const one = await client();
  one.write(post('/a', 'Transfer-Encoding: chunked', 'Trailer: X-Sum'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  at.write('HTTP/1.1 100 Continue\r\n\r\n');
  expect(await readUntil(one, '\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  const body = '3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n';
  one.write(body);
  expect(await readUntil(at, '\r\n\r\n')).toBe(body);
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n';
  const said = `${hints}HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
  at.write(said);
  expect(await readUntil(one, body)).toBe(said);
  await exchanged(one, at);
});

test('an answer that lasts until the server closes reaches a client that reads late, whole and with an end', async () => {
  const { server, client } = await running({ limits: { refusalMs: 1 } });
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  const whole = `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(12 * 1024 * 1024)}the end`;
  const written = new Promise<void>((resolve) => at.end(whole, () => resolve()));
  const text = readToEnd(one);
  await written;
  expect([(await text).length, (await text).slice(-7)]).toEqual([whole.length, 'the end']);
});

test('an answer that is torn is a reset', async () => {
  const { server, client } = await running();
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  at.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
  await readUntil(one, 'half');
  at.destroy();
  expect(await readToEnd(one)).toBe('[ECONNRESET]');
});

/** Serves another client so often that the router could have moved megabytes meanwhile, or until it has. */
async function hadItsTurns(client: TLSSocket, server: ScriptedServer, isOver: () => boolean): Promise<void> {
  client.write(get('/b'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  at.write(answer('fine\n'));
  await readUntil(client, 'fine\n');
  for (let i = 0; i < 400 && !isOver(); i++) await exchanged(client, at);
}

test('a client that does not read holds its server back', async () => {
  const { server, client } = await running();
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  const whole = 64 * 1024 * 1024;
  at.write(`HTTP/1.1 200 OK\r\nContent-Length: ${whole}\r\n\r\n`);
  let isWritten = false;
  at.write(Buffer.alloc(whole), () => {
    isWritten = true;
  });
  await hadItsTurns(await client(), server, () => isWritten);
  expect(isWritten).toBe(false);
  let got = 0;
  await new Promise<void>((resolve) => {
    one.on('data', (chunk: Buffer) => {
      got += chunk.length;
      if (got > whole) resolve();
    });
    one.resume();
  });
});

test('a server that does not read holds its client back', async () => {
  const { server, client } = await running();
  const one = await client();
  const whole = 64 * 1024 * 1024;
  one.write(post('/a', `Content-Length: ${whole}`));
  let isWritten = false;
  one.write(Buffer.alloc(whole), () => {
    isWritten = true;
  });
  const at = await server.next();
  await hadItsTurns(await client(), server, () => isWritten);
  expect(isWritten).toBe(false);
  let got = 0;
  await new Promise<void>((resolve) => {
    at.on('data', (chunk: Buffer) => {
      got += chunk.length;
      if (got > whole) resolve();
    });
    at.resume();
  });
  at.write(answer('fine\n'));
  expect(await readUntil(one, 'fine\n')).toBe(answer('fine\n'));
});

test('as many connections are open as the upstream may have, those that rest among them', async () => {
  const { server, client, router } = await running({ upstream: { maxConnections: 1 } });
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  const two = await client(endpointB);
  two.write(get('/b'));
  expect(codeIn(await readToEnd(two))).toBe('503 LG_OVER_LIMIT');
  at.write(answer('fine\n'));
  await readUntil(one, 'fine\n');
  expect(Object.values(router.stats().upstreams)[0]?.open).toBe(1);
  // One that rests makes room.
  const three = await client(endpointB);
  three.write(get('/c'));
  const fresh = await server.next();
  expect(await readUntil(fresh, '\r\n\r\n')).toBe(get('/c'));
  expect(Object.values(router.stats().upstreams)[0]?.open).toBe(1);
});

test('a body that may be unread is the last of its connection, on both sides', async () => {
  const { server, client } = await running();
  const one = await client();
  one.write(`${get('/a', 'Content-Length: 5')}hello${get('/b')}`);
  const at = await server.next();
  expect(await readUntil(at, 'hello')).toContain('\r\nConnection: close\r\n\r\nhello');
  at.write(answer('fine\n'));
  expect(await readToEnd(one)).toBe(answer('fine\n'));
  expect(await readToEnd(at)).toBe('');
});

test.each([
  ['a head that is too slow', 'GET /a HT', '408 LG_TOO_SLOW'],
  ['no HTTP', '\x01\x02', '400 LG_PROTOCOL'],
  ['two lengths', get('/a', 'Content-Length: 1', 'Content-Length: 1'), '400 LG_PROTOCOL'],
])('%s is refused inside TLS', async (_, said, want) => {
  const { client } = await running({ limits: { openingMs: 500 } });
  const one = await client();
  one.write(said);
  expect(codeIn(await readToEnd(one))).toBe(want);
});

test('a drain ends what rests, and the rest behind its answer, which says so', async () => {
  const { server, client, router } = await running();
  const [resting, busy] = [await client(), await client()];
  busy.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  const drained = router.drain(60_000);
  expect(await readToEnd(resting)).toBe('');
  at.write(answer('fine\n'));
  expect(await readToEnd(busy)).toBe(answer('fine\n').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  resting.end();
  busy.end();
  expect(await drained).toEqual({ cut: 0 });
});

test('an answer under way when the router closes is a reset', async () => {
  const { server, client, router } = await running();
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  at.write('HTTP/1.1 200 OK\r\n\r\nhalf');
  await readUntil(one, 'half');
  await router.close();
  expect(await readToEnd(one)).toBe('[ECONNRESET]');
});

test('an NCC that has its budget is told so, and another is not held up by it', async () => {
  const { client, router } = await running({ limits: { inspectedPerNcc: 1 } });
  await client();
  await expect(client()).rejects.toThrow('closed');
  expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_OVER_LIMIT' });
  await client(endpointB);
});
