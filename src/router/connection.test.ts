import type { Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { headerOf } from '../../test/conformance/clients.ts';
import { setupOf } from '../../test/conformance/setup.ts';
import { helloFor } from '../../test/corpora/made-hello.ts';
import { readToEnd, readUntil, type SocketPair, SocketPairs } from '../../test/support/sockets.ts';
import type { Refusal } from '../diagnostics/index.ts';
import type { IpAddress, Route } from '../ir/index.ts';
import { routeTable } from '../routing/index.ts';
import { Connection, type Engine } from './connection.ts';
import type { ConnectionEvent } from './flows/event.ts';
import { noFlows } from './flows/recorder.ts';
import type { LiveListener } from './listener.ts';
import { noCounts, noTimes } from './metrics.ts';
import { Openings } from './opening/openings.ts';
import { makeProtocols } from './opening/protocols.ts';
import { defaultLimits, type RouterLimits } from './router-limits.ts';
import type { DialResult } from './upstreams/dial.ts';
import type { LiveUpstream } from './upstreams/upstream.ts';

const pairs = new SocketPairs();
afterEach(() => pairs.close());

const endpoint = 'vpce-0aaaaaaaaaaaaaaaa';
const header = headerOf(endpoint);
const hello = helloFor('orders.test');
const address = '10.50.0.1' as IpAddress;

interface Wish {
  readonly limits?: Partial<RouterLimits>;
  readonly action?: Partial<Route['action']>;
  readonly allow?: readonly string[];
  readonly speech?: 'tls' | 'postgres';
  readonly engine?: Partial<Engine>;
  /** Why the upstream takes no connection. */
  readonly refusal?: Refusal;
  /** What dialling comes to. Default: the server of the test. `never`: it stays under way. */
  readonly dial?: DialResult | 'never';
  readonly withoutUpstream?: boolean;
}

/** One connection of an engine that the test plays, with both far ends. */
async function connection(wish: Wish = {}) {
  const speech = wish.speech ?? 'tls';
  const { plan } = setupOf([
    {
      key: 'l',
      speaks: [speech],
      routes: [
        {
          name: 'orders.test',
          to: 5432,
          ...(wish.action && { action: wish.action }),
          ...(wish.allow && { allow: wish.allow }),
        },
      ],
    },
  ]);
  const [rules] = plan.listeners;
  const upstreamPlan = plan.upstreams['u-0-0'];
  if (!rules || !upstreamPlan) throw new Error('the plan is empty');
  const [left, right]: SocketPair[] = [await pairs.make(), await pairs.make()];
  if (!left || !right) throw new Error('no pairs');
  const dial = { cancelled: 0 };
  const live = {
    plan: upstreamPlan,
    open: 0,
    refusal: () => wish.refusal,
    connect: (done: (result: DialResult) => void) => {
      if (wish.dial !== 'never') done(wish.dial ?? { is: 'connected', socket: right.near, address });
      const cancel = (): void => {
        dial.cancelled += 1;
      };
      return { cancel };
    },
  };
  const upstreams = new Map(wish.withoutUpstream ? [] : [['u-0-0', live as unknown as LiveUpstream]]);
  const listener = {
    key: 'l',
    routes: { table: routeTable(rules), upstreams },
    listener: rules,
    counts: noCounts(),
    opening: 1,
    open: 1,
  };
  const limits = { ...defaultLimits, ...wish.limits };
  const notes: string[] = [];
  const events: ConnectionEvent[] = [];
  let tell: (event: ConnectionEvent) => void = () => {};
  const over = new Promise<ConnectionEvent>((resolve) => {
    tell = resolve;
  });
  const protocols = makeProtocols({
    limits,
    now: () => 0,
    note: () => {},
    random: (n) => new Uint8Array(n),
    deliver: () => {},
  });
  const engine: Engine = {
    limits,
    now: () => 0,
    note: (sentence) => void notes.push(sentence),
    trusts: () => true,
    policy: new Map([[endpoint, 'n-1']]),
    draining: false,
    protocols,
    inspection: undefined,
    flows: noFlows,
    openings: new Openings(limits.openingsPerNcc),
    openingMs: noTimes(),
    dialMs: noTimes(),
    started: () => {},
    finished: (_connection, _listener, event) => {
      events.push(event);
      tell(event);
    },
    ...wish.engine,
  };
  const made = new Connection(engine, listener as unknown as LiveListener, left.near);
  made.start();
  return { made, listener, live, dial, engine, protocols, notes, events, over, user: left.far, server: right.far };
}

const send = (socket: Socket, ...parts: Uint8Array[]): void => {
  socket.write(Buffer.concat(parts));
};

describe('a connection that is carried', () => {
  test('counts what it moved, the opening included and the PROXY header not', async () => {
    const { user, server, over, listener, live, events } = await connection();
    send(user, header, hello);
    await new Promise<void>((resolve) => server.once('data', () => resolve()));
    expect([listener.opening, listener.counts.carried, live.open]).toEqual([0, 1, 1]);
    server.write('welcome\n');
    await readUntil(user, 'welcome\n');
    user.end('bye');
    server.resume();
    server.end();
    expect(await over).toMatchObject({
      end: 'done',
      listener: 'l',
      endpoint,
      ncc: 'n-1',
      source: '10.9.8.7:40000',
      speech: 'tls',
      name: 'orders.test',
      target: 'target-orders.test',
      upstream: `${address}:5432`,
      bytesIn: hello.length + 3,
      bytesOut: 8,
    });
    expect([live.open, listener.opening, events.length]).toEqual([0, 0, 1]);
  });

  test('is remembered by its protocol until it is over', async () => {
    const { made, user, server, over, protocols } = await connection({ speech: 'postgres' });
    const onOver = vi.fn();
    const carried = vi
      .spyOn(protocols.postgres as Required<typeof protocols.postgres>, 'carried')
      .mockReturnValue(onOver);
    send(user, header, hello); // direct TLS: nothing is asked of the server
    await new Promise<void>((resolve) => server.once('data', () => resolve()));
    expect(carried).toHaveBeenCalledWith(endpoint, { address, port: 5432 });
    expect(onOver).not.toHaveBeenCalled();
    made.cut('idle');
    expect(await over).toMatchObject({ end: 'idle' });
    expect(onOver).toHaveBeenCalledTimes(1);
  });

  test.each(['drained', 'idle', 'moved'] as const)('that is cut ends with the reason: %s', async (reason) => {
    const { made, user, server, over } = await connection();
    send(user, header, hello);
    await new Promise<void>((resolve) => server.once('data', () => resolve()));
    made.cut(reason);
    made.cut('drained');
    expect((await over).end).toBe(reason);
  });
});

describe('a connection that is refused', () => {
  test.each<[string, Wish, Partial<ConnectionEvent>, number]>([
    ['its NCC was not granted the route', { allow: ['n-2'] }, { code: 'LG_NOT_GRANTED' }, 49],
    ['the router shuts down', { engine: { draining: true } }, { code: 'LG_DRAINING' }, 90],
    [
      'the upstream takes none',
      { refusal: { code: 'LG_OVER_LIMIT', why: 'full' } },
      { code: 'LG_OVER_LIMIT', why: 'full' },
      80,
    ],
    [
      'the dial fails',
      { dial: { is: 'refused', code: 'LG_UPSTREAM_REFUSED', why: 'no' } },
      { code: 'LG_UPSTREAM_REFUSED', why: 'no', route: 'orders.test-0' },
      80,
    ],
    ['its endpoint is unknown', { engine: { policy: new Map() } }, { code: 'LG_UNKNOWN_ENDPOINT' }, 49],
  ])('because %s reads why, and leaves nothing behind', async (_, wish, want, alert) => {
    const { user, over, listener, live } = await connection(wish);
    send(user, header, hello);
    const said = await readToEnd(user);
    user.end();
    expect([...Buffer.from(said, 'latin1')]).toEqual([0x15, 3, 3, 0, 2, 2, alert]);
    expect(await over).toMatchObject({ end: 'refused', bytesIn: hello.length, bytesOut: 7, ...want });
    expect([listener.opening, live.open]).toEqual([0, 0]);
  });

  test('for a passing reason is reset where the route says so, and told any other', async () => {
    const action = { unavailable: 'reset' } as const;
    const passing = await connection({ action, refusal: { code: 'LG_OVER_LIMIT', why: 'full' } });
    send(passing.user, header, hello);
    expect(await readToEnd(passing.user)).toBe('[ECONNRESET]');
    expect(await passing.over).toMatchObject({ end: 'refused', code: 'LG_OVER_LIMIT', bytesOut: 0 });
    const final = await connection({ action, allow: ['n-2'] });
    send(final.user, header, hello);
    expect((await readToEnd(final.user)).startsWith('\x15')).toBe(true);
    final.user.end();
  });

  test('from outside of the trusted networks gets no answer, and nothing of it is read', async () => {
    const { user, over, listener } = await connection({ engine: { trusts: () => false } });
    expect(await over).toMatchObject({ end: 'refused', code: 'LG_NO_IDENTITY', bytesIn: 0, bytesOut: 0 });
    expect(await readToEnd(user)).toMatch(/^(\[ECONNRESET\])?$/);
    expect(listener.opening).toBe(0);
  });

  test('at the deadline of its opening, and at its cap', async () => {
    const slow = await connection({ limits: { openingMs: 20 } });
    send(slow.user, header, hello.subarray(0, 10));
    expect(await slow.over).toMatchObject({ code: 'LG_TOO_SLOW', why: 'the opening was not complete after 20 ms' });
    const big = await connection({ limits: { openingBytes: 200 } });
    send(big.user, header, hello.subarray(0, 50));
    const said = readToEnd(big.user);
    await said;
    big.user.end();
    expect(await big.over).toMatchObject({ code: 'LG_TOO_BIG', why: 'the opening needs more than 200 bytes' });
  });

  test('goes on being read for a while, so that the refusal is not overtaken, and that counts', async () => {
    const { user, over } = await connection({ allow: ['n-2'] });
    send(user, header, hello);
    await readUntil(user, '1'); // the alert ends with 49, which is "1"
    user.end('more');
    expect(await over).toMatchObject({ bytesIn: hello.length + 4 });
  });

  test('and does not leave is closed at the end of its time', async () => {
    const { user, over } = await connection({ allow: ['n-2'], limits: { refusalMs: 20 } });
    send(user, header, hello);
    expect(await over).toMatchObject({ code: 'LG_NOT_GRANTED' });
  });
});

describe('a connection that ends before it is carried', () => {
  test('without a byte is no news', async () => {
    const { user, over } = await connection();
    user.end();
    expect(await over).toMatchObject({ end: 'no-data', bytesIn: 0 });
  });

  test('by a reset inside its opening', async () => {
    const { user, over } = await connection();
    send(user, header, hello.subarray(0, 10));
    user.resetAndDestroy();
    expect(await over).toMatchObject({ end: 'client-broke' });
  });

  test('while its upstream is dialled ends the dial', async () => {
    const { user, over, dial, live } = await connection({ dial: 'never' });
    send(user, header, hello);
    while (live.open === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    user.resetAndDestroy();
    expect(await over).toMatchObject({ end: 'client-broke' });
    expect([dial.cancelled, live.open]).toEqual([1, 0]);
  });

  test('when it is cut, with the reason', async () => {
    const { made, user, over } = await connection();
    send(user, header);
    made.cut('drained');
    expect(await over).toMatchObject({ end: 'drained' });
  });

  test('by a fault of the router is over too, and the fault is told', async () => {
    const { user, over, notes, listener } = await connection({ withoutUpstream: true });
    send(user, header, hello);
    await over;
    expect(notes[0]).toMatch(/^a fault of the router ended a connection: .*has no upstream/);
    expect(listener.opening).toBe(0);
  });
});

test('a server that says no to what the client was granted refuses the client', async () => {
  const { user, server, over } = await connection({ speech: 'postgres' });
  send(user, header, Uint8Array.of(0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f));
  expect(await readUntil(user, 'S')).toBe('S');
  send(user, hello);
  server.once('data', () => server.write('N'));
  server.resume();
  await readToEnd(user);
  user.end();
  expect(await over).toMatchObject({ end: 'refused', code: 'LG_UPSTREAM_NO_TLS', bytesOut: 1 + 7 });
});
