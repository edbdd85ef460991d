import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, vi } from 'vitest';
import type { RequestDecision } from '../../src/routing/index.ts';
import { type NodeUnderTest, startNode } from '../conformance/engines.ts';
import { setupOf } from '../conformance/setup.ts';
import { frameTypes, readFrames } from '../support/http2-frames.ts';
import { type InspectionCa, inspectionCa, serverCa } from '../support/inspected.ts';
import { testWith } from '../tools.ts';
import { type SeeingServerKind, seeingServers } from './servers/seeing.ts';
import { http1Cases, http2Cases, type SmugglingCase } from './smuggling-cases.ts';

/** Every path that was let through, as it is forwarded. */
const judged: string[] = [];
vi.mock(import('../../src/routing/index.ts'), async (original) => {
  const routing = await original();
  return {
    ...routing,
    decideRequest: (...args: Parameters<typeof routing.decideRequest>): RequestDecision => {
      const decision = routing.decideRequest(...args);
      if (decision.is === 'route') judged.push(decision.path);
      return decision;
    },
  };
});

/** Go's compiler and Java take seconds to start. */
const longMs = 120_000;
let ca: InspectionCa;
let servers: Awaited<ReturnType<typeof serverCa>>;

beforeAll(async () => {
  ca = await inspectionCa(['test']);
  servers = await serverCa();
});

const name = 'seen.test';
const identity = { by: 'listener', nccs: ['n-1'] } as const;
const paths = { allow: [], deny: ['/secret/**', '/**/secret/**'] };

async function routerTo({
  port,
  tlsPort,
}: {
  readonly port: number;
  readonly tlsPort: number;
}): Promise<NodeUnderTest> {
  const upstream = { tls: { name: name as never, ca: [servers.pem] } };
  const listeners = [
    { key: 'plain', speaks: ['http'] as const, clientPort: 80, routes: [{ name, to: port, action: { paths } }] },
    {
      ...{ key: 'tls', speaks: ['tls'] as const },
      routes: [{ name, to: tlsPort, action: { tls: 'inspect' as const, paths }, upstream }],
    },
  ];
  return startNode(setupOf(listeners.map((listener) => ({ ...listener, identity }))), { issuer: ca });
}

/** What is sent, and read until both sides are done. */
async function sent(socket: Socket, bytes: string): Promise<void> {
  socket.on('error', () => {});
  socket.resume();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.end(bytes, 'latin1');
  await closed;
}

const ways: Readonly<Record<string, { readonly cases: readonly SmugglingCase[]; readonly isHttp2: boolean }>> = {
  'HTTP/1.1 without TLS': { cases: http1Cases, isHttp2: false },
  'inspected HTTP/1.1': { cases: http1Cases, isHttp2: false },
  'inspected HTTP/2': { cases: http2Cases, isHttp2: true },
};

/** Sends each case, and says of each what was seen and what was judged. */
async function play(kind: SeeingServerKind, way: string): Promise<Map<string, readonly string[]>> {
  const { cases, isHttp2 } = ways[way] ?? { cases: [], isHttp2: false };
  const server = await kind.start(await servers.issue(name));
  const router = await routerTo(server);
  for (const [i, one] of cases.entries()) {
    const bytes = one.bytes(`/c${i}`, name);
    const place = router.addressOf(way === 'HTTP/1.1 without TLS' ? 'plain' : 'tls');
    if (way === 'HTTP/1.1 without TLS') {
      await sent(connect({ ...place, allowHalfOpen: true }), bytes);
      continue;
    }
    const socket = connect({ ...place, allowHalfOpen: true });
    const options = { socket, servername: name, ca: ca.rootPem, allowHalfOpen: true };
    const tls = connectTls({ ...options, ALPNProtocols: [isHttp2 ? 'h2' : 'http/1.1'] });
    tls.on('error', () => {});
    await new Promise<void>((resolve) => tls.once('secureConnect', resolve));
    if (!isHttp2) await sent(tls, bytes);
    else {
      tls.write(bytes, 'latin1');
      // The end of the stream, by whatever frame, or of the connection.
      await readFrames(
        tls,
        ({ type, stream, flags }) =>
          type === frameTypes.goaway || (stream === 1 && (type === frameTypes.reset || (flags & 1) === 1)),
      );
      tls.destroy();
    }
  }
  await router.close();
  const seen = (await server.end()).map((line) => line.replace(/^\S+ /, ''));
  return new Map(
    cases.map(({ title }, i) => [title, seen.filter((path) => new RegExp(`/c${i}(?:$|[/?])`).test(path))] as const),
  );
}

describe.each(seeingServers)('$title', (kind) => {
  for (const way of Object.keys(ways)) {
    const { cases = [], isHttp2 = false } = ways[way] ?? {};
    if (isHttp2 && !kind.speaksHttp2) continue;
    if (way !== 'HTTP/1.1 without TLS' && kind.title === 'Jetty') continue;
    testWith(...kind.tools)(
      `sees over ${way} the requests that the router has judged, and no other`,
      async () => {
        judged.length = 0;
        const seen = await play(kind, way);
        const allowed = new Set(judged);
        const wrong = cases.flatMap(({ title, seen: want = 0, torn = false, needsChunks = false }, i) => {
          const paths = seen.get(title) ?? [];
          const unjudged = paths.filter((path) => !allowed.has(path.replace(/\?.*/, '')));
          const twice = paths.length !== new Set(paths).size;
          const judgedHere = [...allowed].filter((path) => new RegExp(`/c${i}(?:$|/)`).test(path)).length;
          const mayMiss = torn || (needsChunks && !kind.readsChunks);
          const counts = mayMiss ? paths.length <= judgedHere : paths.length === want && judgedHere === want;
          return unjudged.length === 0 && !twice && counts ? [] : [{ title, seen: paths, want, judgedHere }];
        });
        expect(wrong).toEqual([]);
        // Nothing is to be found under another name either.
        expect([...seen.values()].flat().filter((path) => path.includes('secret'))).toEqual([]);
      },
      longMs,
    );
  }
});
