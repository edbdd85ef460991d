import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { readToEnd, readUntil, SocketPairs } from '../../../test/support/sockets.ts';
import type { CarryEnd } from './carrier.ts';
import { Passthrough } from './passthrough.ts';

const pairs = new SocketPairs();
afterEach(() => pairs.close());

/** A carrier between two real connections, with both far ends. */
async function carrying(first = '') {
  const [left, right] = [await pairs.make(), await pairs.make()];
  const ends: CarryEnd[] = [];
  let tell: (end: CarryEnd) => void = () => {};
  const over = new Promise<CarryEnd>((resolve) => {
    tell = resolve;
  });
  const carrier = new Passthrough(
    { client: left.near, upstream: right.near, first: Buffer.from(first) },
    (end, refusal) => {
      expect(refusal).toBeUndefined();
      ends.push(end);
      tell(end);
    },
  );
  return { carrier, user: left.far, server: right.far, near: { client: left.near, upstream: right.near }, over, ends };
}

const hasEnded = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readableEnded) resolve();
    else socket.once('end', () => resolve());
  });

describe('passthrough', () => {
  test('what was read before goes first, then bytes flow both ways and are counted by whoever sent them', async () => {
    const { carrier, user, server } = await carrying('hello ');
    user.write('world\n');
    expect(await readUntil(server, '\n')).toBe('hello world\n');
    server.write('good day\n');
    expect(await readUntil(user, '\n')).toBe('good day\n');
    expect(carrier.bytes()).toEqual({ fromClient: 6, toClient: 9 });
  });

  test('the end of one side is passed on, and the other side goes on', async () => {
    const { carrier, user, server, near, over } = await carrying();
    expect(carrier.isHalfClosed).toBe(false);
    user.end('last words\n');
    expect(await readToEnd(server)).toBe('last words\n');
    await hasEnded(near.client);
    expect(carrier.isHalfClosed).toBe(true);
    server.write('still here\n');
    expect(await readUntil(user, '\n')).toBe('still here\n');
    server.end();
    expect(await over).toBe('done');
    expect(carrier.bytes()).toEqual({ fromClient: 11, toClient: 11 });
  });

  test('a server that ends first makes the connection half-closed too', async () => {
    const { carrier, user, server, near, over } = await carrying();
    server.end('bye\n');
    expect(await readToEnd(user)).toBe('bye\n');
    await hasEnded(near.upstream);
    expect(carrier.isHalfClosed).toBe(true);
    user.end();
    expect(await over).toBe('done');
  });

  test('a client that had ended before the carrier took over is passed on as ended', async () => {
    const [left, right] = [await pairs.make(), await pairs.make()];
    left.far.end();
    left.near.resume();
    await hasEnded(left.near);
    new Passthrough({ client: left.near, upstream: right.near, first: Buffer.from('all of it') }, () => {});
    expect(await readToEnd(right.far)).toBe('all of it');
  });

  test.each([
    ['client', 'client-broke'],
    ['upstream', 'upstream-broke'],
  ] as const)('a reset of the %s reaches the other side as a reset', async (which, end) => {
    const { user, server, over, ends } = await carrying();
    const [broken, other] = which === 'client' ? [user, server] : [server, user];
    broken.write('half a mess');
    await new Promise<void>((resolve) => other.once('data', () => resolve()));
    const seen = readToEnd(other);
    broken.resetAndDestroy();
    expect(await seen).toBe('[ECONNRESET]');
    expect(await over).toBe(end);
    expect(ends).toEqual([end]);
  });

  test('a cut resets both sides, and is told once', async () => {
    const { carrier, user, server, over, ends } = await carrying();
    user.write('x');
    await new Promise<void>((resolve) => server.once('data', () => resolve()));
    const seen = [readToEnd(user), readToEnd(server)];
    carrier.cut();
    await over;
    expect(await Promise.all(seen)).toEqual(['[ECONNRESET]', '[ECONNRESET]']);
    expect(ends).toHaveLength(1);
    expect(carrier.bytes()).toEqual({ fromClient: 1, toClient: 0 });
  });

  test('a cut does not wait for a client that reads nothing', async () => {
    const { carrier, user, near, over } = await carrying();
    near.client.write(Buffer.alloc(64 * 1024 * 1024)); // more than the system takes
    carrier.cut();
    await over;
    expect(await readToEnd(user)).toMatch(/\[ECONNRESET\]$/);
  });

  test.each(['client', 'upstream'] as const)(
    'a %s that is destroyed here takes the other side along',
    async (which) => {
      const { user, server, near, over } = await carrying();
      const seen = readToEnd(which === 'client' ? server : user);
      near[which].destroy();
      expect(await seen).toBe('[ECONNRESET]');
      expect(await over).toBe('done');
    },
  );

  test('a drain changes nothing: bytes without messages have no end but their own', async () => {
    const { carrier, user, server } = await carrying();
    carrier.drain();
    user.write('on we go\n');
    expect(await readUntil(server, '\n')).toBe('on we go\n');
  });

  test.each(['client', 'upstream'] as const)('a slow %s holds back the other side', async (slow) => {
    const { carrier, user, server, near } = await carrying();
    const [reader, writer, from, to] =
      slow === 'client' ? [user, server, near.upstream, near.client] : [server, user, near.client, near.upstream];
    reader.pause();
    const whole = 8 * 1024 * 1024;
    writer.write(Buffer.alloc(whole, 1));
    await new Promise<void>((resolve) => from.once('pause', () => resolve()));
    const { fromClient, toClient } = carrier.bytes();
    expect(fromClient + toClient).toBeLessThan(whole);
    expect(to.writableNeedDrain).toBe(true);
    let got = 0;
    await new Promise<void>((resolve) => {
      reader.on('data', (chunk: Buffer) => {
        got += chunk.length;
        if (got === whole) resolve();
      });
      reader.resume();
    });
    expect(carrier.bytes()).toEqual(
      slow === 'client' ? { fromClient: 0, toClient: whole } : { fromClient: whole, toClient: 0 },
    );
  });
});
