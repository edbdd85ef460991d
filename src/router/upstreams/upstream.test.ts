import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Cidr, Hostname, IpAddress, Port, Upstream } from '../../ir/index.ts';
import type { Addresses, HostPort } from '../options.ts';
import type { Exchange } from '../protocols/exchange.ts';
import { defaultLimits, type RouterLimits } from '../router-limits.ts';
import type { DialResult } from './dial.ts';
import { DnsCache } from './dns-cache.ts';
import { LiveUpstream } from './upstream.ts';

/** What dialling comes to, where the test decides it. */
const decided = vi.hoisted((): { result: DialResult | undefined } => ({ result: undefined }));
vi.mock('./dial.ts', async (original) => {
  const real = await original<typeof import('./dial.ts')>();
  const dial: typeof real.dial = (addresses, port, options, done) => {
    if (!decided.result) return real.dial(addresses, port, options, done);
    done(decided.result);
    return { cancel: () => {} };
  };
  return { ...real, dial };
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  decided.result = undefined;
  for (const close of closing.splice(0)) await close();
});

/** A server that says its name to whoever connects. */
async function server(name: string, onLeft: () => void = () => {}): Promise<HostPort> {
  const sockets = new Set<Socket>();
  const made = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.write(name);
    socket.on('end', onLeft);
    socket.resume();
  });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => made.close(resolve));
  });
  const bound = made.address();
  return { host: '127.0.0.1', port: bound && typeof bound === 'object' ? bound.port : 0 };
}

/** Nobody listens there. */
const nowhere: HostPort = { host: '127.0.0.1', port: 1 };

const planOf = (more: Partial<Upstream> = {}): Upstream => ({
  key: 'u',
  host: 'db.test' as Hostname,
  port: 5432 as Port,
  network: 'core',
  cidrs: ['10.0.0.0/8' as Cidr],
  reach: 'private',
  health: { kind: 'tcp', intervalSeconds: 10, rise: 1, fall: 2 },
  ...more,
});

function upstream(more: Partial<Upstream> = {}, limits: Partial<RouterLimits> = {}) {
  const notes: string[] = [];
  const places = new Map<string, HostPort>();
  const dialled: string[] = [];
  const dns = { answer: async (): Promise<Addresses> => [] };
  const all = { ...defaultLimits, ...limits };
  const made = new LiveUpstream(planOf(more), {
    dns: new DnsCache(
      () => dns.answer(),
      all,
      () => 0,
    ),
    limits: all,
    place: (address) => {
      dialled.push(address);
      return places.get(address) ?? nowhere;
    },
    note: (sentence) => void notes.push(sentence),
  });
  const connect = (): Promise<DialResult> =>
    new Promise((resolve) => {
      made.connect((result) => {
        if (result.is === 'connected') {
          result.socket.on('error', () => {});
          closing.push(async () => result.socket.destroy());
        }
        resolve(result);
      });
    });
  return { made, notes, places, dialled, dns, connect };
}

const at = (...addresses: string[]): Addresses =>
  addresses.map((address) => ({ address: address as IpAddress, ttlSeconds: 60 }));

describe('where a name leads', () => {
  test('fixed addresses are taken instead of DNS', async () => {
    const { made, dns } = upstream({ addresses: ['10.0.0.9' as IpAddress] });
    dns.answer = () => Promise.reject(new Error('not asked'));
    expect(await made.resolve()).toEqual({ is: 'addresses', addresses: ['10.0.0.9'] });
  });

  test('addresses outside of the network are left out, and told once for as long as they are the same', async () => {
    const { made, dns, notes } = upstream();
    dns.answer = async () => at('10.0.0.1', '11.0.0.1', '169.254.169.254');
    expect(await made.resolve()).toEqual({ is: 'addresses', addresses: ['10.0.0.1'] });
    await made.resolve();
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/db\.test is not followed to every address: 11\.0\.0\.1 .*169\.254\.169\.254/);
  });

  test.each<[string, () => Promise<Addresses>, object]>([
    ['no allowed address', async () => at('11.0.0.1'), { code: 'LG_UPSTREAM_ADDRESS_REFUSED', resolver: false }],
    ['no address', async () => [], { code: 'LG_UPSTREAM_NO_ADDRESS', resolver: false }],
    ['no answer', () => Promise.reject(new Error('ETIMEOUT')), { code: 'LG_UPSTREAM_NO_ADDRESS', resolver: true }],
  ])('%s is a refusal', async (_, answer, want) => {
    const { made, dns, connect } = upstream();
    dns.answer = answer;
    expect(await made.resolve()).toMatchObject({ is: 'refused', ...want });
    expect(await connect()).toMatchObject({ is: 'refused' });
  });

  test('families take turns', async () => {
    const { made, dns } = upstream({ cidrs: [], reach: 'public' });
    dns.answer = async () => at('1.1.1.1', '1.1.1.2', '1.1.1.3', '2606:4700::1');
    expect(await made.resolve()).toEqual({
      is: 'addresses',
      addresses: ['1.1.1.1', '2606:4700::1', '1.1.1.2', '1.1.1.3'],
    });
  });
});

