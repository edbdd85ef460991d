import { expect, test } from 'vitest';
import { bucket, specOf, target } from '../../test/planner/specs.ts';
import { defaultFacts } from '../facts/index.ts';
import type { Spec, Target } from '../spec/index.ts';
import { makePlan, type Plan } from './index.ts';

const hubRouter = () =>
  specOf({
    name: 'acme-hub',
    workspaces: ['analytics', 'science', 'finance'],
    targets: [
      target('postgres', { name: 'orders-db' }),
      target('postgres', { name: 'orders-replica' }),
      target('mysql', { name: 'crm-db' }),
      target('mysql', { name: 'legacy-mysql' }),
      target('sqlserver', { name: 'warehouse' }),
      target('oracle', { name: 'ledger' }),
      target('redis', { name: 'cache' }),
      target('vault', { name: 'vault' }),
      bucket('lake', ['acme-landing-zone']),
    ],
    access: [
      [
        ['analytics', 'science'],
        ['orders-db', 'orders-replica', 'crm-db', 'lake'],
      ],
      [['finance'], ['ledger', 'warehouse', 'legacy-mysql']],
      [['*'], ['vault', 'cache']],
    ],
  });

test('a company with two kinds of teams', () => {
  const { plan, diagnostics } = makePlan(hubRouter(), defaultFacts);
  expect(diagnostics).toEqual([]);
  expect(plan?.placement).toEqual({
    exact: true,
    endpoints: 5,
    services: 3,
    listeners: 7,
    lowerBound: { endpoints: 5, services: 3, listeners: 7 },
    apart: [
      {
        service: 's-2',
        from: 's-1',
        why: expect.stringMatching(/^crm-db\.test: an NCC that was not granted the target could reach/),
      },
      {
        service: 's-3',
        from: 's-1',
        why: expect.stringMatching(/^legacy-mysql\.test: an NCC that was not granted the target could reach/),
      },
      { service: 's-3', from: 's-2', why: expect.stringMatching(/cannot tell NCCs apart/) },
    ],
  });
  expect(plan?.infra.endpointServices.map((service) => service.listeners.map((each) => each.targets.join()))).toEqual([
    ['cache', 'vault'],
    ['crm-db', 'orders-db,orders-replica'],
    ['warehouse', 'ledger', 'legacy-mysql'],
  ]);
  expect(plan?.proof).toMatchObject({ workspaces: 3, targets: 9, reached: 2 * 6 + 5, refused: 2 * 3 + 4 });
  // A server that speaks first gets no PROXY header: whoever can dial its service is granted it.
  const mysql = plan?.routes.listeners.find((listener) => listener.key === 's-2/3306');
  expect(mysql?.identity).toEqual({ by: 'listener', nccs: ['n-1'] });
});

const planOf = (spec: Spec): Plan => {
  const { plan, diagnostics } = makePlan(spec, defaultFacts);
  if (!plan) throw new Error(diagnostics.map((each) => `${each.code} ${each.message}`).join('\n'));
  return plan;
};

const errors = (spec: Spec) =>
  makePlan(spec, defaultFacts)
    .diagnostics.filter((each) => each.severity === 'error')
    .map((each) => each.code);

/** Each service as its listeners: port, targets, way. */
const shape = ({ infra }: Plan) =>
  infra.endpointServices.map(({ listeners }) =>
    listeners.map(({ port, targets, forward }) => `${port} ${targets.join('+')} ${forward.to}`),
  );

const everyone = (targets: readonly Target[], parts: Partial<Pick<Spec, 'limits' | 'optimize'>> = {}) =>
  specOf({ targets, access: [[['a'], ['*']]], ...parts });

test('TLS, HTTP and Postgres share a port by their first bytes', () => {
  const plan = planOf(
    everyone([
      target('https', { name: 'api' }),
      target('http', { name: 'old', ports: [443] }),
      target('postgres', { name: 'db', ports: [443] }),
    ]),
  );
  expect(shape(plan)).toEqual([['443 api+db+old router']]);
  expect(plan.routes.listeners[0]?.speaks).toEqual(['tls', 'postgres', 'http']);
});

test('MySQL by name shares a port within a family, and the plan says what that saves', () => {
  const mysql = (name: string, mysqlFamily: 'mysql' | 'mariadb' = 'mysql') =>
    target('mysql-by-name', { name, mysqlFamily });
  const plan = planOf(everyone([mysql('one'), mysql('two'), mysql('three', 'mariadb')]));
  expect(shape(plan)).toEqual([['3306 one+two router'], ['3306 three router']]);
  expect(plan.routes.listeners.map((each) => each.mysqlFamily)).toEqual(['mysql', 'mariadb']);
  expect(plan.savings.find((each) => each.choice === 'mysql_by_name')).toMatchObject({ is: 'made', endpoints: 1 });
});

