import type { FlowRecord } from '../../src/ir/index.ts';

const client: FlowRecord['client'] = {
  listener: 's-1/443',
  endpoint: 'vpce-0a1b2c3d4e5f60718',
  source: '100.64.12.7:40112',
  nccs: ['ncc-1'],
  workspaces: ['analytics', 'science'],
  tls: { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', resumed: true },
};

/** A call of an API that has gone well, with both bodies. */
export const answeredFlow: FlowRecord = {
  version: 1,
  id: '7f3a9c21-1',
  seq: 1,
  start: '2026-11-24T09:15:02.118Z',
  client,
  route: { key: 'orders-api/api.corp.acme.com:443/orders', target: 'orders-api' },
  protocol: 'http/1.1',
  request: {
    method: 'POST',
    scheme: 'https',
    host: 'api.corp.acme.com',
    path: '/orders/v1/search',
    query: 'page=2&access_token=redacted:51c0e7d2',
    headers: [
      { name: 'Host', value: 'api.corp.acme.com' },
      { name: 'User-Agent', value: 'python-requests/2.32.3' },
      { name: 'Authorization', value: 'Bearer redacted:9d41f0aa' },
      { name: 'Content-Type', value: 'application/json' },
      { name: 'Content-Length', value: '54' },
    ],
    bodyBytes: 54,
    type: 'application/json',
    body: { text: '{"customer":"C-1007","api_key":"redacted:51c0e7d2"}', truncated: false },
  },
  response: {
    status: 200,
    headers: [
      { name: 'Content-Type', value: 'application/json; charset=utf-8' },
      { name: 'Set-Cookie', value: 'redacted:03b7c6e1' },
      { name: 'Transfer-Encoding', value: 'chunked' },
    ],
    bodyBytes: 20_411,
    type: 'application/json',
    body: { text: '{"orders":[{"id":"O-1","total":12.5},{"id":"O-2"', truncated: true },
  },
  upstream: {
    name: 'orders.internal.acme.com:8443',
    address: '10.50.3.17:8443',
    reused: false,
    path: '/v2/v1/search',
    tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', resumed: false },
  },
  timings: { dialMs: 4.214, firstByteMs: 31.902, endMs: 33.05 },
  end: 'done',
};

/** A path that the target's limits deny. */
const refusedFlow: FlowRecord = {
  version: 1,
  id: '7f3a9c21-2',
  seq: 2,
  start: '2026-11-24T09:15:03.402Z',
  client: { ...client, workspaces: ['sandbox'], nccs: ['ncc-2'], endpoint: 'vpce-0ffeeddccbbaa9988' },
  route: { key: 'billing/api.corp.acme.com:443/billing', target: 'billing' },
  protocol: 'http/1.1',
  request: {
    method: 'DELETE',
    scheme: 'https',
    host: 'api.corp.acme.com',
    path: '/billing/v1/admin/users/7',
    headers: [
      { name: 'Host', value: 'api.corp.acme.com' },
      { name: 'User-Agent', value: 'curl/8.5.0' },
      { name: 'Cookie', value: 'redacted:c44d9e10' },
    ],
    bodyBytes: 0,
  },
  response: {
    status: 403,
    headers: [{ name: 'content-type', value: 'application/json' }],
    bodyBytes: 143,
    type: 'application/json',
  },
  timings: { firstByteMs: 0.31, endMs: 0.31 },
  end: 'refused',
  refusal: { code: 'LG_PATH_DENIED', why: 'the path /billing/v1/admin/users/7 is denied by /v1/admin/** of billing' },
};

/** A call over HTTP/2 whose upstream cannot be verified. */
const unreachableFlow: FlowRecord = {
  version: 1,
  id: '7f3a9c21-3',
  seq: 3,
  start: '2026-11-24T09:15:04.077Z',
  client: { ...client, tls: { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', resumed: false } },
  route: { key: 'features/grpc.corp.acme.com:443', target: 'features' },
  protocol: 'h2',
  request: {
    method: 'POST',
    scheme: 'https',
    host: 'grpc.corp.acme.com',
    path: '/feast.ServingService/GetOnlineFeatures',
    headers: [
      { name: ':method', value: 'POST' },
      { name: ':path', value: '/feast.ServingService/GetOnlineFeatures' },
      { name: ':scheme', value: 'https' },
      { name: ':authority', value: 'grpc.corp.acme.com' },
      { name: 'content-type', value: 'application/grpc' },
      { name: 'te', value: 'trailers' },
      { name: 'x-api-key', value: 'redacted:e2510b6f' },
    ],
    bodyBytes: 118,
    type: 'application/grpc',
  },
  response: {
    status: 200,
    headers: [
      { name: ':status', value: '200' },
      { name: 'content-type', value: 'application/grpc' },
      { name: 'grpc-status', value: '14' },
    ],
    bodyBytes: 0,
    type: 'application/grpc',
  },
  timings: { firstByteMs: 18.4, endMs: 18.4 },
  end: 'refused',
  refusal: {
    code: 'LG_UPSTREAM_CERTIFICATE',
    why: 'the certificate of grpc.internal.acme.com:443 is not for grpc.internal.acme.com',
  },
};

/** A WebSocket that the router has cut when it shut down. */
const websocketFlow: FlowRecord = {
  version: 1,
  id: '7f3a9c21-4',
  seq: 4,
  start: '2026-11-24T09:15:05.960Z',
  client,
  route: { key: 'events-ws/events.corp.acme.com:443', target: 'events-ws' },
  protocol: 'http/1.1',
  request: {
    method: 'GET',
    scheme: 'https',
    host: 'events.corp.acme.com',
    path: '/stream',
    headers: [
      { name: 'Host', value: 'events.corp.acme.com' },
      { name: 'Connection', value: 'Upgrade' },
      { name: 'Upgrade', value: 'websocket' },
      { name: 'Sec-WebSocket-Version', value: '13' },
    ],
    bodyBytes: 9_120,
  },
  response: {
    status: 101,
    headers: [
      { name: 'Connection', value: 'Upgrade' },
      { name: 'Upgrade', value: 'websocket' },
    ],
    bodyBytes: 4_881_204,
  },
  upstream: { name: 'events.corp.acme.com:443', address: '192.168.10.4:443', reused: true },
  timings: { firstByteMs: 6.8, endMs: 912_004.2 },
  end: 'cut',
};

export const flowRecords: readonly FlowRecord[] = [answeredFlow, refusedFlow, unreachableFlow, websocketFlow];
