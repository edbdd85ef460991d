import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type NodeUnderTest, startNodeAtPort } from '../conformance/engines.ts';
import { type RouteWish, setupOf } from '../conformance/setup.ts';
import { type HttpsBackend, httpsBackend, inspectionCa, serverCa } from '../support/inspected.ts';
import { testWith } from '../tools.ts';
import { httpsClients, moreHttpsClients } from './https-clients.ts';

/** Java virtual machines and Go's compiler take seconds to start. */
const longMs = 120_000;
const backends: HttpsBackend[] = [];
let router: NodeUnderTest | undefined;
let rootPem = '';
/** Names of the backends that got a request. */
const asked: string[] = [];

beforeAll(async () => {
  // `fine.corp.test` is within the constraints of the CA, `outside.other.test` is not.
  const ca = await inspectionCa(['corp.test']);
  rootPem = ca.rootPem;
  const servers = await serverCa();
  for (const name of ['orders.corp.test', 'billing.corp.test', 'outside.other.test'])
    backends.push(
      await httpsBackend(name, await servers.issue(name), (request, response) => {
        asked.push(name);
        response.end(`${name} ${request.url}\n`);
      }),
    );
  const route = (name: string, at: number, wish: Partial<RouteWish> = {}): RouteWish => ({
    ...{ name, to: backends[at]?.port ?? 1, ...wish },
    action: { tls: 'inspect', ...wish.action },
    upstream: {
      tls: { name: ['orders.corp.test', 'billing.corp.test', 'outside.other.test'][at] as never, ca: [servers.pem] },
    },
  });
  const routes = [
    route('api.corp.test', 0, { path: '/orders', action: { paths: { allow: [], deny: ['/orders/admin/**'] } } }),
    route('api.corp.test', 1, { path: '/billing' }),
    route('outside.other.test', 2),
  ];
  const identity = { by: 'listener', nccs: ['n-1'] } as const;
  router = await startNodeAtPort(
    'shared',
    (clientPort) => setupOf([{ key: 'shared', speaks: ['tls'], identity, routes, clientPort }]),
    { issuer: ca },
  );
}, longMs);
afterAll(async () => {
  await router?.close();
  await Promise.all(backends.map((backend) => backend.close()));
}, longMs);

const clients = [...httpsClients, ...moreHttpsClients].filter(({ title }) => title !== 'openssl s_client');

describe.each(clients)('$title', (client) => {
  testWith(...client.tools)(
    'believes the certificate of the router within the names of its CA, and gets the server of each path or a refusal',
    async () => {
      const place = router?.addressOf('shared') ?? { host: '', port: 0 };
      const tasks = ['/orders/1', '/billing/2', '/orders/admin/x', '/other'].map((path) => ({
        ...{ place, host: 'api.corp.test', path },
      }));
      const [orders, billing, denied, unknown] = await client.ask(tasks, rootPem);
      expect(orders).toBe('orders.corp.test /orders/1');
      expect(billing).toBe('billing.corp.test /billing/2');
      expect(denied).toMatch(/^error: .*403/);
      expect(unknown).toMatch(/^error: .*404/);
    },
    longMs,
  );

  testWith(...client.tools)(
    'refuses the certificate of a name outside the constraints of the CA',
    async () => {
      const place = router?.addressOf('shared') ?? { host: '', port: 0 };
      const [said] = await client.ask([{ place, host: 'outside.other.test', path: '/' }], rootPem);
      expect(said).toMatch(/^error: /);
      expect(said).not.toContain('outside.other.test /');
      // The server is asked which protocols it speaks, and nothing else.
      expect(asked).not.toContain('outside.other.test');
    },
    longMs,
  );
});
