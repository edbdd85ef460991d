/**
 * Inspected names under everything at once: HTTP/1.1 and HTTP/2 clients that stay and come and go, upload, read slowly, reset, are
 * refused, open WebSocket-less upgrades, send garbage inside TLS; servers that close or die; reloads of routes, grants that come and go,
 * issuers that are renewed; all requests recorded, with bodies. Ends with a report, and with exit code 1 when descriptors or memory did not
 * come back to where they were, or a request was answered by the wrong server.
 *
 * npm run soak:inspection                  ten minutes
 * npm run soak:inspection -- --seconds 20
 */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { parseArgs } from 'node:util';
import type { FlowRecord, Policy, RoutePlan } from '../src/ir/index.ts';
import { type ConnectionEvent, startRouter } from '../src/router/index.ts';
import { dialTo, headerOf, readAll } from '../test/conformance/clients.ts';
import { endpointA, endpointB, setupOf, twoNccs } from '../test/conformance/setup.ts';
import { httpsBackend, inspectionCa, serverCa } from '../test/support/inspected.ts';
import { answerTo, http2Client, secureTo } from '../test/support/inspected-http2.ts';
import { Soak } from './soak-harness.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '600' } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds ${values.seconds} is not a number of seconds`);
const soak = new Soak();

// The servers: orders speaks HTTP/1.1, search both, flaky closes connections whenever it likes.
const servers = await serverCa();
const large = Buffer.alloc(2_000_000, 'x');
const orders = await httpsBackend('orders', await servers.issue('orders.test'), (asked, response) => {
  let length = 0;
  asked.on('data', (chunk: Buffer) => {
    length += chunk.length;
  });
  asked.on('error', () => {});
  asked.on('end', () => {
    if (asked.url?.includes('large')) response.end(large);
    else {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ server: 'orders', path: asked.url, length, token: 'not-to-be-seen' }));
    }
  });
});
const flaky = await httpsBackend('flaky', await servers.issue('flaky.test'), (asked, response) => {
  const mood = Math.random();
  if (mood < 0.2) asked.socket.destroy();
  else if (mood < 0.4) response.writeHead(200, { connection: 'close' }).end('flaky');
  else response.end('flaky');
});
const search = createSecureServer({
  ...(await servers.issue('search.test')),
  allowHTTP1: true,
  maxSessionMemory: 1000,
});
const searchSockets = new Set<TLSSocket>();
search.on('secureConnection', (socket: TLSSocket) => {
  searchSockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => searchSockets.delete(socket));
});
search.on('sessionError', () => {});
search.on('tlsClientError', () => {});
search.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
  stream.on('error', () => {});
  stream.respond({ ':status': 200 }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  if (String(headers[':path']).includes('large')) {
    stream.resume();
    stream.end(large);
  } else stream.pipe(stream);
});
search.listen(0, '127.0.0.1');
await once(search, 'listening');
const bound = search.address();
const searchPort = bound && typeof bound === 'object' ? bound.port : 0;

// The plan: two servers of HTTP/1.1 behind one host, one of both behind another; the second NCC's grant comes and goes.
const places = new Map<string, { host: string; port: number }>();
function planWith(salt: number): RoutePlan {
  const inspected = (name: string, to: number, more: object = {}) => ({
    ...{ name, to, ...more },
    action: { tls: 'inspect' as const, paths: { allow: [], deny: ['/orders/admin/**'] } },
    upstream: {
      tls: { name: `${more && 'server' in more ? more.server : name.split('.')[0]}.test` as never, ca: [servers.pem] },
    },
  });
  const { plan, places: to } = setupOf([
    {
      key: 'tls',
      speaks: ['tls'],
      routes: [
        { ...inspected('api.test', orders.port, { server: 'orders' }), path: '/orders' },
        { ...inspected('api.test', flaky.port, { server: 'flaky' }), path: '/flaky' },
        { ...inspected('search.test', searchPort), allow: salt % 2 === 0 ? ['n-1'] : ['n-1', 'n-2'] },
        ...Array.from({ length: 100 }, (_, i) => inspected(`t${i}-${salt}.test`, 1, { server: 'none' })),
      ],
    },
  ]);
  for (const [address, place] of to) places.set(address, place);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const bodies = [...new Set(plan.listeners.flatMap(({ routes }) => routes.map(({ target }) => target)))].map(
    (target) => ({ target, until }),
  );
  const flows = { workspaces: { 'n-1': ['one'], 'n-2': ['two'] }, bodies: bodies.slice(0, 10) };
  return { ...plan, ...(plan.inspection && { inspection: { ...plan.inspection, flows } }) };
}

