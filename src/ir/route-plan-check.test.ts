import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPolicy, checkRoutePlan, checkRoutePlanInSteps } from './route-plan-check.ts';

const route = (name: string, more: object = {}) => ({
  key: `t/${name}`,
  target: 't',
  match: { by: 'name', speech: 'tls', name },
  allow: ['n-1'],
  action: { upstream: 'u', tls: 'passthrough' },
  ...more,
});
const listener = (more: object = {}) => ({
  key: 's-1/443',
  port: 20_443,
  clientPort: 443,
  speaks: ['tls'],
  identity: { by: 'endpoint' },
  routes: [route('orders.test')],
  ...more,
});
const upstream = (more: object = {}) => ({
  key: 'u',
  host: 'orders.test',
  port: 443,
  network: 'core',
  cidrs: ['10.50.0.0/16'],
  reach: 'private',
  health: { kind: 'tcp', intervalSeconds: 10, rise: 2, fall: 3 },
  ...more,
});
const plan = (more: object = {}) => ({
  version: 1,
  name: 'acme',
  listeners: [listener()],
  upstreams: { u: upstream() },
  trustedNetworks: ['10.40.0.0/22'],
  ...more,
});

/** The first problem: its code, path and message. */
function problem(value: unknown): string {
  const checked = checkRoutePlan(value);
  if (checked.is === 'good') return 'good';
  const [first] = checked.diagnostics;
  return `${first?.code} ${first?.path.join('.')}: ${first?.message}`;
}

test('a plan that fits is given back as it is', () => {
  expect(checkRoutePlan(plan())).toEqual({ is: 'good', value: plan() });
});

const mysql = listener({
  key: 's-2/3306',
  port: 23_306,
  clientPort: 3306,
  speaks: ['mysql'],
  identity: { by: 'listener', nccs: ['n-1'] },
  routes: [route('crm.test', { match: { by: 'name', speech: 'mysql', name: 'crm.test' } })],
  mysqlFamily: 'mariadb',
});
const withAction = (speech: string, action: object) =>
  plan({
    listeners: [
      listener({
        speaks: [speech],
        routes: [
          route('a.test', {
            match: { by: 'name', speech, name: 'a.test' },
            action: { upstream: 'u', tls: 'passthrough', ...action },
          }),
        ],
      }),
    ],
  });
const paths = { allow: ['/v1/**'], deny: [] };
const inspection = { issuer: { by: 'secret', name: 'acme/issuer' }, names: ['a.test'] };
const inspected = (name: string, path?: string, more: object = {}) =>
  route(name, {
    key: `t/${name}${path ?? ''}`,
    match: { by: 'name', speech: 'tls', name, ...(path !== undefined && { path }) },
    action: { upstream: 'u', tls: 'inspect', ...more },
  });
const inspecting = (routes: readonly object[], more: object = {}) =>
  plan({
    listeners: [listener({ routes })],
    upstreams: { u: upstream({ tls: { name: 'a.test' } }), v: upstream({ key: 'v' }) },
    inspection,
    ...more,
  });
const pem = (lines: number) => `-----BEGIN CERTIFICATE-----\n${'QUFB\n'.repeat(lines)}-----END CERTIFICATE-----\n`;
const withCa = (...ca: string[]) =>
  inspecting([inspected('a.test')], { upstreams: { u: upstream({ tls: { name: 'a.test', ca } }) } });

test.each<[string, unknown]>([
  [
    'several speeches that the first bytes tell apart',
    plan({ listeners: [listener({ speaks: ['tls', 'postgres'] })] }),
  ],
  ['MySQL where the listener says who comes', plan({ listeners: [mysql] })],
  [
    'a port for one route alone',
    plan({ listeners: [listener({ speaks: ['tcp'], routes: [route('x', { match: { by: 'port' } })] })] }),
  ],
  ['a default of Postgres', withAction('postgres', { isDefault: true })],
  ['paths of plain HTTP', withAction('http', { paths })],
  ['paths of inspected TLS', inspecting([inspected('a.test', undefined, { paths })])],
  [
    'several prefixes of one inspected name',
    inspecting([inspected('a.test'), inspected('a.test', '/a'), inspected('a.test', '/a/b', { rewrite: '/' })]),
  ],
  [
    'inspected and passed-through names side by side',
    inspecting([inspected('a.test', '/a'), route('b.test', { action: { upstream: 'v', tls: 'passthrough' } })]),
  ],
  ['certificates of private CAs', withCa(pem(1), pem(2))],
  ['a public upstream, without a range', plan({ upstreams: { u: upstream({ reach: 'public', cidrs: [] }) } })],
  ['the lowest port without privilege', plan({ listeners: [listener({ port: 1024 })] })],
])('taken: %s', (_, value) => {
  expect(problem(value)).toBe('good');
});

