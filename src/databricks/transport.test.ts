import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../ir/index.ts';
import { DatabricksCallError } from './errors.ts';
import { Transport, type TransportOptions } from './transport.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Site {
  readonly origin: string;
  /** `METHOD /path?query`, in the order of arrival. */
  readonly asked: string[];
}

/** A server on loopback that ends with the test. */
async function site(answer: Answer): Promise<Site> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(
    () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const isToken = (request: IncomingMessage): boolean => request.url?.endsWith('/token') === true;
const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, headers);
  response.end(JSON.stringify(body));
};

/** A transport to a server that gives tokens `t1`, `t2`, … and leaves the rest to `answer`. */
async function transportTo(
  answer: Answer,
  options: Partial<TransportOptions> = {},
  token: (number: number) => unknown = (number) => ({ access_token: `t${number}`, expires_in: 3600 }),
): Promise<Site & { transport: Transport; pauses: number[] }> {
  let tokens = 0;
  const made = await site((request, response) => {
    if (!isToken(request)) return answer(request, response);
    tokens += 1;
    return json(response, 200, token(tokens));
  });
  const pauses: number[] = [];
  const transport = new Transport({
    host: made.origin,
    accountId: 'acc',
    clientId: 'a client',
    clientSecret: new Secret('s/ecret'),
    pause: async (milliseconds) => pauses.push(milliseconds),
    ...options,
  });
  return { ...made, transport, pauses };
}

const get = { method: 'GET', path: '/things' } as const;

test('a token is asked for with the client’s name and secret, and sent with each call', async () => {
  const headers: (string | undefined)[] = [];
  const bodies: string[] = [];
  const { asked, transport } = await transportTo((request, response) => {
    headers.push(request.headers.authorization, request.headers['content-type']);
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString('utf8')));
    request.on('end', () => json(response, 200, { ok: true }));
  });
  expect(await transport.send({ method: 'PATCH', path: '/a', query: { mask: 'x y' }, body: { x: 1 } })).toEqual({
    ok: true,
  });
  expect(asked).toEqual(['POST /oidc/accounts/acc/v1/token', 'PATCH /api/2.0/accounts/acc/a?mask=x+y']);
  expect(headers).toEqual(['Bearer t1', 'application/json']);
  expect(bodies).toEqual(['{"x":1}']);
});

test('the token call carries the pair as Basic, each part encoded, and the grant in its body', async () => {
  const seen: unknown[] = [];
  const { origin } = await site((request, response) => {
    request.on('data', (chunk: Buffer) => seen.push(request.headers.authorization, chunk.toString('utf8')));
    request.on('end', () => json(response, 200, { access_token: 't' }));
  });
  const transport = new Transport({
    host: origin,
    accountId: 'acc',
    clientId: 'a client',
    clientSecret: new Secret('s/ecret'),
  });
  await transport.send(get);
  expect(seen[0]).toBe(`Basic ${Buffer.from('a%20client:s%2Fecret').toString('base64')}`);
  expect(seen[1]).toBe('grant_type=client_credentials&scope=all-apis');
});

test.each([301, 302, 303, 307, 308])(
  'a %i to another origin is not followed: nothing is sent there',
  async (status) => {
    const other = await site((_, response) => json(response, 200, { stolen: true }));
    const { transport } = await transportTo((_, response) => json(response, status, {}, { location: other.origin }));
    await expect(transport.send(get)).rejects.toMatchObject({
      name: 'DatabricksCallError',
      status: 0,
      code: 'NO_ANSWER',
    });
    await expect(transport.send({ method: 'PATCH', path: '/a', body: {} })).rejects.toThrow(DatabricksCallError);
    expect(other.asked).toEqual([]);
  },
);

