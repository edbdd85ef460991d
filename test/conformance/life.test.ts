import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { RoutePlan } from '../../src/ir/index.ts';
import { type ConnectionEvent, FileWatch, readRoutePlan } from '../../src/router/index.ts';
import { sslRequest } from '../../src/router/protocols/postgres/index.ts';
import { helloFor } from '../corpora/made-hello.ts';
import { httpBackend, tcpBackend, tlsBackend } from './backends.ts';
import { dialTo, echo, headerOf, readAll, readUntil, stayWith, whoAnswers } from './clients.ts';
import { startNode } from './engines.ts';
import { endpointA, type ListenerWish, setupOf } from './setup.ts';

const closing: { close(): Promise<unknown> }[] = [];
const owned = <T extends { close(): Promise<unknown> }>(one: T): T => {
  closing.push(one);
  return one;
};
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

const header = headerOf(endpointA);

test('a reload moves new connections and leaves the present ones where they are', async () => {
  const [one, two] = [owned(await tlsBackend('one.test')), owned(await tlsBackend('two.test'))];
  const wish = (port: number): ListenerWish[] => [
    { key: 'l', speaks: ['tls'], routes: [{ name: 'orders.test', to: port }] },
  ];
  const places = new Map([...setupOf(wish(one.port)).places]);
  const router = owned(await startNode({ ...setupOf(wish(one.port)), places }));
  const place = router.addressOf('l');
  const before = await stayWith(place, { name: 'orders.test', header });
  expect(before.who).toBe('one.test');

  const next = setupOf(wish(two.port));
  for (const [address, to] of next.places) places.set(address, to);
  expect(await router.reload(next.plan)).toMatchObject({ is: 'done' });
  expect(router.addressOf('l')).toEqual(place);
  expect((await stayWith(place, { name: 'orders.test', header })).who).toBe('two.test');
  expect(await echo(before.tls, 'still one')).toBe('still one');
  expect([...one.sockets]).toHaveLength(1);
});

test('listeners come and go without touching others, and connections outlive their listener', async () => {
  const backend = owned(await tlsBackend('orders.test'));
  const listener = (key: string): ListenerWish => ({
    key,
    speaks: ['tls'],
    routes: [{ name: 'orders.test', to: backend.port }],
  });
  const setup = setupOf([listener('a'), listener('b')]);
  const router = owned(await startNode(setup));
  const [a, b] = [router.addressOf('a'), router.addressOf('b')];
  const onB = await stayWith(b, { name: 'orders.test', header });

  const { plan } = setupOf([listener('a'), listener('c')]);
  const third = { ...plan, listeners: plan.listeners.map((one, i) => ({ ...one, port: (20_000 + 2 * i) as never })) };
  expect(await router.reload(third)).toMatchObject({ is: 'done' });
  expect(await whoAnswers(a, { name: 'orders.test', header })).toBe('orders.test');
  expect(await whoAnswers(router.addressOf('c'), { name: 'orders.test', header })).toBe('orders.test');
  await expect(dialTo(b)).rejects.toThrow(/ECONNREFUSED/);
  expect(() => router.addressOf('b')).toThrow(/no listener b/);
  expect(await echo(onB.tls, 'still here')).toBe('still here');
  expect(router.stats().open).toBe(1);
});

test('a plan whose port cannot be bound is refused, and the old one stays in use', async () => {
  const backend = owned(await tlsBackend('orders.test'));
  const taken = owned(await tcpBackend('squatter'));
  const listener: ListenerWish = { key: 'a', speaks: ['tls'], routes: [{ name: 'orders.test', to: backend.port }] };
  const router = owned(
    await startNode(setupOf([listener]), {
      bind: ({ key }) => ({ host: '127.0.0.1', port: key === 'bad' ? taken.port : 0 }),
    }),
  );
  const result = await router.reload(
    setupOf([
      { ...listener, routes: [] },
      { ...listener, key: 'bad' },
    ]).plan,
  );
  expect(result).toMatchObject({ is: 'refused', diagnostics: [{ code: 'LG_ROUTER_BIND' }] });
  expect(await whoAnswers(router.addressOf('a'), { name: 'orders.test', header })).toBe('orders.test');
  expect(router.stats().reloads).toEqual({ done: 1, refused: 1 });
});

