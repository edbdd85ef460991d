import { afterEach, expect, test } from 'vitest';
import type { EndpointId } from '../../src/ir/index.ts';
import { readToEnd } from '../support/sockets.ts';
import { httpBackend } from './backends.ts';
import { dialTo, headerOf, readUntil } from './clients.ts';
import { startNode } from './engines.ts';
import { endpointA, endpointB, setupOf, twoNccs } from './setup.ts';

const closing: { close(): Promise<void> }[] = [];
const opened = <T extends { close(): Promise<void> }>(one: T): T => {
  closing.push(one);
  return one;
};
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: wiki.test\r\n\r\n`;
const codeIn = (text: string): string | undefined => /\r\nLakegate-Code: (\w+)\r\n/.exec(text)?.[1];

/** A router and one connection through it that has had its first answer. */
async function connected() {
  const backend = opened(await httpBackend('wiki.test'));
  const plan = (deny: readonly string[], names = ['wiki.test']) =>
    setupOf([
      {
        key: 's-1/80',
        clientPort: 80,
        speaks: ['http'],
        routes: names.map((name) => ({ name, to: backend.port, action: { paths: { allow: [], deny } } })),
      },
    ]);
  const setup = plan([]);
  const router = opened(await startNode(setup));
  const socket = await dialTo(router.addressOf('s-1/80'), headerOf(endpointA), get('/a'));
  await readUntil(socket, 'wiki.test GET /a 0\n');
  return { router, socket, plan };
}

test('a new deny reaches a connection that lives', async () => {
  const { router, socket, plan } = await connected();
  await router.reload(plan(['/secret/**']).plan);
  socket.write(get('/a'));
  expect(await readUntil(socket, 'wiki.test GET /a 0\n')).toMatch(/^HTTP\/1.1 200 /);
  socket.write(get('/secret/b'));
  expect(codeIn(await readToEnd(socket))).toBe('LG_PATH_DENIED');
});

test.each([
  ['a grant that is taken back', { [endpointA]: 'n-2', [endpointB]: 'n-2' }],
  ['an endpoint that is taken out', { [endpointB]: 'n-2' }],
])('%s ends a connection that rests', async (_, endpoints) => {
  const { router, socket } = await connected();
  const over = readToEnd(socket);
  router.setPolicy({ ...twoNccs, endpoints });
  expect(await over).toBe('');
});

test('a WebSocket ends with the right to it', async () => {
  const { router, socket } = await connected();
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  socket.write(get('/echo').replace('\r\n\r\n', `\r\n${[...upgrade, key].join('\r\n')}\r\n\r\n`));
  await readUntil(socket, 'I am wiki.test\n');
  router.setPolicy(twoNccs);
  socket.write('still here\n');
  expect(await readUntil(socket, '\n')).toBe('still here\n');
  const event = router.nextEvent();
  router.setPolicy({ ...twoNccs, endpoints: { [endpointB as EndpointId]: 'n-2' } });
  expect(await readToEnd(socket)).toBe('[ECONNRESET]');
  expect(await event).toMatchObject({ end: 'refused', code: 'LG_UNKNOWN_ENDPOINT' });
});

test('a route that is gone ends a connection that rests', async () => {
  const { router, socket, plan } = await connected();
  const over = readToEnd(socket);
  await router.reload(plan([], ['other.test']).plan);
  expect(await over).toBe('');
});
