import { expect, test } from 'vitest';
import { noCounts, noRequests, noTimes, observe, type Snapshot } from '../metrics.ts';
import { mergeSnapshots } from './merge.ts';

const upstream = { host: 'a.test', port: 443, network: 'core', up: true, open: 1, dialFailures: 2 };

const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
  plan: 'p',
  routes: 3,
  draining: false,
  open: 5,
  opening: 1,
  listeners: { l: { ...noCounts(), accepted: 10, carried: 8, bytesIn: 100, bytesOut: 200, open: 5, clientPort: 443 } },
  upstreams: { u: upstream },
  openingMs: noTimes(),
  dialMs: noTimes(),
  dns: { asked: 4, failed: 1, stale: 2, names: 7 },
  requests: noRequests(),
  flowsNotRecorded: 0,
  reloads: { done: 1, refused: 0 },
  ...more,
});

test('of no worker there is nothing', () => {
  expect(mergeSnapshots([])).toBeUndefined();
});

test('of one worker it is the same', () => {
  expect(mergeSnapshots([snapshot()])).toEqual(snapshot());
});

test('counts are added; what every worker has alike is taken once', () => {
  const merged = mergeSnapshots([snapshot(), snapshot({ dns: { asked: 1, failed: 1, stale: 1, names: 9 } })]);
  expect(merged).toMatchObject({
    routes: 3,
    open: 10,
    opening: 2,
    listeners: { l: { accepted: 20, carried: 16, bytesIn: 200, bytesOut: 400, open: 10, clientPort: 443 } },
    upstreams: { u: { open: 2, dialFailures: 4 } },
    dns: { asked: 5, failed: 2, stale: 3, names: 9 },
    reloads: { done: 1, refused: 0 },
  });
});

test('refusals and ends are added by code and by reason, also where only one worker has seen them', () => {
  const listener = { ...noCounts(), open: 0, clientPort: 443 };
  const merged = mergeSnapshots([
    snapshot({ listeners: { l: { ...listener, refused: { LG_NO_NAME: 1 }, ended: { done: 2 } } } }),
    snapshot({ listeners: { l: { ...listener, refused: { LG_NO_NAME: 2, LG_TOO_SLOW: 1 }, ended: { idle: 1 } } } }),
  ]);
  expect(merged?.listeners.l).toMatchObject({
    refused: { LG_NO_NAME: 3, LG_TOO_SLOW: 1 },
    ended: { done: 2, idle: 1 },
  });
});

test('an upstream is up when any worker reaches it, and the pool drains when any worker does', () => {
  const down = { ...upstream, up: false, lastFailure: 'no answer' };
  expect(mergeSnapshots([snapshot({ upstreams: { u: down } }), snapshot()])?.upstreams.u?.up).toBe(true);
  expect(
    mergeSnapshots([snapshot({ upstreams: { u: down } }), snapshot({ upstreams: { u: down } })])?.upstreams.u?.up,
  ).toBe(false);
  expect(mergeSnapshots([snapshot(), snapshot({ draining: true })])?.draining).toBe(true);
});

test('times are added bucket by bucket', () => {
  const [one, two] = [noTimes(), noTimes()];
  observe(one, 1);
  observe(two, 1);
  observe(two, 20_000);
  const { openingMs } = mergeSnapshots([snapshot({ openingMs: one }), snapshot({ openingMs: two })]) ?? snapshot();
  expect(openingMs).toMatchObject({ count: 3, sumMs: 20_002 });
  expect([openingMs.buckets[0], openingMs.buckets.at(-1)]).toEqual([2, 1]);
});

test('a worker that has a listener or upstream no longer counts as one without it', () => {
  const merged = mergeSnapshots([snapshot(), snapshot({ listeners: {}, upstreams: {} })]);
  expect(merged?.listeners.l?.accepted).toBe(10);
  expect(merged?.upstreams.u?.open).toBe(1);
});

test('requests of all workers are added, by target and answer', () => {
  const requests = (answers: Record<string, number>, full: number) => {
    const endMs = noTimes();
    observe(endMs, 3);
    return {
      targets: { orders: { answers, firstByteMs: noTimes(), endMs } },
      handshakes: { client: { full, resumed: 1 }, upstream: { full: 0, resumed: 0 } },
    };
  };
  const merged = mergeSnapshots([
    snapshot({ requests: requests({ '2xx ': 2 }, 1), flowsNotRecorded: 5 }),
    snapshot({ requests: requests({ '2xx ': 1, '4xx LG_PATH_DENIED': 1 }, 2), flowsNotRecorded: 1 }),
    snapshot({ requests: noRequests() }),
  ]);
  expect(merged?.flowsNotRecorded).toBe(6);
  expect(merged?.requests).toMatchObject({
    targets: { orders: { answers: { '2xx ': 3, '4xx LG_PATH_DENIED': 1 }, endMs: { count: 2, sumMs: 6 } } },
    handshakes: { client: { full: 3, resumed: 2 } },
  });
});
