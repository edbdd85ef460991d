import { once } from 'node:events';
import type { ClientHttp2Session, OutgoingHttpHeaders, Settings } from 'node:http2';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import type { RouterLimits } from '../../src/router/index.ts';
import { httpsBackend } from '../support/inspected.ts';
import {
  type Answer,
  answerTo,
  bodyOf,
  type Http2Server,
  http2Client,
  http2Server,
  reads,
  secureTo,
} from '../support/inspected-http2.ts';
import { readToEnd } from '../support/sockets.ts';
import { type NodeUnderTest, startNode } from './engines.ts';
import { inspectedSuite } from './inspected-suite.ts';
import { endpointA, endpointB, type RouteWish, setupOf } from './setup.ts';

const { ca, servers, closing, upstream, closeAll } = await inspectedSuite();
afterEach(closeAll);

async function server(settings?: Settings): Promise<Http2Server> {
  const made = await http2Server(await servers.issue('a.test'), settings);
  closing.push(made);
  return made;
}

const routeTo = (to: number, wish: Partial<RouteWish> = {}): RouteWish => ({
  ...{ name: 'a.test', to, ...wish },
  action: { tls: 'inspect', ...wish.action },
  upstream,
});
const setupFor = (routes: readonly RouteWish[]) => setupOf([{ key: 's-1/443', speaks: ['tls'], routes }]);

async function routerFor(routes: readonly RouteWish[], limits: Partial<RouterLimits> = {}): Promise<NodeUnderTest> {
  const router = await startNode(setupFor(routes), { issuer: ca, limits });
  closing.push(router);
  return router;
}

const both = ['h2', 'http/1.1'];

async function secure(router: NodeUnderTest, alpn: readonly string[] = both, endpoint = endpointA) {
  const tls = await secureTo(router.addressOf('s-1/443'), { name: 'a.test', rootPem: ca.rootPem, alpn, endpoint });
  closing.push({ close: async () => void tls.destroy() });
  return tls;
}

async function client(router: NodeUnderTest, endpoint = endpointA): Promise<ClientHttp2Session> {
  const tls = await secure(router, ['h2'], endpoint);
  expect(tls.alpnProtocol).toBe('h2');
  return http2Client(tls, 'a.test');
}

/** A server, a router before it, and a client of that. */
async function running(limits: Partial<RouterLimits> = {}, settings?: Settings) {
  const to = await server(settings);
  const router = await routerFor([routeTo(to.port, { allow: ['n-1', 'n-2'] })], limits);
  return { server: to, router, client: await client(router) };
}

const ask = (session: ClientHttp2Session, headers: OutgoingHttpHeaders): Promise<Answer> =>
  answerTo(session.request(headers));

/** What a refusal says. */
const refusal = ({ status, headers, body }: Answer): string => {
  expect(headers['lakegate-code']).toBe(JSON.parse(body).code);
  return `${status} ${headers['lakegate-code']}`;
};

const [refusedStream, cancel] = [7, 8];