test('a policy is swapped while running: a new endpoint gets in, a removed one does not', async () => {
  const backend = owned(await tlsBackend('orders.test'));
  const setup = setupOf([{ key: 'a', speaks: ['tls'], routes: [{ name: 'orders.test', to: backend.port }] }], {
    version: 1,
    endpoints: {},
  });
  const router = owned(await startNode(setup));
  const ask = () => whoAnswers(router.addressOf('a'), { name: 'orders.test', header });
  expect(await ask()).toBe('alert: access_denied');
  expect(await router.nextEvent()).toMatchObject({ code: 'LG_UNKNOWN_ENDPOINT', endpoint: endpointA });
  router.setPolicy({ version: 1, endpoints: { [endpointA]: 'n-1' } as never });
  expect(await ask()).toBe('orders.test');
  router.setPolicy({ version: 1, endpoints: {} });
  expect(await ask()).toBe('alert: access_denied');
});

test('what is revoked while a client opens its connection is not granted at its end', async () => {
  const setup = setupOf([{ key: 'a', speaks: ['postgres'], routes: [{ name: 'orders.test', to: 1 }] }]);
  const router = owned(await startNode(setup));
  /** A client whose header has been read: its request for TLS is answered. */
  const begin = async (): Promise<Socket> => {
    const socket = await dialTo(router.addressOf('a'), header, sslRequest);
    expect(await readUntil(socket, 'S')).toBe('S');
    return socket;
  };
  const end = async (socket: Socket): Promise<ConnectionEvent> => {
    socket.write(helloFor('orders.test'));
    socket.resume(); // reading the answer has paused it
    await readAll(socket);
    return router.nextEvent();
  };
  const ofEndpoint = await begin();
  router.setPolicy({ version: 1, endpoints: {} });
  expect(await end(ofEndpoint)).toMatchObject({ code: 'LG_UNKNOWN_ENDPOINT', endpoint: endpointA });

  router.setPolicy(setup.policy);
  const ofListener = await begin();
  await router.reload({ ...setup.plan, listeners: [] });
  expect(await end(ofListener)).toMatchObject({ code: 'LG_DRAINING', why: 'a reload has removed this listener' });
});

test('ten thousand routes are swapped under load without losing a connection', async () => {
  const backend = owned(await tlsBackend('orders.test'));
  const plan = (salt: string) =>
    setupOf([
      {
        key: 'a',
        speaks: ['tls'],
        routes: [
          { name: 'orders.test', to: backend.port },
          ...Array.from({ length: 10_000 }, (_, i) => ({ name: `t${i}-${salt}.test`, to: 1 })),
        ],
      },
    ]);
  const router = owned(await startNode(plan('a')));
  const place = router.addressOf('a');
  let answered = 0;
  let swapping = true;
  const load = Array.from({ length: 8 }, async () => {
    while (swapping) {
      expect(await whoAnswers(place, { name: 'orders.test', header })).toBe('orders.test');
      answered += 1;
    }
  });
  for (const salt of ['b', 'c', 'd']) {
    const next = plan(salt).plan;
    expect(await router.reload(next)).toMatchObject({ is: 'done' });
    expect(router.stats().routes).toBe(10_001);
    const during = answered;
    while (answered < during + 16) await whoAnswers(place, { name: 'orders.test', header });
  }
  swapping = false;
  await Promise.all(load);
  expect(await whoAnswers(place, { name: 't1-a.test', header })).toBe('alert: unrecognized_name');
});

test('draining takes no new connection and waits for the present ones', async () => {
  const backend = owned(await tlsBackend('orders.test'));
  const setup = setupOf([{ key: 'a', speaks: ['tls'], routes: [{ name: 'orders.test', to: backend.port }] }]);
  const router = owned(await startNode(setup));
  const place = router.addressOf('a');
  const present = await stayWith(place, { name: 'orders.test', header });
  const drained = router.drain(60_000);
  expect(router.stats().draining).toBe(true);
  await expect(dialTo(place)).rejects.toThrow(/ECONNREFUSED/);
  expect(await echo(present.tls, 'not yet')).toBe('not yet');
  present.tls.end();
  expect(await drained).toEqual({ cut: 0 });
});

