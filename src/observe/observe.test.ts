import { expect, test } from 'vitest';
import { grants } from '../../test/plans/small-hub.ts';
import { liveState, plan, withAws, withRules } from '../../test/support/live-state.ts';
import type { EndpointConnection, LoadBalancerState, MemberHealth } from '../aws/index.ts';
import type { RuleState } from '../databricks/index.ts';
import { prove } from '../proof/index.ts';
import { interpret } from './observe.ts';
import type { AwsState, LiveState } from './state.ts';

const told = (state: LiveState, more = plan): readonly string[] =>
  interpret(state, more).findings.map((each) => `${each.verdict} ${each.code} ${each.message}`);

const always = told(liveState);

/** What a state shows that the good one does not. */
const fresh = (state: LiveState, more = plan): readonly string[] =>
  told(state, more).filter((each) => !always.includes(each));

test('clouds that are as planned prove, and show only what no call returns', () => {
  const { topology, findings, isComplete } = interpret(liveState, plan);
  expect(prove(topology, grants)).toMatchObject({ holds: true, failures: [] });
  expect(isComplete).toBe(true);
  expect(findings.map((each) => [each.verdict, each.place])).toEqual([
    ['unknown', { at: 'fleet' }],
    ['unknown', { at: 'fleet' }],
    ['unknown', { at: 'upstream', upstreams: Object.keys(topology.routes.upstreams) }],
    ['unknown', { at: 'network', network: 'core' }],
  ]);
});

test('what is observed has the keys of the plan', () => {
  const { infra, routes } = interpret(liveState, plan).topology;
  expect(infra.nccs.map((each) => [each.key, each.workspaces, each.rules.map((one) => one.key)])).toEqual([
    ['n-1', plan.nccs[0]?.workspaces, ['r-1', 'r-2', 'r-3']],
    ['n-2', plan.nccs[1]?.workspaces, ['r-4', 'r-5']],
  ]);
  expect(infra.endpointServices).toEqual(
    plan.endpointServices.map((service) => ({
      ...service,
      nlb: { ...service.nlb, deletionProtection: false },
      listeners: service.listeners.map((each) => ({
        ...each,
        targetGroup: {
          ...each.targetGroup,
          health: { protocol: each.targetGroup.health.protocol, port: each.targetGroup.health.port },
        },
        forward: { ...each.forward, why: expect.any(String) },
      })),
    })),
  );
  expect(routes.listeners.map((each) => each.key)).toEqual(['s-1/443', 's-1/5432', 's-2/3306']);
  expect(infra.hub?.vpc).toEqual({ kind: 'existing', id: 'vpc-1', subnetIds: ['subnet-a', 'subnet-b'] });
  expect(infra.router).toMatchObject({ run: 'instances', min: 2, max: 4, readinessPort: 8080 });
});

test('the order in which clouds list things changes nothing', () => {
  const turned = <T>(list: readonly T[] | undefined): readonly T[] => (list ?? []).toReversed();
  const { aws, databricks } = liveState;
  const state: LiveState = {
    ...liveState,
    aws: {
      ...aws,
      services: turned(aws.services),
      balancers: turned(aws.balancers),
      listeners: new Map([...aws.listeners].map(([arn, each]) => [arn, turned(each)])),
      routeTables: turned(aws.routeTables),
      groupRules: turned(aws.groupRules),
    },
    databricks: { ...databricks, nccs: turned(databricks.nccs), workspaces: turned(databricks.workspaces) },
  };
  const [one, other] = [interpret(state, plan), interpret(liveState, plan)];
  expect(one.topology.infra.endpointServices).toEqual(other.topology.infra.endpointServices);
  expect(one.topology.infra.nccs.map((each) => [each.key, each.rules])).toEqual(
    other.topology.infra.nccs.map((each) => [each.key, each.rules]),
  );
  expect(one.topology.routes).toEqual(other.topology.routes);
  expect(one.findings).toEqual(other.findings);
});

const balancers = (change: Partial<LoadBalancerState>): LiveState =>
  withAws(({ balancers: all = [] }) => ({
    balancers: all.map((each, at) => (at === 0 ? { ...each, ...change } : each)),
  }));
const service = (change: Partial<NonNullable<AwsState['services']>[number]>): LiveState =>
  withAws(({ services = [] }) => ({
    services: services.map((each, at) => (at === 0 ? { ...each, ...change } : each)),
  }));
const health = (...members: readonly MemberHealth[]): LiveState =>
  withAws((aws) => ({ health: new Map([...aws.health, ['tg-s-1-443', members]]) }));
const member = (id: string, state: string, more: Partial<MemberHealth> = {}): MemberHealth => ({
  ...{ id, port: 20_443, zone: 'eu-west-1a', state },
  ...more,
});
const first = (change: Partial<RuleState>): LiveState =>
  withRules('n-1', ([rule, ...others]) => (rule ? [{ ...rule, ...change }, ...others] : others));
const bucket = (change: Partial<RuleState>): LiveState =>
  withRules('n-1', (rules) => rules.map((each) => (each.buckets.length ? { ...each, ...change } : each)));
