/**
 * CPU that one HTTP/1.1 head costs the router: request and response heads as common clients and servers send them.
 *
 * node bench/http/run.ts
 */
import { fromLatin1 } from '../../src/router/protocols/bytes.ts';
import { parseRequestHead, parseResponseHead } from '../../src/router/protocols/http/index.ts';

const lines = (...rows: string[]): Uint8Array => fromLatin1(`${rows.join('\r\n')}\r\n\r\n`);

const request = lines(
  'GET /v1/orders?page=2 HTTP/1.1',
  'Host: billing.corp.acme.com',
  'User-Agent: python-requests/2.32.3',
  'Accept-Encoding: gzip, deflate',
  'Accept: */*',
  'Connection: keep-alive',
  `Authorization: Bearer ${'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'.repeat(4)}`,
  'X-Request-Id: 7b0c1ad2-9c3c-4d3a-a4a6-8f8a8f8a8f8a',
);
const response = lines(
  'HTTP/1.1 200 OK',
  'Server: nginx/1.22.1',
  'Date: Tue, 24 Nov 2026 12:00:00 GMT',
  'Content-Type: application/json',
  'Content-Length: 1024',
  'Last-Modified: Tue, 24 Nov 2026 12:00:00 GMT',
  'Connection: keep-alive',
  'ETag: "6561f2f0-400"',
  'Accept-Ranges: bytes',
);

const times = 200_000;

/** Microseconds of CPU for one call, over many. */
function cpuOf(call: () => unknown): number {
  for (let i = 0; i < times / 4; i++) call();
  const start = process.cpuUsage();
  for (let i = 0; i < times; i++) call();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / times;
}

const readWithFields = (): unknown => {
  const head = parseRequestHead(request);
  return head.is === 'request' && head.fields;
};

for (const [what, bytes, call] of [
  ['request head', request, () => parseRequestHead(request)],
  ['request head, all fields asked for', request, readWithFields],
  ['response head', response, () => parseResponseHead(response, 'GET')],
] as const)
  console.log(`${what.padEnd(36)} ${bytes.length} bytes  ${cpuOf(call).toFixed(1)} µs`);
