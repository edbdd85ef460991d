import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
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
    await expect(buffer.atLeast(3)).resolves.toBeUndefined();
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

  test('what comes in one read is not copied, and looked at twice is one view', async () => {
    const { near, buffer } = await opening();
    const read = Buffer.from('hello');
    near.emit('data', read);
    const { view } = buffer;
    expect([text(view), view.buffer, view.byteOffset]).toEqual(['hello', read.buffer, read.byteOffset]);
    expect(buffer.view).toBe(view);
  });

  test('a client that sends byte by byte costs a logarithmic number of copies', async () => {
    const { near, buffer } = await opening();
    const bytes = Buffer.from('0123456789abcdef'.repeat(64));
    const allocated = vi.spyOn(Buffer, 'allocUnsafe');
    onTestFinished(() => void allocated.mockRestore());
    for (const byte of bytes) near.emit('data', Buffer.of(byte));
    expect(allocated.mock.calls).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 1024].map((size) => [size]));
    expect(text(buffer.view)).toBe(text(bytes));
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
  expect(text(buffer.view)).toBe('body');
  expect(text(buffer.release())).toBe('body');
  expect(buffer.view.buffer.byteLength).toBe(0); // what was handed over is not kept for as long as the connection lasts
  expect(listeners()).toEqual(before);
  expect([near.isPaused(), buffer.length]).toEqual([true, 0]);
  far.write('next');
  expect(await readUntil(near, 'next')).toBe('next');
});
