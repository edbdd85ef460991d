import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hostname, Port } from '../../ir/index.ts';
import type { Target, TargetType } from '../../spec/index.ts';
import { createLabCa } from '../ca.ts';
import { createPostgresEngine, targetKinds } from '../targets/index.ts';
import { query } from '../targets/postgres-engine.ts';
import { clients, type Seen, seenInError, type Visit, WorkspaceSocket } from './index.ts';

const host = 'orders.test.example' as Hostname;
const engine = createPostgresEngine();
// Compiling PostgreSQL takes a second on a quiet machine and many on a busy one: that is no part of what is tested.
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
): Promise<Seen> {
  const ca = await createLabCa(Date.now());
  const identity = { target: target('orders-db', type, first), host, port: 1 as Port, postgres: engine, caPem: ca.pem };
  const server = await targetKinds[type].start({ ...identity, leaf: await ca.issue([certified], 'orders-db') });
  const sockets: WorkspaceSocket[] = [];
  const visit: Visit = {
    host,
    port: 1 as Port,
    ca: ca.pem,
    service: 'orders-db',
    path: '/',
    socket() {
      const socket = new WorkspaceSocket(() => server.place);
      sockets.push(socket);
      return socket;
    },
  };
  try {
    return await clients[type](visit);
  } catch (error) {
    return seenInError(error);
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.close();
  }
}

const withTls = ['https', 'kafka', 'mongodb', 'mysql', 'postgres', 'redis', 'sqlserver', 'tls'] as const;

test.each(withTls)('%s: the client learns from the answer and from the certificate who it is', async (type) => {
  expect(await call(type, host)).toEqual({ is: 'answer', server: 'orders-db', certificate: 'orders-db' });
});

test.each(withTls)('%s: a certificate for another name is not taken', async (type) => {
  expect(await call(type, 'other.test.example')).toMatchObject({
    is: 'refusal',
    how: expect.stringMatching(/altname/i),
  });
});

test.each(['http', 'oracle', 'tcp'] as const)('%s: the client learns from the answer who it is', async (type) => {
  expect(await call(type, host)).toEqual({ is: 'answer', server: 'orders-db' });
});

test('tcp: a server that speaks first is heard', async () => {
  expect(await call('tcp', host, 'server')).toEqual({ is: 'answer', server: 'orders-db' });
});
