import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { readUntil, SocketPairs } from '../../../test/support/sockets.ts';
import type { Exchange } from '../protocols/exchange.ts';
import { exchange } from './exchange.ts';

const pairs = new SocketPairs();
afterEach(() => pairs.close());

/** Takes two bytes for an answer; `no` is a refusal. */
const twoBytes: Exchange<string> = {
  request: Buffer.from('say two bytes\n'),
  read(answer) {
    const text = Buffer.from(answer).toString();
    if (text.length < 2) return { is: 'need-more', atLeast: 2 };
    return text === 'no'
      ? { is: 'refused', refusal: { code: 'LG_UPSTREAM_NO_TLS', why: 'it said no' } }
      : { is: 'done', value: text };
  },
  whyClosed: 'it closed',
  whyLate: (deadlineMs) => `nothing within ${deadlineMs} ms`,
};

test('asks first, and reads on until the answer is whole', async () => {
  const { near, far } = await pairs.make();
  const result = exchange(near, twoBytes, 60_000);
  expect(await readUntil(far, '\n')).toBe('say two bytes\n');
  far.write('o');
  await new Promise<void>((resolve) => near.once('data', () => resolve()));
  far.write('k');
  expect(await result).toEqual({ is: 'done', value: 'ok' });
});

test('leaves the socket paused and with no listener of its own, for whoever comes next', async () => {
  const { near, far } = await pairs.make();
  const before = ['data', 'end', 'close'].map((event) => near.listenerCount(event));
  const { request: _, ...withoutRequest } = twoBytes;
  const result = exchange(near, withoutRequest, 60_000);
  far.write('ok');
  await result;
  expect(near.isPaused()).toBe(true);
  expect(['data', 'end', 'close'].map((event) => near.listenerCount(event))).toEqual(before);
  far.write('next');
  expect(await readUntil(near, 'next')).toBe('next');
});

test.each([
  ['ends', (far: { end(): void }) => far.end()],
  ['resets', (far: { resetAndDestroy(): void }) => far.resetAndDestroy()],
])('a server that %s before it has answered is refused', async (_, leave) => {
  const { near, far } = await pairs.make();
  const result = exchange(near, twoBytes, 60_000);
  await readUntil(far, '\n');
  leave(far);
  expect(await result).toEqual({ is: 'refused', refusal: { code: 'LG_UPSTREAM_REFUSED', why: 'it closed' } });
});

test('leaves no timer behind', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { near, far } = await pairs.make();
  const result = exchange(near, twoBytes, 60_000);
  far.write('ok');
  await result;
  expect(vi.getTimerCount()).toBe(0);
});

test('a server that does not answer in time is refused', async () => {
  const { near } = await pairs.make();
  expect(await exchange(near, twoBytes, 20)).toEqual({
    is: 'refused',
    refusal: { code: 'LG_UPSTREAM_TIMEOUT', why: 'nothing within 20 ms' },
  });
});

test('a refusal that the reading finds is passed on', async () => {
  const { near, far } = await pairs.make();
  const result = exchange(near, twoBytes, 60_000);
  far.write('no');
  expect(await result).toMatchObject({ is: 'refused', refusal: { why: 'it said no' } });
});
