import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EndpointId } from '../../src/ir/index.ts';
import { type HttpsBackend, httpsBackend, type InspectionCa, inspectionCa, serverCa } from '../support/inspected.ts';
import { readToEnd, readUntil } from '../support/sockets.ts';
import { dialTo, headerOf } from './clients.ts';
import { type NodeUnderTest, startNode } from './engines.ts';
import { endpointA, endpointB, type RouteWish, setupOf, twoNccs } from './setup.ts';

let ca: InspectionCa;
let servers: Awaited<ReturnType<typeof serverCa>>;
const backends: Record<string, HttpsBackend> = {};
const closing: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  ca = await inspectionCa();
  servers = await serverCa();
  for (const name of ['orders.test', 'billing.test', 'api.test'])
    backends[name] = await httpsBackend(name, await servers.issue(name));
  backends['wrong.test'] = await httpsBackend('wrong.test', await servers.issue('other.test'));
  backends['old.test'] = await httpsBackend('old.test', await servers.issue('old.test', -3));
});
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});
afterAll(() => Promise.all(Object.values(backends).map((backend) => backend.close())));

const portOf = (name: string): number => backends[name]?.port ?? 1;

/** An inspected route; its upstream is the backend of this name. */
const inspected = (name: string, to: string, wish: Partial<RouteWish> = {}): RouteWish => ({
  name,
  to: portOf(to),
  ...wish,
  action: { tls: 'inspect', ...wish.action },
  upstream: { tls: { name: to as never, ca: [servers.pem] }, ...wish.upstream },
});

async function started(
  routes: readonly RouteWish[],
  options: Parameters<typeof startNode>[1] = {},
): Promise<NodeUnderTest> {
  const setup = setupOf([{ key: 's-1/443', clientPort: 443, speaks: ['tls'], routes }]);
  const router = await startNode(setup, { issuer: ca, ...options });
  closing.push(router);
  return router;
}

/** A client inside TLS, which believes the inspection root alone. */
async function secure(
  router: NodeUnderTest,
  servername: string,
  { endpoint = endpointA, ...options }: { endpoint?: string } & ConnectionOptions = {},
): Promise<TLSSocket> {
  const socket = await dialTo(router.addressOf('s-1/443'), headerOf(endpoint));
  const tls = connectTls({ socket, servername, ca: ca.rootPem, ALPNProtocols: ['http/1.1'], ...options });
  tls.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    tls.once('secureConnect', resolve);
    tls.once('error', reject);
    tls.once('close', () => reject(new Error('closed')));
  });
  tls.pause();
  closing.push({ close: async () => void tls.destroy() });
  return tls;
}

const get = (path: string, host: string, ...fields: string[]): string =>
  `GET ${path} HTTP/1.1\r\n${[`Host: ${host}`, ...fields].join('\r\n')}\r\n\r\n`;
const close = 'Connection: close';

/** `status code` of a refusal, or `status` and the first line that the server said. */
function answerIn(text: string): string {
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  const code = /\r\nLakegate-Code: (\w+)/.exec(text)?.[1];
  return `${status} ${code ?? /(\S+\.test \S+ \S+ \d+)\n/.exec(text)?.[1]}`;
}

async function ask(router: NodeUnderTest, name: string, request: string, endpoint?: string): Promise<string> {
  const tls = await secure(router, name, endpoint === undefined ? {} : { endpoint });
  tls.write(request);
  return answerIn(await readToEnd(tls));
}