const connections = (change: Partial<EndpointConnection> | undefined, state = liveState): LiveState => ({
  ...state,
  aws: {
    ...state.aws,
    connections: (state.aws.connections ?? []).flatMap((each, at) =>
      at > 0 ? [each] : change ? [{ ...each, ...change }] : [],
    ),
  },
});

test.each<[string, LiveState, string]>([
  [
    'a load balancer that is being made',
    balancers({ state: 'provisioning' }),
    'broken LG_LIVE_LOAD_BALANCER load balancer acme-hub-s-1 is in the state provisioning',
  ],
  [
    'an impaired load balancer',
    balancers({ state: 'active_impaired' }),
    'risk LG_LIVE_LOAD_BALANCER load balancer acme-hub-s-1 is in the state active_impaired',
  ],
  [
    'a service with two load balancers',
    service({ loadBalancerArns: ['lb-s-1', 'lb-s-2'] }),
    'risk LG_LIVE_SERVICE endpoint service s-1 has 2 load balancers, and an endpoint uses any of them; only acme-hub-s-1 was checked',
  ],
  [
    'a service without one',
    service({ loadBalancerArns: [] }),
    'broken LG_LIVE_SERVICE endpoint service s-1 has no load balancer',
  ],
  [
    'a rule without an endpoint',
    first({ connection: 'CREATING' }),
    'broken LG_LIVE_RULE_WAITS rule rule-n-1-s-1 of NCC n-1 has no endpoint yet',
  ],
  [
    'a rule that could not be made',
    first({ connection: 'CREATE_FAILED', error: 'no such service' }),
    'broken LG_LIVE_RULE_ENDED rule rule-n-1-s-1 of NCC n-1 is CREATE_FAILED: no such service',
  ],
  [
    'a rule that has expired',
    first({ connection: 'EXPIRED' }),
    'broken LG_LIVE_RULE_ENDED rule rule-n-1-s-1 of NCC n-1 is EXPIRED',
  ],
  [
    'a rule in a state of tomorrow',
    first({ connection: 'MOVING' }),
    'unknown LG_NOT_OBSERVED rule rule-n-1-s-1 of NCC n-1 is in the state MOVING, which lakegate does not know',
  ],
  [
    'a rule whose endpoint the service does not know',
    connections(undefined),
    'broken LG_LIVE_ENDPOINT_CLOSED rule rule-n-1-s-1 of NCC n-1 reports vpce-n-1s-1, which endpoint service s-1 does not know',
  ],
  [
    'a rule that believes in a rejected endpoint',
    connections({ state: 'rejected' }),
    'broken LG_LIVE_ENDPOINT_CLOSED endpoint vpce-n-1s-1 of rule rule-n-1-s-1 of NCC n-1 is rejected',
  ],
  [
    'an endpoint that is being connected',
    connections({ state: 'pending' }),
    'broken LG_LIVE_ENDPOINT_WAITS endpoint vpce-n-1s-1 of rule rule-n-1-s-1 of NCC n-1 is being connected',
  ],
  [
    'a rule that has not noticed its acceptance',
    first({ connection: 'PENDING' }),
    'broken LG_LIVE_RULE_WAITS rule rule-n-1-s-1 of NCC n-1 is PENDING, although its endpoint is accepted',
  ],
  [
    'a bucket rule that waits',
    bucket({ connection: 'PENDING' }),
    'broken LG_LIVE_RULE_WAITS rule rule-n-1-s3 of NCC n-1 waits for S3',
  ],
  [
    'a workspace that does not run',
    {
      ...liveState,
      databricks: {
        ...liveState.databricks,
        workspaces: (liveState.databricks.workspaces ?? []).map((each) => ({ ...each, status: 'FAILED' })),
      },
    },
    'broken LG_LIVE_WORKSPACE workspace analytics is in the state FAILED',
  ],
  ['no members', health(), 'broken LG_LIVE_MEMBERS target group acme-s-1-443 has no members'],
  [
    'members that leave',
    health(member('i-a', 'draining')),
    'broken LG_LIVE_MEMBERS target group acme-s-1-443 has no members',
  ],
  [
    'five members that are not healthy',
    health(...[1, 2, 3, 4, 5].map((at) => member(`i-${at}`, 'initial'))),
    'broken LG_LIVE_MEMBERS no member of target group acme-s-1-443 is healthy: i-1 is initial, i-2 is initial, i-3 is initial, 2 more are not',
  ],
  [
    'one member of two',
    health(member('i-a', 'healthy'), member('i-b', 'unhealthy', { reason: 'Target.Timeout' })),
    'risk LG_LIVE_MEMBERS of the 2 members of target group acme-s-1-443, i-b is unhealthy (Target.Timeout)',
  ],
  [
    'several target groups behind a listener',
    withAws((aws) => ({
      listeners: new Map([
        ...aws.listeners,
        [
          'lb-s-2',
          (aws.listeners.get('lb-s-2') ?? []).map((each) => ({ ...each, targetGroupArns: ['tg-s-2-3306', 'tg-x'] })),
        ],
      ]),
    })),
    'unknown LG_NOT_OBSERVED listener 3306 of acme-hub-s-2 forwards to 2 target groups; only acme-s-2-3306 was checked',
  ],
  [
    'no target group behind a listener',
    withAws((aws) => ({
      listeners: new Map([
        ...aws.listeners,
        ['lb-s-2', (aws.listeners.get('lb-s-2') ?? []).map((each) => ({ ...each, targetGroupArns: [] }))],
      ]),
    })),
    'broken LG_LIVE_LISTENER listener 3306 of acme-hub-s-2 forwards to no target group',
  ],
  [
    'a header that the routers do not expect',
    withAws((aws) => ({
      groupAttributes: new Map([...aws.groupAttributes, ['tg-s-2-3306', { 'proxy_protocol_v2.enabled': 'true' }]]),
    })),
    'broken LG_LIVE_PROXY_HEADER target group acme-s-2-3306 sends a PROXY header, which the routers do not expect on port 23306',
  ],
  [
    'a fleet that is too small',
    withAws(({ fleets = [] }) => ({ fleets: fleets.map((each) => ({ ...each, running: 1 })) })),
    'risk LG_LIVE_FLEET acme-hub-router runs 1 of 2 routers',
  ],
  [
    'no way from a load balancer to a member',
    withAws(({ routeTables = [] }) => ({ routeTables: routeTables.slice(0, 1) })),
    'broken LG_LIVE_ROUTE acme-hub-s-3 cannot reach 192.168.7.9: subnet subnet-a has no route to 192.168.7.9/32',
  ],
  [
    'a load balancer that may not send to a member',
    withAws(({ groupRules = [] }) => ({ groupRules: groupRules.filter((each) => each.groupId !== 'sg-s-3') })),
    'broken LG_LIVE_SECURITY_GROUP acme-hub-s-3 cannot reach 192.168.7.9 on port 1521: no outbound rule of sg-s-3 admits TCP port 1521',
  ],
  [
    'an endpoint without a rule',
    withRules('n-2', (rules) => rules.slice(1)),
    'risk LG_LIVE_ENDPOINT_FOREIGN endpoint vpce-n-2s-1 of account 565502421330 is available at endpoint service s-1, and no rule reports it',
  ],
])('%s', (_, state, message) => {
  expect(fresh(state)).toContain(message);
});

