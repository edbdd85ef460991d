import { expect, test } from 'vitest';
import { byName, grants, host, infra, port, routes } from '../../test/plans/small-hub.ts';
import type { InfraPlan, Listener, Ncc, Route, RoutePlan, RouterListener } from '../ir/index.ts';
import { buildTopology } from '../topology/index.ts';
import { maxFailures, type ProofFailure, proofDiagnostics, prove } from './index.ts';

const proofOf = (i: InfraPlan = infra, r: RoutePlan = routes, g = grants) => prove(buildTopology(i, r), g);

test('a good plan proves: every pair counted, every hostile dial refused or granted', () => {
  expect(proofOf()).toEqual({
    holds: true,
    counts: {
      workspaces: 3,
      targets: 6,
      reached: 12,
      surplus: 0,
      refused: 6,
      // n-1: ledger by name; n-2: crm-db, lake, orders-db, orders-replica by name
      refusedBy: { LG_NO_RULE: 5 },
      // n-1: 443 (3 names × tls), 5432 (4 names × postgres, tls), 3306 by port (2 × tcp, tls); n-2: s-1 the same, 1521
      adversarialDials: 3 + 8 + 4 + (3 + 8) + 1,
    },
    failures: [],
    failuresInAll: 0,
  });
});

const withListener = (key: string, change: (listener: RouterListener) => RouterListener): RoutePlan => ({
  ...routes,
  listeners: routes.listeners.map((each) => (each.key === key ? change(each) : each)),
});
const withRoute = (key: string, change: (route: Route) => Route): RoutePlan => ({
  ...routes,
  listeners: routes.listeners.map((each) => ({
    ...each,
    routes: each.routes.map((route) => (route.key === key ? change(route) : route)),
  })),
});
const withNcc = (key: string, change: (ncc: Ncc) => Ncc): InfraPlan => ({
  ...infra,
  nccs: infra.nccs.map((ncc) => (ncc.key === key ? change(ncc) : ncc)),
});
const withLb = (key: string, change: (listener: Listener) => Listener): InfraPlan => ({
  ...infra,
  endpointServices: infra.endpointServices.map((service) => ({
    ...service,
    listeners: service.listeners.map((each) => (each.key === key ? change(each) : each)),
  })),
});
const addNames = (ncc: string, rule: string, ...names: string[]): InfraPlan =>
  withNcc(ncc, (each) => ({
    ...each,
    rules: each.rules.map((r) =>
      r.kind === 'service' && r.key === rule ? { ...r, domains: [...r.domains, ...names.map(host)] } : r,
    ),
  }));

const ordersKey = 'orders-db/orders.acme.test:5432';

