import { afterEach, expect, test } from 'vitest';
import type { Hostname, IpAddress, Upstream } from '../../src/ir/index.ts';
import type { Addresses, ConnectionEvent, Resolve } from '../../src/router/index.ts';
import { type Backend, tcpBackend, tlsBackend } from './backends.ts';
import { echo, headerOf, stayWith, whoAnswers } from './clients.ts';
import { startNode } from './engines.ts';
import { endpointA, setupOf } from './setup.ts';

const closing: { close(): Promise<unknown> }[] = [];
const owned = <T extends { close(): Promise<unknown> }>(one: T): T => {
  closing.push(one);
  return one;
};
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

const wish = { name: 'db.test', header: headerOf(endpointA) };

/** A router with one route whose upstream is found by a DNS that the test holds, and a clock that it moves. */
async function byDns(
  backends: Readonly<Record<string, Backend>>,
  upstream: Partial<Upstream> = {},
  options: Parameters<typeof startNode>[1] = {},
) {
  const { addresses: _, ...rest } = setupOf([
    { key: 'l', speaks: ['tls'], routes: [{ name: 'db.test', to: 5432, upstream }] },
  ]).plan.upstreams['u-0-0'] as Upstream;
  const setup = setupOf([{ key: 'l', speaks: ['tls'], routes: [{ name: 'db.test', to: 5432 }] }]);
  const dns = { answer: (() => []) as () => Addresses, asked: 0, now: 0 };
  const resolve: Resolve = async (name: Hostname) => {
    expect(name).toBe('db.test');
    dns.asked += 1;
    return dns.answer();
  };
  const router = owned(
    await startNode(
      {
        plan: { ...setup.plan, upstreams: { 'u-0-0': rest } },
        policy: setup.policy,
        places: new Map(Object.entries(backends).map(([address, { port }]) => [address, { host: '127.0.0.1', port }])),
      },
      { resolve, now: () => dns.now, ...options },
    ),
  );
  const place = router.addressOf('l');
  let event: ConnectionEvent | undefined;
  /** Who answers; what the log said of it is then in `last`. */
  const ask = async (): Promise<string> => {
    const who = await whoAnswers(place, wish);
    event = await router.nextEvent();
    return who;
  };
  return { router, dns, ask, last: () => event, stay: () => stayWith(place, wish) };
}

const answer = (...addresses: string[]): (() => Addresses) => {
  const found = addresses.map((address) => ({ address: address as IpAddress, ttlSeconds: 5 }));
  return () => found;
};
const fails = (): Addresses => {
  throw new Error('SERVFAIL');
};

test('failover: when the name moves, new connections follow within its TTL, and established ones stay', async () => {
  const [one, two] = [owned(await tlsBackend('writer-1.test')), owned(await tlsBackend('writer-2.test'))];
  const { dns, ask, stay } = await byDns({ '10.50.1.1': one, '10.50.1.2': two });
  dns.answer = answer('10.50.1.1');
  const before = await stay();
  expect(before.who).toBe('writer-1.test');
  dns.answer = answer('10.50.1.2');
  dns.now += 4_999;
  expect(await ask()).toBe('writer-1.test'); // within the TTL there is no query
  expect(dns.asked).toBe(1);
  dns.now += 1;
  expect(await ask()).toBe('writer-2.test');
  expect(dns.asked).toBe(2);
  expect(await echo(before.tls, 'still here')).toBe('still here');
});

test('failover with onMove: close ends the connections to the old address, and no other', async () => {
  const [one, two] = [owned(await tlsBackend('writer-1.test')), owned(await tlsBackend('writer-2.test'))];
  const health = { kind: 'tcp', intervalSeconds: 0.02, rise: 1, fall: 3 } as const;
  const { router, dns, stay } = await byDns(
    { '10.50.1.1': one, '10.50.1.2': two },
    { onMove: 'close', health },
    { limits: { dnsFloorSeconds: 0 } },
  );
  dns.answer = answer('10.50.1.1', '10.50.1.2');
  const old = await stay();
  expect(old.who).toBe('writer-1.test');
  dns.answer = answer('10.50.1.2');
  dns.now += 60_000;
  expect(await router.nextEvent()).toMatchObject({ end: 'moved', upstream: '10.50.1.1:5432' });
  const now = await stay();
  expect(now.who).toBe('writer-2.test');
  expect(await echo(now.tls, 'hello')).toBe('hello');
});

