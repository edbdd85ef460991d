import { afterEach, describe, expect, test } from 'vitest';
import { readUntil, type SocketPair, SocketPairs } from '../../../test/support/sockets.ts';
import { OpeningBuffer } from './opening-buffer.ts';

const pairs = new SocketPairs();
afterEach(() => pairs.close());

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

async function opening(): Promise<SocketPair & { readonly buffer: OpeningBuffer }> {
  const pair = await pairs.make();
  return { ...pair, buffer: new OpeningBuffer(pair.near) };
}

describe('reading', () => {
  test('waits until as much is there as was asked for, and consumes nothing', async () => {
    const { far, buffer } = await opening();
    const four = buffer.atLeast(4);
    far.write('ab');
    far.write('cd');
    expect(await four).toBeUndefined();
    expect(text(buffer.view).startsWith('abcd')).toBe(true);
    expect(await buffer.atLeast(3)).toBeUndefined();
    expect(text(buffer.view).startsWith('abcd')).toBe(true);
  });

  test('what comes in pieces reads as one', async () => {
    const { far, buffer } = await opening();
    const whole = `${'x'.repeat(50)}${'y'.repeat(5000)}z`;
    for (const piece of [whole.slice(0, 3), whole.slice(3, 60), whole.slice(60)]) {
      const before = buffer.length;
      const more = buffer.atLeast(before + piece.length);
      far.write(piece);
      expect(await more).toBeUndefined();
    }
    expect(text(buffer.view)).toBe(whole);
    expect(buffer.length).toBe(whole.length);
  });

  test('stops while nothing is asked for, so that it holds no more than one read', async () => {
    const { near, far, buffer } = await opening();
    const first = buffer.atLeast(1);
    far.write(Buffer.alloc(4 * 1024 * 1024));
    await first;
    await new Promise<void>((resolve) => (near.isPaused() ? resolve() : near.once('pause', () => resolve())));
    expect(buffer.length).toBeLessThanOrEqual(2 * 65_536);
  });

  test('the view begins behind what was skipped', async () => {
    const { far, buffer } = await opening();
    const all = buffer.atLeast(10);
    far.write('headerbody');
    await all;
    buffer.skip(6);
    expect([text(buffer.view), buffer.length, buffer.skipped]).toEqual(['body', 4, 6]);
    const more = buffer.atLeast(6);
    far.write('!!');
    await more;
    expect(text(buffer.view)).toBe('body!!');
  });
});

describe('the end', () => {
  test('of the client’s side is told to whoever waits, and to whoever asks later', async () => {
    const { far, buffer } = await opening();
    const two = buffer.atLeast(2);
    far.end('x');
    expect(await two).toBe('ended');
    expect(await buffer.atLeast(2)).toBe('ended');
    expect(await buffer.atLeast(1)).toBeUndefined();
  });

  test('of the connection is told as aborted', async () => {
    const { far, buffer } = await opening();
    const one = buffer.atLeast(1);
    far.resetAndDestroy();
    expect(await one).toBe('aborted');
  });

  test('of the time is told once, and what has come stays', async () => {
    const { far, buffer } = await opening();
    const one = buffer.atLeast(1);
    far.write('x');
    await one;
    const two = buffer.atLeast(2);
    buffer.expire();
    expect(await two).toBe('deadline');
    expect(text(buffer.view)).toBe('x');
  });

  test('the first reason stays', async () => {
    const { far, buffer } = await opening();
    const one = buffer.atLeast(1);
    far.end();
    await one;
    buffer.expire();
    expect(await buffer.atLeast(1)).toBe('ended');
  });
});

test('what was read is handed over behind the skipped bytes, with the socket paused and free of listeners', async () => {
  const { near, far } = await pairs.make();
  const listeners = (): number[] => ['data', 'end', 'close'].map((event) => near.listenerCount(event));
  const before = listeners();
  const buffer = new OpeningBuffer(near);
  const all = buffer.atLeast(10);
  far.write('headerbody');
  await all;
  buffer.skip(6);
  expect(text(buffer.release())).toBe('body');
  expect(listeners()).toEqual(before);
  expect([near.isPaused(), buffer.length]).toEqual([true, 0]);
  far.write('next');
  expect(await readUntil(near, 'next')).toBe('next');
});
