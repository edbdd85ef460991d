import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../ir/index.ts';
import { accountClient } from './account-client.ts';

/** A client of a server that issues a token and answers other requests, and the requests that it received except those for a token. */
async function clientOf(answer: (path: string) => { status?: number; body: string }) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const isToken = request.url?.endsWith('/token') === true;
    const path = (request.url ?? '').replace('/api/2.0/accounts/a', '');
    if (!isToken) asked.push(`${request.method} ${path}`);
    const { status = 200, body } = isToken ? { body: '{"access_token":"t","expires_in":3600}' } : answer(path);
    response.writeHead(status);
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => new Promise<void>((done) => void server.close(() => done())));
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = accountClient({ host, accountId: 'a', clientId: 'c', clientSecret: new Secret('s'), attempts: 1 });
  return { client, asked };
}

const answering = async (status: number, body: string) => (await clientOf(() => ({ status, body }))).client;

test('an id that a double cannot hold keeps its digits', async () => {
  const client = await answering(
    200,
    '{"workspace_id": 9223372036854775807, "workspace_name": "w", "aws_region": "eu-west-1"}',
  );
  expect(await client.workspace('9223372036854775807')).toEqual({
    id: '9223372036854775807',
    name: 'w',
    region: 'eu-west-1',
    status: '',
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

test('a listing follows its pages to the last, and an empty page is one', async () => {
  const pages: Record<string, unknown> = {
    '': { items: [{ network_connectivity_config_id: 'n1', name: 'one', region: 'eu-west-1' }], next_page_token: 'a b' },
    '?page_token=a+b': { next_page_token: 'c' },
    '?page_token=c': { items: [{ network_connectivity_config_id: 'n3', name: 'three', region: 'us-east-1' }] },
  };
  const list = '/network-connectivity-configs';
  const { client, asked } = await clientOf((path) => ({ body: JSON.stringify(pages[path.replace(list, '')]) }));
  expect(await client.nccs()).toEqual([
    { id: 'n1', name: 'one', region: 'eu-west-1' },
    { id: 'n3', name: 'three', region: 'us-east-1' },
  ]);
  expect(asked).toEqual([`GET ${list}`, `GET ${list}?page_token=a+b`, `GET ${list}?page_token=c`]);
});

test('a listing that never ends is given up after 500 pages', async () => {
  const { client, asked } = await clientOf(() => ({ body: '{"items": [], "next_page_token": "again"}' }));
  await expect(client.rules('n')).rejects.toMatchObject({ code: 'TOO_MANY_PAGES' });
  expect(asked).toHaveLength(500);
});

test('an answer that is not a list is not read as an empty one', async () => {
  const client = await answering(200, '{"items": {"0": {}}}');
  await expect(client.nccs()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' });
  await expect(client.workspaces()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' });
});

test('a rule as the API writes it, with all and with nothing', async () => {
  const fullRule = {
    rule_id: 'r1',
    network_connectivity_config_id: 'n1',
    connection_state: 'PENDING',
    vpc_endpoint_id: 'vpce-0123456789abcdef0',
    endpoint_service: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0',
    domain_names: ['db.acme.com', '*.acme.com', 'Other.Acme.com'],
    enabled: false,
    deactivated: true,
    error_message: 'no',
    creation_time: 1,
    updated_time: 2,
  };
  const { client, asked } = await clientOf((path) => ({ body: JSON.stringify(path.endsWith('/r1') ? fullRule : {}) }));
  expect(await client.rule('n 1', 'r1')).toEqual({
    id: 'r1',
    nccId: 'n1',
    connection: 'PENDING',
    endpointId: 'vpce-0123456789abcdef0',
    endpointService: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0',
    domains: ['db.acme.com', 'other.acme.com'],
    otherDomains: ['*.acme.com'],
    buckets: [],
    enabled: false,
    deactivated: true,
    error: 'no',
    createdAt: 1,
    updatedAt: 2,
  });
  expect(await client.deleteRule('n1', 'r/2')).toEqual({
    id: '',
    nccId: '',
    connection: '',
    domains: [],
    otherDomains: [],
    buckets: [],
    deactivated: false,
    createdAt: 0,
    updatedAt: 0,
  });
  expect(asked).toEqual([
    'GET /network-connectivity-configs/n%201/private-endpoint-rules/r1',
    'DELETE /network-connectivity-configs/n1/private-endpoint-rules/r%2F2',
  ]);
});

test('after a binding, what a read shows is the answer', async () => {
  const { client, asked } = await clientOf(() => ({
    body: JSON.stringify({
      workspace_id: 7,
      workspace_name: 'w',
      aws_region: 'eu-west-1',
      workspace_status: 'RUNNING',
    }),
  }));
  expect(await client.bind('7', 'n1')).toEqual({ id: '7', name: 'w', region: 'eu-west-1', status: 'RUNNING' });
  expect(asked).toEqual(['PATCH /workspaces/7?update_mask=network_connectivity_config_id', 'GET /workspaces/7']);
});
