import { expect, test } from 'vitest';
import type { Hostname, Port, Route } from '../ir/index.ts';
import { refusalOfRequest, routeTable } from './index.ts';

const host = (name: string): Hostname => name as Hostname;

const httpRoute = (name: string, paths?: Route['action']['paths']): Route => ({
  key: name,
  target: `target of ${name}`,
  match: { by: 'name', speech: 'http', name: host(name) },
  allow: ['n-1'],
  action: { upstream: 'u', tls: 'passthrough', ...(paths && { paths }) },
});

const limited = httpRoute('limited.test', { allow: ['/v1/**'], deny: ['/v1/admin/**'] });
const open = httpRoute('open.test');
const byPort: Route = { ...open, key: 'p', target: 'alone', match: { by: 'port' } };
const table = routeTable({
  key: 's-1/80',
  port: 20_080 as Port,
  clientPort: 80 as Port,
  speaks: ['http'],
  identity: { by: 'endpoint' },
  routes: [limited, open],
});

test.each<[string, Route, string, string, string]>([
  ['an allowed path', limited, 'limited.test', '/v1/orders', 'passes'],
  [
    'a denied path',
    limited,
    'limited.test',
    '/v1/admin/x',
    'LG_PATH_DENIED: the path “/v1/admin/x” is denied by /v1/admin/**',
  ],
  ['any path where none is limited', open, 'open.test', '/v1/admin/x', 'passes'],
  [
    'a name of another route',
    open,
    'limited.test',
    '/v1/orders',
    'LG_NAME_UNKNOWN: this connection is for open.test; connect again for limited.test',
  ],
  [
    'a name of another route, on a port of its own',
    byPort,
    'limited.test',
    '/v1/orders',
    'LG_NAME_UNKNOWN: this connection is for alone; connect again for limited.test',
  ],
  ['a name of no route', open, 'else.test', '/', 'LG_NAME_UNKNOWN: no target has the name else.test on port 80'],
])('%s', (_, route, name, path, want) => {
  const refusal = refusalOfRequest(table, route, { host: host(name), path, fields: [] });
  expect(refusal ? `${refusal.code}: ${refusal.why}` : 'passes').toBe(want);
});

test('a field that may name another path is refused where paths are limited', () => {
  const request = { host: host('limited.test'), path: '/v1/orders', fields: [{ name: 'x-original-url' }] };
  expect(refusalOfRequest(table, limited, request)?.code).toBe('LG_PATH_DENIED');
});