describe('a client is offered what its upstream chooses of its own offer', () => {
  test('HTTP/2, in the connection in which the upstream was asked', async () => {
    const to = await server();
    const router = await routerFor([routeTo(to.port)]);
    const tls = await secure(router);
    expect(tls.alpnProtocol).toBe('h2');
    const asked = ask(await http2Client(tls, 'a.test'), { ':path': '/x' });
    (await to.next()).stream.respond({ ':status': 204 }, { endStream: true });
    expect((await asked).status).toBe(204);
    expect(to.connections()).toBe(1);
  });

  test('the choice is remembered for a while', async () => {
    const clock = { ms: 0 };
    const to = await server();
    const setup = setupFor([routeTo(to.port)]);
    const router = await startNode(setup, { issuer: ca, now: () => clock.ms });
    closing.push(router);
    const used = async (): Promise<void> => {
      const asked = ask(await http2Client(await secure(router), 'a.test'), { ':path': '/x' });
      (await to.next()).stream.respond({ ':status': 204 }, { endStream: true });
      await asked;
    };
    await used();
    expect([(await secure(router)).alpnProtocol, to.connections()]).toEqual(['h2', 1]);
    clock.ms = 60_001;
    await used();
    expect(to.connections()).toBe(2);
  });

  test('HTTP/1.1, in the connection in which it was asked, and none where the client speaks HTTP/2 alone', async () => {
    const old = await httpsBackend('old', await servers.issue('a.test'));
    closing.push(old);
    const router = await routerFor([routeTo(old.port)]);
    const tls = await secure(router);
    expect(tls.alpnProtocol).toBe('http/1.1');
    tls.write('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
    expect(await readToEnd(tls)).toMatch(/old GET \/ 0\n$/);
    expect(old.connections()).toBe(1);
    await expect(secure(router, ['h2'])).rejects.toThrow(/no application protocol/i);
  });

  test('HTTP/1.1 where one of several upstreams that the client may reach speaks only that', async () => {
    const [to, old] = [await server(), await httpsBackend('old', await servers.issue('a.test'))];
    closing.push(old);
    const router = await routerFor([
      routeTo(to.port, { path: '/new', allow: ['n-1', 'n-2'] }),
      routeTo(old.port, { path: '/old' }),
    ]);
    expect((await secure(router)).alpnProtocol).toBe('http/1.1');
    // The other NCC is granted the new one alone.
    expect((await secure(router, both, endpointB)).alpnProtocol).toBe('h2');
    await expect(secure(router, ['h2'])).rejects.toThrow(/no application protocol/i);
  });

  test('one that cannot be reached counts as HTTP/1.1, but for clients that speak HTTP/2 alone', async () => {
    const router = await routerFor([routeTo(1)]);
    expect((await secure(router)).alpnProtocol).toBe('http/1.1');
    const session = await client(router);
    expect(refusal(await ask(session, { ':path': '/' }))).toBe('502 LG_UPSTREAM_REFUSED');
    const grpc = { ':method': 'POST', ':path': '/pkg.Service/Call', 'content-type': 'application/grpc+proto' };
    const { status, headers, body } = await ask(session, { ...grpc, te: 'trailers' });
    expect([status, headers['content-type'], headers['grpc-status'], body]).toEqual([
      200,
      'application/grpc',
      '14',
      '',
    ]);
    expect(headers['grpc-message']).toMatch(/^LG_UPSTREAM_REFUSED: /);
  });
});

describe('requests of one connection', () => {
  test('each is judged and goes to the upstream of its route', async () => {
    const [orders, billing] = [await server(), await server()];
    const router = await routerFor([
      routeTo(orders.port, { path: '/orders', action: { rewrite: '/v2' } }),
      routeTo(billing.port, { path: '/billing', action: { paths: { allow: [], deny: ['/billing/admin/**'] } } }),
      routeTo(billing.port, { path: '/other', allow: ['n-2'] }),
    ]);
    const session = await client(router);
    const answers = [
      ask(session, { ':path': '/orders/7?x=/..', ':authority': 'A.test' }),
      ask(session, { ':path': '/billing/7', cookie: ['a=1', 'b=2'], 'x-a': 'ä' }),
    ];
    const [one, two] = [await orders.next(), await billing.next()];
    expect([one.headers[':path'], one.headers[':authority']]).toEqual(['/v2/7?x=/..', 'A.test']);
    expect([two.headers[':path'], two.headers.cookie, two.headers['x-a']]).toEqual(['/billing/7', 'a=1; b=2', 'ä']);
    two.stream.respond({ ':status': 200, 'set-cookie': ['x=1', 'y=2'] });
    two.stream.end('two');
    one.stream.respond({ ':status': 404 });
    one.stream.end('one');
    const [first, second] = await Promise.all(answers);
    expect([first?.status, first?.body]).toEqual([404, 'one']);
    expect([second?.status, second?.body, second?.headers['set-cookie']]).toEqual([200, 'two', ['x=1', 'y=2']]);
    expect(refusal(await ask(session, { ':path': '/billing/a/../admin/x' }))).toBe('403 LG_PATH_DENIED');
    expect(refusal(await ask(session, { ':path': '/billing/x', 'x-original-url': '/billing/admin' }))).toBe(
      '403 LG_PATH_DENIED',
    );
    expect(refusal(await ask(session, { ':path': '/ordersX' }))).toBe('404 LG_PATH_UNKNOWN');
    expect(refusal(await ask(session, { ':path': '/other/x' }))).toBe('403 LG_NOT_GRANTED');
    expect(refusal(await ask(session, { ':path': '/orders/1', ':authority': 'b.test' }))).toBe('421 LG_NAME_UNKNOWN');
    expect(refusal(await ask(session, { ':path': '/orders/1', ':authority': 'a.test:8443' }))).toBe(
      '421 LG_NAME_UNKNOWN',
    );
    expect(refusal(await ask(session, { ':path': '/orders/1', ':authority': 'a.test', host: 'b.test' }))).toBe(
      '400 LG_PROTOCOL',
    );
    expect([orders.requests(), billing.requests(), orders.connections()]).toEqual([1, 1, 1]);
  });

  test('a request of HEAD, an answer without a body, and no Date of the router', async () => {
    const { server, client } = await running();
    const asked = ask(client, { ':method': 'HEAD', ':path': '/' });
    const { stream, headers } = await server.next();
    expect(headers[':method']).toBe('HEAD');
    stream.respond({ ':status': 200, 'content-length': 5 }, { endStream: true, ...{ sendDate: false } });
    const answer = await asked;
    expect([answer.status, answer.headers['content-length'], answer.headers.date, answer.rst]).toEqual([
      200,
      '5',
      undefined,
      0,
    ]);
  });

  test('a CONNECT is refused', async () => {
    const { server, client } = await running();
    const stream = client.request({ ':method': 'CONNECT', ':authority': 'a.test' });
    expect(refusal(await answerTo(stream))).toBe('400 LG_PROTOCOL');
    expect(server.requests()).toBe(0);
  });

  test('interim answers, bodies and trailers of both sides pass', async () => {
    const { server, client } = await running();
    const asked = client.request(
      { ':method': 'POST', ':path': '/', expect: '100-continue' },
      { waitForTrailers: true },
    );
    asked.on('wantTrailers', () => asked.sendTrailers({ 'x-sum': '1' }));
    const answer = answerTo(asked);
    const interim: unknown[] = [];
    asked.on('headers', (headers) => interim.push(headers[':status']));
    const { stream } = await server.next();
    stream.additionalHeaders({ ':status': 100 });
    await once(asked, 'headers');
    stream.additionalHeaders({ ':status': 103, link: '</x>' });
    await once(asked, 'headers');
    asked.end('hello');
    const trailers = once(stream, 'trailers');
    expect(await bodyOf(stream)).toBe('hello');
    expect((await trailers)[0]).toMatchObject({ 'x-sum': '1' });
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'x-end': 'ä' }));
    stream.end('world');
    expect(await answer).toMatchObject({
      ...{ status: 200, body: 'world', rst: 0 },
      trailers: { 'grpc-status': '0', 'x-end': 'ä' },
    });
    expect(interim).toEqual([100, 103]);
  });

  test('both directions stream at once, and one may end before the other', async () => {
    const { server, client } = await running();
    const asked = client.request({ ':method': 'POST', ':path': '/' });
    const answer = answerTo(asked);
    const { stream } = await server.next();
    stream.respond({ ':status': 200 });
    for (const text of ['one', 'two']) {
      asked.write(text);
      await reads(stream, text);
      stream.write(text.toUpperCase());
      await reads(asked, text.toUpperCase());
    }
    stream.end('last');
    await reads(asked, 'last');
    const rest = bodyOf(stream);
    asked.end('and still sent');
    expect(await rest).toBe('and still sent');
    expect(await answer).toMatchObject({ body: 'ONETWOlast', rst: 0 });
  });
});

