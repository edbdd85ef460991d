import { describe, expect, test } from 'vitest';
import { answeredFlow } from '../../../test/support/flow-records.ts';
import type { FlowRecord } from '../../ir/index.ts';
import type { FlowsRead } from '../flows/flow-ring.ts';
import { FlowFeed, type FlowSource } from './flow-feed.ts';

const record = (id: string, second: number, path = '/'): FlowRecord => ({
  ...answeredFlow,
  id,
  start: `2026-11-24T09:15:${String(second).padStart(2, '0')}.000Z`,
  request: { ...answeredFlow.request, path },
});

/** A source with these records, as a ring gives them. */
const source = (records: readonly FlowRecord[], lost = 0): FlowSource => ({
  readFlows(since, most): FlowsRead {
    const read = records.slice(since, since + most);
    const next = since + read.length;
    return { records: read, next, lost: since === 0 ? lost : 0, hasMore: next < records.length };
  },
});
const ids = (flows: readonly FlowRecord[]): string => flows.map(({ id }) => id).join(' ');

describe('the feed', () => {
  test('puts the records of several workers into one row, each once', async () => {
    const one = [record('a', 1), record('c', 3)];
    const other = [record('b', 2)];
    const sources = [source(one), source(other)];
    const feed = new FlowFeed(() => sources);
    await feed.pull();
    expect(ids(feed.read(0, 10, {}).flows)).toBe('a b c');
    other.push(record('d', 4));
    await feed.pull();
    const { flows, next, dropped } = feed.read(3, 10, {});
    expect([ids(flows), next, dropped, flows[0]?.seq]).toEqual(['d', 4, 0, 4]);
  });

  test('reads all that a source has, a few at a time', async () => {
    const asked: number[] = [];
    const many = source(Array.from({ length: 333 }, (_, i) => record(`r${i}`, 0)));
    const counting: FlowSource = {
      readFlows: (since, most) => {
        asked.push(most);
        return many.readFlows(since, most);
      },
    };
    const sources = [counting];
    const feed = new FlowFeed(() => sources);
    await feed.pull();
    expect(feed.last).toBe(333);
    expect(Math.max(...asked)).toBeLessThanOrEqual(50);
  });

  test('never asks a source twice at once, and goes on without one that does not answer', async () => {
    let asked = 0;
    let answer = (_: FlowsRead): void => {};
    const slow: FlowSource = {
      readFlows: () => {
        asked += 1;
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    };
    const broken: FlowSource = { readFlows: () => Promise.reject(new Error('gone')) };
    const sources = [slow, broken];
    const feed = new FlowFeed(() => sources);
    const pulls = [feed.pull(), feed.pull(), feed.pull()];
    expect(asked).toBe(1);
    answer({ records: [record('a', 1)], next: 1, lost: 0, hasMore: false });
    await Promise.all(pulls);
    expect(ids(feed.read(0, 10, {}).flows)).toBe('a');
  });

  test('says how many were gone before they could be read', async () => {
    const sources = [source([record('x', 1)], 7)];
    const feed = new FlowFeed(() => sources);
    await feed.pull();
    expect(feed.read(0, 10, {})).toMatchObject({ next: 1, dropped: 7 });
    expect(feed.read(1, 10, {})).toMatchObject({ next: 1, dropped: 0 });
  });

  test('holds a bounded number of bytes, and says what is gone', async () => {
    const text = 'x'.repeat(60_000);
    const big = Array.from({ length: 1000 }, (_, i) => record(`r${i}`, 0, text));
    const sources = [source(big)];
    const feed = new FlowFeed(() => sources);
    await feed.pull();
    const { flows, dropped } = feed.read(0, 1, {});
    expect(dropped).toBeGreaterThan(400);
    expect(flows[0]?.id).toBe(`r${dropped}`);
    // A page ends behind some bytes, whatever was asked for.
    expect(feed.read(0, 1000, {}).flows.length).toBeLessThan(40);
  });

  test('begins anew with a reader that knows a higher number: the router was started again', async () => {
    const sources = [source([record('a', 1)])];
    const feed = new FlowFeed(() => sources);
    await feed.pull();
    expect(ids(feed.read(500, 10, {}).flows)).toBe('a');
  });

  test('finds where the last so many begin', async () => {
    const sources = [source([record('a', 1, '/x'), record('b', 2, '/y'), record('c', 3, '/x'), record('d', 4, '/x')])];
    const feed = new FlowFeed(() => sources);
    await feed.pull();
    const begin = (most: number, path?: string): string =>
      ids(feed.read(feed.beginOf(most, path ? { path } : {}), most, path ? { path } : {}).flows);
    expect(begin(2)).toBe('c d');
    expect(begin(2, '/x')).toBe('c d');
    expect(begin(3, '/x')).toBe('a c d');
    expect(begin(9)).toBe('a b c d');
  });
});
