import { expect, test } from 'vitest';
import { infra } from '../../test/plans/small-hub.ts';
import { defaultFacts as facts, limitsOf } from '../facts/index.ts';
import type { Hostname, InfraPlan, MskCluster } from '../ir/index.ts';
import { compare } from './compare.ts';
import { clusterLines, fleetLines, loadBalancerLines, monthlyCost, sumCost } from './cost.ts';
import { headroom } from './headroom.ts';

const idle = { connections: 0, gbPerMonth: 0 };
const load = { connections: 1000, gbPerMonth: 1000 };
const limits = limitsOf({}, facts);

const brokers = (count: number): MskCluster => ({
  target: 'events',
  name: 'events',
  listeners: 'sni',
  auth: ['iam'],
  brokers: Array.from({ length: count }, (_, i) => ({ number: i + 1, host: `b-${i + 1}.events.test` as Hostname })),
  source: {
    kind: 'create',
    version: '3.9.x',
    instance: 'kafka.m5.large',
    storageGb: 1000,
    encryption: { inTransit: 'tls', atRest: 'kms' },
    logs: {},
  },
});

/** The worked costs of the notes on AWS prices: three load balancers for three brokers, or one and two routers. */
test('the worked arithmetic comes out', () => {
  const of = { region: 'us-east-1', load: idle, remarks: [] };
  expect(sumCost(loadBalancerLines(3, idle, facts), of).fixedUsd).toBe(49.28);
  const one = loadBalancerLines(1, idle, facts);
  const routers = fleetLines(2, { run: 'instances', instance: 't4g.small', architecture: 'arm64' }, facts);
  expect([sumCost(one, of).fixedUsd, sumCost(routers, of).fixedUsd]).toEqual([16.43, 24.53]);
  expect(sumCost([...one, ...routers], of).fixedUsd).toBe(40.96);
  expect(clusterLines(brokers(3), facts).map((line) => line.monthlyUsd)).toEqual([459.9, 300]);
  const nano = fleetLines(1, { run: 'instances', instance: 't4g.nano', architecture: 'arm64' }, facts);
  expect(nano.map((line) => line.monthlyUsd)).toEqual([3.07]);
});

test('containers are paid by processor and memory', () => {
  const lines = fleetLines(2, { run: 'containers', instance: 't3.small', architecture: 'x64' }, facts);
  // 2 × 730 h × half a vCPU at 0.04048, and × 1 GB at 0.004445
  expect(lines.map((line) => line.monthlyUsd)).toEqual([29.55, 6.49]);
});

test('the plan, line by line: who pays, from what price, and what has none', () => {
  const cost = monthlyCost(infra, load, facts);
  expect(cost.lines.map(({ what, kind, payer, monthlyUsd }) => [what, kind, payer, monthlyUsd])).toEqual([
    ['load balancers', 'fixed', 'customer', 49.28],
    ['load balancer capacity (NLCU)', 'usage', 'customer', 6],
    ['routers (t4g.small)', 'fixed', 'customer', 24.53],
    ['private endpoints', 'fixed', 'databricks', 'unknown'],
    ['private endpoint traffic', 'usage', 'databricks', 'unknown'],
  ]);
  expect(cost).toMatchObject({ fixedUsd: 73.81, usageUsd: 6, totalUsd: 79.81 });
  expect(cost.unknown).toEqual(['private endpoints', 'private endpoint traffic']);
  expect(cost.remarks.join('\n')).toContain('prices in eu-west-1 differ');
  for (const { price } of cost.lines) expect([price.source, price.asOf].every((text) => text.length > 5)).toBe(true);
});

test('ways into networks: transit gateway, NAT and interface endpoints are paid by what lies there', () => {
  const wide: InfraPlan = {
    ...infra,
    networks: [
      { ...(infra.networks[0] as InfraPlan['networks'][number]), reach: 'transit-gateway', transitGateway: 'tgw-1' },
    ],
    targets: infra.targets.map((target) => (target.services.length > 0 ? { ...target, network: 'core' } : target)),
    hub: {
      vpc: {
        kind: 'create',
        cidr: '10.40.0.0/22' as never,
        internet: 'nat',
        subnets: [1, 2].flatMap((zone) => [
          { key: `private-${zone}`, role: 'private' as const, zone, cidr: `10.40.0.${zone * 16}/28` as never },
          { key: `public-${zone}`, role: 'public' as const, zone, cidr: `10.40.1.${zone * 16}/28` as never },
        ]),
      },
      vpcEndpoints: ['s3', 'ssm', 'logs'],
    },
  };
  const byWhat = Object.fromEntries(monthlyCost(wide, load, facts).lines.map((line) => [line.what, line.monthlyUsd]));
  expect(byWhat).toMatchObject({
    'transit gateway attachments of the hub': 36.5,
    'transit gateway traffic': 20, // all 1000 GB at 0.02
    'NAT gateways': 65.7,
    'public addresses of the NAT gateways': 7.3,
    'NAT traffic to public targets': 0,
    'interface endpoints of the hub (ssm, logs)': 29.2, // 2 × 2 zones × 7.30
    'transfer between zones, load balancer to router': 10, // half of 1000 GB, 0.01 on both sides
  });
});

