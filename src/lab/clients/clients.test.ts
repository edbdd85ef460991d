import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hostname, Port } from '../../ir/index.ts';
import type { LoopbackAddress } from '../../sim/network/index.ts';
import type { Target, TargetType } from '../../spec/index.ts';
import { createLabCa } from '../ca.ts';
import { createPostgresEngine, targetKinds } from '../targets/index.ts';
import { query } from '../targets/postgres-engine.ts';
import { type ClientResult, type ConnectionAttempt, clients, resultOfError, WorkspaceSocket } from './index.ts';

const host = 'orders.test.example' as Hostname;
const engine = createPostgresEngine();
// Compiling PostgreSQL takes a second on a quiet machine and many on a busy one: that is not part of the test.
beforeAll(() => engine.session('warm-up').send(query('SELECT 1')), 60_000);
afterAll(() => engine.close());

const target = (name: string, type: TargetType, first: 'client' | 'server'): Target => ({
  name,
  type,
  hosts: [host],
  ports: [1 as Port],
  routing: 'name',
  speaks: 'tls',
  first,
  addresses: [],
  portPolicy: 'keep',
  tls: 'passthrough',
  buckets: [],
  isDefault: false,
  health: 'none',
  onMove: 'keep',
});

/** Calls a server of the type with the client of the type, the certificate being for `certified`. */
async function call(
  type: Exclude<TargetType, 's3'>,
  certified: string,
  first: 'client' | 'server' = 'client',
  before: (address: LoopbackAddress) => Promise<void> = async () => undefined,
): Promise<ClientResult> {
  const ca = await createLabCa(Date.now());
  const config = {
    target: target('orders-db', type, first),
    host,
    port: 1 as Port,
    answers: [{ target: 'orders-db', host, prefix: '/' }],
    postgres: engine,
    caPem: ca.pem,
  };
  const server = await targetKinds[type].start({ ...config, leaf: await ca.issue([certified], 'orders-db') });
  await before(server.address);
  const sockets: WorkspaceSocket[] = [];
  const attempt: ConnectionAttempt = {
    host,
    port: 1 as Port,
    ca: ca.pem,
    service: 'orders-db',
    path: '/',
    socket() {
      const socket = new WorkspaceSocket(() => server.address);
      sockets.push(socket);
      return socket;
    },
  };
  try {
    return await clients[type](attempt);
  } catch (error) {
    return resultOfError(error);
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.close();
  }
}

const withTls = ['https', 'kafka', 'mongodb', 'mysql', 'postgres', 'redis', 'sqlserver', 'tls'] as const;

test.each(withTls)('%s: the answer and the certificate name the target', async (type) => {
  expect(await call(type, host)).toEqual({
    ...{ is: 'answer', server: 'orders-db', certificate: 'orders-db' },
    ...(type === 'https' && { status: 200 }),
  });
});

test.each(withTls)('%s: a certificate for another name is refused', async (type) => {
  expect(await call(type, 'other.test.example')).toMatchObject({
    is: 'refusal',
    how: expect.stringMatching(/altname/i),
  });
});

test.each(['http', 'oracle', 'tcp'] as const)('%s: the answer names the target', async (type) => {
  expect(await call(type, host)).toEqual({
    ...{ is: 'answer', server: 'orders-db' },
    ...(type === 'http' && { status: 200 }),
  });
});

/** Invalid openings: empty, incomplete or malformed. */
const garbage = [
  Buffer.alloc(0),
  Buffer.of(0),
  Buffer.from('GET / HTTP/1.1\r\n'),
  Buffer.from('160301000401', 'hex'),
  Buffer.from('0000000804d2162f', 'hex'),
  Buffer.from('ffffffff', 'hex').fill(0xff),
  Buffer.from('00080000010000000102030405060708090a', 'hex'),
  Buffer.from('12010008000001000001', 'hex'),
  Buffer.alloc(100_000, 0x7f),
];

test.each([...withTls, 'http', 'oracle', 'tcp'] as const)(
  '%s: an invalid opening ends its connection and not the server',
  async (type) => {
    const seen = await call(type, host, 'client', async (address) => {
      await Promise.all(garbage.map((bytes) => spill(address, bytes)));
    });
    expect(seen).toMatchObject({ is: 'answer', server: 'orders-db' });
  },
);

test('postgres: a client that breaks the protocol after its login gets an error, and other clients are not affected', async () => {
  let told = '';
  const seen = await call('postgres', host, 'client', async (address) => {
    const socket = connectTls({ ...address, rejectUnauthorized: false, ALPNProtocols: ['postgresql'] });
    const startup = Buffer.from('\0\0\0\0\0\x03\0\0user\0lab\0\0', 'latin1');
    startup.writeUInt32BE(startup.length, 0);
    socket.write(startup);
    socket.write(Buffer.concat([query('SELECT 1'), Buffer.from('ff0000000400', 'hex')]));
    for await (const chunk of socket) told += String(chunk);
  });
  expect(told).toContain('invalid frontend message type 255');
  expect(seen).toMatchObject({ is: 'answer', server: 'orders-db' });
});

/** Sends the bytes and closes. Any answer and any end of the connection will do. */
function spill(address: LoopbackAddress, bytes: Buffer): Promise<void> {
  return new Promise((done) => {
    const socket = connect(address, () => socket.end(bytes));
    socket.resume();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => done());
  });
}

test('tcp: the greeting of a server that speaks first is read', async () => {
  expect(await call('tcp', host, 'server')).toEqual({ is: 'answer', server: 'orders-db' });
});
