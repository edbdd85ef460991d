import { expect, test } from 'vitest';
import { host, infra, port, routes } from '../../test/plans/small-hub.ts';
import { buildTopology, type Question, trace } from './index.ts';

const topology = buildTopology(infra, routes);
const ask = (from: string, to: string, n: number, more: Partial<Question> = {}) =>
  trace(topology, { from, host: host(to), port: port(n), ...more });

test('a granted connection, hop by hop', () => {
  const { hops, outcome } = ask('science', 'orders.acme.test', 5432);
  expect(outcome).toEqual({ is: 'reach', target: 'orders-db' });
  expect(hops.map(({ at, name, why }) => `${at} ${name}: ${why}`)).toEqual([
    'workspace science: workspace science is attached to NCC n-1',
    'rule r-1: rule r-1 of NCC n-1 lists orders.acme.test',
    'service s-1: endpoint service s-1 (acme-hub s-1)',
    'listener s-1/5432: listener 5432 forwards to the router: several targets share the port',
    'router s-1/5432: the router accepts it on port 25432 and identifies the NCC by the endpoint id in the PROXY header',
    'route orders-db/orders.acme.test:5432: the client uses postgres and asks for orders.acme.test; route orders-db/orders.acme.test:5432 admits n-1',
    'upstream orders.acme.test:5432: orders.acme.test:5432 in network core',
  ]);
  expect(hops.every((hop) => hop.passes)).toBe(true);
});

test.each<[string, string, string, number, Partial<Question>, string, string, string]>([
  ['a workspace that is not there', 'nobody', 'orders.acme.test', 5432, {}, 'workspace', 'LG_NO_RULE', 'in no NCC'],
  [
    'a name in no rule',
    'finance',
    'orders.acme.test',
    5432,
    {},
    'rule',
    'LG_NO_RULE',
    'no rule of NCC n-2 lists orders',
  ],
  [
    'a port without listener',
    'science',
    'orders.acme.test',
    1433,
    {},
    'listener',
    'LG_NO_LISTENER',
    'the ports are 443, 5432',
  ],
  [
    'a claimed name',
    'finance',
    'orders.acme.test',
    5432,
    { service: 's-1' },
    'route',
    'LG_NOT_GRANTED',
    'admits n-1, not n-2',
  ],
  [
    'an unknown name',
    'finance',
    'x.acme.test',
    443,
    { service: 's-1' },
    'route',
    'LG_NAME_UNKNOWN',
    'asks for x.acme.test',
  ],
  [
    'no name',
    'finance',
    'api.acme.test',
    443,
    { claim: { speech: 'tls' } },
    'route',
    'LG_NO_NAME',
    'sends no server name',
  ],
  [
    'another protocol',
    'finance',
    'api.acme.test',
    443,
    { claim: { speech: 'mysql' } },
    'route',
    'LG_PROTOCOL',
    'uses mysql',
  ],
  [
    'a service without endpoint',
    'finance',
    'crm.acme.test',
    3306,
    { service: 's-2' },
    'rule',
    'LG_NO_RULE',
    'no endpoint to',
  ],
  [
    'a bucket of somebody else',
    'finance',
    'acme-lake.s3.eu-west-1.amazonaws.com',
    443,
    {},
    'rule',
    'LG_NO_RULE',
    'bucket acme-lake',
  ],
])('%s stops with its reason', (_, from, to, n, more, at, code, why) => {
  const { hops, outcome } = ask(from, to, n, more);
  expect(outcome).toEqual({ is: 'refuse', code });
  const last = hops.at(-1);
  expect(last).toMatchObject({ at, passes: false });
  expect(last?.why).toContain(why);
  expect(hops.slice(0, -1).every((hop) => hop.passes)).toBe(true);
});

test('straight to an address, by port without identity, and a bucket', () => {
  expect(ask('finance', 'ledger.acme.test', 1521)).toMatchObject({ outcome: { target: 'ledger' } });
  expect(ask('finance', 'ledger.acme.test', 1521).hops.at(-1)?.why).toContain('forwards to 192.168.7.9');
  const crm = ask('science', 'crm.acme.test', 3306);
  expect(crm.outcome).toEqual({ is: 'reach', target: 'crm-db' });
  expect(crm.hops.map((hop) => hop.why).join('\n')).toContain('identifies the NCC by the listener');
  expect(ask('science', 'acme-lake.s3.eu-west-1.amazonaws.com', 443).outcome).toEqual({ is: 'reach', target: 'lake' });
});

test('Postgres over direct TLS is decided by the same route', () => {
  const claim = { speech: 'tls', name: host('orders.acme.test') } as const;
  expect(ask('science', 'orders.acme.test', 5432, { claim }).outcome).toEqual({ is: 'reach', target: 'orders-db' });
  expect(ask('finance', 'orders.acme.test', 5432, { service: 's-1', claim }).outcome).toMatchObject({
    code: 'LG_NOT_GRANTED',
  });
});

test.each<['node' | 'haproxy', 'passthrough' | 'inspect', boolean, readonly string[]]>([
  ['node', 'passthrough', false, []],
  ['node', 'inspect', false, ['route …, with TLS inspected']],
  [
    'node',
    'inspect',
    true,
    ['route …, with TLS inspected', 'upstream …; only the request paths that the target allows'],
  ],
  ['haproxy', 'passthrough', false, ['router …; the engine haproxy is not built yet']],
])('on the engine %s, with TLS %s and paths limited: %s', (engine, tls, limited, want) => {
  const changed = buildTopology(
    { ...infra, ...(infra.router && { router: { ...infra.router, engine } }) },
    {
      ...routes,
      listeners: routes.listeners.map((listener) => ({
        ...listener,
        routes: listener.routes.map((route) => ({
          ...route,
          action: { ...route.action, tls, ...(limited && { paths: { allow: ['/v1/**'], deny: [] } }) },
        })),
      })),
    },
  );
  const question: Question = { from: 'science', host: host('api.acme.test'), port: port(443) };
  const before = trace(topology, question).hops.map(({ why }) => why);
  const added = trace(changed, question).hops.flatMap(({ at, why }, i) =>
    why === before[i] ? [] : [`${at} ${why.replace(before[i] ?? '', '…')}`],
  );
  expect(added).toEqual(want);
});

test('paths of plain HTTP are limited by the router', () => {
  const limited = buildTopology(infra, {
    ...routes,
    listeners: routes.listeners.map((listener) => ({
      ...listener,
      speaks: ['http'],
      routes: listener.routes.map((route) => ({
        ...route,
        match: { by: 'name', speech: 'http', name: host('api.acme.test') },
        action: { ...route.action, paths: { allow: ['/v1/**'], deny: [] } },
      })),
    })),
  });
  const { hops } = trace(limited, { from: 'science', host: host('api.acme.test'), port: port(443) });
  expect(hops.at(-1)?.why).toMatch(/; only the request paths that the target allows$/);
});
