import { expect, test } from 'vitest';
import { bucket, specOf, target } from '../../../test/planner/specs.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { Cidr } from '../../ir/index.ts';
import type { Spec, Target } from '../../spec/index.ts';
import { makePlan } from '../index.ts';

const codes = (spec: Spec) =>
  makePlan(spec, defaultFacts)
    .diagnostics.filter((each) => each.severity === 'error')
    .map((each) => each.code);

const first = (spec: Spec) => makePlan(spec, defaultFacts).diagnostics.find((each) => each.severity === 'error');

const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

/** So many NCCs: every workspace has a target of its own. */
const nccs = (count: number, limit: number) =>
  specOf({
    targets: many(count, (at) => target('https', { name: `t${at}` })),
    access: many(count, (at) => [[`w${at}`], [`t${at}`]] as const),
    limits: { nccs_per_region: limit },
  });

/** So many SQL Servers on one port: each needs a service. */
const services = (count: number, limits: Spec['limits']) =>
  specOf({
    targets: many(count, (at) => target('sqlserver', { name: `t${at}` })),
    access: [[['w'], ['*']]],
    limits,
  });

const ports = (count: number, limits: Spec['limits'], max = 2): Spec => {
  const spec = specOf({
    targets: many(count, (at) => target('vault', { name: `t${at}`, hosts: ['one.test'], ports: [1000 + at] })),
    access: [[['w'], ['*']]],
    limits,
  });
  return spec.hub ? { ...spec, hub: { ...spec.hub, router: { ...spec.hub.router, max } } } : spec;
};

const names = (count: number, limits: Spec['limits']) =>
  specOf({
    targets: [target('https', { name: 'api', hosts: many(count, (at) => `a${at}.test`) })],
    access: [[['w'], ['*']]],
    limits,
  });

const workspaces = (count: number): Spec =>
  specOf({
    targets: [target('https', { name: 'api' })],
    access: [[many(count, (at) => `w${at}`), ['*']]],
    limits: { nccs_per_region: 1 },
  });

test.each<[limit: string, fits: Spec, over: Spec, code: string]>([
  ['nccs_per_region', nccs(3, 3), nccs(4, 3), 'LG_TOO_MANY_NCCS'],
  ['nccs_per_region as published', nccs(10, 10), nccs(11, 10), 'LG_TOO_MANY_NCCS'],
  ['workspaces_per_ncc', workspaces(50), workspaces(51), 'LG_TOO_MANY_NCCS'],
  ['endpoints_per_region', services(30, {}), services(31, {}), 'LG_TOO_MANY_ENDPOINTS'],
  [
    'endpoints_in_use',
    services(20, { endpoints_in_use: 10 }),
    services(20, { endpoints_in_use: 11 }),
    'LG_TOO_MANY_ENDPOINTS',
  ],
  [
    'domains_per_rule',
    names(300, {}),
    names(301, {}),
    'LG_TOO_MANY_ENDPOINTS', // thirty rules of ten names
  ],
  [
    'nlbs_per_region',
    services(50, { endpoints_per_region: 100 }),
    services(51, { endpoints_per_region: 100 }),
    'LG_TOO_MANY_SERVICES',
  ],
  ['listeners_per_nlb', ports(50, {}), ports(51, {}), 'LG_TOO_MANY_PORTS'],
  ['targets_per_nlb', ports(50, {}, 10), ports(50, {}, 11), 'LG_TOO_MANY_PORTS'], // 50 listeners × 10 routers = 500
  [
    'target_groups_per_region',
    services(5, { target_groups_per_region: 5 }),
    services(6, { target_groups_per_region: 5 }),
    'LG_TOO_MANY_LISTENERS',
  ],
])('%s: n fits, n + 1 is an error', (_, fits, over, code) => {
  expect(codes(fits)).toEqual([]);
  expect(codes(over)).toEqual([code]);
  expect(makePlan(over, defaultFacts).plan).toBeUndefined();
});

test('an error over a limit says what is needed, what there is and where that was read', () => {
  const wrong = first(services(31, {}));
  expect(wrong?.message).toBe(
    'the plan needs 31 endpoints; the limit is 30 endpoints per region, over all NCCs (documented, https://docs.databricks.com/aws/en/security/network/serverless-network-security/pl-to-internal-network, 2026-11-20)',
  );
  expect(wrong?.hint).toContain('limits.endpoints_per_region');
});

test('more workspaces with the same access than an NCC holds get several NCCs with the same rules', () => {
  const { plan } = makePlan({ ...workspaces(51), limits: {} }, defaultFacts);
  expect(plan?.infra.nccs.map((ncc) => [ncc.workspaces.length, ncc.rules.length])).toEqual([
    [50, 1],
    [1, 1],
  ]);
});