test('MySQL by name is never shared by targets that are granted differently', () => {
  const plan = planOf(
    specOf({
      targets: [target('mysql-by-name', { name: 'one' }), target('mysql-by-name', { name: 'two' })],
      access: [
        [['a'], ['*']],
        [['b'], ['one']],
      ],
    }),
  );
  expect(shape(plan)).toEqual([['3306 one router'], ['3306 two router']]);
});

test('two targets cannot both take the clients that send no name', () => {
  const db = (name: string) => target('postgres', { name, isDefault: true });
  expect(shape(planOf(everyone([db('one'), db('two')])))).toEqual([['5432 one router'], ['5432 two router']]);
});

test('of a default target with several names, one route takes the clients that send none', () => {
  const plan = planOf(everyone([target('postgres', { name: 'db', isDefault: true, hosts: ['b.test', 'a.test'] })]));
  const defaults = plan.routes.listeners.flatMap((each) => each.routes).filter((route) => route.action.isDefault);
  expect(defaults.map((route) => route.key)).toEqual(['db/a.test:5432']);
});

test('a client that may use another port saves a service, and is told which', () => {
  const dwh = (name: string, portPolicy: 'keep' | 'remap') => target('sqlserver', { name, portPolicy });
  const kept = planOf(everyone([dwh('one', 'keep'), dwh('two', 'keep')]));
  expect(kept.placement.endpoints).toBe(2);
  expect(kept.savings).toEqual([expect.objectContaining({ choice: 'port_policy', is: 'open', endpoints: 1 })]);
  expect(kept.savings[0]?.what).not.toContain('--repack');
  const spec = everyone([dwh('one', 'keep'), dwh('two', 'keep')]);
  const locked = makePlan(spec, defaultFacts, kept.lock).plan?.savings;
  expect(locked).toEqual([expect.objectContaining({ choice: 'port_policy', is: 'open', endpoints: 1 })]);
  expect(locked?.[0]?.what).toMatch(/^port_policy: remap for .*; with plan --repack/);
  const plan = planOf(everyone([dwh('one', 'keep'), dwh('two', 'remap')]));
  expect(shape(plan)).toEqual([['1433 one router', '11433 two router']]);
  expect(plan.infra.targets[1]?.ports).toEqual([{ port: 1433, clientPort: 11_433 }]);
  expect(plan.routes.upstreams['two/two.test:1433']?.port).toBe(1433);
});

test('one host keeps all its ports in one service', () => {
  const plan = planOf(
    everyone([
      target('https', { name: 'ui', hosts: ['one.test'] }),
      target('sqlserver', { name: 'dwh', hosts: ['one.test'] }),
      target('sqlserver', { name: 'other' }),
    ]),
  );
  expect(shape(plan)).toEqual([['443 ui router', '1433 dwh router'], ['1433 other router']]);
});

test('a host whose server speaks first and whose other port is granted to more is refused', () => {
  const spec = specOf({
    targets: [
      target('mysql', { name: 'db', hosts: ['one.test'] }),
      target('https', { name: 'ui', hosts: ['one.test'] }),
    ],
    access: [
      [['a'], ['*']],
      [['b'], ['ui']],
    ],
  });
  expect(errors(spec)).toEqual(['LG_HOST_MIXED_GRANTS']);
});

test('names of one fixed address are one listener; without an address each may be another server', () => {
  const cluster = (addresses: readonly string[]) =>
    everyone([target('sqlserver', { name: 'dwh', hosts: ['a.test', 'b.test'], addresses })]);
  expect(shape(planOf(cluster(['10.40.1.1'])))).toEqual([['1433 dwh addresses']]);
  expect(shape(planOf(cluster([])))).toEqual([['1433 dwh router'], ['1433 dwh router']]);
});

test.each<[why: string, addresses: readonly string[], to: string]>([
  ['private addresses of the hub', ['10.40.1.1', '10.40.1.2'], 'addresses'],
  ['a public address, which a load balancer does not take', ['203.0.113.9'], 'router'],
  ['no address', [], 'router'],
])('router or direct: %s', (_, addresses, to) => {
  const plan = planOf(everyone([target('oracle', { name: 'ledger', addresses })]));
  const listener = plan.infra.endpointServices[0]?.listeners[0];
  expect(listener?.forward.to).toBe(to);
  expect(listener?.forward.why).not.toBe('');
  expect(listener?.targetGroup.proxyProtocolV2).toBe(to === 'router');
  expect(plan.infra.router === undefined).toBe(to === 'addresses');
});

test('a listener is not past the router where others on the service are granted differently', () => {
  const spec = specOf({
    targets: [target('oracle', { name: 'ledger', addresses: ['10.40.1.1'] }), target('https', { name: 'api' })],
    access: [
      [['a'], ['*']],
      [['b'], ['api']],
    ],
  });
  expect(shape(planOf(spec))).toEqual([['443 api router', '1521 ledger router']]);
});