describe('resets', () => {
  test('a client that cancels resets its server’s stream, and the connection goes on', async () => {
    const { server, client } = await running();
    const asked = client.request({ ':path': '/' });
    asked.on('error', () => {});
    const { stream } = await server.next();
    stream.respond({ ':status': 200 });
    stream.write('half');
    await reads(asked, 'half');
    asked.close(cancel);
    await once(stream, 'close');
    expect(stream.rstCode).toBe(cancel);
    const next = ask(client, { ':path': '/b' });
    (await server.next()).stream.respond({ ':status': 204 }, { endStream: true });
    expect((await next).status).toBe(204);
    expect(server.connections()).toBe(1);
  });

  test.each([
    ['before its answer', false, refusedStream],
    ['inside its answer', true, cancel],
  ])('a server that resets %s resets the client’s stream with the same code', async (_, isBegun, code) => {
    const { server, client } = await running();
    const answer = ask(client, { ':path': '/' });
    const { stream } = await server.next();
    if (isBegun) {
      // Node ends a stream before it resets it, unless trailers are to come.
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.write('half');
    }
    stream.close(code);
    expect(await answer).toMatchObject({ rst: code });
  });

  test('an answer that is torn without an error never ends in order', async () => {
    const { server, client } = await running();
    const answer = ask(client, { ':path': '/' });
    const { stream } = await server.next();
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.write('half');
    stream.destroy();
    expect((await answer).rst).not.toBe(0);
  });

  test('a request body that is torn without an error never ends in order', async () => {
    const { server, client } = await running();
    const asked = client.request({ ':method': 'POST', ':path': '/' }, { waitForTrailers: true });
    asked.on('error', () => {});
    asked.write('half');
    const { stream } = await server.next();
    const body = bodyOf(stream);
    await reads(stream, 'half');
    asked.destroy();
    expect(await body).toMatch(/^half\[\d+\]$/);
  });

  test('a connection to the server that breaks is told where no answer has begun', async () => {
    const { server, client } = await running();
    const answer = ask(client, { ':path': '/' });
    (await server.next()).session.destroy();
    expect(refusal(await answer)).toBe('502 LG_UPSTREAM_REFUSED');
    const next = ask(client, { ':path': '/b' });
    (await server.next()).stream.respond({ ':status': 204 }, { endStream: true });
    expect((await next).status).toBe(204);
  });

  test('a refused request with a body need not be sent to its end', async () => {
    const { client } = await running();
    const asked = client.request({ ':method': 'POST', ':path': '/', ':authority': 'b.test' });
    asked.write('x'.repeat(1000));
    const answer = await answerTo(asked);
    expect([refusal(answer), answer.rst]).toEqual(['421 LG_NAME_UNKNOWN', 0]);
  });
});

