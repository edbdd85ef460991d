import { readdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from 'vitest';
import { type Backend, tcpBackend, tlsBackend } from './backends.ts';
import { dialTo, echo, headerOf, readAll, readUntil, stayWith, whoAnswers } from './clients.ts';
import { startNode } from './engines.ts';
import { endpointA, endpointB, setupOf } from './setup.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const openFiles = (): number => readdirSync('/proc/self/fd').length;

const closing: { close(): Promise<unknown> }[] = [];
const owned = <T extends { close(): Promise<unknown> }>(one: T): T => {
  closing.push(one);
  return one;
};
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

const header = headerOf(endpointA);
const orders = { name: 'orders.test', header };

async function byName(limits: Parameters<typeof startNode>[1] = {}, maxConnections?: number) {
  const backend = owned(await tlsBackend('orders.test'));
  const upstream = maxConnections === undefined ? {} : { maxConnections };
  const setup = setupOf([{ key: 'l', speaks: ['tls'], routes: [{ name: 'orders.test', to: backend.port, upstream }] }]);
  const router = owned(await startNode(setup, limits));
  return { backend, router, place: router.addressOf('l') };
}

async function byPort(backend: Backend, limits: Parameters<typeof startNode>[1] = {}) {
  const setup = setupOf([
    { key: 'p', speaks: ['tcp'], identity: { by: 'listener', nccs: ['n-1'] }, routes: [{ to: backend.port }] },
  ]);
  const router = owned(await startNode(setup, limits));
  return { router, place: router.addressOf('p') };
}

const gone = (sockets: readonly Socket[]): Promise<unknown> =>
  Promise.all(
    sockets.map((socket) => (socket.destroyed ? undefined : new Promise((resolve) => socket.once('close', resolve)))),
  );

test('a target that dies in the middle of a connection takes only that connection along', async () => {
  const { backend, router, place } = await byName();
  const { tls, socket } = await stayWith(place, orders);
  for (const each of backend.sockets) each.resetAndDestroy();
  expect(await echo(tls, 'still there?')).toBe('');
  await gone([socket]);
  expect((await router.nextEvent()).end).toBe('upstream-broke');
  expect(await whoAnswers(place, orders)).toBe('orders.test');
});

test('a reset of the client reaches the target as a reset', async () => {
  const backend = owned(await tcpBackend('ledger'));
  const { router, place } = await byPort(backend);
  const socket = await dialTo(place);
  await readUntil(socket, '\n');
  const [behind] = backend.sockets;
  const broke = new Promise<string>((resolve) => behind?.once('error', (error) => resolve(String(error))));
  socket.resetAndDestroy();
  expect(await broke).toMatch(/ECONNRESET/);
  expect((await router.nextEvent()).end).toBe('client-broke');
});

test('half-close is forwarded in both directions: a client that has sent everything still gets its answer', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let got = 0;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      got += chunk.length;
    });
    socket.on('end', () => socket.end(`got ${got}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  owned({ close: () => new Promise((resolve) => server.close(resolve)) });
  const bound = server.address();
  const port = bound && typeof bound === 'object' ? bound.port : 0;
  const { router, place } = await byPort({ port } as Backend);
  const socket = await dialTo(place, 'x'.repeat(100_000));
  socket.end();
  expect((await readAll(socket)).toString()).toBe('got 100000');
  const event = await router.nextEvent();
  expect(event).toMatchObject({ end: 'done', bytesIn: 100_000, bytesOut: 10, target: 'target-p' });
});

test.each([
  ['nothing', ''],
  ['half a PROXY header', Buffer.from(header).subarray(0, 20)],
  ['one byte of a hello', Buffer.concat([header, Buffer.from([0x16])])],
])('a client that sends %s and waits is refused at the deadline', async (_, opening) => {
  const { router, place } = await byName({ limits: { openingMs: 50 } });
  const socket = await dialTo(place, opening);
  await readAll(socket);
  expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_TOO_SLOW' });
});

test('an opening that never ends is refused at its cap', async () => {
  const { router, place } = await byName();
  const records = Buffer.concat(
    Array.from({ length: 6 }, () => Buffer.concat([Buffer.from([0x16, 3, 1, 0x40, 0]), Buffer.alloc(16_384)])),
  );
  records.writeUInt32BE(0x0100_ffff, 5); // a ClientHello of 65535 bytes
  const socket = await dialTo(place, header, records);
  expect((await readAll(socket))[0]).toBe(0x15); // a TLS alert
  expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_TOO_BIG' });
});

test('a client that sends nothing is not logged', async () => {
  const { router, place } = await byName();
  (await dialTo(place)).end();
  expect(await router.nextEvent()).toMatchObject({ end: 'no-data', bytesIn: 0 });
});

test('a thousand idle connections are carried, and leave nothing behind', async () => {
  const backend = owned(await tcpBackend('ledger'));
  const { router, place } = await byPort(backend);
  const before = openFiles();
  const clients = await Promise.all(
    Array.from({ length: 1000 }, async () => {
      const socket = await dialTo(place);
      expect(await readUntil(socket, '\n')).toBe('I am ledger\n');
      return socket;
    }),
  );
  expect(router.stats().open).toBe(1000);
  const over = Promise.all(Array.from({ length: 1000 }, () => router.nextEvent()));
  for (const client of clients) client.end();
  expect((await over).every(({ end }) => end === 'done')).toBe(true);
  await gone(clients);
  await gone([...backend.sockets]);
  expect(router.stats().open).toBe(0);
  expect(openFiles()).toBeLessThanOrEqual(before); // earlier tests may still be closing theirs
});

test('a flood of garbage is refused, and leaves neither descriptors nor memory behind', async () => {
  const { backend, router, place } = await byName({ limits: { openingMs: 200 } });
  let seed = 42;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed;
  };
  const garbage = (): Buffer => {
    const bytes = Buffer.from(Array.from({ length: (random() % 300) + 1 }, () => random() & 255));
    if (random() % 2 === 0) bytes[0] = 0x16;
    return bytes;
  };
  const flood = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 50) {
      const wave = Array.from({ length: 50 }, async () => {
        const socket = await dialTo(place, random() % 3 === 0 ? undefined : header, garbage());
        socket.end();
        await readAll(socket);
      });
      const events = Promise.all(wave.map(() => router.nextEvent()));
      await Promise.all(wave);
      for (const event of await events) expect(['refused', 'client-broke']).toContain(event.end);
    }
  };
  await flood(200); // code and caches are warm now
  const files = openFiles();
  collect();
  const memory = process.memoryUsage().heapUsed;
  await flood(2000);
  collect();
  expect(router.stats()).toMatchObject({ open: 0, opening: 0 });
  expect(openFiles()).toBeLessThanOrEqual(files);
  // The events that this test keeps are about 0.5 KB each.
  expect(process.memoryUsage().heapUsed - memory).toBeLessThan(4_000_000);
  expect(backend.sockets.size).toBe(0);
  expect(await whoAnswers(place, orders)).toBe('orders.test');
});

test('a slow reader holds back the sender: what the router keeps stays small', async () => {
  const total = 64 * 1024 * 1024;
  const server = createServer((socket) => {
    let left = total;
    const chunk = Buffer.alloc(65_536, 7);
    const push = (): void => {
      while (left > 0) {
        left -= chunk.length;
        if (!socket.write(chunk)) return void socket.once('drain', push);
      }
      socket.end();
    };
    socket.on('error', () => {});
    push();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  owned({ close: () => new Promise((resolve) => server.close(resolve)) });
  const bound = server.address();
  const { place } = await byPort({ port: bound && typeof bound === 'object' ? bound.port : 0 } as Backend);
  collect();
  const before = process.memoryUsage().arrayBuffers;
  const socket = await dialTo(place);
  let got = 0;
  let reads = 0;
  let most = 0;
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      got += chunk.length;
      reads += 1;
      socket.pause();
      if (reads % 50 === 0) {
        collect();
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
      // Others have several turns for each of the reader's.
      setImmediate(() => setImmediate(() => setImmediate(() => socket.resume())));
    });
    socket.once('end', resolve);
  });
  socket.destroy();
  expect(got).toBe(total);
  expect(reads).toBeGreaterThan(200);
  // All four ends of the two connections are in this process; without back-pressure it would be all of it.
  expect(most).toBeLessThan(total / 4);
});

test('a full upstream and a full listener refuse, and take connections again when there is room', async () => {
  const { router, place } = await byName({}, 1);
  const first = await stayWith(place, orders);
  expect(await whoAnswers(place, orders)).toBe('alert: internal_error');
  expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_OVER_LIMIT' });
  first.socket.end();
  await router.nextEvent();
  expect(await whoAnswers(place, orders)).toBe('orders.test');
});

test('openings beyond the limit of a listener are closed at once', async () => {
  const { router, place } = await byName({ limits: { pendingOpenings: 2 } });
  const waiting = [await dialTo(place, 'x'), await dialTo(place, 'x')];
  await dialTo(place, 'x').then(readAll, (error: Error) => expect(error.message).toMatch(/ECONNRESET/));
  expect(router.stats().listeners.l?.refused).toEqual({ LG_OVER_LIMIT: 1 });
  for (const socket of waiting) socket.destroy();
});

test('openings of one NCC beyond its limit are reset, and another NCC is not held up by them', async () => {
  const { router, place } = await byName({ limits: { openingsPerNcc: 2 } });
  const waiting = [await dialTo(place, header), await dialTo(place, header)];
  expect(await whoAnswers(place, orders)).toMatch(/^broke: /);
  expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_OVER_LIMIT', ncc: 'n-1' });
  // It is heard, and told that it has no grant.
  expect(await whoAnswers(place, { ...orders, header: headerOf(endpointB) })).toBe('alert: access_denied');
  await router.nextEvent();
  for (const socket of waiting) socket.destroy();
  await router.nextEvent();
  expect(await whoAnswers(place, orders)).toBe('orders.test');
});

test('clients outside the trusted networks get no answer', async () => {
  const { router, place } = await byName({ trust: [] });
  const socket = await dialTo(place, header);
  expect((await readAll(socket)).length).toBe(0);
  expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_NO_IDENTITY' });
});