test.each<[string, unknown, string]>([
  [
    'no issuer',
    inspecting([inspected('a.test')], { inspection: undefined }),
    'route t/a.test is inspected, and the plan does not say who signs certificates',
  ],
  [
    'an upstream without TLS',
    inspecting([inspected('a.test', undefined, { upstream: 'v' })]),
    'route t/a.test is inspected, and upstream v does not say whose certificate it has',
  ],
  [
    'an upstream that expects TLS of the router',
    inspecting([route('b.test')]),
    'route t/b.test is passed through to upstream u, which expects TLS of the router',
  ],
  [
    'a mix of inspected and passed through on one name',
    inspecting([inspected('a.test', '/a'), route('a.test', { action: { upstream: 'v', tls: 'passthrough' } })]),
    'route t/a.test and route t/a.test/a are for a.test, and only one of them is inspected',
  ],
  [
    'the same the other way round',
    inspecting([route('a.test', { action: { upstream: 'v', tls: 'passthrough' } }), inspected('a.test', '/a')]),
    'route t/a.test/a and route t/a.test are for a.test, and only one of them is inspected',
  ],
  [
    'two routes for one prefix',
    inspecting([inspected('a.test', '/a'), { ...inspected('a.test', '/a'), key: 'other' }]),
    'routes t/a.test/a and other of listener s-1/443 both take tls a.test/a',
  ],
  [
    'two routes for all paths',
    inspecting([inspected('a.test'), inspected('a.test', '/')]),
    'routes t/a.test and t/a.test/ of listener s-1/443 both take tls a.test',
  ],
  [
    'a prefix that the router cannot see',
    inspecting([{ ...inspected('a.test', '/a'), action: { upstream: 'v', tls: 'passthrough' } }]),
    'route t/a.test/a has a path prefix, and the router cannot see paths there',
  ],
  [
    'a rewrite that the router cannot do',
    inspecting([route('a.test', { action: { upstream: 'v', tls: 'passthrough', rewrite: '/x' } })]),
    'route t/a.test rewrites paths that the router cannot see',
  ],
  [
    'inspection of Postgres',
    inspecting([{ ...inspected('a.test'), match: { by: 'name', speech: 'postgres', name: 'a.test' } }], {
      listeners: [
        listener({
          speaks: ['postgres'],
          routes: [{ ...inspected('a.test'), match: { by: 'name', speech: 'postgres', name: 'a.test' } }],
        }),
      ],
    }),
    'route t/a.test inspects what is not TLS by name',
  ],
  [
    'a pattern without a canonical form',
    inspecting([inspected('a.test', undefined, { paths: { allow: [], deny: ['/a//b'] } })]),
    'route t/a.test has the path pattern "/a//b", which has an empty segment',
  ],
  [
    'a prefix without a canonical form',
    inspecting([inspected('a.test', '/a/')]),
    'match.path: "/a/" is no path prefix: it ends in a slash',
  ],
  [
    'more prefixes than a router compares',
    inspecting(Array.from({ length: 101 }, (_, i) => inspected('a.test', `/p${i}`))),
    'route t/a.test/p100 is one of more than 100 for a.test',
  ],
  ['two certificates in one text', withCa(pem(1) + pem(1)), 'is not one certificate in PEM'],
  ['what is no certificate', withCa('x'), 'is not one certificate in PEM'],
])('inspection is refused with %s', (_, value, want) => {
  expect(problem(value)).toContain(want);
});

