import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { IpAddress, Port } from '../../ir/index.ts';
import { defaultLimits } from '../router-limits.ts';
import { type DialResult, dial } from './dial.ts';

/** A connection attempt whose end the test decides. */
class FakeSocket extends EventEmitter {
  destroyed = false;
  readonly options: { readonly host: string; readonly port: number };

  constructor(options: FakeSocket['options']) {
    super();
    this.options = options;
  }

  destroy(): void {
    this.destroyed = true;
  }

  fail(code: string): void {
    this.emit('error', Object.assign(new Error(code), { code }));
  }
}

const attempts: FakeSocket[] = [];
vi.mock('node:net', () => ({
  connect: (options: FakeSocket['options']) => {
    const socket = new FakeSocket(options);
    attempts.push(socket);
    return socket;
  },
}));

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate'] }));
afterEach(() => {
  vi.useRealTimers();
  attempts.length = 0;
});

const limits = { ...defaultLimits, dialMs: 10_000, dialAttemptMs: 3000, dialStaggerMs: 250 };
const [one, two, three] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'] as IpAddress[] as [IpAddress, IpAddress, IpAddress];

function dialling(...addresses: IpAddress[]) {
  const results: DialResult[] = [];
  const failed: string[] = [];
  const pending = dial(
    addresses,
    5432 as Port,
    { limits, place: (host, port) => ({ host, port }), onFailed: (address) => void failed.push(address) },
    (result) => void results.push(result),
  );
  return { results, failed, pending };
}

const dialled = (): string[] => attempts.map(({ options }) => options.host);
const socket = (i: number): FakeSocket => {
  const found = attempts[i];
  if (!found) throw new Error(`there is no attempt ${i}`);
  return found;
};

describe('the address that answers first is taken', () => {
  test('one address, dialled at once', () => {
    const { results } = dialling(one);
    expect(attempts.map(({ options }) => options)).toMatchObject([
      { host: one, port: 5432, allowHalfOpen: true, noDelay: true, keepAlive: true },
    ]);
    socket(0).emit('connect');
    expect(results).toEqual([{ is: 'connected', socket: socket(0), address: one }]);
    expect(socket(0).listenerCount('error')).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect([results.length, socket(0).destroyed]).toEqual([1, false]);
  });

  test('the next one is tried beside it after its head start, and the slower ones are closed', () => {
    const { results } = dialling(one, two, three);
    vi.advanceTimersByTime(249);
    expect(dialled()).toEqual([one]);
    vi.advanceTimersByTime(1);
    expect(dialled()).toEqual([one, two]);
    vi.advanceTimersByTime(250);
    expect(dialled()).toEqual([one, two, three]);
    socket(1).emit('connect');
    expect(results).toMatchObject([{ is: 'connected', address: two }]);
    expect(attempts.map(({ destroyed }) => destroyed)).toEqual([true, false, true]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a later failure changes nothing', () => {
    const { results, failed } = dialling(one, two);
    vi.advanceTimersByTime(250);
    socket(0).emit('connect');
    socket(1).fail('ECONNREFUSED');
    expect([results.length, failed]).toEqual([1, []]);
  });
});

describe('an address that fails', () => {
  test('lets the next one begin at once, and is told', () => {
    const { results, failed } = dialling(one, two, three);
    socket(0).fail('ECONNREFUSED');
    expect(dialled()).toEqual([one, two]);
    expect([failed, socket(0).destroyed]).toEqual([[one], true]);
    vi.advanceTimersByTime(250);
    expect(dialled()).toEqual([one, two, three]);
    socket(2).emit('connect');
    expect(results).toMatchObject([{ is: 'connected', address: three }]);
  });

  test('is the result when it was the last, and the last to fail', () => {
    const { results } = dialling(one, two);
    socket(0).fail('ECONNREFUSED');
    expect(results).toEqual([]);
    socket(1).fail('EHOSTUNREACH');
    expect(results).toMatchObject([{ is: 'refused', code: 'LG_UPSTREAM_TIMEOUT', why: expect.stringContaining(two) }]);
  });

  test.each([
    ['ECONNREFUSED', 'LG_UPSTREAM_REFUSED'],
    ['ECONNRESET', 'LG_UPSTREAM_REFUSED'],
    ['ETIMEDOUT', 'LG_UPSTREAM_TIMEOUT'],
    ['EHOSTUNREACH', 'LG_UPSTREAM_TIMEOUT'],
    ['ENETUNREACH', 'LG_UPSTREAM_TIMEOUT'],
    ['EMFILE', 'LG_OVER_LIMIT'],
    ['ENFILE', 'LG_OVER_LIMIT'],
    ['EADDRNOTAVAIL', 'LG_OVER_LIMIT'],
    ['ENOBUFS', 'LG_OVER_LIMIT'],
    ['EAGAIN', 'LG_OVER_LIMIT'],
  ])('%s is %s', (code, want) => {
    const { results } = dialling(one);
    socket(0).fail(code);
    expect(results).toMatchObject([{ is: 'refused', code: want, why: expect.stringContaining(code) }]);
  });
});

describe('time', () => {
  test('an address with others behind it has its own, shorter time', () => {
    const { results, failed } = dialling(one, two);
    vi.advanceTimersByTime(2999);
    expect(failed).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(failed).toEqual([one]);
    expect(socket(0).destroyed).toBe(true);
    expect(results).toEqual([]);
  });

  test('the last one has all of it', () => {
    const { results } = dialling(one);
    vi.advanceTimersByTime(9999);
    expect(results).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(results).toEqual([
      { is: 'refused', code: 'LG_UPSTREAM_TIMEOUT', why: '10.0.0.1 port 5432 did not answer within 10000 ms' },
    ]);
  });

  test('what is there when a paused process wakes up is an answer', () => {
    const { results } = dialling(one);
    vi.advanceTimersToNextTimer(); // the deadline; the look at it comes after what the kernel holds
    socket(0).emit('connect');
    vi.advanceTimersByTime(1);
    expect(results).toMatchObject([{ is: 'connected' }]);
  });

  test('all addresses together have one deadline', () => {
    const { results } = dialling(one, two, three);
    for (let i = 0; i < 100; i++) vi.advanceTimersByTime(100);
    vi.advanceTimersByTime(1);
    expect(results).toMatchObject([{ is: 'refused', code: 'LG_UPSTREAM_TIMEOUT' }]);
    expect(attempts.every(({ destroyed }) => destroyed)).toBe(true);
  });
});

test('a cancelled dial closes everything, and has no result', () => {
  const { results, pending } = dialling(one, two);
  vi.advanceTimersByTime(250);
  pending.cancel();
  expect(attempts.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  socket(0).emit('connect');
  socket(1).fail('ECONNREFUSED');
  vi.advanceTimersByTime(60_000);
  expect([results, attempts.length]).toEqual([[], 2]);
  pending.cancel();
});
