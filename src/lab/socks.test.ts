import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type LoopbackAddress, SimNetworkError } from '../sim/network/index.ts';
import { startSocks } from './socks.ts';
import { serveOn } from './targets/target-server.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function start(): Promise<{ client: Socket; notes: string[] }> {
  const echo = await serveOn(createServer((socket) => socket.on('data', (chunk) => socket.write(`orders:${chunk}`))));
  cleanUp.push(() => echo.close());
  const notes: string[] = [];
  const find = (host: string, port: number): LoopbackAddress => {
    if (host !== 'orders.test') throw new SimNetworkError('ENOTFOUND', `${host} is in no rule`);
    if (port !== 5432) throw new SimNetworkError('ECONNREFUSED', `no listener on port ${port}`);
    return echo.address;
  };
  const socks = await startSocks({ find, note: (sentence) => notes.push(sentence) });
  cleanUp.push(() => socks.close());
  const client = connect(socks.address);
  cleanUp.push(() => client.destroy());
  await once(client, 'connect');
  return { client, notes };
}

const next = async (client: Socket): Promise<Buffer> => ((await once(client, 'data')) as [Buffer])[0];

async function ask(client: Socket, request: readonly number[]): Promise<number | undefined> {
  client.write(Buffer.of(5, 1, 0));
  expect([...(await next(client))]).toEqual([5, 0]);
  client.write(Buffer.from(request));
  return (await next(client))[1];
}

const byName = (host: string, port: number): number[] => [
  5,
  1,
  0,
  3,
  host.length,
  ...Buffer.from(host),
  port >> 8,
  port & 255,
];

test('a name of the workspace is connected, and carries bytes', async () => {
  const { client } = await start();
  expect(await ask(client, byName('orders.test', 5432))).toBe(0);
  client.write('hello');
  expect(String(await next(client))).toBe('orders:hello');
});

test.each<[string, number[], number, RegExp]>([
  ['a name outside the rules is unreachable', byName('payroll.test', 5432), 4, /payroll\.test is in no rule/],
  ['a port without a listener is refused', byName('orders.test', 1), 5, /no listener on port 1/],
  ['an address is not allowed', [5, 1, 0, 1, 10, 50, 3, 7, 21, 56], 2, /connect by name/],
  ['BIND is not served', [5, 2, 0, 3, 1, 97, 0, 1], 7, /command 2/],
])('%s, with a sentence in the log', async (_, request, code, sentence) => {
  const { client, notes } = await start();
  expect(await ask(client, request)).toBe(code);
  expect(notes).toEqual([expect.stringMatching(sentence)]);
});

test('a client that must authenticate, or speaks SOCKS 4, is turned away', async () => {
  const { client } = await start();
  client.write(Buffer.of(5, 1, 2));
  expect([...(await next(client))]).toEqual([5, 0xff]);
  const { client: old } = await start();
  old.write(Buffer.of(4, 1, 0, 80));
  old.resume();
  await once(old, 'close');
});
