import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

const api = (more: string, name = 'a') => `${name}: { type: https, host: api.acme.com, network: core, ${more} }`;
const inspected = (more: string, name = 'a') => api(`tls: inspect${more && `, ${more}`}`, name);

/** The problems, without those that say that inspection is not built. */
const found = (targets: string, more: Partial<Parameters<typeof smallSpec>[0]> = {}) =>
  problemsOf(smallSpec({ targets: `{ ${targets} }`, ...more })).map((line) => line.replace(/^[^→]*→ /, ''));

test.each<[string, string]>([
  ['one of several prefixes', `${inspected('path: /a')}, ${inspected('path: /a/b', 'b')}, ${inspected('', 'c')}`],
  [
    'another place',
    inspected('path: /a, upstream: { host: x.acme.com, port: 8443, tls_name: y.acme.com, prefix: /v2 }'),
  ],
  ['patterns below the path', inspected('path: /a, paths: { allow: [/a/**, /*/b, "/**"], deny: [/A/admin/**] }')],
  [
    'a wildcard for more segments than the path has',
    inspected('path: /a/b/c, paths: { allow: ["/**"], deny: [/a/**] }'),
  ],
  ['the path of all', inspected('path: /')],
])('taken: %s', (_, targets) => {
  expect(found(targets)).toEqual([]);
});

test.each<[string, string, readonly string[]]>([
  [
    'path without inspection',
    api('path: /a'),
    ['LG_FIELD_CONFLICT the target a has path, but its TLS is passed through | add tls: inspect, or remove path'],
  ],
  [
    'upstream without inspection',
    api('tls: passthrough, upstream: { port: 8443 }'),
    [
      'LG_FIELD_CONFLICT the target a has upstream, but its TLS is passed through | add tls: inspect, or remove upstream',
    ],
  ],
  [
    'an empty upstream',
    inspected('upstream: {}'),
    ['LG_FIELD_CONFLICT upstream of the target a is empty | write upstream: { host: … }, or remove it'],
  ],
  [
    'a path of plain HTTP',
    'a: { type: http, host: api.acme.com, network: core, path: /a }',
    ['LG_FIELD_NOT_HERE the target a is a plain HTTP API; the field path does not apply | path is for https'],
  ],
  [
    'two targets with one path',
    `${inspected('path: /a')}, ${inspected('path: /a', 'b')}`,
    [
      'LG_HOST_PORT_TWICE api.acme.com:443/a belongs to the target a already | grant that target to every workspace that needs it, or give this one another path',
    ],
  ],
  [
    'two targets without a path',
    `${inspected('')}, ${inspected('path: /', 'b')}`,
    [
      'LG_HOST_PORT_TWICE api.acme.com:443 belongs to the target a already | grant that target to every workspace that needs it, or give this one another path',
    ],
  ],
  [
    'one of two passed through',
    `${inspected('path: /a')}, ${api('tls: passthrough', 'b')}`,
    [
      'LG_HOST_PORT_TWICE api.acme.com:443 is inspected for the target a and passed through for the target b | all targets of one host and port are inspected: add tls: inspect to b, and a path of its own',
    ],
  ],
  [
    'the first of two passed through',
    `${api('tls: passthrough')}, ${inspected('path: /a', 'b')}`,
    [
      'LG_HOST_PORT_TWICE api.acme.com:443 is inspected for the target b and passed through for the target a | all targets of one host and port are inspected: add tls: inspect to a, and a path of its own',
    ],
  ],
  [
    'a path that is not canonical',
    inspected('path: /a/../b'),
    ['LG_FIELD_VALUE "/a/../b" is not in canonical form | write /b'],
  ],
  [
    'a path that no request has',
    inspected('path: /a//b'),
    [
      'LG_FIELD_VALUE "/a//b" is not a path prefix: it has an empty segment | write complete segments, such as "/orders"',
    ],
  ],
  [
    'a prefix that ends in a slash',
    inspected('upstream: { prefix: /v2/ }'),
    ['LG_FIELD_VALUE "/v2/" is not a path prefix: it ends in a slash | write complete segments, such as "/v2"'],
  ],
  [
    'a pattern that no path matches',
    inspected('paths: { deny: [/a//b] }'),
    [
      'LG_FIELD_VALUE no request path can match "/a//b": the pattern has an empty segment | paths with such parts are always refused; write the pattern without them',
    ],
  ],
  [
    'patterns outside the path',
    inspected('path: /a/b, paths: { allow: [/a/**], deny: [/admin/**, /a] }'),
    [
      'LG_PATTERN_OUTSIDE the pattern "/admin/**" matches nothing below /a/b, the path of the target a | patterns are complete request paths: write /a/b/admin/**',
      'LG_PATTERN_OUTSIDE the pattern "/a" matches nothing below /a/b, the path of the target a | patterns are complete request paths: write /a/b/a',
    ],
  ],
  [
    'a path for several hosts',
    'a: { type: https, hosts: [a.acme.com, b.acme.com], network: core, tls: inspect, path: /a }',
    ['LG_FIELD_CONFLICT the target a has 2 hosts, and path is for one | write a target for each host'],
  ],
  [
    'another place for several hosts',
    'a: { type: https, hosts: [a.acme.com, b.acme.com], network: core, tls: inspect, upstream: { host: c.acme.com } }',
    ['LG_FIELD_CONFLICT the target a has 2 hosts, and upstream.host is for one | write a target for each host'],
  ],
])('%s', (_, targets, want) => {
  expect(found(targets)).toEqual(want);
});

test('a host has at most 100 targets', () => {
  const targets = (count: number) =>
    Array.from({ length: count }, (__, i) => inspected(`path: /p${i}`, `t${i}`)).join(', ');
  expect(found(targets(100))).toEqual([]);
  expect(found(targets(101))).toEqual([
    'LG_PREFIXES api.acme.com:443 has more than 100 targets | let one target take several of the paths, or use several hosts',
  ]);
});

test('the CA may sign for each inspected host', () => {
  const names = (...of: string[]) => found(inspected(''), { inspection: `{ ca: { names: [${of.join(', ')}] } }` });
  expect(names('acme.com')).toEqual([]);
  expect(names('API.acme.com.')).toEqual([]);
  expect(names('example.com', 'pi.acme.com', 'x.api.acme.com')).toEqual([
    'LG_INSPECTION_NAMES the CA may not sign for api.acme.com: it is below none of inspection.ca.names | add api.acme.com or a domain above it; names: example.com, pi.acme.com, x.api.acme.com',
  ]);
});

test.each<[string, string, readonly string[]]>([
  ['an inspected target', '{ target: a, until: 2030-01-01T00:00:00Z }', []],
  [
    'a target that is none',
    '{ target: b, until: 2030-01-01T00:00:00Z }',
    ['LG_REFERENCE_UNKNOWN there is no target "b" | did you mean a?'],
  ],
  [
    'a target whose requests nobody reads',
    '{ target: c, until: 2030-01-01T00:00:00Z }',
    [
      'LG_FIELD_CONFLICT the router reads no request of the target c | add tls: inspect to the target, or remove the entry',
    ],
  ],
  [
    'a day that there is not',
    '{ target: a, until: 2030-13-01T00:00:00Z }',
    ['LG_FIELD_VALUE "2030-13-01T00:00:00Z" is not a time | write a time in UTC such as 2026-12-01T18:00:00Z'],
  ],
])('bodies of %s', (_, body, want) => {
  const other = 'c: { type: https, host: c.acme.com, network: core }';
  expect(found(`${inspected('')}, ${other}`, { inspection: `{ flows: { bodies: [${body}] } }` })).toEqual(want);
});
