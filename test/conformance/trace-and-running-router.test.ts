import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Cidr, IpAddress, RouterListener } from '../../src/ir/index.ts';
import { sslRequest } from '../../src/router/protocols/postgres/index.ts';
import { host } from '../plans/small-hub.ts';
import { dialTo, headerOf, type Place } from './clients.ts';
import { type NodeUnderTest, startNode } from './engines.ts';
import { listeners, type Opening, openings, port, traceSays } from './openings.ts';
import { endpointA, endpointB, type Setup, twoNccs } from './setup.ts';

/**
 * The same as trace-and-router.test.ts over real sockets: what a running router logs of a connection is what trace says.
 * MySQL by name, where the router needs a server's greeting first, has its own suite.
 */
const address = '10.50.0.1' as IpAddress;

function setupOf(made: readonly RouterListener[], backend: Place): Setup {
  return {
    plan: {
      version: 1,
      name: 'drawn',
      listeners: made,
      upstreams: {
        u: {
          key: 'u',
          host: host('u.test'),
          port,
          addresses: [address],
          network: 'core',
          cidrs: ['10.50.0.0/16' as Cidr],
          reach: 'private',
          health: { kind: 'none', intervalSeconds: 10, rise: 2, fall: 3 },
        },
      },
      trustedNetworks: ['127.0.0.0/8' as Cidr],
    },
    policy: twoNccs,
    places: new Map([[address, backend]]),
  };
}

/** Accepts a Postgres request for TLS, and closes on all else. */
async function startBackend(): Promise<Place> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => (bytes.equals(sslRequest) ? socket.write('S') : socket.end()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** Resolves with the next bytes, or when there will be none. */
const answered = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    for (const event of ['data', 'end', 'close']) socket.once(event, () => resolve());
  });

/** What the router's log says of one connection. */
async function routerSays(router: NodeUnderTest, listener: RouterListener, endpoint: string, { bytes }: Opening) {
  const before = listener.identity.by === 'endpoint' ? headerOf(endpoint) : undefined;
  const socket = await dialTo(router.addressOf(listener.key), before);
  for (const [i, part] of bytes.entries()) {
    if (i > 0) await answered(socket);
    if (socket.writable) socket.write(part);
  }
  socket.end();
  socket.resume();
  const { target, code } = await router.nextEvent();
  socket.destroy();
  return target === undefined ? { is: 'refuse', code } : { is: 'reach', target };
}

test('a running router does what trace says', async () => {
  const drawn = fc
    .sample(listeners, { numRuns: 20, seed: 20_261_120 })
    .filter(({ speaks }) => !speaks.includes('mysql'))
    .map((listener, i) => ({ ...listener, key: `s-1/${i}` }));
  const router = await startNode(setupOf(drawn, await startBackend()));
  onTestFinished(() => router.close());
  const seen = new Set<string>();
  for (const listener of drawn)
    for (const [ncc, endpoint] of [
      ['n-1', endpointA],
      ['n-2', endpointB],
    ] as const)
      for (const opening of openings) {
        if (opening.claim.speech === 'mysql') continue;
        const said = await routerSays(router, listener, endpoint, opening);
        seen.add(said.is === 'reach' ? said.is : `${said.code}`);
        // The plan of trace has one listener, on the port of the one service.
        const traced = traceSays({ ...listener, key: 's-1/5432' }, ncc, opening);
        expect(said, `${listener.key} ${ncc} ${JSON.stringify(opening.claim)}`).toEqual(traced);
      }
  expect([...seen].sort()).toEqual(['LG_NAME_UNKNOWN', 'LG_NOT_GRANTED', 'LG_NO_NAME', 'LG_PROTOCOL', 'reach']);
});