test.each<[string, unknown, RegExp]>([
  ['no object', 'x', /^LG_ROUTES_FILE : the file: "x"/],
  ['a later version', plan({ version: 2 }), /^LG_ROUTES_FILE version: version: 2/],
  ['an unknown field', plan({ extra: 1 }), /^LG_ROUTES_FILE .*extra/],
  ['a port that is none', plan({ listeners: [listener({ port: 70_000 })] }), /listeners\.0\.port: 70000 is not a port/],
  ['a port with privilege', plan({ listeners: [listener({ port: 443 })] }), /no privilege below 1024/],
  [
    'a name in capitals',
    plan({ listeners: [listener({ routes: [route('Orders.test')] })] }),
    /"Orders.test" is not a host name in lower case/,
  ],
  [
    'a key of a prototype',
    plan({ upstreams: JSON.parse('{"__proto__": {}}') }),
    /^LG_ROUTES_FILE upstreams\.__proto__/,
  ],
  ['upstreams as a list', plan({ upstreams: [] }), /is not an object of upstreams/],
  ['an upstream under another key', plan({ upstreams: { v: upstream() } }), /under "v" has the key "u"/],
  [
    'an upstream that is not there',
    plan({ upstreams: {} }),
    /^LG_ROUTES_INCONSISTENT listeners\.0\.routes\.0: route t\/orders.test leads to upstream u, which is not in the plan/,
  ],
  [
    'an upstream named like a part of every object',
    plan({
      listeners: [listener({ routes: [route('a.test', { action: { upstream: 'toString', tls: 'passthrough' } })] })],
    }),
    /leads to upstream toString, which is not in the plan/,
  ],
  ['a private upstream without CIDR', plan({ upstreams: { u: upstream({ cidrs: [] }) } }), /lists no CIDR/],
  ['a CIDR with host bits', plan({ trustedNetworks: ['10.40.0.1/22'] }), /"10.40.0.1\/22" is not an IPv4 network/],
  ['no network trusted', plan({ trustedNetworks: [] }), /no client can connect/],
  [
    'a listener twice',
    plan({ listeners: [listener(), listener({ port: 20_444, routes: [] })] }),
    /s-1\/443 appears twice/,
  ],
  [
    'a port twice',
    plan({ listeners: [listener(), listener({ key: 's-2/443', routes: [] })] }),
    /listeners s-1\/443 and s-2\/443 both bind port 20443/,
  ],
  [
    'a name twice',
    plan({ listeners: [listener({ routes: [route('a.test'), route('a.test', { key: 'other' })] })] }),
    /routes t\/a.test and other of listener s-1\/443 both take tls a.test/,
  ],
  ['a route twice', plan({ listeners: [listener({ routes: [route('a.test'), route('a.test')] })] }), /appears twice/],
  [
    'a speech that the listener does not speak',
    plan({ listeners: [listener({ speaks: ['postgres'] })] }),
    /is for tls, which listener s-1\/443 does not speak/,
  ],
  [
    'a speech twice',
    plan({ listeners: [listener({ speaks: ['tls', 'tls'] })] }),
    /^LG_ROUTES_INCONSISTENT listeners\.0: listener s-1\/443 speaks something twice/,
  ],
  [
    'an address that is not in canonical form',
    plan({ upstreams: { u: upstream({ addresses: ['::ffff:10.50.0.1'] }) } }),
    /"::ffff:10.50.0.1" is not an IP address/,
  ],
  [
    'tcp together with others',
    plan({ listeners: [listener({ speaks: ['tls', 'tcp'] })] }),
    /speaks tcp together with others/,
  ],
  [
    'a whole port beside other routes',
    plan({ listeners: [listener({ routes: [route('a.test'), route('x', { match: { by: 'port' } })] })] }),
    /takes the whole port/,
  ],
  [
    'a whole port where tcp is not spoken',
    plan({ listeners: [listener({ routes: [route('x', { match: { by: 'port' } })] })] }),
    /takes the whole port/,
  ],
  [
    'a default of a whole port',
    plan({
      listeners: [
        listener({
          speaks: ['tcp'],
          routes: [
            route('x', { match: { by: 'port' }, action: { upstream: 'u', tls: 'passthrough', isDefault: true } }),
          ],
        }),
      ],
    }),
    /cannot be a default/,
  ],
  [
    'MySQL behind a PROXY header',
    plan({ listeners: [listener({ speaks: ['mysql'], routes: [] })] }),
    /waits for a PROXY header/,
  ],
  [
    'paths that cannot be seen',
    plan({
      listeners: [
        listener({
          routes: [
            route('a.test', { action: { upstream: 'u', tls: 'passthrough', paths: { allow: ['/'], deny: [] } } }),
          ],
        }),
      ],
    }),
    /limits paths that the router cannot see/,
  ],
  [
    'a default where every client names its server',
    plan({
      listeners: [
        listener({ routes: [route('a.test', { action: { upstream: 'u', tls: 'passthrough', isDefault: true } })] }),
      ],
    }),
    /cannot be a default/,
  ],
])('refused: %s', (_, value, want) => {
  expect(problem(value)).toMatch(want);
});