test('a server that sends a GOAWAY gets the next request on another connection, and ends the present one', async () => {
  const { server, client } = await running();
  const asked = client.request({ ':path': '/a' });
  const [first, begun] = [answerTo(asked), reads(asked, 'half')];
  const one = await server.next();
  one.stream.respond({ ':status': 200 });
  one.session.close();
  one.stream.write('half');
  // What the server sends behind its GOAWAY has passed, so the GOAWAY has been read.
  await begun;
  const second = ask(client, { ':path': '/b' });
  const two = await server.next();
  expect(server.connections()).toBe(2);
  two.stream.respond({ ':status': 204 }, { endStream: true });
  one.stream.end(' and half');
  expect([(await first).body, (await second).status]).toEqual(['half and half', 204]);
});

describe('the end of a connection', () => {
  test('a drain is a GOAWAY, and what is under way ends in order', async () => {
    const { server, client, router } = await running();
    const answer = ask(client, { ':path': '/' });
    const { stream } = await server.next();
    const goaway = once(client, 'goaway');
    const drained = router.drain(60_000);
    expect((await goaway)[0]).toBe(0);
    stream.respond({ ':status': 200 });
    stream.end('whole');
    expect((await answer).body).toBe('whole');
    expect(await drained).toEqual({ cut: 0 });
    expect(await router.nextEvent()).toMatchObject({ end: 'done' });
  });

  test('a route that is gone is a GOAWAY; a new deny reaches a connection that lives', async () => {
    const { server, client, router } = await running();
    const deny = (paths: string[]) => routeTo(server.port, { action: { paths: { allow: [], deny: paths } } });
    await router.reload(setupFor([deny(['/no'])]).plan);
    expect(refusal(await ask(client, { ':path': '/no' }))).toBe('403 LG_PATH_DENIED');
    const goaway = once(client, 'goaway');
    await router.reload(setupFor([routeTo(server.port, { allow: ['n-2'] })]).plan);
    expect((await goaway)[0]).toBe(0);
  });

  test('requests go to the upstream that the route has now, and what is under way to the former one ends in order', async () => {
    const { server: former, client, router } = await running();
    const first = ask(client, { ':path': '/a' });
    const { stream } = await former.next();
    const setup = setupFor([routeTo(former.port)]);
    const [upstream] = Object.values(setup.plan.upstreams);
    if (!upstream) throw new Error('no upstream');
    // Another check makes it another upstream, here at the same place.
    const health = { kind: 'tcp', intervalSeconds: 10, rise: 1, fall: 1 } as const;
    const moved = { ...upstream, health };
    await router.reload({ ...setup.plan, upstreams: { [upstream.key]: moved } });
    const second = ask(client, { ':path': '/b' });
    const next = await former.next();
    expect(next.session).not.toBe(stream.session);
    next.stream.respond({ ':status': 204 }, { endStream: true });
    stream.respond({ ':status': 200 });
    stream.end('first');
    expect([(await first).body, (await second).status]).toEqual(['first', 204]);
  });

  test('streams to an address that the upstream has no more are reset, where the plan says so', async () => {
    const addresses = ['10.50.0.1', '10.50.0.2'];
    const clock = { ms: 0 };
    const to = await server();
    const setup = setupFor([routeTo(to.port)]);
    const [upstream] = Object.values(setup.plan.upstreams);
    if (!upstream) throw new Error('no upstream');
    const { addresses: _, ...named } = upstream;
    const health = { kind: 'tcp', intervalSeconds: 1, rise: 1, fall: 1 } as const;
    const plan = { ...setup.plan, upstreams: { [upstream.key]: { ...named, onMove: 'close' as const, health } } };
    const router = await startNode(
      { ...setup, plan },
      {
        ...{ issuer: ca, now: () => clock.ms },
        resolve: async () => [{ address: (addresses[0] ?? '') as never, ttlSeconds: 1 }],
      },
    );
    closing.push(router);
    const session = await client(router);
    const answer = ask(session, { ':path': '/' });
    (await to.next()).stream.respond({ ':status': 200 });
    addresses.shift();
    clock.ms = 10_000;
    expect((await answer).rst).toBe(cancel);
    expect(session.closed).toBe(false);
  });

  test('what is under way when the router closes is a reset', async () => {
    const { server, client, router } = await running();
    const answer = ask(client, { ':path': '/' });
    (await server.next()).stream.respond({ ':status': 200 });
    await router.close();
    expect((await answer).rst).not.toBe(0);
    expect(await router.nextEvent()).toMatchObject({ end: 'drained' });
  });

  test('a client that goes away resets its requests', async () => {
    const to = await server();
    const router = await routerFor([routeTo(to.port)]);
    const tls = await secure(router);
    const asked = (await http2Client(tls, 'a.test')).request({ ':path': '/' });
    asked.on('error', () => {});
    const { stream, session } = await to.next();
    const closed = once(session, 'close');
    tls.destroy();
    await once(stream, 'close');
    await closed;
    expect(stream.rstCode).toBe(cancel);
    expect(await router.nextEvent()).toMatchObject({ end: 'client-broke' });
    expect(Object.values(router.stats().upstreams).map(({ open }) => open)).toEqual([0]);
  });

  test('a connection without a request is closed after a while', async () => {
    const { client } = await running({ betweenRequestsMs: 50 });
    expect((await once(client, 'goaway'))[0]).toBe(0);
  });
});

