import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { certificateOf } from '../../../test/conformance/backends.ts';
import type { Cidr, HealthCheck, Hostname, IpAddress, Port, Upstream } from '../../ir/index.ts';
import type { Addresses } from '../options.ts';
import { defaultLimits } from '../router-limits.ts';
import { DnsCache } from './dns-cache.ts';
import { Prober } from './prober.ts';
import { LiveUpstream } from './upstream.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const bound = server.address();
  return bound && typeof bound === 'object' ? bound.port : 0;
}

/** Answers the first bytes it gets with this text. */
const answering = (text: string): Promise<number> =>
  listening(createServer((socket) => void socket.once('data', () => socket.write(text))));

type Verify = ConstructorParameters<typeof Prober>[0]['verify'];
const unasked: Verify = async () => 'not asked';

function setup(check: Partial<HealthCheck>, port: number, more: Partial<Upstream> = {}, verify = unasked) {
  const plan: Upstream = {
    key: 'u',
    host: 'db.test' as Hostname,
    port: 5432 as Port,
    network: 'core',
    cidrs: ['10.0.0.0/8' as Cidr],
    reach: 'private',
    health: { kind: 'tcp', intervalSeconds: 10, rise: 1, fall: 1, ...check },
    ...more,
  };
  const limits = { ...defaultLimits, dialMs: 1000 };
  const dns = { answer: async (): Promise<Addresses> => [{ address: '10.0.0.1' as IpAddress, ttlSeconds: 60 }] };
  const upstream = new LiveUpstream(plan, {
    dns: new DnsCache(
      () => dns.answer(),
      limits,
      () => 0,
    ),
    limits,
    place: () => ({ host: '127.0.0.1', port }),
    note: () => {},
  });
  const resolved: (readonly IpAddress[])[] = [];
  const prober = new Prober({
    limits,
    random: () => 0.5,
    onResolved: (_, addresses) => void resolved.push(addresses),
    verify,
  });
  return { upstream, prober, resolved, dns };
}

describe('one check', () => {
  test('tcp: an open port is enough, a closed one is a failure', async () => {
    const open = setup({ kind: 'tcp' }, await listening(createServer()));
    open.upstream.health.failed('x');
    await open.prober.probe(open.upstream);
    expect([open.upstream.health.up, open.resolved]).toEqual([true, [['10.0.0.1']]]);
    const closed = setup({ kind: 'tcp' }, 1);
    await closed.prober.probe(closed.upstream);
    expect(closed.upstream.health).toMatchObject({ up: false, lastFailure: expect.stringContaining('ECONNREFUSED') });
  });

  test.each([
    ['S', true],
    ['N', true],
    ['E', true],
    ['SX', false],
  ])('postgres: a server that answers %s to SSLRequest is up: %s', async (text, up) => {
    const { upstream, prober } = setup({ kind: 'postgres' }, await answering(text));
    await prober.probe(upstream);
    expect(upstream.health.up).toBe(up);
  });

  test('tls: a handshake, or an alert, is an answer; other bytes are none', async () => {
    const { cert, key } = await certificateOf('db.test');
    const speaking = setup({ kind: 'tls' }, await listening(createTlsServer({ cert, key }) as never));
    speaking.upstream.health.failed('x');
    await speaking.prober.probe(speaking.upstream);
    expect(speaking.upstream.health.up).toBe(true);
    const other = setup({ kind: 'tls' }, await answering('220 smtp.test\r\n'));
    await other.prober.probe(other.upstream);
    expect(other.upstream.health).toMatchObject({ up: false, lastFailure: expect.stringContaining('handshake') });
  });

  test('tls of an upstream that the router verifies: what the router says of its certificate', async () => {
    const { cert, key } = await certificateOf('db.test');
    const port = await listening(createTlsServer({ cert, key }) as never);
    const tls = { name: 'db.test' as never };
    const wrong = setup({ kind: 'tls' }, port, { tls }, async () => 'not trusted');
    await wrong.prober.probe(wrong.upstream);
    expect(wrong.upstream.health).toMatchObject({ up: false, lastFailure: 'not trusted' });
    const right = setup({ kind: 'tls' }, port, { tls }, async () => undefined);
    right.upstream.health.failed('x');
    await right.prober.probe(right.upstream);
    expect(right.upstream.health.up).toBe(true);
  });

  test('none: only where the name leads is looked at', async () => {
    const { upstream, prober, resolved } = setup({ kind: 'none' }, 1, { onMove: 'close' });
    await prober.probe(upstream);
    expect([upstream.health.up, upstream.failures, resolved]).toEqual([true, 0, [['10.0.0.1']]]);
  });

  test('a resolver that does not answer says nothing of the server; a name without address does', async () => {
    const { upstream, prober, dns, resolved } = setup({ kind: 'tcp' }, 1);
    dns.answer = () => Promise.reject(new Error('ETIMEOUT'));
    await prober.probe(upstream);
    expect([upstream.health.up, resolved]).toEqual([true, []]);
    const gone = setup({ kind: 'tcp' }, 1);
    gone.dns.answer = async () => [];
    await gone.prober.probe(gone.upstream);
    expect(gone.upstream.health).toMatchObject({ up: false, lastFailure: 'db.test has no address' });
  });
});

describe('turns', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  /** A prober whose checks end when the test says so. */
  function watched(limits: Partial<typeof defaultLimits> = {}) {
    const prober = new Prober({
      limits: { ...defaultLimits, ...limits },
      random: () => 0.5,
      onResolved: () => {},
      verify: unasked,
    });
    const ends: (() => void)[] = [];
    const probe = vi.spyOn(prober, 'probe').mockImplementation(
      () =>
        new Promise<void>((resolve) => {
          ends.push(resolve);
        }),
    );
    const finish = async (): Promise<void> => {
      for (const end of ends.splice(0)) end();
      await vi.advanceTimersByTimeAsync(0);
    };
    return { prober, probe, finish };
  }

  test('the first check comes soon, the next one interval after it has ended', async () => {
    const { prober, probe, finish } = watched();
    const { upstream } = setup({ intervalSeconds: 10 }, 1);
    prober.watch(upstream);
    prober.watch(upstream); // once is enough
    await vi.advanceTimersByTimeAsync(999);
    expect(probe).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(probe).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(probe).toHaveBeenCalledTimes(1); // it has not ended
    await finish();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(probe).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(probe).toHaveBeenCalledTimes(2);
  });

  test('an upstream that is not watched any more is not checked, also when a check was under way', async () => {
    const { prober, probe, finish } = watched();
    const { upstream } = setup({}, 1);
    prober.watch(upstream);
    await vi.advanceTimersByTimeAsync(1000);
    prober.unwatch(upstream);
    await finish();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(probe).toHaveBeenCalledTimes(1);
    prober.watch(upstream);
    prober.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(probe).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['no check', { kind: 'none' }, {}, 0],
    ['no check, but connections that close when the name moves', { kind: 'none' }, { onMove: 'close' }, 1],
  ] as const)('%s', async (_, check, more, want) => {
    const { prober, probe } = watched();
    prober.watch(setup(check, 1, more).upstream);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(probe).toHaveBeenCalledTimes(want);
  });

  test('no more checks are under way than the limit; the others are put off', async () => {
    const { prober, probe, finish } = watched({ probes: 2 });
    for (let i = 0; i < 3; i++) prober.watch(setup({}, 1).upstream);
    await vi.advanceTimersByTimeAsync(1000);
    expect(probe).toHaveBeenCalledTimes(2);
    await finish();
    await vi.advanceTimersByTimeAsync(500);
    expect(probe).toHaveBeenCalledTimes(3);
  });
});
