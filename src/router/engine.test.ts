import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { tcpBackend } from '../../test/conformance/backends.ts';
import { dialTo, readAll, readUntil } from '../../test/conformance/clients.ts';
import { startNode } from '../../test/conformance/engines.ts';
import { type ListenerWish, setupOf } from '../../test/conformance/setup.ts';
import type { Cidr, HealthCheck, Port } from '../ir/index.ts';
import { startRouter } from './engine.ts';

const closing: { close(): Promise<unknown> }[] = [];
const owned = <T extends { close(): Promise<unknown> }>(one: T): T => {
  closing.push(one);
  return one;
};
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

/** A listener by port whose upstream is checked only by the dials to it. */
const wish = (to: number, upstream: ListenerWish['routes'][number]['upstream'] = {}): ListenerWish => ({
  key: 'p',
  speaks: ['tcp'],
  identity: { by: 'listener', nccs: ['n-1'] },
  routes: [{ to, upstream }],
});
const check: HealthCheck = { kind: 'tcp', intervalSeconds: 3600, rise: 1, fall: 100 };

describe('a reload', () => {
  test('keeps what is known of an upstream that leads to the same place, and of no other', async () => {
    const setup = setupOf([wish(1, { health: check })]);
    const router = owned(await startNode(setup));
    await readAll(await dialTo(router.addressOf('p')));
    const failures = (): number | undefined => router.stats().upstreams['u-0-0']?.dialFailures;
    expect(failures()).toBe(1);
    await router.reload(setupOf([wish(1, { health: check, maxConnections: 3 })]).plan);
    expect(failures()).toBe(1);
    for (const other of [{ port: 2 as Port }, { health: { ...check, fall: 7 } }]) {
      await router.reload(setupOf([wish(1, { health: check, ...other })]).plan);
      expect(failures()).toBe(0);
      await readAll(await dialTo(router.addressOf('p')));
      expect(failures()).toBe(1);
    }
  });

  test('that cannot bind one listener leaves none of its new ones open', async () => {
    const taken = owned(await tcpBackend('squatter'));
    const bound: number[] = [];
    const router = owned(
      await startNode(setupOf([]), {
        bind: ({ key }) => ({ host: '127.0.0.1', port: key === 'bad' ? taken.port : (bound[0] ?? 0) }),
      }),
    );
    const free = owned(await tcpBackend('placeholder'));
    bound.push(free.port);
    await free.close();
    const plan = setupOf([wish(1), { ...wish(1), key: 'bad' }]).plan;
    expect(await router.reload(plan)).toMatchObject({ is: 'refused', diagnostics: [{ code: 'LG_ROUTER_BIND' }] });
    const refused = new Promise<string>((resolve) =>
      connect(free.port, '127.0.0.1').once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? '')),
    );
    expect(await refused).toBe('ECONNREFUSED');
    expect(router.stats()).toMatchObject({ routes: 0, reloads: { done: 1, refused: 1 } });
  });

  test('swaps who is trusted, unless the operator has said it', async () => {
    const ledger = owned(await tcpBackend('ledger'));
    const { plan, ...rest } = setupOf([wish(ledger.port)]);
    const elsewhere = { ...plan, trustedNetworks: ['10.0.0.0/8' as Cidr] };
    const router = owned(await startNode({ plan, ...rest }));
    const who = async () => readUntil(await dialTo(router.addressOf('p')), '\n');
    expect(await who()).toBe('I am ledger\n');
    await router.reload(elsewhere);
    expect(await who()).toBe('');
    const told = owned(await startNode({ plan, ...rest }, { trust: ['127.0.0.0/8' as Cidr] }));
    await told.reload(elsewhere);
    expect(await readUntil(await dialTo(told.addressOf('p')), '\n')).toBe('I am ledger\n');
  });

  test('of a router that shuts down is refused', async () => {
    const router = owned(await startNode(setupOf([])));
    await router.close();
    expect(await router.reload(setupOf([wish(1)]).plan)).toMatchObject({ is: 'refused' });
  });
});

test('a router that cannot bind does not start', async () => {
  const taken = owned(await tcpBackend('squatter'));
  const { plan, policy } = setupOf([wish(1)]);
  await expect(startRouter({ plan, policy, bind: () => ({ host: '127.0.0.1', port: taken.port }) })).rejects.toThrow(
    /router listener p cannot bind/,
  );
});

test('connections over the limit of the engine are closed at once, counted, and taken again when there is room', async () => {
  const ledger = owned(await tcpBackend('ledger'));
  const router = owned(await startNode(setupOf([wish(ledger.port)]), { limits: { connections: 1 } }));
  const first = await dialTo(router.addressOf('p'));
  await readUntil(first, '\n');
  await dialTo(router.addressOf('p')).then(readAll, (error: Error) => expect(error.message).toMatch(/ECONNRESET/));
  expect(router.stats()).toMatchObject({ open: 1, listeners: { p: { accepted: 1, refused: { LG_OVER_LIMIT: 1 } } } });
  first.end();
  await router.nextEvent();
  expect(await readUntil(await dialTo(router.addressOf('p')), '\n')).toBe('I am ledger\n');
});

test('metrics and the log count what the carrier counted', async () => {
  const ledger = owned(await tcpBackend('ledger'));
  const router = owned(await startNode(setupOf([wish(ledger.port)])));
  const socket = await dialTo(router.addressOf('p'), 'four');
  await readUntil(socket, 'I am ledger\nfour');
  socket.end();
  const event = await router.nextEvent();
  expect(event).toMatchObject({ bytesIn: 4, bytesOut: 16, end: 'done' });
  expect(router.stats().listeners.p).toMatchObject({ bytesIn: 4, bytesOut: 16, ended: { done: 1 }, open: 0 });
});

test('closing twice is closing once', async () => {
  const router = await startNode(setupOf([]));
  await router.close();
  await router.close();
  expect(await router.drain(0)).toEqual({ cut: 0 });
});