test('a kept-alive HTTP connection ends between two requests when the router drains', async () => {
  const backend = owned(await httpBackend('wiki.test'));
  const setup = setupOf([{ key: 'h', speaks: ['http'], routes: [{ name: 'wiki.test', to: backend.port }] }]);
  const router = owned(await startNode(setup));
  const socket = await dialTo(router.addressOf('h'), header, 'GET /a HTTP/1.1\r\nHost: wiki.test\r\n\r\n');
  expect(await readUntil(socket, 'GET /a 0\n')).toMatch(/^HTTP\/1.1 200 /);
  const drained = router.drain(60_000);
  expect((await readAll(socket)).length).toBe(0);
  expect(await drained).toEqual({ cut: 0 });
  expect(await router.nextEvent()).toMatchObject({ end: 'done', target: 'target-wiki.test' });
});

test('a connection in its opening when the drain begins is told to come again elsewhere', async () => {
  const backend = owned(await tlsBackend('orders.test'));
  const setup = setupOf([{ key: 'a', speaks: ['tls'], routes: [{ name: 'orders.test', to: backend.port }] }]);
  const router = owned(await startNode(setup));
  const socket = await dialTo(router.addressOf('a'), header);
  const other = await stayWith(router.addressOf('a'), { name: 'orders.test', header }); // accepted after the first
  const drained = router.drain(60_000);
  const { shakeHands } = await import('./clients.ts');
  expect(await shakeHands(socket, { name: 'orders.test' })).toBe('alert: user_canceled');
  expect(await router.nextEvent()).toMatchObject({ code: 'LG_DRAINING' });
  other.tls.end();
  expect(await drained).toEqual({ cut: 0 });
});

test('the deadline of a drain cuts what is left, and says so', async () => {
  const ledger = owned(await tcpBackend('ledger'));
  const setup = setupOf([
    { key: 'p', speaks: ['tcp'], identity: { by: 'listener', nccs: ['n-1'] }, routes: [{ to: ledger.port }] },
  ]);
  const router = owned(await startNode(setup));
  const socket = await dialTo(router.addressOf('p'));
  await readUntil(socket, '\n');
  expect(await router.drain(10)).toEqual({ cut: 1 });
  expect(await router.nextEvent()).toMatchObject({ end: 'drained', target: 'target-p' });
  expect(await readUntil(socket, '\n')).toBe('');
});

test('an idle connection is closed at its limit', async () => {
  const ledger = owned(await tcpBackend('ledger'));
  const setup = setupOf([
    { key: 'p', speaks: ['tcp'], identity: { by: 'listener', nccs: ['n-1'] }, routes: [{ to: ledger.port }] },
  ]);
  let now = 0;
  const router = owned(await startNode(setup, { now: () => now, limits: { idleMs: 4000, halfClosedMs: 4000 } }));
  const socket = await dialTo(router.addressOf('p'));
  await readUntil(socket, '\n');
  now = 1000;
  const event = router.nextEvent();
  const clock = setInterval(() => {
    now += 100_000;
  }, 500); // the sweep looks twice: once to see the bytes, once to see that there were no more
  expect(await event).toMatchObject({ end: 'idle' });
  clearInterval(clock);
});

test('a file is read again when it changes, also when it is replaced by a rename', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-router-'));
  const path = join(folder, 'routes.json');
  const { plan } = setupOf([{ key: 'a', speaks: ['tls'], routes: [{ name: 'orders.test', to: 1 }] }]);
  const named = (name: string): string => JSON.stringify({ ...plan, name } satisfies RoutePlan);
  await writeFile(path, named('first'));
  const seen: string[] = [];
  let tell: () => void = () => {};
  const watch = new FileWatch(
    path,
    async () => {
      const read = await readRoutePlan(path);
      seen.push(read.is === 'good' ? read.value.name : (read.diagnostics[0]?.code ?? '?'));
      tell();
    },
    (error) => seen.push(error.message),
  );
  await watch.start();
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      tell = resolve;
    });
  for (const [text, want] of [
    [named('second'), 'second'],
    ['{', 'LG_ROUTES_FILE'],
    [named('third'), 'third'],
  ] as const) {
    const told = next();
    await writeFile(join(folder, 'new'), text);
    await rename(join(folder, 'new'), path);
    await told;
    expect(seen.at(-1)).toBe(want);
  }
  watch.close();
  await rm(folder, { recursive: true });
});