const ends = new Map<string, number>();
let records = 0;
const ca = await inspectionCa();
const router = await startRouter({
  plan: planWith(0),
  policy: twoNccs,
  bind: () => ({ host: '127.0.0.1', port: 0 }),
  dial: (address) => places.get(address) ?? { host: '127.0.0.1', port: 1 },
  limits: {
    openingMs: 500,
    flowsPerSecond: 1_000_000,
    handshakesPerSecondPerNcc: 100_000,
    streamResetsPerSecondPerNcc: 100_000,
  },
  issuer: ca,
  log: (event: ConnectionEvent) => {
    const what = event.code ?? event.end;
    ends.set(what, (ends.get(what) ?? 0) + 1);
  },
  flows(record: FlowRecord) {
    records += 1;
    if (JSON.stringify(record).includes('not-to-be-seen')) soak.wrong('a record shows a secret');
  },
});
const tls = router.addressOf('tls');

const connectTo = (name: string, alpn: readonly string[], endpoint = endpointA): Promise<TLSSocket> =>
  secureTo(tls, { name, rootPem: ca.rootPem, alpn, endpoint });

/** One request of HTTP/1.1 on a connection of its own or of an agent: status and text. */
function ask(
  socket: TLSSocket,
  path: string,
  { body, name = 'api.test' }: { readonly body?: Buffer; readonly name?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        createConnection: () => socket,
        method: body ? 'POST' : 'GET',
        path,
        headers: { host: name, authorization: 'Bearer not-to-be-seen' },
      },
      (response) => {
        let text = '';
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (text.length < 1000) text += chunk.toString();
        });
        response.on('error', reject);
        response.on('end', () => resolve(`${response.statusCode} ${length > 1000 ? length : text}`));
      },
    );
    asking.on('error', reject);
    asking.end(body);
  });
}

const own = async (path: string, options?: Parameters<typeof ask>[2]): Promise<string> => {
  const socket = await connectTo(options?.name ?? 'api.test', ['http/1.1']);
  try {
    return await ask(socket, path, options);
  } finally {
    socket.destroy();
  }
};
const short = (answer: string): string => {
  if (answer.includes('"server":"orders"')) return 'orders';
  return /LG_\w+/.exec(answer)?.[0] ?? answer.slice(0, 60);
};

