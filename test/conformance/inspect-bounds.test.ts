import { afterEach, expect, test } from 'vitest';
import { readToEnd, readUntil } from '../support/sockets.ts';
import { answer, codeIn, exchanges, get, post } from './exchanges.ts';
import { endpointB } from './setup.ts';

const all = await exchanges();
const running = all.running;
afterEach(() => all.close());

test('a server that does not answer is not waited for longer than that', async () => {
  const { server, client } = await running({ limits: { answerMs: 300 } });
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  expect(codeIn(await readToEnd(one))).toBe('504 LG_UPSTREAM_TIMEOUT');
});

test('the time of an answer begins behind the body, and ends with its head', async () => {
  const { server, client } = await running({ limits: { answerMs: 300 } });
  const [one, other] = [await client(), await client()];
  one.write(`${post('/a', 'Content-Length: 4')}{`);
  const at = await server.next();
  await readUntil(at, '{');
  // The time of this one is over when that of the first would be.
  other.write(get('/b'));
  expect(codeIn(await readToEnd(other))).toBe('504 LG_UPSTREAM_TIMEOUT');
  one.write('ab}');
  await readUntil(at, 'ab}');
  at.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n');
  await readUntil(one, '\r\n\r\n');
  const third = await client();
  third.write(get('/c'));
  expect(codeIn(await readToEnd(third))).toBe('504 LG_UPSTREAM_TIMEOUT');
  at.write('fine\n');
  expect(await readUntil(one, 'fine\n')).toBe('fine\n');
});

test('a connection without a request is closed after a while, and one with a request is not', async () => {
  const { server, client } = await running({ limits: { betweenRequestsMs: 500 } });
  const busy = await client();
  busy.write(get('/a'));
  const resting = await client();
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  expect(await readToEnd(resting)).toBe('');
  at.write(answer('fine\n'));
  expect(await readToEnd(busy)).toContain('fine\n');
});

test('an exchange with an address that its upstream has no more is a reset, where the plan says so', async () => {
  const clock = { ms: 0 };
  const addresses = ['10.50.0.1', '10.50.0.2'];
  const { server, client, router } = await running({
    router: {
      now: () => clock.ms,
      resolve: async () => [{ address: (addresses[0] ?? '') as never, ttlSeconds: 1 }],
    },
    upstream: {
      ...{ addresses: undefined as never, onMove: 'close' },
      health: { kind: 'tcp', intervalSeconds: 1, rise: 1, fall: 1 },
    },
  });
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  at.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n');
  await readUntil(one, '\r\n\r\n');
  addresses.shift();
  clock.ms = 10_000;
  expect(await readToEnd(one)).toBe('[ECONNRESET]');
  expect(await router.nextEvent()).toMatchObject({ end: 'moved' });
});

test('an NCC that has its bytes begins no further request, and another does', async () => {
  const { server, client } = await running({ limits: { bufferedBytesPerNcc: 10_000 } });
  const one = await client();
  one.write(get('/a'));
  const at = await server.next();
  await readUntil(at, '\r\n\r\n');
  at.write(`HTTP/1.1 200 OK\r\nContent-Length: ${64 * 1024 * 1024}\r\n\r\n`);
  at.write(Buffer.alloc(64 * 1024 * 1024));
  let said = '';
  let reached = server.next();
  for (let i = 0; i < 100 && said === ''; i++) {
    const next = await client();
    next.write(get('/b'));
    const answered = await Promise.race([readToEnd(next), reached]);
    if (typeof answered === 'string') said = codeIn(answered);
    else {
      answered.destroy();
      reached = server.next();
    }
  }
  expect(said).toBe('503 LG_OVER_LIMIT');
  const other = await client(endpointB);
  other.write(get('/c'));
  expect(await readUntil(await reached, '\r\n\r\n')).toBe(get('/c'));
});

test('requests that were under way before hold a bounded number of bytes, and end as torn', async () => {
  const { router, server, client } = await running({ limits: { heldBytesPerNcc: 30_000 } });
  const asked = [];
  for (let i = 0; i < 3; i++) {
    const one = await client();
    one.write(get('/a'));
    const at = await server.next();
    await readUntil(at, '\r\n\r\n');
    asked.push(at);
  }
  // All requests are with their servers before the first body flows.
  const length = 64 * 1024 * 1024;
  for (const at of asked) {
    at.write(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`);
    at.write(Buffer.alloc(length));
  }
  expect(await router.nextEvent()).toMatchObject({ end: 'refused', code: 'LG_OVER_LIMIT' });
});

test.each([
  ['begins like a request', 'GET /admin HTTP/1.1\r\n\r\n', true],
  ['begins like one behind empty lines', '\r\n\n\rGET /admin HTTP/1.1\r\n\r\n', true],
  ['could still become one', 'GET', true],
  ['is whole and no request', 'x'.repeat(40), false],
  ['is an object', '{"a": 1}', false],
  ['is a form', 'a=b c', false],
  ['is of several parts', '--x\r\nContent-Type: a', false],
])('a body that %s', async (_, body, isLast) => {
  const { server, client } = await running();
  const one = await client();
  // Each in its own read, as most clients send them.
  one.write(post('/a', 'Content-Length: 40'));
  one.write(body);
  const at = await server.next();
  const want = isLast ? post('/a', 'Content-Length: 40', 'Connection: close') : post('/a', 'Content-Length: 40');
  expect(await readUntil(at, body)).toBe(want + body);
});

test('a head whose body does not come soon is sent, and nothing follows it', async () => {
  const { server, client } = await running();
  const one = await client();
  one.write(post('/a', 'Content-Length: 40'));
  const at = await server.next();
  expect(await readUntil(at, '\r\n\r\n')).toBe(post('/a', 'Content-Length: 40', 'Connection: close'));
});
