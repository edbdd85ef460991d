import { afterEach, expect, test } from 'vitest';
import { closed, readToEnd, SocketPairs } from '../../test/support/sockets.ts';
import { endBehindWrites, reset } from './socket-ends.ts';

const pairs = new SocketPairs();
afterEach(() => pairs.close());

/** More than the system takes for a peer that does not read. */
const much = Buffer.alloc(64 * 1024 * 1024);

test('an end comes behind everything that was written', async () => {
  const { near, far } = await pairs.make();
  near.write(much);
  endBehindWrites(near);
  expect((await readToEnd(far)).length).toBe(much.length);
});

test('an end with nothing written is sent at once', async () => {
  const { near, far } = await pairs.make();
  endBehindWrites(near);
  expect(near.writableEnded).toBe(true);
  expect(await readToEnd(far)).toBe('');
});

test('a connection whose end waits behind unwritten bytes can be reset', async () => {
  const { near, far } = await pairs.make();
  near.write(much);
  endBehindWrites(near);
  reset(near);
  await closed(near);
  expect(await readToEnd(far)).toMatch(/\[ECONNRESET\]$/);
});

test('a connection whose end is being sent is closed', async () => {
  const { near, far } = await pairs.make();
  near.end();
  reset(near);
  await closed(near);
  expect(await readToEnd(far)).toBe('');
});