test('a redirect of the token call is not followed: the client’s secret stays here', async () => {
  const other = await site((_, response) => json(response, 200, { access_token: 'theirs' }));
  const { origin } = await site((_, response) => json(response, 307, {}, { location: `${other.origin}/token` }));
  const transport = new Transport({ host: origin, accountId: 'a', clientId: 'c', clientSecret: new Secret('s') });
  await expect(transport.send(get)).rejects.toMatchObject({ call: 'POST token', code: 'NO_ANSWER' });
  expect(other.asked).toEqual([]);
});

test('a redirect to the login page of the same host is refused too', async () => {
  const { asked, transport } = await transportTo((request, response) =>
    request.url === '/login.html' ? json(response, 200, {}) : json(response, 302, {}, { location: '/login.html' }),
  );
  await expect(transport.send(get)).rejects.toMatchObject({ code: 'NO_ANSWER' });
  expect(asked).not.toContain('GET /login.html');
});

test('calls that begin together share one token', async () => {
  const { asked, transport } = await transportTo((_, response) => json(response, 200, {}));
  await Promise.all([transport.send(get), transport.send(get), transport.send(get)]);
  expect(asked.filter((each) => each.includes('token'))).toHaveLength(1);
});

test('a token call that fails is made again by the next call', async () => {
  const { transport } = await transportTo(
    (_, response) => json(response, 200, { ok: true }),
    {},
    (number) => (number === 1 ? {} : { access_token: 't' }),
  );
  await expect(transport.send(get)).rejects.toMatchObject({ call: 'POST token', code: 'NO_TOKEN' });
  expect(await transport.send(get)).toEqual({ ok: true });
});

test('a token is kept until a minute before its end, an hour where none is named', async () => {
  let now = 0;
  const given = [{ access_token: 'a', expires_in: 600 }, { access_token: 'b' }, { access_token: 'c' }];
  const used: (string | undefined)[] = [];
  const { transport } = await transportTo(
    (request, response) => {
      used.push(request.headers.authorization);
      json(response, 200, {});
    },
    { now: () => now },
    (number) => given[number - 1],
  );
  for (const at of [0, 539_999, 540_000, 540_000 + 3_539_999, 540_000 + 3_540_000]) {
    now = at;
    await transport.send(get);
  }
  expect(used).toEqual(['Bearer a', 'Bearer a', 'Bearer b', 'Bearer b', 'Bearer c']);
});

test('a token that is refused is replaced once, and then the refusal is final', async () => {
  const good = new Set(['Bearer t1']);
  const { asked, transport } = await transportTo((request, response) =>
    good.has(request.headers.authorization ?? '')
      ? json(response, 200, { ok: true })
      : json(response, 401, { error_code: 'UNAUTHENTICATED', message: 'no' }),
  );
  const tokens = (): number => asked.filter((each) => each.includes('token')).length;
  expect(await transport.send(get)).toEqual({ ok: true });
  good.clear();
  good.add('Bearer t2');
  expect(await Promise.all([transport.send(get), transport.send(get)])).toEqual([{ ok: true }, { ok: true }]);
  expect(tokens()).toBe(2);
  good.clear();
  await expect(transport.send(get)).rejects.toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  expect(tokens()).toBe(3);
});

test.each<[string, readonly string[], readonly number[]]>([
  ['doubles', [], [1000, 2000, 4000, 8000, 10_000, 10_000]],
  ['is what the server says', ['3'], [3000, 3000, 3000, 3000, 3000, 3000]],
  ['is bounded, whatever the server says', ['3600'], [10_000, 10_000, 10_000, 10_000, 10_000, 10_000]],
  [
    'is our own where the server says a date',
    ['Wed, 21 Oct 2026 07:28:00 GMT'],
    [1000, 2000, 4000, 8000, 10_000, 10_000],
  ],
  ['is nothing where the server says so', ['0'], [0, 0, 0, 0, 0, 0]],
  ['is our own where the server says nothing sensible', ['-5'], [1000, 2000, 4000, 8000, 10_000, 10_000]],
])('the wait between tries %s', async (_, retryAfter, waits) => {
  const headers = retryAfter[0] === undefined ? {} : { 'retry-after': retryAfter[0] };
  const { asked, pauses, transport } = await transportTo(
    (_request, response) => json(response, 429, { error_code: 'TOO_MANY', message: 'slow' }, headers),
    { attempts: 7 },
  );
  await expect(transport.send(get)).rejects.toMatchObject({ status: 429, code: 'TOO_MANY' });
  expect(pauses).toEqual(waits);
  expect(asked.filter((each) => each.includes('things'))).toHaveLength(7);
});