test('names beyond one rule go to a second service, or to a second rule where that is allowed', () => {
  const one = makePlan(names(11, {}), defaultFacts).plan;
  expect(one?.infra.endpointServices.length).toBe(2);
  const two = makePlan(names(11, { rules_per_service_per_ncc: 2 }), defaultFacts).plan;
  expect(two?.infra.endpointServices.length).toBe(1);
  expect(two?.infra.nccs[0]?.rules.map((rule) => (rule.kind === 'service' ? rule.domains.length : 0))).toEqual([10, 1]);
});

test('buckets fill rules of their own, without a hub', () => {
  const lake = (count: number): Spec => {
    const { hub: _, ...rest } = specOf({
      targets: [
        bucket(
          'lake',
          many(count, (at) => `acme-${at}`),
        ),
      ],
      access: [[['w'], ['*']]],
    });
    return rest;
  };
  const rules = (count: number) => makePlan(lake(count), defaultFacts).plan?.infra.nccs[0]?.rules.length;
  expect([rules(10), rules(11)]).toEqual([1, 2]);
  expect(makePlan(lake(1), defaultFacts).plan?.infra.hub).toBeUndefined();
});

test('what is over a limit is told at the limit, where the spec sets it', () => {
  const path = (spec: Spec) => first(spec)?.path;
  expect(path(services(31, {}))).toEqual(['access']);
  expect(path(services(3, { endpoints_per_region: 2 }))).toEqual(['limits', 'endpoints_per_region']);
  expect(path(services(20, { endpoints_in_use: 11 }))).toEqual(['limits', 'endpoints_in_use']);
  expect(path(services(3, { endpoints_per_region: 2, endpoints_in_use: 1 }))).toEqual([
    'limits',
    'endpoints_per_region',
  ]);
  expect(path(services(3, { nlbs_per_region: 2 }))).toEqual(['limits', 'nlbs_per_region']);
  expect(path(services(51, { endpoints_per_region: 100 }))).toEqual(['targets']);
  expect(path(ports(3, { target_groups_per_region: 2 }))).toEqual(['limits', 'target_groups_per_region']);
});

test.each([0, -1, 1.5, Number.NaN])('a limit of %d is refused', (value) => {
  expect(codes({ ...services(1, {}), limits: { domains_per_rule: value } })).toEqual(['LG_LIMIT_VALUE']);
});

test('10,000 names in one target are counted, not placed', () => {
  expect(first(names(10_000, {}))?.message).toMatch(/^the plan needs 1000 endpoints; /);
  expect(codes(names(10_000, {}))).toEqual(['LG_TOO_MANY_ENDPOINTS', 'LG_TOO_MANY_SERVICES']);
});

const hubOf = (cidr: string, targets: readonly Target[]): Spec => {
  const spec = specOf({ targets, access: [[['w'], ['*']]], limits: { endpoints_per_region: 100 } });
  return spec.hub
    ? { ...spec, hub: { ...spec.hub, vpc: { kind: 'create', cidr: cidr as Cidr, zones: 3, internet: 'auto' } } }
    : spec;
};

test('the hub’s range must hold the load balancers of every zone', () => {
  // A /24 over three zones gives 64 addresses each: five kept, two routers, four endpoints, eight for each load balancer.
  const servers = (count: number) => many(count, (at) => target('sqlserver', { name: `t${at}` }));
  expect(codes(hubOf('10.40.0.0/24', servers(6)))).toEqual([]);
  expect(codes(hubOf('10.40.0.0/24', servers(7)))).toEqual(['LG_HUB_TOO_SMALL']);
});

test('subnets stay where they are when the hub gets a way to the internet', () => {
  const inside = [target('https', { name: 'api' })];
  const subnets = (targets: readonly Target[]) => {
    const vpc = makePlan(hubOf('10.40.0.0/22', targets), defaultFacts).plan?.infra.hub?.vpc;
    return vpc?.kind === 'create' ? vpc.subnets.map((each) => `${each.key} ${each.cidr}`) : [];
  };
  const before = subnets(inside);
  const after = subnets([...inside, target('https', { name: 'public', network: 'outside' })]);
  expect(before).toEqual(['private-1 10.40.0.0/24', 'private-2 10.40.1.0/24', 'private-3 10.40.2.0/24']);
  expect(after).toEqual([...before, 'public-1 10.40.3.0/28', 'public-2 10.40.3.16/28', 'public-3 10.40.3.32/28']);
});

test('more load balancer interfaces than a VPC may have are a warning with both numbers', () => {
  const said = (count: number) =>
    makePlan(services(count, { endpoints_per_region: 1000, nlbs_per_region: 1000 }), defaultFacts)
      .diagnostics.filter((each) => each.code === 'LG_TOO_MANY_INTERFACES')
      .map((each) => each.message.replace(/ \(.*/, ''));
  expect(said(400)).toEqual([]);
  expect(said(401)).toEqual([
    '401 load balancers in 3 zones have 1203 interfaces; the limit is 1200 load balancer interfaces per VPC, one per zone',
  ]);
});
