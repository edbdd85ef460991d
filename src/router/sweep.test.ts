import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Carrier } from './carry/carrier.ts';
import { Sweep, type Swept, sweep, sweepMs } from './sweep.ts';

const limits = { idleMs: 100_000, halfClosedMs: 10_000 };

/** A connection whose carrier says what the test wants. */
function connection(state: { fromClient?: number; toClient?: number; isHalfClosed?: boolean; opening?: boolean } = {}) {
  const said = { fromClient: 0, toClient: 0, isHalfClosed: false, ...state };
  const carrier: Carrier = {
    bytes: () => ({ fromClient: said.fromClient, toClient: said.toClient }),
    get isHalfClosed() {
      return said.isHalfClosed;
    },
    recheck: () => {},
    drain: () => {},
    cut: () => {},
  };
  const cuts: string[] = [];
  const swept: Swept = {
    carrier: state.opening ? undefined : carrier,
    seenBytes: 0,
    seenMs: 0,
    cut: (reason) => void cuts.push(reason),
  };
  return { swept, said, cuts };
}

describe('a look', () => {
  test.each<[string, Parameters<typeof connection>[0], number, string[]]>([
    ['a quiet connection just before its limit', {}, 99_999, []],
    ['a quiet connection at its limit', {}, 100_000, ['idle']],
    ['a half-closed one before its own, shorter limit', { isHalfClosed: true }, 9_999, []],
    ['a half-closed one at its own limit', { isHalfClosed: true }, 10_000, ['idle']],
    ['an opening, which has a deadline of its own', { opening: true }, 1e9, []],
  ])('%s', (_, state, nowMs, want) => {
    const { swept, cuts } = connection(state);
    sweep([swept], limits, nowMs);
    expect(cuts).toEqual(want);
  });

  test.each(['fromClient', 'toClient'] as const)('bytes %s begin the time anew', (direction) => {
    const { swept, said, cuts } = connection();
    sweep([swept], limits, 90_000);
    said[direction] += 1;
    sweep([swept], limits, 120_000);
    sweep([swept], limits, 219_999);
    expect(cuts).toEqual([]);
    sweep([swept], limits, 220_000);
    expect(cuts).toEqual(['idle']);
  });

  test('a half-closed limit longer than the idle one is not shortened', () => {
    const { swept, cuts } = connection({ isHalfClosed: true });
    sweep([swept], { idleMs: 1000, halfClosedMs: 5000 }, 4999);
    expect(cuts).toEqual([]);
  });
});

test.each([
  [{ idleMs: 86_400_000, halfClosedMs: 3_600_000 }, 60_000],
  [{ idleMs: 86_400_000, halfClosedMs: 20_000 }, 5000],
  [{ idleMs: 20_000, halfClosedMs: 3_600_000 }, 5000],
  [{ idleMs: 1, halfClosedMs: 1 }, 1000],
])('with %o connections are looked at every %i ms', (each, want) => {
  expect(sweepMs(each)).toBe(want);
});

describe('the timer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('looks at those that are there, at the time that the clock says, until it is stopped', () => {
    let nowMs = 0;
    const [quiet, busy] = [connection(), connection()];
    const connections = new Set([quiet.swept, busy.swept]);
    const timer = new Sweep(connections, limits, () => nowMs);
    nowMs = 100_000;
    busy.said.toClient = 1;
    vi.advanceTimersByTime(sweepMs(limits));
    expect([quiet.cuts, busy.cuts]).toEqual([['idle'], []]);
    timer.stop();
    nowMs = 1e9;
    vi.advanceTimersByTime(1e6);
    expect(busy.cuts).toEqual([]);
  });
});
