import { expect, test } from 'vitest';
import { infra } from '../../test/plans/small-hub.ts';
import { type Cidr, checkInfraPlan, type EndpointService, type InfraPlan, type Listener, type Ncc } from './index.ts';

test('a plan whose parts fit has nothing to say', () => {
  expect(checkInfraPlan(infra)).toEqual([]);
});

const ncc = (at: number, change: (ncc: Ncc) => Partial<Ncc>): InfraPlan => ({
  ...infra,
  nccs: infra.nccs.map((each, i) => (i === at ? { ...each, ...change(each) } : each)),
});
const service = (at: number, change: (service: EndpointService) => Partial<EndpointService>): InfraPlan => ({
  ...infra,
  endpointServices: infra.endpointServices.map((each, i) => (i === at ? { ...each, ...change(each) } : each)),
});
const listener = (at: number, change: (listener: Listener) => Partial<Listener>): InfraPlan =>
  service(at, (each) => ({ listeners: each.listeners.map((one, i) => (i === 0 ? { ...one, ...change(one) } : one)) }));
const hub = (...cidrs: readonly string[]): InfraPlan => ({
  ...infra,
  hub: {
    vpcEndpoints: [],
    vpc: {
      kind: 'create',
      cidr: '10.40.0.0/24' as Cidr,
      internet: 'none',
      subnets: cidrs.map((cidr, i) => ({ key: `private-${i}`, role: 'private', zone: i + 1, cidr: cidr as Cidr })),
    },
  },
});
const { hub: _hub, router: _router, ...rest } = infra;

test.each<[string, InfraPlan]>([
  ['subnets that touch and fill the hub', hub('10.40.0.0/25', '10.40.0.128/25')],
  ['no hub where there is no endpoint service', { ...rest, nccs: [], endpointServices: [] }],
  [
    'no router where nothing forwards to one',
    {
      ...infra,
      router: undefined,
      endpointServices: infra.endpointServices.filter(({ key }) => key === 's-3'),
      nccs: [],
    },
  ],
  [
    'a broker of a cluster of the plan',
    {
      ...listener(2, () => ({ forward: { to: 'broker', target: 'events', broker: 1, why: '' } })),
      mskClusters: [
        {
          target: 'events',
          name: 'acme-events',
          listeners: 'per-broker',
          auth: [],
          brokers: [],
          source: { kind: 'existing' },
        },
      ],
    },
  ],
])('nothing is said of %s', (_, plan) => {
  expect(checkInfraPlan(plan)).toEqual([]);
});

const without = (part: 'hub' | 'router'): InfraPlan => {
  const { [part]: _, ...others } = infra;
  return others;
};

test.each<[string, InfraPlan, string]>([
  ['two NCCs of one key', ncc(1, () => ({ key: 'n-1' })), 'nccs 0 and 1 have the same key, n-1'],
  ['two NCCs of one name', ncc(1, () => ({ name: 'acme-hub-n-1' })), 'the same name, acme-hub-n-1'],
  [
    'a workspace in two NCCs',
    ncc(1, () => ({ workspaces: [{ name: 'science' }] })),
    'workspace science is in NCC n-1 and in NCC n-2',
  ],
  [
    'a rule key given twice',
    ncc(1, (each) => ({ rules: each.rules.map((rule) => ({ ...rule, key: 'r-1' })) })),
    'rule r-1 is in NCC n-1 and in NCC n-2',
  ],
  [
    'a rule without names',
    ncc(1, () => ({ rules: [{ kind: 'service', key: 'r-4', service: 's-1', domains: [] }] })),
    'rule r-4 of NCC n-2 lists nothing',
  ],
  [
    'a rule to nowhere',
    service(2, () => ({ key: 's-9', listeners: [] })),
    'names endpoint service s-3, which is not in the plan',
  ],
  [
    'two load balancers of one name',
    service(1, (each) => ({ nlb: { ...each.nlb, name: 'acme-hub-s-1' } })),
    'the same nlb name, acme-hub-s-1',
  ],
  ['a service open to everyone', service(0, () => ({ allowedPrincipals: ['*'] })), 'allows a wildcard principal'],
  ['a listener under another key', listener(1, () => ({ key: 's-2/3307' })), 'but its key does not match'],
  [
    'a port twice',
    service(0, (each) => ({ listeners: [...each.listeners, ...each.listeners.slice(0, 1)] })),
    'two listeners on port 443',
  ],
  ['a listener without a target', listener(1, () => ({ targets: [] })), 'no target is behind listener s-2/3306'],
  [
    'a direct listener for two targets',
    listener(2, () => ({ targets: ['ledger', 'other'] })),
    'has 2 targets; it can have only one',
  ],
  [
    'a direct listener without addresses',
    listener(2, () => ({ forward: { to: 'addresses', members: [], why: '' } })),
    'forwards to addresses and lists none',
  ],
  [
    'a broker of no cluster',
    listener(2, () => ({ forward: { to: 'broker', target: 'events', broker: 1, why: '' } })),
    'a broker of events, which is not a cluster of the plan',
  ],
  [
    'a target group name twice',
    listener(1, (each) => ({ targetGroup: { ...each.targetGroup, name: 'acme-s-1-443' } })),
    'the same target group name',
  ],
  [
    'subnets that overlap',
    hub('10.40.0.0/26', '10.40.0.32/27'),
    'subnets private-0 (10.40.0.0/26) and private-1 (10.40.0.32/27) overlap',
  ],
  ['subnets that share one address', hub('10.40.0.0/25', '10.40.0.127/32'), 'private-1 (10.40.0.127/32) overlap'],
  ['a subnet that begins before the hub', hub('10.39.255.0/23'), 'subnet private-0 (10.39.255.0/23) is outside'],
  ['a subnet that ends after the hub', hub('10.40.0.0/23'), 'subnet private-0 (10.40.0.0/23) is outside'],
  ['two networks of one name', { ...infra, networks: [...infra.networks, ...infra.networks] }, 'the same name, core'],
  ['a subnet outside', hub('10.40.1.0/26'), 'subnet private-0 (10.40.1.0/26) is outside the hub’s 10.40.0.0/24'],
  ['no hub', without('hub'), 'but no hub for their load balancers'],
  ['no router', without('router'), 'listeners that forward to a router, but no router'],
])('%s is said', (_, plan, message) => {
  const found = checkInfraPlan(plan);
  expect(found.map((each) => each.message).join('\n')).toContain(message);
  expect(found.every((each) => each.code === 'LG_PLAN_INCONSISTENT' && each.severity === 'error')).toBe(true);
});
