import { afterEach, expect, test } from 'vitest';
import type { EndpointId, IpAddress, Port } from '../../src/ir/index.ts';
import { type HostPort, WorkerPool } from '../../src/router/index.ts';
import { postgresBackend, tcpBackend, tlsBackend } from './backends.ts';
import { dialTo, headerOf, localHeader, readAll, readUntil, shakeHands, whoAnswers } from './clients.ts';
import { startNode } from './engines.ts';
import { endpointA, endpointB, setupOf } from './setup.ts';

const closing: { close(): Promise<unknown> }[] = [];
const owned = <T extends { close(): Promise<unknown> }>(one: T): T => {
  closing.push(one);
  return one;
};
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});
const header = headerOf(endpointA);

async function asked(place: HostPort, path: string, before?: Uint8Array): Promise<{ status: number; body: string }> {
  const socket = await dialTo(place, before, `GET ${path} HTTP/1.1\r\nHost: router.test\r\nConnection: close\r\n\r\n`);
  const text = (await readAll(socket)).toString();
  const [head = '', ...body] = text.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), body: body.join('\r\n\r\n') };
}

test('the admin port tells what the router does', async () => {
  const backend = owned(await tlsBackend('orders.test'));
  const setup = setupOf([
    {
      key: 'l',
      speaks: ['tls'],
      routes: [
        { name: 'orders.test', to: backend.port },
        { name: 'api.test', to: 1 },
      ],
    },
  ]);
  const router = owned(await startNode(setup, { admin: { host: '127.0.0.1', port: 0 } }));
  const admin = router.adminAddress;
  if (!admin) throw new Error('no admin port');
  expect(await whoAnswers(router.addressOf('l'), { name: 'orders.test', header })).toBe('orders.test');
  await router.nextEvent();
  expect(await whoAnswers(router.addressOf('l'), { name: 'payroll.test', header })).toBe('alert: unrecognized_name');
  await router.nextEvent();

  expect(await asked(admin, '/live')).toMatchObject({ status: 200 });
  expect(await asked(admin, '/nothing')).toMatchObject({ status: 404 });
  const ready = await asked(admin, '/ready', headerOf(endpointA)); // as health checks of load balancers ask
  expect(ready.status).toBe(200);
  expect(JSON.parse(ready.body)).toEqual({ ready: true, draining: false, cannotReach: [] });

  const { body } = await asked(admin, '/metrics');
  expect(body).toContain('lakegate_connections_accepted_total{listener="l"} 2\n');
  expect(body).toContain('lakegate_connections_refused_total{listener="l",code="LG_NAME_UNKNOWN"} 1\n');
  expect(body).toContain('lakegate_opening_seconds_count 2\n');
  expect(body.endsWith('# EOF\n')).toBe(true);
  // Every sample follows the TYPE line of its family.
  const families = new Set([...body.matchAll(/^# TYPE (\S+) /gm)].map((found) => found[1]));
  for (const line of body.split('\n').filter((one) => one !== '' && !one.startsWith('#')))
    expect(families).toContain(line.replace(/[{ ].*/, '').replace(/_(total|bucket|sum|count)$/, ''));

  const routes = JSON.parse((await asked(admin, '/routes')).body);
  expect(routes.routes.map((one: { route: string }) => one.route)).toEqual(['orders.test-0', 'api.test-1']);
  const explained = async (query: string) => JSON.parse((await asked(admin, `/explain?${query}`)).body);
  expect(await explained('listener=l&name=orders.test&ncc=n-1')).toMatchObject({
    is: 'reach',
    target: 'target-orders.test',
  });
  expect(await explained('listener=l&name=orders.test&ncc=n-2')).toMatchObject({
    is: 'refuse',
    code: 'LG_NOT_GRANTED',
  });
  expect(await explained('listener=l&name=x.test&ncc=n-1')).toMatchObject({ is: 'refuse', code: 'LG_NAME_UNKNOWN' });
  expect(await explained('listener=m')).toMatchObject({ is: 'refuse', code: 'LG_NO_LISTENER' });
  expect(await explained('listener=l&name=api.test&ncc=n-1')).toMatchObject({
    is: 'reach',
    needs: ['tls-by-name'],
  });

  const drained = router.drain(0);
  await drained;
});

test('a plaintext cancel request goes to the servers that its endpoint is connected to, and to no other', async () => {
  const [mine, other, idle] = [
    owned(await postgresBackend('mine.test')),
    owned(await postgresBackend('other.test')),
    owned(await postgresBackend('idle.test')),
  ];
  const setup = setupOf([
    {
      key: 'l',
      speaks: ['postgres'],
      routes: [
        { name: 'mine.test', to: mine.port },
        { name: 'other.test', to: other.port, allow: ['n-2'] },
        { name: 'idle.test', to: idle.port },
      ],
    },
  ]);
  const router = owned(await startNode(setup));
  const place = router.addressOf('l');
  const { sslRequest } = await import('../../src/router/protocols/postgres/index.ts');
  const login = async (name: string, endpoint: string) => {
    const socket = await dialTo(place, headerOf(endpoint), sslRequest);
    await readUntil(socket, 'S');
    const tls = await shakeHands(socket, { name });
    expect(typeof tls).toBe('object');
    return socket;
  };
  const open = [await login('mine.test', endpointA), await login('other.test', endpointB)];
  const cancel = Buffer.from([0, 0, 0, 16, 4, 0xd2, 0x16, 0x2e, 0, 0, 0, 7, 1, 2, 3, 4]);
  const arrived = mine.cancelled();
  const socket = await dialTo(place, header, cancel);
  expect((await readAll(socket)).length).toBe(0);
  expect(await router.nextEvent()).toMatchObject({ end: 'cancel', endpoint: endpointA });
  expect(await arrived).toEqual(cancel);
  for (const each of open) each.destroy();
  await router.nextEvent();
  await router.nextEvent();
  // No connection is left to pass it to.
  await readAll(await dialTo(place, header, cancel));
  expect(await router.nextEvent()).toMatchObject({ end: 'cancel' });
  expect([mine, other, idle].map(({ cancels }) => cancels.length)).toEqual([1, 0, 0]);
});

test('a health check of a load balancer is neither logged nor counted as a refusal', async () => {
  const backend = owned(await tlsBackend('orders.test'));
  const setup = setupOf([{ key: 'l', speaks: ['tls'], routes: [{ name: 'orders.test', to: backend.port }] }]);
  const router = owned(await startNode(setup));
  const socket = await dialTo(router.addressOf('l'), localHeader);
  socket.end();
  expect(await router.nextEvent()).toMatchObject({ end: 'no-data', bytesIn: 0 });
  const talking = await dialTo(router.addressOf('l'), localHeader);
  expect(await shakeHands(talking, { name: 'orders.test' })).toBe('alert: access_denied');
  expect(await router.nextEvent()).toMatchObject({ code: 'LG_NO_IDENTITY' });
});

test('a header in pieces, and one that lies', async () => {
  const backend = owned(await tlsBackend('orders.test'));
  const setup = setupOf([{ key: 'l', speaks: ['tls'], routes: [{ name: 'orders.test', to: backend.port }] }]);
  const router = owned(await startNode(setup));
  const place = router.addressOf('l');
  const socket = await dialTo(place);
  for (const byte of header) await new Promise((resolve) => socket.write(Uint8Array.of(byte), resolve));
  const tls = await shakeHands(socket, { name: 'orders.test' });
  expect(typeof tls === 'string' ? tls : await readUntil(tls, '\n')).toBe('I am orders.test\n');
  socket.destroy();
  await router.nextEvent();
  const bent = Uint8Array.from(header);
  bent[20] = (bent[20] ?? 0) ^ 1; // an address byte: the checksum notices
  expect(await whoAnswers(place, { name: 'orders.test', header: bent })).toMatch(/^broke/); // where TLS would begin is unknown
  expect(await router.nextEvent()).toMatchObject({ code: 'LG_NO_IDENTITY', why: expect.stringContaining('checksum') });
  // The client behind the load balancer claims to be another endpoint: only the first header counts.
  const claimed = Buffer.concat([headerOf(endpointB), header]);
  expect(await whoAnswers(place, { name: 'orders.test', header: claimed })).toBe('alert: access_denied');
  expect(await router.nextEvent()).toMatchObject({ code: 'LG_NOT_GRANTED', endpoint: endpointB });
});

test('workers share a port, are seen as one, and are replaced when they die', async () => {
  const ledger = owned(await tcpBackend('ledger'));
  const free = owned(await tcpBackend('placeholder'));
  await free.close(); // its port is the pool's now
  const setup = setupOf([
    {
      key: 'p',
      speaks: ['tcp'],
      identity: { by: 'listener', nccs: ['n-1'] },
      routes: [{ to: ledger.port, upstream: { addresses: ['127.0.0.1' as IpAddress], port: ledger.port as Port } }],
    },
  ]);
  const notes: string[] = [];
  let tell: () => void = () => {};
  const pool = owned(
    await WorkerPool.start({
      plan: setup.plan,
      policy: setup.policy,
      workers: 2,
      limits: {},
      log: 'json',
      entry: { module: new URL('./worker-entry.ts', import.meta.url).pathname, args: [] },
      bind: { p: { host: '127.0.0.1', port: free.port } },
      note: (sentence) => {
        notes.push(sentence);
        tell();
      },
    }),
  );
  const place = { host: '127.0.0.1', port: free.port };
  // A worker follows no upstream to loopback, and says so: that is the refusal to see here, from either process.
  for (let i = 0; i < 20; i++) expect((await readAll(await dialTo(place))).length).toBe(0);
  const stats = await pool.stats();
  expect(stats.listeners.p?.accepted).toBe(20);
  expect(stats.listeners.p?.refused).toEqual({ LG_UPSTREAM_ADDRESS_REFUSED: 20 });
  expect(pool.pids).toHaveLength(2);

  await pool.setPolicy({ version: 1, endpoints: { [endpointA as EndpointId]: 'n-9' } });
  expect(await pool.reload({ ...setup.plan, name: 'second' })).toMatchObject({ is: 'done' });
  expect((await pool.stats()).plan).toBe('second');

  const [victim = 0] = pool.pids;
  const gone = new Promise<void>((resolve) => {
    tell = resolve;
  });
  process.kill(victim, 'SIGKILL');
  await gone;
  expect(notes[0]).toMatch(new RegExp(`worker ${victim} is gone`));
  await pool.whenReady(2);
  expect(pool.pids).not.toContain(victim);
  expect((await pool.stats()).plan).toBe('second');
  expect(await pool.drain(1000)).toEqual({ cut: 0 });
  await expect(dialTo(place)).rejects.toThrow(/ECONNREFUSED/);
});
