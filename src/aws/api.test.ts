import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Api, Gate, type SdkClient } from './api.ts';
import { AwsCallError, awsClients } from './index.ts';

interface Fake extends SdkClient {
  ended: boolean;
}

const fake = (): Fake => ({
  ended: false,
  destroy() {
    this.ended = true;
  },
  middlewareStack: { add: () => {} },
});

test('the SDK is loaded with the first call, once, and ended where it was loaded', async () => {
  const made: Fake[] = [];
  const load = async (): Promise<Fake> => {
    const client = fake();
    made.push(client);
    return client;
  };
  const api = new Api('x:', load);
  new Api('x:', load).close();
  expect(made).toEqual([]);
  const asked = await Promise.all([1, 2].map(() => api.call('Get', async (client) => client)));
  expect([asked[0] === asked[1], made.length]).toEqual([true, 1]);
  api.close();
  await new Promise((turn) => setImmediate(turn));
  expect(made[0]?.ended).toBe(true);
});

test('a listing is read page by page to its end, each page with the token of the last', async () => {
  const tokens: (string | undefined)[] = [];
  const pages = new Map<string | undefined, { items?: number[]; next?: string }>([
    [undefined, { items: [1, 2], next: 'a' }],
    ['a', { next: 'b' }],
    ['b', { items: [3], next: '' }],
  ]);
  const found = await new Api('x:', async () => fake()).all(
    'List',
    async (_, token) => {
      tokens.push(token);
      return pages.get(token);
    },
    (page) => ({ items: page?.items, next: page?.next }),
  );
  expect(found).toEqual([1, 2, 3]);
  expect(tokens).toEqual([undefined, 'a', 'b']);
});

test('a listing that never ends is given up after a thousand pages', async () => {
  let asked = 0;
  const api = new Api('x:', async () => fake());
  const reading = api.all(
    'List',
    async () => {
      asked += 1;
    },
    () => ({ items: [], next: 'more' }),
  );
  await expect(reading).rejects.toMatchObject({ call: 'x:List', code: 'TooManyPages' });
  expect(asked).toBe(1000);
});

test('four calls run at a time, and one that fails makes room for the next', async () => {
  const gate = new Gate(4);
  const running = new Set<number>();
  let most = 0;
  const works = Array.from({ length: 20 }, (_, at) =>
    gate.pass(async () => {
      running.add(at);
      most = Math.max(most, running.size);
      await new Promise((turn) => setImmediate(turn));
      running.delete(at);
      if (at % 2) throw new Error(String(at));
      return at;
    }),
  );
  const ended = await Promise.allSettled(works);
  expect(most).toBe(4);
  expect(ended.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))).toEqual([
    0, 2, 4, 6, 8, 10, 12, 14, 16, 18,
  ]);
});

test.each<[string, unknown, string]>([
  ['a code of the API', Object.assign(new Error('no'), { Code: 'Real', name: 'Generic' }), 'Real'],
  ['the name of an error', Object.assign(new Error('no'), { name: 'TimeoutError' }), 'TimeoutError'],
  ['an error without a specific name', new Error('no'), 'Unknown'],
  ['text', 'gone', 'Unknown'],
])('%s becomes the code of an AwsCallError, with what was asked', async (_, thrown, code) => {
  const api = new Api('x:', async () => fake());
  const error = await api.call('Get', () => Promise.reject(thrown)).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AwsCallError);
  expect(error).toMatchObject({ call: 'x:Get', code, cause: thrown });
});

test.each([
  ['ExpiredToken', 'login'],
  ['ExpiredTokenException', 'login'],
  ['AuthFailure', 'login'],
  ['CredentialsProviderError', 'login'],
  ['UnauthorizedOperation', 'right'],
  ['AccessDenied', 'right'],
  ['AccessDeniedException', 'right'],
  ['RequestLimitExceeded', 'throttle'],
  ['ThrottlingException', 'throttle'],
  ['InvalidVpcEndpointServiceId.NotFound', 'absent'],
  ['LoadBalancerNotFoundException', 'absent'],
  ['NoSuchKey', 'absent'],
  ['InvalidParameterValue', 'other'],
  ['TimeoutError', 'other'],
])('%s is a refusal of the kind %s', (code, kind) => {
  expect(new AwsCallError('x:Get', code, '').refusal).toBe(kind);
});

test('an answer longer than any real one is cut, and the connection with it', async () => {
  let sent = 0;
  const cut = Promise.withResolvers<void>();
  const server = createServer((_, response) => {
    const chunk = Buffer.alloc(2 ** 20, 'x');
    const more = (): void => {
      while (sent < 200 && response.write(chunk)) sent += 1;
    };
    response.on('drain', more);
    response.on('close', () => cut.resolve());
    response.writeHead(200, { 'content-type': 'text/xml' });
    more();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const clients = awsClients({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    clients.close();
    await new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  });
  await expect(clients.balancers.describe()).rejects.toMatchObject({ name: 'AwsCallError', code: 'AnswerTooLarge' });
  await cut.promise;
  expect(sent).toBeLessThan(200);
});
