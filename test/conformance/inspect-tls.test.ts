import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { httpsBackend } from '../support/inspected.ts';
import { secureTo } from '../support/inspected-http2.ts';
import { dialTo, headerOf } from './clients.ts';
import type { NodeUnderTest } from './engines.ts';
import { inspectedSuite } from './inspected-suite.ts';
import { endpointA } from './setup.ts';

const { ca, servers, closing, routerTo, closeAll } = await inspectedSuite();
afterEach(closeAll);

async function started(options: Parameters<typeof routerTo>[1] = {}): Promise<NodeUnderTest> {
  const server = await httpsBackend('a.test', await servers.issue('a.test'));
  closing.push(server);
  return routerTo(server.port, options);
}

test('a client of TLS 1.2 gets no second handshake in its connection, however often it asks', async () => {
  const router = await started();
  const place = router.addressOf('s-1/443');
  for (let i = 0; i < 3; i++) {
    const socket = await dialTo(place, headerOf(endpointA));
    const tls = connectTls({ socket, servername: 'a.test', ca: ca.rootPem, maxVersion: 'TLSv1.2' });
    tls.on('error', () => {});
    await new Promise<void>((resolve) => tls.once('secureConnect', resolve));
    const closed = new Promise((resolve) => tls.once('close', resolve));
    let done = 0;
    // The router once died of the fourth one.
    for (let asked = 0; asked < 6 && !tls.destroyed; asked++) {
      const again = new Promise<boolean>((resolve) => tls.renegotiate({}, (error) => resolve(!error)));
      if (await Promise.race([again, closed.then(() => false)])) done += 1;
    }
    expect(done).toBe(0);
    tls.destroy();
  }
  const wish = { name: 'a.test', rootPem: ca.rootPem, alpn: ['http/1.1'], endpoint: endpointA };
  const next = await secureTo(place, wish);
  closing.push({ close: async () => void next.destroy() });
  expect(next.alpnProtocol).toBe('http/1.1');
});

test('a client that ends inside the handshake is over at once, not when the time for openings is', async () => {
  const router = await started({ limits: { openingMs: 3_600_000 } });
  const raw = await dialTo(router.addressOf('s-1/443'), headerOf(endpointA));
  const between = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      raw.write(chunk, done);
    },
  });
  // The server's part of the handshake is there, and no answer to it follows.
  raw.once('data', () => raw.end());
  connectTls({ servername: 'a.test', ca: ca.rootPem, socket: between }).on('error', () => {});
  expect(await router.nextEvent()).toMatchObject({ end: 'client-broke', name: 'a.test' });
  expect(router.stats().open).toBe(0);
  raw.destroy();
});

/** A record of application data that no key has made, and an alert without a key. */
const garbage = Buffer.concat([Buffer.from([0x17, 3, 3, 0, 40]), Buffer.alloc(40, 7)]);
const alert = Buffer.from([0x15, 3, 3, 0, 2, 2, 40]);

describe.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a client of %s that breaks in one segment with its last message',
  (version) => {
    test.each<[string, Buffer | 'end' | 'reset']>([
      ['by a record of garbage', garbage],
      ['by an alert', alert],
      ['by its end', 'end'],
      ['by a reset', 'reset'],
    ])('%s is over, and the next one is served', async (_, how) => {
      const router = await started();
      const place = router.addressOf('s-1/443');
      const raw = await dialTo(place, headerOf(endpointA));
      let isAnswered = false;
      const between = new Duplex({
        read() {},
        write(chunk: Buffer, _encoding, done) {
          if (!isAnswered) raw.write(chunk);
          else if (how === 'end') raw.end(chunk);
          else if (how === 'reset') raw.write(chunk, () => raw.resetAndDestroy());
          else raw.write(Buffer.concat([chunk, how]));
          done();
        },
      });
      raw.on('data', (chunk: Buffer) => {
        isAnswered = true;
        between.push(chunk);
      });
      raw.once('close', () => between.push(null));
      const wish = { servername: 'a.test', ca: ca.rootPem, ALPNProtocols: ['http/1.1'] };
      const tls = connectTls({ ...wish, socket: between, minVersion: version, maxVersion: version });
      tls.on('error', () => {});
      expect((await router.nextEvent()).end).toMatch(/^(client-broke|done)$/);
      raw.destroy();
      tls.destroy();
      const next = await secureTo(place, {
        name: 'a.test',
        rootPem: ca.rootPem,
        alpn: ['http/1.1'],
        endpoint: endpointA,
      });
      next.destroy();
      await router.nextEvent();
      expect(router.stats().open).toBe(0);
    });
  },
);