soak.client(async () => soak.expectAnswer(short(await own('/orders/1')), 'orders'), 2);
soak.client(async () => soak.expectAnswer(short(await own('/orders/admin/1')), 'LG_PATH_DENIED'));
soak.client(async () => soak.expectAnswer(short(await own('/other')), 'LG_PATH_UNKNOWN'));
soak.client(async () =>
  soak.expectAnswer(short(await own('/flaky')), '200 flaky', 'LG_UPSTREAM_BROKE', 'LG_UPSTREAM_REFUSED'),
);
soak.client(async () => soak.expectAnswer(short(await own('/orders', { body: Buffer.alloc(300_000, 1) })), 'orders'));
soak.client(async () => soak.expectAnswer(await own('/orders/large'), `200 ${large.length}`));
// Kept alive by an agent of Node: a hundred requests on a connection.
soak.client(async () => {
  const socket = await connectTo('api.test', ['http/1.1']);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = () => socket;
  for (let i = 0; i < 100 && soak.isRunning; i++) {
    const answer = await new Promise<string>((resolve, reject) => {
      request({ agent, host: 'api.test', path: `/orders/${i}`, headers: { host: 'api.test' } }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += String(chunk);
        });
        response.on('end', () => resolve(text));
        response.on('error', reject);
      })
        .on('error', reject)
        .end();
    });
    soak.expectAnswer(answer.includes(`"path":"/orders/${i}"`) ? 'kept alive' : short(answer), 'kept alive');
  }
  agent.destroy();
  socket.destroy();
}, 2);
// HTTP/2: streams side by side, some of them cut off in the middle.
soak.client(async () => {
  const session = await http2Client(await connectTo('search.test', ['h2']), 'search.test');
  session.on('error', () => {});
  for (let i = 0; i < 10 && soak.isRunning; i++) {
    const asked = Array.from({ length: 8 }, (_, at) => {
      const stream = session.request({ ':method': 'POST', ':path': `/search/${at}` });
      stream.on('error', () => {});
      stream.end(`body ${at}`);
      return answerTo(stream).then(({ body, status, rst }) =>
        soak.expectAnswer(
          body === `body ${at}` ? 'stream' : `stream: ${status}, reset ${rst}, ${body.slice(0, 80)}`,
          'stream',
        ),
      );
    });
    const cut = session.request({ ':method': 'POST', ':path': '/search/large' });
    cut.on('error', () => {});
    cut.write('x');
    cut.once('response', () => cut.close(8));
    await Promise.all(asked);
  }
  session.close();
  session.destroy();
}, 2);
// A grant that comes and goes.
soak.client(async () => {
  const socket = await connectTo('search.test', ['http/1.1'], endpointB).catch(() => undefined);
  soak.count(socket ? 'granted now' : 'not granted now');
  socket?.destroy();
});
// A slow reader, one that goes in the middle, and garbage inside TLS.
soak.client(async () => {
  const socket = await connectTo('api.test', ['http/1.1']);
  socket.write('GET /orders/large HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n\r\n');
  let length = 0;
  for await (const chunk of socket) {
    length += chunk.length;
    await pause(2);
  }
  socket.destroy();
  soak.expectAnswer(length > large.length ? 'slow reader got all' : `slow reader got ${length}`, 'slow reader got all');
});
soak.client(async () => {
  const socket = await connectTo('api.test', ['http/1.1']);
  socket.write('GET /orders/large HTTP/1.1\r\nHost: api.test\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
  soak.count('left in the middle');
});
soak.client(async () => {
  const socket = await connectTo('api.test', ['http/1.1']);
  const garbage = Array.from({ length: 1 + Math.floor(Math.random() * 200) }, () => Math.random() * 256);
  socket.end(Buffer.from(garbage));
  await readAll(socket);
  socket.destroy();
  soak.count('garbage');
});
soak.client(async () => {
  const socket = await dialTo(tls, headerOf(endpointA), Buffer.from([22, 3, 1, 2])); // half a hello waits for the deadline
  await readAll(socket);
  socket.destroy();
  soak.count('too slow');
});
let [reloads, renewals] = [0, 0];
soak.forEver(async () => {
  await pause(700);
  reloads += 1;
  const result = await router.reload(planWith(reloads));
  if (result.is === 'refused') soak.wrong(`reload ${reloads} was refused: ${JSON.stringify(result.diagnostics[0])}`);
  router.setPolicy({ ...twoNccs } satisfies Policy);
});
soak.forEver(async () => {
  await pause(2000);
  renewals += 1;
  ca.material = ca.material && { ...ca.material };
});

const problems = await soak.run(seconds, {
  progress: () => `${reloads} reloads, ${records} records`,
  async close() {
    const { cut } = await router.drain(5000);
    if (router.stats().open > 0) soak.wrong(`${router.stats().open} connections are left`);
    if (records === 0) soak.wrong('no request was recorded');
    soak.say(`router said: ${[...ends].map(([what, n]) => `${what} ${n}`).join(', ')}`);
    soak.say(`${reloads} reloads, ${renewals} renewed issuers, ${records} records; cut at the end: ${cut}`);
    await Promise.all([orders.close(), flaky.close()]);
    for (const socket of searchSockets) socket.destroy();
    search.close();
  },
});
process.exit(problems.length === 0 ? 0 : 1);