/** A mutation of the good plan, and the failure that must name the place. */
const mutations: [
  string,
  { infra?: InfraPlan; routes?: RoutePlan },
  Partial<ProofFailure> & { at: string; name: string },
][] = [
  [
    'an allow dropped',
    { routes: withRoute(ordersKey, (route) => ({ ...route, allow: [] })) },
    { kind: 'not-reached', at: 'route', name: ordersKey },
  ],
  [
    'an allow too many: finance never gets the name, but can claim it',
    { routes: withRoute(ordersKey, (route) => ({ ...route, allow: ['n-1', 'n-2'] })) },
    { kind: 'reached-without-grant', at: 'upstream', name: 'orders.acme.test:5432' },
  ],
  [
    'upstreams swapped',
    {
      routes: withRoute(ordersKey, (route) => ({
        ...route,
        action: { ...route.action, upstream: 'replica.acme.test:5432' },
      })),
    },
    { kind: 'wrong-upstream', at: 'upstream', name: 'replica.acme.test:5432' },
  ],
  [
    'an upstream on another port',
    {
      routes: {
        ...routes,
        upstreams: Object.fromEntries(
          Object.entries(routes.upstreams).map(([key, each]) => [
            key,
            key === 'api.acme.test:443' ? { ...each, port: port(8443) } : each,
          ]),
        ),
      },
    },
    { kind: 'wrong-upstream', at: 'upstream', name: 'api.acme.test:443' },
  ],
  [
    'a name added to a rule of an NCC without the grant: it resolves',
    { infra: addNames('n-2', 'r-4', 'orders.acme.test') },
    { kind: 'name-without-grant', at: 'rule', name: 'r-4' },
  ],
  [
    'a name nobody knows in a rule',
    { infra: addNames('n-1', 'r-1', 'left-over.acme.test') },
    { kind: 'name-without-grant', at: 'rule', name: 'r-1' },
  ],
  [
    'a rule to a service of server-first listeners: identity is the listener alone',
    {
      infra: withNcc('n-2', (ncc) => ({
        ...ncc,
        rules: [...ncc.rules, { kind: 'service', key: 'r-9', service: 's-2', domains: [host('api2.acme.test')] }],
      })),
    },
    { kind: 'reached-without-grant', at: 'upstream', name: 'crm.acme.test:3306' },
  ],
  [
    'a server-first listener on a service that both NCCs dial',
    {
      infra: {
        ...infra,
        endpointServices: infra.endpointServices.map((service) =>
          service.key === 's-1'
            ? {
                ...service,
                listeners: [
                  ...service.listeners,
                  ...(infra.endpointServices[1]?.listeners ?? []).map((each) => ({ ...each, key: 's-1/3306' })),
                ],
              }
            : service,
        ),
      },
      routes: {
        ...routes,
        listeners: [
          ...routes.listeners,
          ...routes.listeners
            .filter((each) => each.key === 's-2/3306')
            .map((each) => ({ ...each, key: 's-1/3306', port: port(23_307) })),
        ],
      },
    },
    { kind: 'reached-without-grant', at: 'upstream', name: 'crm.acme.test:3306' },
  ],
  [
    'a direct listener to another address',
    {
      infra: withLb('s-3/1521', (each) => ({
        ...each,
        forward: { to: 'addresses', members: [{ address: '192.168.7.10' as never, zone: 'all' }], why: 'x' },
      })),
    },
    { kind: 'wrong-upstream', at: 'listener', name: 's-3/1521' },
  ],
  [
    'an endpoint to a direct listener of somebody else',
    {
      infra: withNcc('n-1', (ncc) => ({
        ...ncc,
        rules: [...ncc.rules, { kind: 'service', key: 'r-9', service: 's-3', domains: [host('x.acme.test')] }],
      })),
    },
    { kind: 'reached-without-grant', at: 'listener', name: 's-3/1521' },
  ],
  [
    'a default route that lets a client without a name in',
    {
      routes: withListener('s-1/5432', (each) => ({
        ...each,
        routes: each.routes.map((route) =>
          route.key === ordersKey
            ? { ...route, allow: ['n-1', 'n-2'], action: { ...route.action, isDefault: true } }
            : route,
        ),
      })),
    },
    { kind: 'reached-without-grant', at: 'upstream', name: 'orders.acme.test:5432' },
  ],
  [
    'a bucket too many',
    {
      infra: withNcc('n-2', (ncc) => ({
        ...ncc,
        rules: [...ncc.rules, { kind: 's3', key: 'r-9', awsService: 's3', buckets: ['acme-lake'] }],
      })),
    },
    { kind: 'reached-without-grant', at: 'bucket', name: 'acme-lake' },
  ],
  [
    'a workspace moved to an NCC with other access',
    {
      infra: {
        ...infra,
        nccs: infra.nccs.map((ncc) =>
          ncc.key === 'n-1'
            ? { ...ncc, workspaces: [{ name: 'analytics' }] }
            : { ...ncc, workspaces: [{ name: 'finance' }, { name: 'science' }] },
        ),
      },
    },
    { kind: 'reached-without-grant', at: 'listener', name: 's-3/1521' },
  ],
  [
    'a workspace in no NCC',
    { infra: withNcc('n-2', (ncc) => ({ ...ncc, workspaces: [] })) },
    { kind: 'not-reached', at: 'workspace', name: 'finance' },
  ],
  [
    'a rule that names a missing service',
    { infra: { ...infra, endpointServices: infra.endpointServices.filter((service) => service.key !== 's-3') } },
    { kind: 'not-reached', at: 'service', name: 's-3' },
  ],
  [
    'the same name in two rules of one NCC',
    { infra: addNames('n-1', 'r-2', 'api.acme.test') },
    { kind: 'inconsistent', at: 'rule', name: 'nccs.0.rules.1' },
  ],
  [
    'a listener without a route',
    { routes: withListener('s-1/443', (each) => ({ ...each, routes: [] })) },
    { kind: 'not-reached', at: 'route', name: 's-1/443' },
  ],
  [
    'a router listener that is missing',
    { routes: { ...routes, listeners: routes.listeners.filter((each) => each.key !== 's-1/443') } },
    { kind: 'not-reached', at: 'router', name: 's-1/443' },
  ],
  [
    'two router listeners on one port',
    { routes: withListener('s-1/443', (each) => ({ ...each, port: port(25_432) })) },
    { kind: 'inconsistent', at: 'router', name: 'routes.listeners.1' },
  ],
  [
    'the PROXY header switched off where routes need it',
    { infra: withLb('s-1/443', (each) => ({ ...each, targetGroup: { ...each.targetGroup, proxyProtocolV2: false } })) },
    { kind: 'inconsistent', at: 'listener', name: 'endpointServices.s-1.listeners.s-1/443' },
  ],
  [
    'MySQL greeted on a listener that waits for a PROXY header',
    {
      routes: withListener('s-1/443', (each) => ({
        ...each,
        speaks: ['mysql'],
        routes: [byName('api', { speech: 'mysql', name: 'api.acme.test', port: 443, allow: ['n-1', 'n-2'] })],
      })),
    },
    { kind: 'inconsistent', at: 'router', name: 'routes.listeners.0' },
  ],
  [
    'MySQL greeted where others speak too',
    {
      routes: withListener('s-2/3306', (each) => ({
        ...each,
        speaks: ['tls', 'mysql'],
        routes: [byName('crm-db', { speech: 'mysql', name: 'crm.acme.test', port: 3306, allow: ['n-1'] })],
      })),
    },
    { kind: 'inconsistent', at: 'router', name: 'routes.listeners.2' },
  ],
  [
    'a route by port beside a name',
    { routes: withListener('s-2/3306', (each) => ({ ...each, speaks: ['tls'] })) },
    { kind: 'not-reached', at: 'route', name: 's-2/3306' },
  ],
  [
    'a second route for a name that is taken',
    {
      routes: withListener('s-1/443', (each) => ({
        ...each,
        routes: [
          ...each.routes,
          byName('orders-db', { speech: 'tls', name: 'api.acme.test', port: 443, allow: ['n-1'] }),
        ],
      })),
    },
    { kind: 'inconsistent', at: 'route', name: 'routes.listeners.0.routes.1' },
  ],
];