describe('limits', () => {
  test('a server that does not answer is not waited for longer than that', async () => {
    const { server, client } = await running({ answerMs: 50 });
    const answer = ask(client, { ':path': '/' });
    const { stream } = await server.next();
    expect(refusal(await answer)).toBe('504 LG_UPSTREAM_TIMEOUT');
    if (!stream.closed) await once(stream, 'close');
    expect(stream.rstCode).toBe(cancel);
  });

  test('so many streams of one NCC are under way', async () => {
    const { server, client, router } = await running({ streamsPerNcc: 1 });
    const first = ask(client, { ':path': '/' });
    const { stream } = await server.next();
    expect(refusal(await ask(client, { ':path': '/' }))).toBe('503 LG_OVER_LIMIT');
    void router;
    stream.respond({ ':status': 204 }, { endStream: true });
    expect((await first).status).toBe(204);
    const second = ask(client, { ':path': '/' });
    (await server.next()).stream.respond({ ':status': 204 }, { endStream: true });
    expect((await second).status).toBe(204);
  });

  test('a client that resets streams too often is told to calm down', async () => {
    const { server, client, router } = await running({ streamResetsPerSecondPerNcc: 1 });
    const goaway = once(client, 'goaway');
    for (let i = 0; i < 3; i++) {
      const asked = client.request({ ':path': '/' });
      asked.on('error', () => {});
      const { stream } = await server.next();
      asked.close(cancel);
      await once(stream, 'close');
    }
    expect((await goaway)[0]).toBe(11);
    expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_OVER_LIMIT' });
  });

  test('a client that sends too many PINGs is told to calm down', async () => {
    const { client, router } = await running({ controlFramesPerSecond: 2 });
    const goaway = once(client, 'goaway');
    for (let i = 0; i < 8; i++) client.ping(() => {});
    expect((await goaway)[0]).toBe(11);
    expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_OVER_LIMIT' });
  });
});

