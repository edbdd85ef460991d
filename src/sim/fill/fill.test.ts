import { expect, test } from 'vitest';
import { smallSpec } from '../../../test/small-spec.ts';
import { goldenCases, planOf } from '../../../test/terraform/cases.ts';
import type { InfraPlan, RoutePlan } from '../../ir/index.ts';
import { type Thing, text } from '../aws/index.ts';
import { registeredTargets } from '../aws/models/targets.ts';
import {
  acceptEndpoints,
  fillFromPlan,
  openAccounts,
  readConfiguration,
  type SimulatedAccounts,
  serviceBehind,
  writeEndpointMap,
} from './index.ts';

async function filled(plan: { infra: InfraPlan; routes: RoutePlan }): Promise<SimulatedAccounts> {
  const accounts = openAccounts(plan.infra);
  await fillFromPlan(accounts, plan);
  return accounts;
}

const one = (accounts: SimulatedAccounts, type: string): Thing =>
  accounts.aws.all(type)[0] ?? expect.unreachable(`there is no ${type}`);

test.each(goldenCases())(
  '$name: the accounts take the plan, and every rule is established',
  async ({ plan, limits }) => {
    const accounts = openAccounts(plan.infra, { limits });
    await fillFromPlan(accounts, plan);
    const rules = [...accounts.databricks.rules.values()];
    expect(rules).toHaveLength(plan.infra.nccs.flatMap((ncc) => ncc.rules).length);
    expect(new Set(rules.map((rule) => rule.connection_state))).toEqual(new Set(rules.length ? ['ESTABLISHED'] : []));
    expect(rules.filter((rule) => rule.resource_names && rule.enabled !== true)).toEqual([]);
    for (const { nlb } of plan.infra.endpointServices)
      expect(serviceBehind(accounts.aws, nlb.name).id).toMatch(/^vpce-svc-/);
  },
);

test('the routers find their routes and a map of every endpoint of a service', async () => {
  const plan = planOf(smallSpec());
  const accounts = await filled(plan);
  expect(readConfiguration(accounts, plan.infra, 'routes')).toEqual(plan.routes);
  const endpoints = [...accounts.databricks.rules.values()].map((rule) => [rule.vpc_endpoint_id, 'n-1']);
  expect(readConfiguration(accounts, plan.infra, 'policy')).toEqual({
    version: 1,
    endpoints: Object.fromEntries(endpoints),
  });
});

test('accepting again changes nothing, and a map that was spoilt is right again', async () => {
  const plan = planOf(smallSpec());
  const accounts = await filled(plan);
  const read = (): unknown => readConfiguration(accounts, plan.infra, 'policy');
  const [map, before] = [read(), accounts.aws.all('endpoint_connection').map(({ attributes }) => attributes)];
  await writeEndpointMap(accounts, plan.infra, { version: 1, endpoints: {} });
  expect(read()).toEqual({ version: 1, endpoints: {} });
  await acceptEndpoints(accounts, plan.infra);
  expect(read()).toEqual(map);
  expect(accounts.aws.all('endpoint_connection').map(({ attributes }) => attributes)).toEqual(before);
});

test('an endpoint that no rule reports is not accepted', async () => {
  const accounts = await filled(planOf(smallSpec()));
  const before = one(accounts, 'endpoint_connection');
  const foreign = { ...before, id: 'vpce-0foreign', attributes: { ...before.attributes, state: 'PendingAcceptance' } };
  accounts.aws.put(foreign);
  await acceptEndpoints(accounts, planOf(smallSpec()).infra);
  expect(accounts.aws.get('endpoint_connection', foreign.id)?.attributes.state).toBe('PendingAcceptance');
});

test('what the spec does not name yet is made up: a transit gateway, a peered VPC, the id of a workspace', async () => {
  const plan = planOf(
    smallSpec({
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] }, far: { reach: peering, vpc: vpc-0aaaaaaaaaaaaaaa1, cidrs: [10.60.0.0/16] } }',
      targets:
        '{ db: { type: postgres, host: db.acme.com, network: core }, web: { type: tls, host: w.acme.com, port: 8443, network: far } }',
    }),
  );
  const [ncc] = plan.infra.nccs;
  const workspaces = [{ name: 'later' }];
  const accounts = await filled({ ...plan, infra: { ...plan.infra, nccs: ncc ? [{ ...ncc, workspaces }] : [] } });
  expect([...accounts.databricks.workspaces.values()].map((each) => each.workspace_name)).toEqual(['later']);
  expect(one(accounts, 'aws_vpc_peering_connection').attributes.accept_status).toBe('active');
  const leads = accounts.aws
    .all('aws_route')
    .map(({ attributes }) => [
      text(attributes, 'destination_cidr_block'),
      text(attributes, 'transit_gateway_id') || text(attributes, 'vpc_peering_connection_id').slice(0, 4),
    ]);
  expect(leads).toContainEqual(['10.50.0.0/16', 'tgw-of-core']);
  expect(leads).toContainEqual(['10.60.0.0/16', 'pcx-']);
});

test('an existing hub keeps its subnets and its one route table, which gets each route once', async () => {
  const accounts = await filled(
    planOf(
      smallSpec({
        hub: '{ vpc: { id: vpc-0123456789abcdef0, subnets: [subnet-0aaaaaaaaaaaaaaa1, subnet-0bbbbbbbbbbbbbbb2, subnet-0ccccccccccccccc3] } }',
        networks: '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16] } }',
      }),
    ),
  );
  expect(one(accounts, 'aws_lb').attributes.subnets).toEqual(accounts.aws.all('aws_subnet').map(({ id }) => id));
  const ranges = accounts.aws.all('aws_subnet').map(({ attributes }) => text(attributes, 'cidr_block'));
  expect(new Set(ranges).size).toBe(3);
  const routes = accounts.aws.all('aws_route').map(({ attributes }) => attributes.destination_cidr_block);
  expect(routes.sort()).toEqual(['0.0.0.0/0', '10.50.0.0/16']);
});

test('containers serve more listeners than one service takes', async () => {
  const names = Array.from({ length: 6 }, (_, at) => `t${at}`);
  const plan = planOf(
    smallSpec({
      hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } }, router: { run: containers } }',
      targets: `{ ${names.map((name, at) => `${name}: { type: tls, host: ${name}.acme.com, port: ${8443 + at}, network: core }`).join(', ')} }`,
    }),
  );
  const accounts = await filled(plan);
  expect(accounts.aws.all('aws_ecs_service')).toHaveLength(2);
  const counts = accounts.aws.all('aws_lb_target_group').map((each) => registeredTargets(accounts.aws, each.id).length);
  expect(counts).toEqual(names.map(() => plan.infra.router?.min));
});

test('a refusal of an account is not passed over', async () => {
  const plan = planOf(smallSpec());
  const accounts = openAccounts(plan.infra, { limits: { nlbs_per_region: 0 } });
  await expect(fillFromPlan(accounts, plan)).rejects.toMatchObject({ code: 'TooManyLoadBalancers' });
});
