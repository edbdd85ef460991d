import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type NodeUnderTest, startNodeAtPort } from '../conformance/engines.ts';
import { type RouteWish, setupOf } from '../conformance/setup.ts';
import { inspectionCa, serverCa } from '../support/inspected.ts';
import { findTool, testWith } from '../tools.ts';
import { httpsClients } from './https-clients.ts';

/** Java virtual machines and Go's compiler take seconds to start. */
const longMs = 120_000;
let ca: Awaited<ReturnType<typeof inspectionCa>>;
let servers: Awaited<ReturnType<typeof serverCa>>;
let server: Http2SecureServer | undefined;
let router: NodeUnderTest | undefined;

/** A router in front of one server, whose paths below `/admin` and `/t.Admin` are denied. */
function routerTo(name: string, to: number): Promise<NodeUnderTest> {
  const identity = { by: 'listener', nccs: ['n-1'] } as const;
  const route = (path: string): RouteWish => ({
    ...{ name, to, path, upstream: { tls: { name: name as never, ca: [servers.pem] } } },
    action: { tls: 'inspect', paths: { allow: [], deny: ['/orders/admin/**'] } },
  });
  const routes = [route('/orders'), route('/t.Calls')];
  const denied = { ...route('/t.Admin'), allow: ['n-2'] };
  return startNodeAtPort(
    'shared',
    (clientPort) => setupOf([{ key: 'shared', speaks: ['tls'], identity, routes: [...routes, denied], clientPort }]),
    { issuer: ca },
  );
}

beforeAll(async () => {
  ca = await inspectionCa(['corp.test']);
  servers = await serverCa();
  server = createSecureServer({ ...(await servers.issue('orders.corp.test')), allowHTTP1: true }, (request, response) =>
    response.end(`HTTP/${request.httpVersion} ${request.url}\n`),
  );
  server.on('sessionError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  router = await routerTo('orders.corp.test', Object(server.address()).port);
}, longMs);
afterAll(async () => {
  await router?.close();
  server?.close();
}, longMs);

/** What each client offers first; the server takes both. */
const speaks: Readonly<Record<string, string>> = { curl: '2.0', 'Go net/http': '2.0', 'Java HttpClient': '2.0' };

describe.each(httpsClients.filter(({ title }) => title !== 'openssl s_client'))('$title', (client) => {
  testWith(...client.tools)(
    'speaks inside its TLS what the server chooses of its offer, and is told refusals in it',
    async () => {
      const place = router?.addressOf('shared') ?? { host: '', port: 0 };
      const tasks = ['/orders/1?x=1', '/orders/admin/x', '/other'].map((path) => ({
        ...{ place, host: 'orders.corp.test', path },
      }));
      const [answered, denied, unknown] = await client.ask(tasks, ca.rootPem);
      expect(answered).toBe(`HTTP/${speaks[client.title] ?? '1.1'} /orders/1?x=1`);
      expect(denied).toMatch(/^error: .*403/);
      expect(unknown).toMatch(/^error: .*404/);
    },
    longMs,
  );
});

describe('gRPC for Python', () => {
  testWith('python-clients', 'grpcio')(
    'calls, streams, cancels, and gets statuses of the server and of the router',
    async () => {
      const child = spawn(findTool('python-clients') ?? '', ['test/interop/clients/python_grpc.py'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const say = (line: object): void => void child.stdin.write(`${JSON.stringify(line)}\n`);
      const hear = async (): Promise<Record<string, unknown>> => JSON.parse((await lines.next()).value ?? '{}');
      say(await servers.issue('grpc.corp.test'));
      const { port } = await hear();
      const front = await routerTo('grpc.corp.test', Number(port));
      say({ port: front.addressOf('shared').port, name: 'grpc.corp.test', ca: ca.rootPem });
      const said = await hear();
      await front.close();
      expect(said).toEqual({
        unary: ['hello', 'this', 'done', '00ff'],
        large: true,
        refuses: ['NOT_FOUND', 'no such thing: 100 % ä', 'refused'],
        streams: 1_200_000,
        collects: '1000000',
        talks: [50, 'N49'],
        cancelled: 'yes',
        denied: ['PERMISSION_DENIED', expect.stringMatching(/^LG_NOT_GRANTED: /), 'LG_NOT_GRANTED'],
        unknown: ['UNIMPLEMENTED', expect.stringMatching(/^LG_PATH_UNKNOWN: /), 'LG_PATH_UNKNOWN'],
      });
    },
    longMs,
  );
});