describe('a WebSocket over HTTP/2', () => {
  const opening = { ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/ws', 'sec-websocket-version': '13' };

  test('passes both ways where the server takes one', async () => {
    const { server, client } = await running({}, { enableConnectProtocol: true });
    while (!client.remoteSettings.enableConnectProtocol) await once(client, 'remoteSettings');
    const asked = client.request(opening);
    const { stream, headers } = await server.next();
    expect([headers[':protocol'], headers[':path'], headers[':method']]).toEqual(['websocket', '/ws', 'CONNECT']);
    stream.respond({ ':status': 200 });
    asked.write('ping');
    await reads(stream, 'ping');
    stream.write('pong');
    await reads(asked, 'pong');
    const answer = answerTo(asked);
    asked.end();
    expect(await bodyOf(stream)).toBe('');
    stream.end('bye');
    expect(await answer).toMatchObject({ body: 'bye', rst: 0 });
  });

  test('ends with the right to it, and other requests in order', async () => {
    const { server, client, router } = await running({}, { enableConnectProtocol: true });
    while (!client.remoteSettings.enableConnectProtocol) await once(client, 'remoteSettings');
    const asked = answerTo(client.request(opening));
    const websocket = await server.next();
    websocket.stream.respond({ ':status': 200 });
    websocket.stream.write('still');
    const other = ask(client, { ':path': '/slow' });
    const slow = await server.next();
    slow.stream.respond({ ':status': 200 });
    const torn = bodyOf(websocket.stream);
    await router.reload(setupFor([routeTo(server.port, { allow: ['n-2'] })]).plan);
    expect(await asked).toMatchObject({ status: 200, rst: 2 });
    expect(await torn).toBe('[8]');
    slow.stream.end('whole');
    expect(await other).toMatchObject({ status: 200, body: 'whole', rst: 0 });
  });

  test('is not offered where the server takes none', async () => {
    const { server, client } = await running();
    expect(client.remoteSettings.enableConnectProtocol).toBe(false);
    const answer = await answerTo(client.request(opening)).catch((error: Error) => error.message);
    expect(answer).not.toMatchObject({ status: 200 });
    expect(server.requests()).toBe(0);
  });
});

function* pieces(bytes: number): Generator<Buffer> {
  for (let made = 0; made < bytes; made += 65_536) yield Buffer.alloc(65_536);
}

/** Asks another stream so often that the router could have moved megabytes meanwhile, or until it has. */
async function hadItsTurns(session: ClientHttp2Session, to: Http2Server, isOver: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !isOver(); i++) {
    const answer = ask(session, { ':path': '/turn' });
    (await to.next()).stream.respond({ ':status': 204 }, { endStream: true });
    await answer;
  }
}

test('a client that does not read holds its server back, and other streams go on', async () => {
  const { server, client } = await running();
  const asked = client.request({ ':path': '/big' });
  asked.on('error', () => {});
  const { stream } = await server.next();
  const whole = 32 * 1024 * 1024;
  stream.respond({ ':status': 200 });
  let isWritten = false;
  // Piece by piece: a session of Node that holds too many bytes takes no further stream.
  Readable.from(pieces(whole)).pipe(stream);
  stream.once('finish', () => {
    isWritten = true;
  });
  await hadItsTurns(client, server, () => isWritten);
  expect(isWritten).toBe(false);
  let got = 0;
  asked.on('data', (chunk: Buffer) => {
    got += chunk.length;
  });
  await once(asked, 'close');
  expect(got).toBe(whole);
});

test('streams that were under way before hold a bounded number of bytes, and end as torn', async () => {
  const { server, client } = await running({ heldBytesPerNcc: 1_000_000 });
  const codes: Promise<number>[] = [];
  const streams = [];
  for (let i = 0; i < 12; i++) {
    // Nobody reads it.
    const asked = client.request({ ':path': '/big' });
    asked.on('error', () => {});
    codes.push(new Promise((resolve) => asked.once('close', () => resolve(asked.rstCode))));
    streams.push((await server.next()).stream);
  }
  for (const stream of streams) {
    stream.respond({ ':status': 200 });
    Readable.from(pieces(32 * 1024 * 1024)).pipe(stream);
  }
  expect(await Promise.race(codes)).toBe(2);
});

test('a server that does not read holds its client back, and other streams go on', async () => {
  const { server, client } = await running();
  const asked = client.request({ ':method': 'POST', ':path': '/big' });
  asked.on('error', () => {});
  const whole = 32 * 1024 * 1024;
  let isWritten = false;
  Readable.from(pieces(whole)).pipe(asked);
  asked.once('finish', () => {
    isWritten = true;
  });
  const { stream } = await server.next();
  await hadItsTurns(client, server, () => isWritten);
  expect(isWritten).toBe(false);
  expect((await bodyOf(stream)).length).toBe(whole);
  stream.respond({ ':status': 204 }, { endStream: true });
});