const kafka = (listeners: 'sni' | 'per-broker'): Target => ({
  ...target('https', {
    name: 'events',
    type: 'kafka',
    ports: [9094, 9098],
    hosts: ['b-1.test', 'b-2.test', 'b-3.test'],
    kafka: { listeners, auth: ['tls', 'iam'], brokers: 3, source: { kind: 'existing' } },
  }),
  ...(listeners === 'per-broker' ? { routing: 'port', speaks: 'tcp' } : {}),
});

test('brokers share a port by name, or have a service each', () => {
  const api = target('https', { name: 'api' });
  expect(shape(planOf(everyone([kafka('sni'), api])))).toEqual([
    ['443 api router', '9094 events router', '9098 events router'],
  ]);
  const plan = planOf(everyone([kafka('per-broker'), api]));
  expect(shape(plan)).toEqual([
    ['443 api router'],
    ...[1, 2, 3].map(() => ['9094 events broker', '9098 events broker']),
  ]);
  expect(plan.infra.endpointServices.map((each) => each.nlb.crossZone)).toEqual([true, false, false, false]);
});

test('optimize: cost weighs what has a price, which endpoints have not: one load balancer less for one endpoint more', () => {
  const spec = specOf({
    targets: [
      target('https', { name: 'one' }),
      target('https', { name: 'two' }),
      target('oracle', { name: 'ledger' }),
      target('oracle', { name: 'archive' }),
      target('sqlserver', { name: 'dwh' }),
      target('mysql', { name: 'crm' }),
    ],
    access: [
      [
        ['a', 'b', 'c'],
        ['one', 'two'],
      ],
      [['a'], ['crm']],
      [['b'], ['ledger', 'dwh']],
      [['c'], ['archive']],
    ],
    limits: { domains_per_rule: 2 },
  });
  expect(planOf(spec).placement).toMatchObject({ exact: true, endpoints: 6, services: 4 });
  expect(planOf({ ...spec, optimize: 'cost' }).placement).toMatchObject({ exact: true, endpoints: 7, services: 3 });
});

test('what no workspace may reach is a warning, and nothing is built for it', () => {
  const { plan, diagnostics } = makePlan(
    specOf({ workspaces: ['a'], targets: [target('https', { name: 'api' })], access: [] }),
    defaultFacts,
  );
  expect(diagnostics.map((each) => [each.code, each.severity])).toEqual([
    ['LG_WORKSPACE_WITHOUT_ACCESS', 'note'],
    ['LG_TARGET_WITHOUT_ACCESS', 'warning'],
  ]);
  expect(plan?.infra.endpointServices).toEqual([]);
  expect(plan?.infra.hub).toBeUndefined();
});

test('a spec without a hub, or with one that has no way out, is refused where it needs one', () => {
  const { hub, ...rest } = everyone([target('https', { name: 'api', network: 'outside' })]);
  expect(errors(rest)).toEqual(['LG_NO_HUB']);
  if (hub?.vpc.kind !== 'create') throw new Error('the test hub is created');
  expect(errors({ ...rest, hub: { ...hub, vpc: { ...hub.vpc, internet: 'none' } } })).toEqual(['LG_NO_INTERNET']);
  const plan = planOf({ ...rest, hub });
  expect(plan.infra.hub?.vpc).toMatchObject({ internet: 'nat' });
  expect(plan.infra.router?.egress).toEqual([{ network: 'outside', cidrs: ['0.0.0.0/0'], ports: [443] }]);
});

test('of an existing hub whose range is not stated, every private address is believed, and the plan says so', () => {
  const spec = everyone([target('https', { name: 'api' })]);
  if (!spec.hub) throw new Error('the test spec has a hub');
  const existing: Spec = {
    ...spec,
    hub: { ...spec.hub, vpc: { kind: 'existing', id: 'vpc-0123456789abcdef0', subnets: ['subnet-0aaaaaaaaaaaaaaa1'] } },
  };
  const { plan, diagnostics } = makePlan(existing, defaultFacts);
  expect(diagnostics).toEqual([]);
  expect(plan?.routes.trustedNetworks).toEqual(['10.40.0.0/16']);
  const unstated = { ...existing, networks: existing.networks.map((each) => ({ ...each, cidrs: [] })) };
  const other = makePlan(unstated, defaultFacts);
  expect(other.diagnostics.map((each) => each.code)).toEqual(['LG_HUB_RANGE_UNKNOWN']);
  expect(other.plan?.routes.trustedNetworks).toEqual([
    '10.0.0.0/8',
    '100.64.0.0/10',
    '172.16.0.0/12',
    '192.168.0.0/16',
  ]);
});
