import { expect, test } from 'vitest';
import { type Capability, engines, missingFor, needsOf } from './capabilities.ts';
import type { Route } from './route-plan.ts';
import type { Hostname } from './values.ts';

const route = (
  speech: 'tls' | 'postgres' | 'http' | 'mysql' | 'port',
  action: Partial<Route['action']> = {},
): Route => ({
  key: 'a',
  target: 'a',
  match: speech === 'port' ? { by: 'port' } : { by: 'name', speech, name: 'a.test' as Hostname },
  allow: [],
  action: { upstream: 'u', tls: 'passthrough', ...action },
});

const paths = { allow: ['/v1/**'], deny: [] };

test.each<[string, Route, readonly Capability[], readonly Capability[]]>([
  ['TLS passed through', route('tls'), ['tls-by-name'], []],
  ['Postgres', route('postgres'), ['postgres-by-name'], []],
  ['MySQL', route('mysql'), ['mysql-by-name'], []],
  ['HTTP', route('http'), ['http-by-name'], []],
  ['a port', route('port'), ['tcp-by-port'], []],
  ['paths of HTTP', route('http', { paths }), ['http-by-name', 'request-paths'], []],
  ['paths without a pattern', route('tls', { paths: { allow: [], deny: [] } }), ['tls-by-name'], []],
  ['inspection', route('tls', { tls: 'inspect' }), ['tls-by-name', 'tls-inspection'], []],
  ['paths inside TLS', route('tls', { tls: 'inspect', paths }), ['tls-by-name', 'request-paths', 'tls-inspection'], []],
  [
    'paths inside TLS that is passed through, which the check of a plan refuses',
    route('tls', { paths: { allow: [], deny: ['/x'] } }),
    ['tls-by-name', 'request-paths', 'tls-inspection'],
    [],
  ],
])('%s', (_, of, needs, missing) => {
  expect(needsOf(of)).toEqual(needs);
  expect(missingFor(of, 'node')).toEqual(missing);
  expect(missingFor(of, 'haproxy')).toEqual(needs);
});

test('an engine that is not built does nothing', () => {
  for (const { isBuilt, does } of Object.values(engines))
    expect(isBuilt || !Object.values(does).some(Boolean)).toBe(true);
});
