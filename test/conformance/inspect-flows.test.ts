import { once } from 'node:events';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type FlowRecord, flowRecordShape } from '../../src/ir/index.ts';
import { type HttpsBackend, httpsBackend, type InspectionCa, inspectionCa, serverCa } from '../support/inspected.ts';
import { readToEnd, readUntil } from '../support/sockets.ts';
import { dialTo, headerOf } from './clients.ts';
import { type NodeUnderTest, startNode } from './engines.ts';
import { endpointA, endpointB, setupOf } from './setup.ts';

let ca: InspectionCa;
let pem: string;
let backend: HttpsBackend;
const closing: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  ca = await inspectionCa();
  const servers = await serverCa();
  pem = servers.pem;
  backend = await httpsBackend('orders', await servers.issue('orders.test'));
});
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one.close();
});
afterAll(() => backend.close());

async function started(options: Parameters<typeof startNode>[1] = {}) {
  const records: FlowRecord[] = [];
  const waiting: ((record: FlowRecord) => void)[] = [];
  const route = {
    name: 'orders.test',
    to: backend.port,
    action: { tls: 'inspect' as const, paths: { allow: [], deny: ['/admin/**'] } },
    upstream: { tls: { name: 'orders.test' as never, ca: [pem] } },
  };
  const setup = setupOf([{ key: 's-1/443', clientPort: 443, speaks: ['tls'], routes: [route] }]);
  const router = await startNode(setup, {
    issuer: ca,
    ...options,
    flows: (record) => {
      records.push(record);
      waiting.shift()?.(record);
    },
  });
  closing.push(router);
  const next = (): Promise<FlowRecord> => new Promise((resolve) => waiting.push(resolve));
  return { router, records, next };
}

async function secure(
  router: NodeUnderTest,
  options: ConnectionOptions = {},
  endpoint = endpointA,
): Promise<TLSSocket> {
  const socket = await dialTo(router.addressOf('s-1/443'), headerOf(endpoint));
  const tls = connectTls({
    socket,
    servername: 'orders.test',
    ca: ca.rootPem,
    ALPNProtocols: ['http/1.1'],
    ...options,
  });
  tls.on('error', () => {});
  await once(tls, 'secureConnect');
  tls.pause();
  closing.push({ close: async () => void tls.destroy() });
  return tls;
}

const ask = (line: string, ...fields: string[]): string =>
  `${line} HTTP/1.1\r\n${['Host: orders.test', ...fields].join('\r\n')}\r\n\r\n`;

test('a request leaves a record of who asked, which server answered, and when', async () => {
  const { router, next } = await started();
  const client = await secure(router);
  const first = next();
  client.write(`${ask('POST /a?token=s3cr3t', 'Authorization: Bearer s3cr3t', 'Content-Length: 5')}hello`);
  await readUntil(client, 's3cr3t 5\n');
  const record = await first;
  expect(flowRecordShape.parse(record)).toEqual(record);
  expect(record).toMatchObject({
    client: { listener: 's-1/443', endpoint: endpointA, nccs: ['n-1'], tls: { version: 'TLSv1.3', resumed: false } },
    route: { target: expect.any(String) },
    protocol: 'http/1.1',
    request: { method: 'POST', host: 'orders.test', path: '/a', bodyBytes: 5 },
    response: { status: 200 },
    upstream: {
      name: expect.stringMatching(`:${backend.port}$`),
      reused: false,
      tls: { version: 'TLSv1.3', resumed: false },
    },
    end: 'done',
  });
  expect(JSON.stringify(record)).not.toContain('s3cr3t');
  const { dialMs = -1, firstByteMs = -1, endMs } = record.timings;
  expect(dialMs).toBeGreaterThan(0);
  expect(firstByteMs).toBeGreaterThanOrEqual(dialMs);
  expect(endMs).toBeGreaterThanOrEqual(firstByteMs);

  const second = next();
  client.write(ask('GET /b'));
  await readUntil(client, '/b 0\n');
  const again = await second;
  expect(again.upstream?.reused).toBe(true);
  expect(again.timings).not.toHaveProperty('dialMs');
  expect(router.stats().requests.targets).toMatchObject({ [record.route?.target ?? '']: { answers: { '2xx ': 2 } } });
  expect(router.stats().requests.handshakes).toEqual({
    client: { full: 1, resumed: 0 },
    upstream: { full: 1, resumed: 0 },
  });
});

test('a refused request leaves one with its code and the answer of the router', async () => {
  const { router, next } = await started();
  const record = next();
  const client = await secure(router);
  client.write(ask('GET /admin/x'));
  expect(await readToEnd(client)).toContain('LG_PATH_DENIED');
  expect(await record).toMatchObject({
    request: { path: '/admin/x' },
    response: { status: 403, type: 'application/json' },
    end: 'refused',
    refusal: { code: 'LG_PATH_DENIED' },
  });
  expect((await record).response?.bodyBytes).toBeGreaterThan(50);
  expect(await record).not.toHaveProperty('upstream');
});

test('what is read of the ring is what the sink was given', async () => {
  const { router, records, next } = await started();
  const client = await secure(router);
  for (const path of ['/1', '/2', '/3']) {
    const record = next();
    client.write(ask(`GET ${path}`));
    await record;
  }
  client.resume();
  expect(router.readFlows(0, 10)).toEqual({ records, next: 3, lost: 0, hasMore: false });
  expect(router.readFlows(1, 1)).toEqual({ records: [records[1]], next: 2, lost: 0, hasMore: true });
  expect(router.readFlows(3, 1)).toEqual({ records: [], next: 3, lost: 0, hasMore: false });
});

test('no secret of a request that is malformed comes into the log', async () => {
  const events: string[] = [];
  const { router } = await started({ log: (event) => void events.push(JSON.stringify(event)) });
  for (const line of [
    'GET /x?token=s3cr3t%zz\u0001 HTTP/1.1\r\nHost: orders.test\r\n\r\n',
    'GET /x HTTP/1.1\r\nHost: orders.test\r\nAuthorization : Bearer s3cr3t\r\n\r\n',
    'GET /x HTTP/1.1\r\nHost: orders.test\r\nCookie s3cr3t\r\n\r\n',
    'GET /x?token=s3cr3t y HTTP/1.1\r\nHost: orders.test\r\n\r\n',
  ]) {
    const client = await secure(router);
    client.write(line);
    await readToEnd(client);
  }
  await router.close();
  expect(events).toHaveLength(4);
  expect(events.join('\n')).not.toContain('s3cr3t');
});

test('an endpoint without a grant leaves no record: it comes to no request', async () => {
  const { router, records } = await started();
  await expect(secure(router, {}, endpointB)).rejects.toThrow();
  expect(records).toEqual([]);
});
