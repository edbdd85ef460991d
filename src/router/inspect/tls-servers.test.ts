import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connect, type Server, type TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { inspectionCa } from '../../../test/support/inspected.ts';
import type { Hostname } from '../../ir/index.ts';
import type { Issuer } from './issuer.ts';
import { TlsServers } from './tls-servers.ts';

const name = 'orders.test' as Hostname;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** What one process has: servers for names, with a clock of its own. */
function serversOf(issuer: Issuer, { names = 10, at = Date.now() } = {}) {
  const clock = { ms: at };
  const servers = new TlsServers({ issuer, names, handshakeMs: 60_000, nowMs: () => clock.ms, onMade: () => {} });
  const of = async (of: string): Promise<Server> => {
    const server = await servers.of(of as Hostname, 'http/1.1');
    if (!server) throw new Error('no issuer');
    return server;
  };
  return { servers, of, clock };
}

/** A handshake with one of the servers, with the session of an earlier one, and the session that came of it. */
async function shake(
  server: Server,
  rootPem: string,
  options: { session?: Buffer | undefined; servername?: string } = {},
) {
  const door = createServer((socket: Socket) => void server.emit('connection', socket));
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  closing.push(() => door.close());
  server.once('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => {});
    socket.write('x');
    closing.push(() => socket.destroy());
  });
  const { port } = door.address() as AddressInfo;
  const client = connect({ port, host: '127.0.0.1', servername: name, ca: rootPem, ...options });
  closing.push(() => client.destroy());
  const session = new Promise<Buffer>((resolve) => client.once('session', resolve));
  await new Promise<void>((resolve, reject) => {
    client.once('secureConnect', resolve);
    client.once('error', reject);
  });
  client.resume();
  const resumed = client.isSessionReused();
  return { resumed, session: resumed ? options.session : await session }; // a resumed one goes on
}

test('a session of one process is resumed in another that has the same secret, and in no other', async () => {
  const ca = await inspectionCa();
  const [one, same] = [serversOf(ca), serversOf(ca)];
  const { session, resumed } = await shake(await one.of(name), ca.rootPem);
  expect(resumed).toBe(false);
  const sent = session && { session };
  expect((await shake(await same.of(name), ca.rootPem, sent)).resumed).toBe(true);
  const { material } = ca;
  if (!material) throw new Error('no material');
  const other = serversOf({ current: () => ({ ...material, ticketSecret: new Uint8Array(32).fill(8) }) });
  expect((await shake(await other.of(name), ca.rootPem, sent)).resumed).toBe(false);
});

test('a session of one name is not resumed for another, nor in another period', async () => {
  const ca = await inspectionCa();
  const { of } = serversOf(ca);
  const { session } = await shake(await of(name), ca.rootPem);
  const servername = 'billing.test';
  expect((await shake(await of(servername), ca.rootPem, { ...(session && { session }), servername })).resumed).toBe(
    false,
  );
  const earlier = serversOf(ca, { at: Date.now() - 12 * 3_600_000 });
  expect((await shake(await earlier.of(name), ca.rootPem, session && { session })).resumed).toBe(false);
});

test('a certificate is kept until half of its time is over, or the period of the tickets, or the issuer is renewed', async () => {
  const ca = await inspectionCa();
  const at = Math.floor(Date.now() / 43_200_000) * 43_200_000;
  const { of, clock } = serversOf(ca, { at });
  const first = await of(name);
  clock.ms += 43_199_999;
  expect(await of(name)).toBe(first);
  clock.ms += 1;
  const second = await of(name);
  expect(second).not.toBe(first);
  ca.material = ca.material && { ...ca.material };
  expect(await of(name)).not.toBe(second);
  const late = serversOf(ca, { at: Date.now() + 13.9 * 86_400_000 });
  const near = await late.of(name);
  late.clock.ms += 0.06 * 86_400_000;
  expect(await late.of(name)).not.toBe(near);
});

test('as many names are kept as may be; the one that was not asked for the longest goes', async () => {
  const ca = await inspectionCa();
  const { of, servers } = serversOf(ca, { names: 2 });
  const [one, two] = [await of('one.test'), await of('two.test')];
  expect(await of('one.test')).toBe(one);
  await of('three.test');
  expect(servers.size).toBe(2);
  expect(await of('one.test')).toBe(one);
  expect(await of('two.test')).not.toBe(two);
});

test('two that ask for a name at once get the same', async () => {
  const { of } = serversOf(await inspectionCa());
  const [one, two] = await Promise.all([of(name), of(name)]);
  expect(one).toBe(two);
});

test('without an issuer there is none; unusable material is refused each time, and good material is used then', async () => {
  const ca = await inspectionCa();
  const good = ca.material;
  ca.material = undefined;
  const { servers } = serversOf(ca);
  expect(await servers.of(name, 'http/1.1')).toBeUndefined();
  const other = await inspectionCa();
  if (!good || !other.material) throw new Error('no material');
  ca.material = { ...good, chain: other.material.chain };
  await expect(servers.of(name, 'http/1.1')).rejects.toThrow('another key');
  ca.material = { ...good, chain: [] };
  await expect(servers.of(name, 'http/1.1')).rejects.toThrow('no certificate');
  ca.material = good;
  expect(await servers.of(name, 'http/1.1')).toBeDefined();
});
