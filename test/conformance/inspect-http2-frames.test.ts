import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { RouterLimits } from '../../src/router/index.ts';
import {
  fieldBlock,
  flags,
  frame,
  frameTypes,
  outcomeOf,
  preface,
  readFrames,
  request,
  requestFields,
} from '../support/http2-frames.ts';
import { type Http2Server, http2Server, secureTo } from '../support/inspected-http2.ts';
import type { NodeUnderTest } from './engines.ts';
import { inspectedSuite } from './inspected-suite.ts';
import { endpointA } from './setup.ts';

const { ca, servers, closing, routerTo, closeAll } = await inspectedSuite();
afterEach(closeAll);

interface Running {
  readonly router: NodeUnderTest;
  readonly server: Http2Server;
  /** A client that has sent its preface. */
  client(): Promise<Socket>;
}

async function running(limits: Partial<RouterLimits> = {}): Promise<Running> {
  const server = await http2Server(await servers.issue('a.test'));
  closing.push(server);
  const router = await routerTo(server.port, { limits });
  return {
    server,
    router,
    async client() {
      const wish = { name: 'a.test', rootPem: ca.rootPem, alpn: ['h2'], endpoint: endpointA };
      const tls = await secureTo(router.addressOf('s-1/443'), wish);
      closing.push({ close: async () => void tls.destroy() });
      tls.write(preface);
      return tls;
    },
  };
}

const { data, headers, reset, settings, ping, windowUpdate, continuation, priority, goaway } = frameTypes;
const { endStream, endHeaders } = flags;
const get = request(1, requestFields('/'));
const post = frame(headers, endHeaders, 1, fieldBlock(requestFields('/', 'POST')));
const withFields = (...fields: [string, string][]): Buffer => request(1, [...requestFields('/'), ...fields]);
const withLength = (length: string, body: string): Buffer =>
  request(1, [...requestFields('/', 'POST'), ['content-length', length]], body);

/** Before its head is whole, a request reaches no server. RFC 9113 where no other is named. */
test.each<[string, Buffer, string]>([
  ['a field of a connection (8.2.2)', withFields(['connection', 'close']), 'reset 1'],
  ['a coding (8.2.2)', withFields(['transfer-encoding', 'chunked']), 'reset 1'],
  ['a te that is not trailers (8.2.2)', withFields(['te', 'gzip']), 'reset 1'],
  ['a capital in a name (8.2.1)', withFields(['X-a', 'b']), 'reset 1'],
  ['an unknown pseudo-field (8.3)', withFields([':x', 'b']), 'reset 1'],
  ['no path (8.3.1)', request(1, requestFields('/').slice(0, 3)), 'reset 1'],
  ['two paths (8.3.1)', request(1, [...requestFields('/'), [':path', '/b']]), 'reset 1'],
  ['an empty path (8.3.1)', request(1, requestFields('')), 'reset 1'],
  ['a head on stream 0 (6.2)', frame(headers, endHeaders | endStream, 0, fieldBlock(requestFields('/'))), 'goaway 1'],
  ['a head on an even stream (5.1.1)', request(2, requestFields('/')), 'goaway 1'],
  [
    'a head that ends in another frame (6.10)',
    Buffer.concat([frame(headers, 0, 1, 'x'), frame(ping, 0, 0, '12345678')]),
    'goaway 1',
  ],
  ['a continuation of nothing (6.10)', frame(continuation, endHeaders, 1, 'x'), 'goaway 1'],
  [
    'no HPACK (RFC 7541)',
    frame(headers, endHeaders | endStream, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff])),
    'goaway 9',
  ],
  ['a frame that is too long (4.2)', frame(data, 0, 1, Buffer.alloc(16_385)), 'goaway 6'],
  ['a window that is too large (6.9.1)', frame(windowUpdate, 0, 0, Buffer.from('7fffffff', 'hex')), 'goaway 3'],
  ['a window that does not grow (6.9)', frame(windowUpdate, 0, 0, Buffer.alloc(4)), 'goaway 1'],
  [
    'push that is switched on by a number (6.5.2)',
    frame(settings, 0, 0, Buffer.from('000200000002', 'hex')),
    'goaway 1',
  ],
  ['a push of a client (8.4)', frame(5, endHeaders, 1, Buffer.from('00000002', 'hex')), 'goaway 1'],
  ['a reset of an idle stream (5.1)', frame(reset, 0, 1, Buffer.alloc(4)), 'goaway 1'],
])('%s is refused, and no server hears of it', async (_, bytes, want) => {
  const { server, client, router } = await running();
  const one = await client();
  one.write(bytes);
  const outcome = await outcomeOf(one, 1);
  expect(server.requests()).toBe(0);
  if (want.startsWith('reset')) {
    expect(outcome).toBe(want);
    return;
  }
  // Node does not always find the time for a GOAWAY before it closes.
  expect([want, 'closed']).toContain(outcome);
  expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_PROTOCOL' });
});

