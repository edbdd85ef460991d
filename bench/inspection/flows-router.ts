/** The backend of flows.ts, or its router with one inspected name: told by messages to record or not, and measures itself. */

import type { RoutePlan } from '../../src/ir/index.ts';
import { noFlows } from '../../src/router/flows/recorder.ts';
import { RingRecorder } from '../../src/router/flows/ring-recorder.ts';
import { startRouter } from '../../src/router/index.ts';
import { httpsBackend, inspectionCa, serverCa } from '../../test/support/inspected.ts';

const host = 'orders.test';
const ca = await inspectionCa();
const servers = await serverCa();

if (process.argv[2] === 'backend') {
  const body = 'x'.repeat(1024);
  const backend = await httpsBackend('orders', await servers.issue(host), (_, response) => {
    response.writeHead(200, {
      'content-type': 'application/json',
      etag: '"6561f2f0-400"',
      'cache-control': 'no-cache',
    });
    response.end(body);
  });
  process.send?.({ port: backend.port, pem: servers.pem });
} else {
  let isOn = true;
  const { begin } = RingRecorder.prototype;
  // Off: nothing is recorded and nothing counted.
  RingRecorder.prototype.begin = function (start) {
    return isOn ? begin.call(this, start) : noFlows.begin(start);
  };
  process.once('message', async ({ port, pem }: { port: number; pem: string }) => {
    const plan = {
      version: 1,
      name: 'bench',
      listeners: [
        {
          ...{
            key: 's-1/443',
            port: 8443,
            clientPort: 443,
            speaks: ['tls'],
            identity: { by: 'listener', nccs: ['n-1'] },
          },
          routes: [
            {
              ...{ key: 'orders', target: 'orders', match: { by: 'name', speech: 'tls', name: host }, allow: ['n-1'] },
              action: { upstream: 'u', tls: 'inspect' },
            },
          ],
        },
      ],
      upstreams: {
        u: {
          ...{
            key: 'u',
            host,
            port: 443,
            addresses: ['10.0.0.1'],
            network: 'n',
            cidrs: ['10.0.0.0/8'],
            reach: 'private',
          },
          ...{ health: { kind: 'none', intervalSeconds: 10, rise: 1, fall: 1 }, tls: { name: host, ca: [pem] } },
        },
      },
      trustedNetworks: ['127.0.0.0/8'],
      inspection: {
        issuer: { by: 'file', path: '/none' },
        names: [host],
        flows: { workspaces: { 'n-1': ['analytics'] } },
      },
    } as unknown as RoutePlan;
    const router = await startRouter({
      plan,
      policy: { version: 1, endpoints: {} },
      issuer: ca,
      bind: () => ({ host: '127.0.0.1', port: 0 }),
      dial: () => ({ host: '127.0.0.1', port }),
      limits: { flowsPerSecond: 1_000_000, handshakesPerSecondPerNcc: 10_000 },
    });
    process.send?.({ port: router.addressOf('s-1/443').port, root: ca.rootPem });
    process.on('message', (message: { readonly isOn?: boolean }) => {
      isOn = message.isOn ?? isOn;
      const { user, system } = process.cpuUsage();
      const { next, lost } = router.readFlows(Number.MAX_SAFE_INTEGER, 1);
      process.send?.({ cpuUs: user + system, recorded: next, lost, rssMb: process.memoryUsage().rss / 1e6 });
    });
  });
}
process.on('disconnect', () => process.exit());