describe('a dial', () => {
  test('tries the next address when one fails, and that one last from then on', async () => {
    const { made, dns, places, connect } = upstream();
    dns.answer = async () => at('10.0.0.1', '10.0.0.2');
    places.set('10.0.0.2', await server('two'));
    expect(await connect()).toMatchObject({ is: 'connected', address: '10.0.0.2' });
    expect(await made.resolve()).toMatchObject({ addresses: ['10.0.0.2', '10.0.0.1'] });
    places.set('10.0.0.1', await server('one'));
    places.delete('10.0.0.2');
    expect(await connect()).toMatchObject({ is: 'connected', address: '10.0.0.1' });
    expect(await made.resolve()).toMatchObject({ addresses: ['10.0.0.1', '10.0.0.2'] });
  });

  test('that fails counts, and takes the upstream down as often as its check says', async () => {
    const { made, connect } = upstream({ addresses: ['10.0.0.1' as IpAddress] });
    expect(await connect()).toMatchObject({ is: 'refused', code: 'LG_UPSTREAM_REFUSED' });
    expect([made.failures, made.health.up, made.refusal()]).toEqual([1, true, undefined]);
    await connect();
    expect(made.failures).toBe(2);
    expect(made.refusal()).toMatchObject({
      code: 'LG_UPSTREAM_UNHEALTHY',
      why: expect.stringMatching(/^db\.test:5432 is down: 10\.0\.0\.1 port 5432 refused/),
    });
  });

  test.each([
    ['tcp', true],
    ['tls', false],
  ] as const)('that succeeds counts as a success where an open port is what is checked: %s', async (kind, up) => {
    const { made, places, connect } = upstream({
      addresses: ['10.0.0.1' as IpAddress],
      health: { kind, intervalSeconds: 10, rise: 1, fall: 1 },
    });
    await connect();
    expect(made.health.up).toBe(false);
    places.set('10.0.0.1', await server('one'));
    await connect();
    expect(made.health.up).toBe(up);
  });

  test('that fails for want of the router’s own sockets is not held against the upstream', async () => {
    const { made, connect } = upstream({ addresses: ['10.0.0.1' as IpAddress] });
    decided.result = { is: 'refused', code: 'LG_OVER_LIMIT', why: 'the router has no socket left to dial with' };
    expect(await connect()).toMatchObject({ is: 'refused', code: 'LG_OVER_LIMIT' });
    expect([made.failures, made.health.lastFailure]).toEqual([0, undefined]);
  });

  test('is over when it is cancelled, also while DNS is asked', async () => {
    const { made, dns, dialled } = upstream();
    let answer: (addresses: Addresses) => void = () => {};
    dns.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    let results = 0;
    made
      .connect(() => {
        results += 1;
      })
      .cancel();
    answer(at('10.0.0.1'));
    await made.resolve();
    expect([results, dialled]).toEqual([0, []]);
  });
});

describe('room', () => {
  test.each([
    ['its own maximum', { maxConnections: 2 }, {}],
    ['the default of the router', {}, { connectionsPerUpstream: 2 }],
  ])('is %s', (_, plan, limits) => {
    const { made } = upstream(plan, limits);
    made.open = 1;
    expect(made.refusal()).toBeUndefined();
    made.open = 2;
    expect(made.refusal()).toEqual({ code: 'LG_OVER_LIMIT', why: 'db.test:5432 already carries 2 connections' });
  });
});

describe('a question of the router’s own', () => {
  const threeBytes: Exchange<string> = {
    read: (answer) =>
      answer.length < 3 ? { is: 'need-more', atLeast: 3 } : { is: 'done', value: Buffer.from(answer).toString() },
    whyClosed: 'it closed',
    whyLate: (deadlineMs) => `nothing within ${deadlineMs} ms`,
  };

  test('connects, has its exchange, closes, and counts as a connection meanwhile', async () => {
    const { made, places } = upstream({ addresses: ['10.0.0.1' as IpAddress] });
    let tell: () => void = () => {};
    const left = new Promise<void>((resolve) => {
      tell = resolve;
    });
    places.set('10.0.0.1', await server('one', tell));
    const answer = made.ask(threeBytes, 60_000);
    expect(made.open).toBe(1);
    expect(await answer).toEqual({ is: 'done', value: 'one' });
    expect(made.open).toBe(0);
    await left;
  });

  test('is refused like a connection: no room, no answer, not there', async () => {
    const full = upstream({ maxConnections: 0 });
    expect(await full.made.ask(threeBytes, 60_000)).toMatchObject({
      is: 'refused',
      refusal: { code: 'LG_OVER_LIMIT' },
    });
    const gone = upstream({ addresses: ['10.0.0.1' as IpAddress] });
    expect(await gone.made.ask(threeBytes, 60_000)).toMatchObject({
      is: 'refused',
      refusal: { code: 'LG_UPSTREAM_REFUSED' },
    });
    const mute = upstream({ addresses: ['10.0.0.1' as IpAddress] });
    mute.places.set('10.0.0.1', await server(''));
    expect(await mute.made.ask(threeBytes, 30)).toMatchObject({ refusal: { why: 'nothing within 30 ms' } });
    expect([full, gone, mute].map(({ made }) => made.open)).toEqual([0, 0, 0]);
  });

  test('does not wait longer than its time for a connection', async () => {
    const { made, dns } = upstream();
    dns.answer = () => new Promise(() => {});
    expect(await made.ask(threeBytes, 20)).toEqual({
      is: 'refused',
      refusal: { code: 'LG_UPSTREAM_TIMEOUT', why: 'the server could not be reached within 20 ms' },
    });
    expect(made.open).toBe(0);
  });

  test('does not connect once its time is over', async () => {
    const { made, dns, dialled } = upstream();
    let answer: (addresses: Addresses) => void = () => {};
    dns.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await made.ask(threeBytes, 20);
    answer(at('10.0.0.1'));
    await made.resolve();
    expect(dialled).toEqual([]);
  });
});