test('what carries nothing is left out of the topology, with nothing else', () => {
  const keys = (state: LiveState) => {
    const { infra } = interpret(state, plan).topology;
    return [
      infra.endpointServices.flatMap((each) => each.listeners.map((one) => one.key)),
      infra.nccs.flatMap((each) => each.rules.map((one) => one.key)),
    ];
  };
  const [listeners = [], rules = []] = keys(liveState);
  const without = (list: readonly string[], ...gone: readonly string[]) => list.filter((each) => !gone.includes(each));
  expect(keys(health())).toEqual([without(listeners, 's-1/443'), rules]);
  expect(keys(balancers({ state: 'provisioning' }))).toEqual([without(listeners, 's-1/443', 's-1/5432'), rules]);
  expect(keys(first({ connection: 'EXPIRED' }))).toEqual([listeners, without(rules, 'r-1')]);
  expect(keys(first({ connection: 'MOVING' }))).toEqual([listeners, without(rules, 'r-1')]);
  expect(keys(first({ deactivated: true }))).toEqual([listeners, without(rules, 'r-1')]);
  expect(keys(bucket({ enabled: false }))).toEqual([listeners, without(rules, 'r-3')]);
});

test('the endpoint of a deleted rule is not reported as unknown', () => {
  expect(fresh(first({ deactivated: true, connection: 'DISCONNECTED' }))).toEqual([]);
});

test('an NCC that is not in the plan keeps its name, unless that is a key of the plan', () => {
  const nccs = [
    ...(liveState.databricks.nccs ?? []),
    ...['legacy', 'n-1'].map((name) => ({ id: `x-${name}`, name, region: 'eu-west-1' })),
  ];
  const rules = new Map([...liveState.databricks.rules, ['x-legacy', []], ['x-n-1', []]]);
  const state = { ...liveState, databricks: { ...liveState.databricks, nccs, rules } };
  expect(interpret(state, plan).topology.infra.nccs.map((each) => each.key)).toEqual(['legacy', 'n-1', 'n-2', 'x-n-1']);
  expect(fresh(state)).toEqual([]);
});

test('a plan without routers asks for none and has no configuration', () => {
  const { router: _, ...rest } = plan;
  const { fleets: __, routes: ___, policy: ____, ...aws } = liveState.aws;
  const state = { ...liveState, aws: { ...aws, fleets: [] } };
  const found = interpret(state, rest).findings.map((each) => each.code);
  expect(found).not.toContain('LG_LIVE_CONFIGURATION');
  expect(found).not.toContain('LG_LIVE_FLEET');
});

test('without the rules of all NCCs, no endpoint is called a stranger or stale', () => {
  const [, ...others] = liveState.databricks.rules;
  const state = { ...liveState, databricks: { ...liveState.databricks, rules: new Map(others) } };
  expect(fresh(state).filter((each) => each.includes('ENDPOINT'))).toEqual([]);
});