test.each([
  [503, 4],
  [429, 4],
  [500, 1],
  [502, 1],
  [409, 1],
])('an answer of %i is tried %i times', async (status, times) => {
  const { asked, transport } = await transportTo((_, response) => json(response, status, {}));
  await expect(transport.send(get)).rejects.toMatchObject({ status });
  expect(asked.filter((each) => each.includes('things'))).toHaveLength(times);
});

test('a server that says nothing is given up after the time that was set', async () => {
  const { transport } = await transportTo(() => {}, { timeoutMs: 50 });
  await expect(transport.send(get)).rejects.toMatchObject({
    name: 'DatabricksCallError',
    status: 0,
    code: 'NO_ANSWER',
  });
});

test.each<[string, Answer]>([
  ['stops in the middle and says no more', (_, response) => void response.write('{"items": [')],
  [
    'is cut in the middle',
    (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"items": [', () => response.destroy());
    },
  ],
])('an answer that %s is refused', async (_, answer) => {
  const { transport } = await transportTo(answer, { timeoutMs: 500 });
  await expect(transport.send(get)).rejects.toMatchObject({ name: 'DatabricksCallError', code: 'NO_ANSWER' });
});

test('an answer is read up to eight mebibytes, and no further', async () => {
  const bodyOf = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2));
  let bytes = 8 * 2 ** 20;
  const { transport } = await transportTo((_, response) => void response.end(bodyOf(bytes)));
  expect(String(await transport.send(get))).toHaveLength(bytes - 2);
  bytes += 1;
  await expect(transport.send(get)).rejects.toMatchObject({ code: 'ANSWER_TOO_LARGE' });
});

test('an empty answer is an empty object, a number that loses digits is text', async () => {
  const bodies = ['', '{"id": 9007199254740993, "size": 9007199254740991, "part": 0.1, "text": "9"}'];
  const { transport } = await transportTo((_, response) => void response.end(bodies.shift()));
  expect(await transport.send(get)).toEqual({});
  expect(await transport.send(get)).toEqual({ id: '9007199254740993', size: 9007199254740991, part: 0.1, text: '9' });
});

test('what an error shows has neither the token nor the secret', async () => {
  const { transport } = await transportTo((_, response) => json(response, 403, { error_code: 'NO', message: 'no' }));
  const error = await transport
    .send({ method: 'PATCH', path: '/a', body: { hidden: 'body' } })
    .catch((e: unknown) => e);
  const { inspect } = await import('node:util');
  const shown = inspect(error, { depth: 9, showHidden: true });
  for (const each of ['t1', 's/ecret', 's%2Fecret', 'hidden']) expect(shown).not.toContain(`'${each}'`);
  expect(shown).not.toContain('Bearer');
});

test('of an answer that is not what it should be, an error shows the beginning', async () => {
  const answers: (readonly [number, string])[] = [
    [200, 'x'.repeat(5000)],
    [403, ` ${'y'.repeat(5000)}`],
  ];
  const { transport } = await transportTo((_, response) => {
    const [status, text] = answers.shift() ?? [500, ''];
    response.writeHead(status);
    response.end(text);
  });
  await expect(transport.send(get)).rejects.toMatchObject({
    code: 'NOT_JSON',
    message: `GET /things: NOT_JSON: ${'x'.repeat(200)}`,
  });
  await expect(transport.send(get)).rejects.toMatchObject({
    code: 'HTTP_403',
    message: `GET /things: HTTP_403: ${'y'.repeat(500)}`,
  });
});