test.each<[string, Buffer]>([
  ['shorter', withLength('2', 'hello')],
  ['longer', withLength('9', 'hello')],
])('a body that is %s than its length is never whole for the server', async (_, bytes) => {
  const { server, client } = await running();
  const one = await client();
  one.write(bytes);
  expect(await outcomeOf(one, 1)).toMatch(/^(reset 1|closed)$/);
  if (server.requests() === 0) return;
  const { stream } = await server.next();
  const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  if (!stream.closed) await closed;
  expect(stream.rstCode).not.toBe(0);
});

test.each<[string, Buffer]>([
  ['DATA', frame(data, endStream, 1, 'more')],
  ['HEADERS', frame(headers, endHeaders | endStream, 1, fieldBlock(requestFields('/more')))],
])('%s behind the end of a request reaches no server', async (_, more) => {
  const { server, client } = await running();
  const one = await client();
  one.write(get);
  const { stream } = await server.next();
  let got = '';
  stream.on('data', (chunk: Buffer) => {
    got += chunk;
  });
  one.write(more);
  expect(await outcomeOf(one, 1)).toMatch(/^(goaway|reset) (1|5)$/);
  expect([got, server.requests()]).toEqual(['', 1]);
});

test.each<[string, Buffer]>([
  [
    'DATA on a stream that the client has reset',
    Buffer.concat([post, frame(reset, 0, 1, Buffer.from('00000008', 'hex')), frame(data, endStream, 1, 'x')]),
  ],
  [
    'a stream with a smaller number than the last one',
    Buffer.concat([request(5, requestFields('/5')), request(3, requestFields('/3'))]),
  ],
  ['PRIORITY of a stream on itself', Buffer.concat([get, frame(priority, 0, 1, Buffer.from('0000000110', 'hex'))])],
])('%s reaches no server, and the connection goes on', async (_, bytes) => {
  const { server, client } = await running();
  const one = await client();
  one.write(bytes);
  one.write(request(7, requestFields('/last')));
  const answered = outcomeOf(one, 7);
  for (;;) {
    const { stream, headers: seen } = await server.next();
    expect(seen[':path']).not.toBe('/3');
    stream.on('data', (chunk: Buffer) => expect.fail(`the server got ${chunk}`));
    if (seen[':path'] !== '/last') continue;
    stream.respond({ ':status': 204 }, { endStream: true });
    break;
  }
  expect(await answered).toBe('answer');
});

test('a client that sends only CONTINUATION is told to stop', async () => {
  const { server, client } = await running();
  const one = await client();
  one.write(frame(headers, 0, 1, fieldBlock(requestFields('/'))));
  for (let i = 0; i < 50; i++) one.write(frame(continuation, 0, 1, fieldBlock([['x-a', 'b'.repeat(50)]])));
  expect(await outcomeOf(one, 1)).toMatch(/^(goaway \d+|closed)$/);
  expect(server.requests()).toBe(0);
});

test('a head that is too large is refused', async () => {
  const { server, client } = await running();
  const one = await client();
  const large = fieldBlock([...requestFields('/'), ['x-a', 'b'.repeat(15_000)], ['x-b', 'b'.repeat(15_000)]]);
  one.write(frame(headers, 0, 1, large.subarray(0, 16_384)));
  one.write(frame(continuation, endHeaders, 1, large.subarray(16_384)));
  expect(await outcomeOf(one, 1)).toMatch(/^(reset 11|answer)$/);
  expect(server.requests()).toBe(0);
});

test.each<[string, Buffer, Partial<RouterLimits>]>([
  ['SETTINGS', frame(settings, 0, 0), { controlFramesPerSecond: 5 }],
  ['PING', frame(ping, 0, 0, '12345678'), { controlFramesPerSecond: 5 }],
])('a client that floods with %s is told to calm down', async (_, bytes, limits) => {
  const { client, router } = await running(limits);
  const one = await client();
  for (let i = 0; i < 100; i++) one.write(bytes);
  await readFrames(one, ({ type }) => type === goaway);
  expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_OVER_LIMIT' });
});

test('a client that opens and resets streams at once is told to calm down', async () => {
  const { client, router } = await running({ streamResetsPerSecondPerNcc: 20 });
  const one = await client();
  for (let i = 0; i < 200; i++) {
    one.write(request(2 * i + 1, requestFields('/')));
    one.write(frame(reset, 0, 2 * i + 1, Buffer.from('00000008', 'hex')));
  }
  await readFrames(one, ({ type }) => type === goaway);
  expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_OVER_LIMIT' });
});

test('no more streams are open at once than a connection may have', async () => {
  const { server, client } = await running({ streamsPerConnection: 2 });
  const one = await client();
  for (const stream of [1, 3, 5]) one.write(request(stream, requestFields('/')));
  expect(await outcomeOf(one, 5)).toMatch(/^(reset 7|goaway 1|closed)$/);
  expect(server.requests()).toBeLessThanOrEqual(2);
});
