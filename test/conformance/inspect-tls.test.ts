import { connect as connectTls } from 'node:tls';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { httpsBackend, type InspectionCa, inspectionCa, serverCa } from '../support/inspected.ts';
import { secureTo } from '../support/inspected-http2.ts';
import { dialTo, headerOf } from './clients.ts';
import { startNode } from './engines.ts';
import { endpointA, setupOf } from './setup.ts';

let ca: InspectionCa;
let servers: Awaited<ReturnType<typeof serverCa>>;
const closing: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  ca = await inspectionCa();
  servers = await serverCa();
});
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});

test('a client of TLS 1.2 gets no second handshake in its connection, however often it asks', async () => {
  const server = await httpsBackend('a.test', await servers.issue('a.test'));
  closing.push(server);
  const upstream = { tls: { name: 'a.test' as never, ca: [servers.pem] } };
  const route = { name: 'a.test', to: server.port, action: { tls: 'inspect' as const }, upstream };
  const router = await startNode(setupOf([{ key: 's-1/443', speaks: ['tls'], routes: [route] }]), { issuer: ca });
  closing.push(router);
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