test.each<[needed: number, usd: number, why: RegExp]>([
  [1, 24.53, /for 2, its minimum; it can grow to 4$/],
  [2, 24.53, /for 2, its minimum; it can grow to 4$/],
  [3, 36.79, /for 3, what the stated load needs at its peak; it shrinks to 2 and can grow to 4$/],
  [4, 49.06, /for 4, what the stated load needs at its peak; it shrinks to 2$/],
  [9, 49.06, /for 4, the most that it may have; the stated load needs 9; it shrinks to 2$/],
])('a fleet of 2 to 4 routers is priced for what the load needs: %i', (needed, usd, why) => {
  const router = { ...(infra.router as NonNullable<InfraPlan['router']>), needed };
  const cost = monthlyCost({ ...infra, router }, load, facts);
  expect(cost.lines.find(({ what }) => what === 'routers (t4g.small)')?.monthlyUsd).toBe(usd);
  expect(cost.remarks).toContainEqual(expect.stringMatching(why));
  expect(cost.fleet?.map(({ is, routers }) => [is, routers])).toEqual([
    ['min', 2],
    ['needed', needed],
    ['max', 4],
  ]);
  expect(cost.fleet?.map(({ monthlyUsd }) => monthlyUsd)).toEqual([24.53, expect.any(Number), 49.06]);
});

test('an instance without a known price makes the total a lower bound, not cheaper', () => {
  const cost = monthlyCost(
    { ...infra, router: { ...(infra.router as NonNullable<InfraPlan['router']>), instance: 'x9.huge' } },
    load,
    facts,
  );
  expect(cost.lines.find((line) => line.what === 'routers (x9.huge)')?.monthlyUsd).toBe('unknown');
  expect(cost.unknown).toContain('routers (x9.huge)');
  expect(cost.fleet?.map(({ monthlyUsd }) => monthlyUsd)).toEqual(['unknown', 'unknown', 'unknown']);
});

test('headroom: every limit at every place it is counted', () => {
  const rows = headroom(infra, limitsOf({ endpoints_in_use: 3, domains_per_rule: 100 }, facts), 1000);
  const text = rows.map((row) => `${row.limit} ${row.scope} ${row.used}/${row.of}${row.overridden ? ' (spec)' : ''}`);
  expect(text).toEqual([
    'nccs_per_region region 2/10',
    'workspaces_per_ncc NCC n-1 2/50',
    'workspaces_per_ncc NCC n-2 1/50',
    'endpoints_per_region region 8/30',
    'domains_per_rule rule r-1 3/100 (spec)',
    'domains_per_rule rule r-2 1/100 (spec)',
    'domains_per_rule rule r-4 1/100 (spec)',
    'domains_per_rule rule r-5 1/100 (spec)',
    'rules_per_service_per_ncc NCC n-1 1/1',
    'rules_per_service_per_ncc NCC n-2 1/1',
    'buckets_per_rule rule r-3 1/10',
    'nlbs_per_region region 3/50',
    'listeners_per_nlb load balancer acme-hub-s-1 2/50',
    'listeners_per_nlb load balancer acme-hub-s-2 1/50',
    'listeners_per_nlb load balancer acme-hub-s-3 1/50',
    'targets_per_nlb load balancer acme-hub-s-1 8/500',
    'targets_per_nlb load balancer acme-hub-s-2 4/500',
    'targets_per_nlb load balancer acme-hub-s-3 1/500',
    'target_groups_per_region region 4/3000',
    'connections_per_target one of 4 routers, all connections on one port 250/55000',
  ]);
});

