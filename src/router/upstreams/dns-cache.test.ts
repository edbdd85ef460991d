import { describe, expect, test } from 'vitest';
import type { Hostname, IpAddress } from '../../ir/index.ts';
import type { Addresses } from '../options.ts';
import { defaultLimits, type RouterLimits } from '../router-limits.ts';
import { DnsCache } from './dns-cache.ts';

const db = 'db.test' as Hostname;
const a = (last: number, ttlSeconds = 30) => ({ address: `10.0.0.${last}` as IpAddress, ttlSeconds });

/** A cache whose resolver answers what the test wants, with a clock that the test moves. */
function cache(limits: Partial<RouterLimits> = {}) {
  const clock = { ms: 0 };
  const asked: string[] = [];
  const resolver = { answer: async (): Promise<Addresses> => [a(1)] };
  const made = new DnsCache(
    (name, resolvers) => {
      asked.push(resolvers ? `${name} at ${resolvers.join(',')}` : name);
      return resolver.answer();
    },
    { ...defaultLimits, ...limits },
    () => clock.ms,
  );
  return { made, clock, asked, resolver };
}
const fails = async (): Promise<Addresses> => {
  throw new Error('ETIMEOUT');
};

describe('an answer is kept for its TTL', () => {
  test.each<[string, Addresses, number]>([
    ['that of the record', [a(1, 30)], 30],
    ['the shortest of several', [a(1, 30), a(2, 20)], 20],
    ['the floor, when it is shorter', [a(1, 0)], 1],
    ['the cap, when it is longer', [a(1, 3600)], 60],
  ])('%s', async (_, answer, seconds) => {
    const { made, clock, asked, resolver } = cache();
    resolver.answer = async () => answer;
    await made.lookup(db, undefined);
    clock.ms = seconds * 1000 - 1;
    expect(made.cached(db, undefined)).toMatchObject({ is: 'addresses' });
    await made.lookup(db, undefined);
    expect(asked).toHaveLength(1);
    clock.ms = seconds * 1000;
    expect(made.cached(db, undefined)).toBeUndefined();
    await made.lookup(db, undefined);
    expect(asked).toHaveLength(2);
  });
});

test('many askers share one question', async () => {
  const { made, asked } = cache();
  const answers = await Promise.all(Array.from({ length: 5 }, () => made.lookup(db, undefined)));
  expect(new Set(answers).size).toBe(1);
  expect([asked.length, made.counts.asked]).toEqual([1, 1]);
});

test('the same name at other resolvers is another question', async () => {
  const { made, asked } = cache();
  await made.lookup(db, undefined);
  await made.lookup(db, ['192.168.0.53' as IpAddress]);
  expect(asked).toEqual(['db.test', 'db.test at 192.168.0.53']);
  expect(made.size).toBe(2);
});

test('addresses come once each and in order, up to the limit', async () => {
  const { made, resolver } = cache({ dialAddresses: 3 });
  resolver.answer = async () => [a(3), a(1), a(3), a(2)];
  expect(await made.lookup(db, undefined)).toEqual({
    is: 'addresses',
    addresses: ['10.0.0.3', '10.0.0.1'],
    stale: false,
  });
});

test('a name without an address is asked for again after the floor', async () => {
  const { made, clock, asked, resolver } = cache();
  resolver.answer = async () => [];
  expect(await made.lookup(db, undefined)).toEqual({ is: 'none' });
  clock.ms = 999;
  await made.lookup(db, undefined);
  expect(asked).toHaveLength(1);
  clock.ms = 1000;
  resolver.answer = async () => [a(1)];
  expect(await made.lookup(db, undefined)).toMatchObject({ is: 'addresses' });
});

describe('while DNS fails', () => {
  test('without an earlier answer there is none, and it is asked again after the floor', async () => {
    const { made, clock, asked, resolver } = cache();
    resolver.answer = fails;
    expect(await made.lookup(db, undefined)).toEqual({ is: 'failed', why: 'ETIMEOUT' });
    clock.ms = 999;
    await made.lookup(db, undefined);
    expect(asked).toHaveLength(1);
    clock.ms = 1000;
    await made.lookup(db, undefined);
    expect(asked).toHaveLength(2);
    expect(made.counts).toEqual({ asked: 2, failed: 2, stale: 0 });
  });

  test('the last good answer serves on, as long as the limit says', async () => {
    const { made, clock, resolver } = cache({ dnsStaleSeconds: 100 });
    await made.lookup(db, undefined);
    resolver.answer = fails;
    clock.ms = 30_000;
    expect(await made.lookup(db, undefined)).toEqual({ is: 'addresses', addresses: ['10.0.0.1'], stale: true });
    expect(made.counts).toEqual({ asked: 2, failed: 1, stale: 1 });
    clock.ms = 129_999;
    expect(await made.lookup(db, undefined)).toMatchObject({ is: 'addresses', stale: true });
    clock.ms = 131_000;
    expect(await made.lookup(db, undefined)).toEqual({ is: 'failed', why: 'ETIMEOUT' });
  });

  test('a good answer ends it', async () => {
    const { made, clock, resolver } = cache();
    await made.lookup(db, undefined);
    resolver.answer = fails;
    clock.ms = 30_000;
    await made.lookup(db, undefined);
    resolver.answer = async () => [a(2)];
    clock.ms = 31_000;
    expect(await made.lookup(db, undefined)).toEqual({ is: 'addresses', addresses: ['10.0.0.2'], stale: false });
  });

  test('a name that had no address before it has none now', async () => {
    const { made, clock, resolver } = cache();
    await made.lookup(db, undefined);
    resolver.answer = async () => [];
    clock.ms = 30_000;
    await made.lookup(db, undefined);
    resolver.answer = fails;
    clock.ms = 40_000;
    expect(await made.lookup(db, undefined)).toEqual({ is: 'failed', why: 'ETIMEOUT' });
  });
});

test('holds no more names than its limit, and forgets the one kept longest', async () => {
  const { made } = cache({ dnsEntries: 2 });
  for (const name of ['a.test', 'b.test', 'c.test']) await made.lookup(name as Hostname, undefined);
  expect(made.size).toBe(2);
  expect(['a.test', 'b.test', 'c.test'].map((name) => made.cached(name as Hostname, undefined)?.is)).toEqual([
    undefined,
    'addresses',
    'addresses',
  ]);
});