/** Whether the check is over before it looks at the first entry of a list of this length. */
const isTooLong = (length: number, planOf: (entries: readonly unknown[]) => unknown): boolean =>
  checkRoutePlanInSteps(planOf(new Array(length).fill(0))).next().done === true;

test.each<[string, number, (entries: readonly unknown[]) => unknown]>([
  ['listeners', 10_000, (listeners) => plan({ listeners })],
  ['routes of a listener', 200_000, (routes) => plan({ upstreams: {}, listeners: [listener({ routes })] })],
])('%s: %i are looked at, and no more', (_, most, planOf) => {
  expect(isTooLong(most, planOf)).toBe(false);
  expect(isTooLong(most + 1, planOf)).toBe(true);
  expect(problem(planOf(new Array(most + 1).fill(0)))).toMatch(
    /^LG_ROUTES_FILE listeners.* has [\d,]+1 entries; the maximum is [\d,]+$/,
  );
});

test('between two steps a hundred entries are checked at most, routes twice: their form, and whether they fit', () => {
  const names = Array.from({ length: 1000 }, (_, at) => `t${at}.test`);
  const upstreams = Object.fromEntries(names.map((name) => [name, upstream({ key: name })]));
  const steps = checkRoutePlanInSteps(
    plan({
      upstreams,
      listeners: [
        listener({ routes: names.map((name) => route(name, { action: { upstream: name, tls: 'passthrough' } })) }),
      ],
    }),
  );
  let pauses = 0;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) {
      expect(step.value.is).toBe('good');
      break;
    }
    pauses += 1;
  }
  expect(pauses).toBe((1000 + 2 * 1000) / 100); // upstreams once, routes twice
});

test('every problem is found in one go, up to a number that a person reads', () => {
  const many = plan({ listeners: [listener({ routes: Array.from({ length: 500 }, () => ({})) })] });
  const checked = checkRoutePlan(many);
  expect(checked.is === 'bad' && checked.diagnostics.length).toBe(51);
  expect(checked.is === 'bad' && checked.diagnostics.at(-1)?.message).toMatch(/^and \d+ more problems$/);
});

test('no data makes it throw', () => {
  fc.assert(fc.property(fc.anything(), (value) => void checkRoutePlan(value)));
  fc.assert(fc.property(fc.anything(), (value) => void checkRoutePlan(plan({ listeners: [value], upstreams: value }))));
  fc.assert(fc.property(fc.anything(), (value) => void checkPolicy(value)));
});

test.each<[string, unknown, RegExp | undefined]>([
  ['endpoints of NCCs', { version: 1, endpoints: { 'vpce-0a1': 'n-1' } }, undefined],
  ['an id that is none', { version: 1, endpoints: { 'eni-1': 'n-1' } }, /"eni-1" is not the id of an endpoint/],
  ['an NCC that is none', { version: 1, endpoints: { 'vpce-1': '' } }, /"" is not the key of an NCC/],
  ['a list', { version: 1, endpoints: [] }, /endpoints/],
  ['a field that is not known', { version: 1, endpoints: {}, more: 1 }, /more/],
])('policy: %s', (_, value, want) => {
  const checked = checkPolicy(value);
  if (want) expect(checked.is === 'bad' && checked.diagnostics[0]?.message).toMatch(want);
  else expect(checked).toEqual({ is: 'good', value });
});

test('a policy of 100,000 endpoints is read, and one of more is refused', () => {
  const endpoints = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`vpce-${at}`, 'n-1']));
  expect(checkPolicy({ version: 1, endpoints }).is).toBe('good');
  const more = checkPolicy({ version: 1, endpoints: { ...endpoints, 'vpce-more': 'n-1' } });
  expect(more.is === 'bad' && more.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'LG_POLICY_FILE the policy has 100001 endpoints; 100000 are read',
  ]);
});