describe('an inspected name', () => {
  test('is answered through a certificate of the router, by the server of its route', async () => {
    const router = await started([inspected('orders.test', 'orders.test'), inspected('billing.test', 'billing.test')]);
    const tls = await secure(router, 'orders.test');
    expect(tls.getPeerCertificate().subject.CN).toBe('orders.test');
    expect(tls.getPeerCertificate(true).issuerCertificate.subject.CN).toBe('inspection router');
    expect(tls.alpnProtocol).toBe('http/1.1');
    tls.write(get('/a', 'orders.test'));
    expect(answerIn(await readUntil(tls, ' 0\n'))).toBe('200 orders.test GET /a 0');
    tls.write(get('/b', 'orders.test', close));
    const last = await readToEnd(tls);
    expect(answerIn(last)).toBe('200 orders.test GET /b 0');
    expect(last).toContain('\r\nConnection: close\r\n');
    expect(await ask(router, 'billing.test', get('/c', 'billing.test', close))).toBe('200 billing.test GET /c 0');
  });

  test('each prefix leads to its own server, and each grant holds for its prefix', async () => {
    const router = await started([
      inspected('api.test', 'orders.test', { path: '/orders', action: { rewrite: '/v2' }, allow: ['n-1', 'n-2'] }),
      inspected('api.test', 'billing.test', {
        path: '/billing',
        action: { paths: { allow: [], deny: ['/billing/admin/**'] } },
      }),
    ]);
    const said = (path: string, endpoint?: string) => ask(router, 'api.test', get(path, 'api.test', close), endpoint);
    expect(await said('/orders/7?x=/..')).toBe('200 orders.test GET /v2/7?x=/.. 0');
    expect(await said('/billing/7')).toBe('200 billing.test GET /billing/7 0');
    expect(await said('/billing/a/../admin/x')).toBe('403 LG_PATH_DENIED');
    expect(await said('/ordersX')).toBe('404 LG_PATH_UNKNOWN');
    expect(await said('/orders/7', endpointB)).toBe('200 orders.test GET /v2/7 0');
    expect(await said('/billing/7', endpointB)).toBe('403 LG_NOT_GRANTED');
  });

  test('a second path that is written to is not judged, and so refused', async () => {
    const paths = { allow: [], deny: ['/admin/**'] };
    const router = await started([inspected('orders.test', 'orders.test', { action: { paths } })]);
    const move = get('/a', 'orders.test', 'Destination: https://orders.test/admin/a').replace('GET', 'MOVE');
    expect(await ask(router, 'orders.test', move)).toBe('403 LG_PATH_DENIED');
  });

  test('one connection reaches both servers of a host, request by request', async () => {
    const router = await started([
      inspected('api.test', 'orders.test', { path: '/orders' }),
      inspected('api.test', 'billing.test', { path: '/billing' }),
    ]);
    const tls = await secure(router, 'api.test');
    for (const [path, who] of [
      ['/orders/1', 'orders.test'],
      ['/billing/1', 'billing.test'],
      ['/orders/2', 'orders.test'],
    ] as const) {
      tls.write(get(path, 'api.test'));
      expect(answerIn(await readUntil(tls, ' 0\n'))).toBe(`200 ${who} GET ${path} 0`);
    }
  });

  test('another host or port than the certificate is for is refused', async () => {
    const router = await started([inspected('orders.test', 'orders.test'), inspected('billing.test', 'billing.test')]);
    expect(await ask(router, 'orders.test', get('/', 'billing.test'))).toBe('421 LG_NAME_UNKNOWN');
    expect(await ask(router, 'orders.test', get('/', 'orders.test:8443'))).toBe('421 LG_NAME_UNKNOWN');
    expect(await ask(router, 'orders.test', get('/', 'orders.test:443', close))).toBe('200 orders.test GET / 0');
  });

  test.each([
    ['a certificate for another name', { to: 'wrong.test' }, '502 LG_UPSTREAM_CERTIFICATE'],
    ['a certificate that has expired', { to: 'old.test' }, '502 LG_UPSTREAM_CERTIFICATE'],
    ['no server', { to: 'gone.test' }, '502 LG_UPSTREAM_REFUSED'],
  ])('%s of the upstream is answered inside TLS', async (_, { to }, want) => {
    const router = await started([inspected('orders.test', to)]);
    expect(await ask(router, 'orders.test', get('/', 'orders.test'))).toBe(want);
  });

  test('a CA that is not named is not believed', async () => {
    const upstream = { tls: { name: 'orders.test' as never } };
    const router = await started([inspected('orders.test', 'orders.test', { upstream })]);
    expect(await ask(router, 'orders.test', get('/', 'orders.test'))).toBe('502 LG_UPSTREAM_CERTIFICATE');
  });

  test('without an issuer it is refused in TLS, and never passed through', async () => {
    const router = await started([inspected('orders.test', 'orders.test')], { issuer: { current: () => undefined } });
    await expect(secure(router, 'orders.test', { rejectUnauthorized: false })).rejects.toThrow(/internal error/i);
    expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_NO_ISSUER' });
  });

  test('a client that speaks HTTP/2 alone is refused by ALPN', async () => {
    const router = await started([inspected('orders.test', 'orders.test')]);
    await expect(secure(router, 'orders.test', { ALPNProtocols: ['h2'] })).rejects.toThrow(/no application protocol/i);
  });

  test('a grant that is taken back ends a connection that rests, and a new deny reaches one that lives', async () => {
    const routes = (deny: string[]) => [
      inspected('orders.test', 'orders.test', { action: { paths: { allow: [], deny } } }),
    ];
    const router = await started(routes([]));
    const tls = await secure(router, 'orders.test');
    tls.write(get('/a', 'orders.test'));
    await readUntil(tls, ' 0\n');
    await router.reload(setupOf([{ key: 's-1/443', clientPort: 443, speaks: ['tls'], routes: routes(['/a']) }]).plan);
    tls.write(get('/a', 'orders.test'));
    expect(answerIn(await readToEnd(tls))).toBe('403 LG_PATH_DENIED');

    const other = await secure(router, 'orders.test');
    router.setPolicy({ ...twoNccs, endpoints: { [endpointB as EndpointId]: 'n-2' } });
    expect(await readToEnd(other)).toBe('');
  });
});
