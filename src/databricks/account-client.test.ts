import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../ir/index.ts';
import { accountClient } from './account-client.ts';

/** A server that gives a token and then the same answer to everything. */
async function answering(status: number, body: string): Promise<ReturnType<typeof accountClient>> {
  const server = createServer((request, response) => {
    const isToken = request.url?.endsWith('/token') === true;
    response.writeHead(isToken ? 200 : status);
    response.end(isToken ? '{"access_token":"t","expires_in":3600}' : body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => new Promise<void>((done) => void server.close(() => done())));
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return accountClient({ host, accountId: 'a', clientId: 'c', clientSecret: new Secret('s'), attempts: 1 });
}

test('an id that a double cannot hold keeps its digits', async () => {
  const client = await answering(
    200,
    '{"workspace_id": 9223372036854775807, "workspace_name": "w", "aws_region": "eu-west-1"}',
  );
  expect(await client.workspace('9223372036854775807')).toEqual({
    id: '9223372036854775807',
    name: 'w',
    region: 'eu-west-1',
  });
});

test.each([
  ['JSON', '{"error_code":"INVALID_STATE","message":"no"}', 'INVALID_STATE', 'no'],
  ['text with a code', 'PERMISSION_DENIED: not you', 'PERMISSION_DENIED', 'not you'],
  ['a page of a gateway', '<html><pre>upstream gone</pre></html>', 'HTTP_403', 'upstream gone'],
  ['nothing', '', 'HTTP_403', ''],
])('a refusal as %s has a code and a message', async (_, body, code, message) => {
  const client = await answering(403, body);
  await expect(client.nccs()).rejects.toMatchObject({
    status: 403,
    code,
    message: `GET /network-connectivity-configs: ${code}: ${message}`,
  });
});

test('no answer and an answer that is not JSON are told apart', async () => {
  await expect((await answering(200, 'hello')).nccs()).rejects.toMatchObject({ code: 'NOT_JSON' });
  const nowhere = accountClient({
    host: 'http://127.0.0.1:1',
    accountId: 'a',
    clientId: 'c',
    clientSecret: new Secret('s'),
    attempts: 1,
  });
  await expect(nowhere.nccs()).rejects.toMatchObject({ status: 0, code: 'NO_ANSWER' });
});