test('while DNS fails, the last good answer serves on, for a time', async () => {
  const one = owned(await tlsBackend('db.test'));
  const { router, dns, ask, last } = await byDns({ '10.50.1.1': one }, {}, { limits: { dnsStaleSeconds: 100 } });
  dns.answer = answer('10.50.1.1');
  expect(await ask()).toBe('db.test');
  dns.answer = fails;
  dns.now += 50_000;
  expect(await ask()).toBe('db.test');
  expect(router.stats().dns).toMatchObject({ failed: 1, stale: 1 });
  dns.now += 100_000;
  expect(await ask()).toBe('alert: internal_error');
  expect(last()).toMatchObject({ code: 'LG_UPSTREAM_NO_ADDRESS' });
  dns.answer = answer('10.50.1.1');
  dns.now += 2_000;
  expect(await ask()).toBe('db.test');
});

test.each([
  ['the metadata service', '169.254.169.254'],
  ['loopback', '127.0.0.1'],
  ['loopback in IPv6 clothes', '::ffff:127.0.0.1'],
  ['another network', '10.60.0.1'],
  ['a public address', '140.82.112.5'],
])('a name that suddenly points to %s is not followed', async (_, address) => {
  const good = owned(await tlsBackend('db.test'));
  const trap = owned(await tcpBackend('trap'));
  const { dns, ask, last } = await byDns({ '10.50.1.1': good, [address]: trap, '127.0.0.1': trap });
  dns.answer = answer('10.50.1.1');
  expect(await ask()).toBe('db.test');
  dns.answer = answer(address);
  dns.now += 60_000;
  expect(await ask()).toBe('alert: internal_error');
  expect(last()).toMatchObject({ code: 'LG_UPSTREAM_ADDRESS_REFUSED' });
  // Among good addresses the bad one is left out.
  dns.answer = answer(address, '10.50.1.1');
  dns.now += 60_000;
  expect(await ask()).toBe('db.test');
  expect(trap.sockets.size).toBe(0);
});

test('addresses are tried in order until one answers, and a dead one comes last the next time', async () => {
  const alive = owned(await tlsBackend('alive.test'));
  const { router, dns, ask, last } = await byDns({ '10.50.1.3': alive });
  dns.answer = answer('10.50.1.1', '10.50.1.2', '10.50.1.3');
  expect(await ask()).toBe('alive.test');
  expect(last()).toMatchObject({ upstream: '10.50.1.3:5432' });
  expect(router.stats().upstreams['u-0-0']).toMatchObject({ dialFailures: 0 });
});

test('a name without address, and a server that is gone, are told apart', async () => {
  const { dns, ask, last } = await byDns({});
  expect(await ask()).toBe('alert: internal_error');
  expect(last()).toMatchObject({ code: 'LG_UPSTREAM_NO_ADDRESS' });
  dns.answer = answer('10.50.1.1');
  dns.now += 2000;
  expect(await ask()).toBe('alert: internal_error');
  expect(last()).toMatchObject({ code: 'LG_UPSTREAM_REFUSED' });
});

test('a server that goes down is refused at once, named in the notes, and taken again when it is back', async () => {
  let backend = await tcpBackend('db');
  const { port } = backend;
  const health = { kind: 'tcp', intervalSeconds: 0.02, rise: 2, fall: 2 } as const;
  const { router, dns, ask, last } = await byDns(
    { '10.50.1.1': backend },
    { health },
    { now: () => performance.now() },
  );
  dns.answer = answer('10.50.1.1');
  await backend.close();
  expect(await router.noteWith('is down')).toMatch(
    /upstream u-0-0 \(db.test:5432\) is down: 10.50.1.1 port 5432 refused/,
  );
  expect(await ask()).toBe('alert: internal_error');
  expect(last()).toMatchObject({ code: 'LG_UPSTREAM_UNHEALTHY' });
  backend = owned(await tcpBackend('db', port));
  expect(await router.noteWith('is up')).toMatch(/is up: it answers again/);
  expect(router.stats().upstreams['u-0-0']).toMatchObject({ up: true });
});

test('a resolver that is silent takes no upstream down', async () => {
  const one = owned(await tlsBackend('db.test'));
  const health = { kind: 'tls', intervalSeconds: 0.01, rise: 1, fall: 1 } as const;
  const { router, dns, ask } = await byDns({ '10.50.1.1': one }, { health }, { limits: { dnsFloorSeconds: 0 } });
  dns.answer = answer('10.50.1.1');
  expect(await ask()).toBe('db.test');
  let failed = 0;
  await new Promise<void>((resolve) => {
    dns.answer = () => {
      failed += 1;
      if (failed === 20) resolve();
      return fails();
    };
    dns.now += 60_000;
  });
  expect(router.stats().upstreams['u-0-0']).toMatchObject({ up: true });
  expect(await ask()).toBe('db.test');
});