test('compare: counts, cost and the first number of targets that breaks a limit', () => {
  const { strategies, targets } = compare(infra, { limits, load, facts });
  expect(targets).toBe(5);
  const byName = Object.fromEntries(strategies.map((each) => [each.name, each]));
  // api is granted to two NCCs: six endpoints for five targets, and one S3 rule beside them
  expect(byName['per-target']?.counts).toEqual({ endpoints: 7, services: 5, nlbs: 5, listeners: 5, routers: 0 });
  // by audience: {api}, {crm, orders, replica} of which two want 5432, {ledger}
  expect(byName['per-network']?.counts).toEqual({ endpoints: 6, services: 4, nlbs: 4, listeners: 5, routers: 0 });
  expect(byName.hub?.counts).toEqual({ endpoints: 5, services: 3, nlbs: 3, listeners: 4, routers: 2 });
  expect(strategies.map((each) => each.fits)).toEqual([true, true, true]);
  const breaksAt = (name: string) =>
    byName[name]?.limits.find((row) => row.limit === 'endpoints_per_region')?.breaksAtTargets;
  // 1 + ceil(6 n / 5) > 30 first at n = 25: 1 + 30 = 31
  expect(breaksAt('per-target')).toBe(25);
  expect(breaksAt('hub')).toBeGreaterThan(25);
});

test('the hub costs more for a few targets and less from a stated number on', () => {
  const { strategies, hubCheaperFromTargets: from = 0 } = compare(infra, { limits, load, facts });
  const [apart, , joined] = strategies.map((each) => each.cost.totalUsd);
  expect(apart).toBe(88.13); // five load balancers and what they process
  expect(joined).toBe(79.81); // three, and two routers
  // 16.43 for each target more or fewer, none for a name more behind the hub: 71.70 for four, 88.13 for five
  expect(from).toBe(5);
});

test('one NCC, names only: a hub breaks at the 301st name, one endpoint per target at the 31st', () => {
  const names = Array.from({ length: 12 }, (_, i) => `t-${i}.acme.test` as Hostname);
  const only: InfraPlan = {
    ...infra,
    nccs: [
      {
        key: 'n-1',
        name: 'n-1',
        workspaces: [{ name: 'w' }],
        rules: [
          { kind: 'service', key: 'r-1', service: 's-1', domains: names.slice(0, 10) },
          { kind: 'service', key: 'r-2', service: 's-2', domains: names.slice(10) },
        ],
      },
    ],
    endpointServices: ['s-1', 's-2'].map((key, at) => {
      const service = infra.endpointServices[0] as InfraPlan['endpointServices'][number];
      const behind = names.slice(at * 10, at * 10 + 10).map((name) => name.split('.')[0] ?? '');
      return {
        ...service,
        key,
        listeners: service.listeners.slice(0, 1).map((each) => ({ ...each, key: `${key}/443`, targets: behind })),
      };
    }),
    targets: names.map((name, i) => ({
      name: `t-${i}`,
      type: 'https',
      hosts: [name],
      ports: [{ port: 443 as never, clientPort: 443 as never }],
      services: [i < 10 ? 's-1' : 's-2'],
      routing: 'name',
      tls: 'passthrough',
      buckets: [],
      workspaces: ['w'],
    })),
  };
  const at = (name: string, given = limits) =>
    compare(only, { limits: given, load, facts })
      .strategies.find((each) => each.name === name)
      ?.limits.find((row) => row.limit === 'endpoints_per_region')?.breaksAtTargets;
  expect(at('per-target')).toBe(31);
  expect(at('hub')).toBe(301);
  expect(at('hub', limitsOf({ domains_per_rule: 100 }, facts))).toBe(3001);
});

const kafkaPlan = (count: number): InfraPlan => ({
  ...infra,
  mskClusters: [brokers(count)],
  targets: [
    {
      name: 'events',
      type: 'kafka',
      hosts: brokers(count).brokers.map((broker) => broker.host),
      ports: [{ port: 9098 as never, clientPort: 9098 as never }],
      services: ['s-1'],
      routing: 'name',
      tls: 'passthrough',
      buckets: [],
      workspaces: ['finance'],
    },
  ],
});

test('Kafka: a load balancer for each broker, or one for ten with a router whose price does not grow', () => {
  expect(compare(kafkaPlan(3), { limits, load, facts }).kafka).toEqual([
    {
      target: 'events',
      brokers: 3,
      planned: 'sni',
      perBroker: { endpoints: 3, services: 3, monthlyUsd: 49.28, breaksAtBrokers: 31 },
      sni: { endpoints: 1, services: 1, routers: 2, brokersPerService: 10, monthlyUsd: 40.96, breaksAtBrokers: 301 },
      cheaperAboveBrokers: 2,
    },
  ]);
  expect(compare(kafkaPlan(12), { limits, load, facts }).kafka).toMatchObject([
    {
      perBroker: { endpoints: 12, services: 12, monthlyUsd: 197.1 },
      sni: { endpoints: 2, services: 2, monthlyUsd: 57.38 },
    },
  ]);
});