test.each(mutations)('the proof sees %s', (_, changed, { at, name, kind }) => {
  const proof = proofOf(changed.infra, changed.routes);
  expect(proof.holds).toBe(false);
  const found = proof.failures.map((failure) => ({ kind: failure.kind, at: failure.hop.at, name: failure.hop.name }));
  expect(found).toContainEqual({ kind, at, name });
  expect(proofDiagnostics(proof).every((diagnostic) => diagnostic.severity === 'error')).toBe(true);
});

test('a grant that the plan forgot, and one it did not expect', () => {
  const forgotten = proofOf(infra, routes, {
    ...grants,
    workspaces: grants.workspaces.map((each) =>
      each.workspace === 'finance' ? { ...each, targets: ['api', 'ledger', 'crm-db'] } : each,
    ),
  });
  expect(forgotten.failures).toMatchObject([
    { kind: 'not-reached', question: { from: 'finance', host: 'crm.acme.test', port: 3306 } },
  ]);
  const surplus = proofOf(infra, routes, {
    ...grants,
    workspaces: grants.workspaces.map((each) => (each.workspace === 'finance' ? { ...each, targets: ['api'] } : each)),
  });
  expect(surplus.failures.map((failure) => failure.kind)).toContain('reached-without-grant');
});

test('surplus that the user accepted is proven and counted apart', () => {
  const proof = proofOf(infra, routes, {
    ...grants,
    workspaces: grants.workspaces.map((each) =>
      each.workspace === 'science'
        ? { ...each, targets: ['api', 'crm-db', 'lake', 'orders-db'], surplus: ['orders-replica'] }
        : each,
    ),
  });
  expect(proof).toMatchObject({ holds: true, counts: { reached: 12, surplus: 1 } });
});

test('failures are bounded, their number is not', () => {
  const many = Array.from({ length: 200 }, (_, i) => ({
    name: `t-${i}`,
    hosts: [host(`t-${i}.acme.test`)],
    ports: [port(443)],
    remap: false,
    addresses: [],
    buckets: [],
  }));
  const proof = proofOf(infra, routes, {
    targets: [...grants.targets, ...many],
    workspaces: grants.workspaces.map((each) => ({
      ...each,
      targets: [...each.targets, ...many.map(({ name }) => name)],
    })),
  });
  expect(proof.failures.length).toBe(maxFailures);
  expect(proof.failuresInAll).toBe(400);
  expect(proofDiagnostics(proof).at(-1)?.message).toBe('and 350 more failures of the proof');
});
