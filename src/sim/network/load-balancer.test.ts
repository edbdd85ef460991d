import { expect, test } from 'vitest';
import { filledAccounts, groupOf, orders, theOne } from '../../../test/support/network.ts';
import { answerConnection, removeThing, setTargetHealth, targetHealth, text } from '../aws/index.ts';
import type { SimulatedAccounts } from '../fill/index.ts';
import { chooseTarget, listenerBehind, listenersBehind, nodesOf } from './load-balancer.ts';
import { createWorkspaces, type WorkspaceEndpoint } from './workspaces.ts';

async function set(machines = 2): Promise<SimulatedAccounts & { readonly endpoint: WorkspaceEndpoint }> {
  const accounts = await filledAccounts(machines);
  const endpoint = createWorkspaces(accounts.databricks).endpointFor('analytics', orders);
  return { ...accounts, endpoint };
}

/** Targets that flows of many hashes go to, and the zones they enter in. */
function spread(
  accounts: SimulatedAccounts,
  endpoint: WorkspaceEndpoint,
  port: number,
): { targets: string[]; zones: string[] } {
  const listener = listenerBehind(accounts.aws, endpoint, port);
  const chosen = Array.from({ length: 64 }, (_, hash) => chooseTarget(accounts.aws, listener, hash));
  return {
    targets: [...new Set(chosen.map((each) => each?.target.id ?? 'none'))].sort(),
    zones: [...new Set(chosen.map((each) => each?.node.zone ?? 'none'))].sort(),
  };
}

const machineIds = ({ aws }: SimulatedAccounts): string[] =>
  aws
    .all('machine')
    .map(({ id }) => id)
    .sort();

/** Marks each machine of the group behind a port, in their order. */
function mark(accounts: SimulatedAccounts, port: number, ...states: ('healthy' | 'unhealthy')[]): void {
  const group = groupOf(accounts, port);
  for (const [i, target] of targetHealth(accounts.aws, group.id).entries())
    setTargetHealth(accounts.aws, group.id, target, states[i] ?? 'healthy');
}

test('an endpoint reaches the listeners of the load balancer behind its service', async () => {
  const { aws, endpoint } = await set();
  expect(listenersBehind(aws, endpoint).map(({ port }) => port)).toEqual([1521, 3306, 5432, 8200]);
  expect(listenerBehind(aws, endpoint, 5432)).toMatchObject({ name: expect.stringMatching(/^test-s-1-\w+\/5432$/) });
});

test('an endpoint that is not accepted, is rejected or deleted carries nothing, whatever the port', async () => {
  const { aws, endpoint } = await set();
  const connection = theOne({ aws } as SimulatedAccounts, 'endpoint_connection', ({ id }) => id === endpoint.id);
  connection.attributes = { ...connection.attributes, state: 'PendingAcceptance' };
  expect(() => listenerBehind(aws, endpoint, 5432)).toThrow(
    `ETIMEDOUT the connection of ${endpoint.id} is PendingAcceptance`,
  );
  answerConnection(aws, text(connection.attributes, 'service_id'), endpoint.id, 'reject');
  expect(() => listenerBehind(aws, endpoint, 9999)).toThrow(`ETIMEDOUT the connection of ${endpoint.id} is Rejected`);
  aws.remove(connection);
  expect(() => listenerBehind(aws, endpoint, 5432)).toThrow(`ETIMEDOUT ${endpoint.id} is deleted`);
});

test('a listener that is not there refuses, and one that is removed', async () => {
  const { aws, caller, endpoint } = await set();
  expect(() => listenerBehind(aws, endpoint, 9999)).toThrow('ECONNREFUSED no listener on port 9999');
  const [listener] = aws.all('aws_lb_listener', ({ attributes }) => attributes.port === 5432);
  if (listener) removeThing(aws, caller, listener);
  expect(() => listenerBehind(aws, endpoint, 5432)).toThrow('ECONNREFUSED no listener on port 5432');
});

test('a silent flow is forgotten after the listener’s idle timeout, or the endpoint’s where that is shorter', async () => {
  const { aws, endpoint } = await set();
  const idle = (seconds: number): number => {
    for (const each of aws.all('aws_lb_listener'))
      each.attributes = { ...each.attributes, tcp_idle_timeout_seconds: seconds };
    return listenerBehind(aws, endpoint, 5432).idleMs;
  };
  expect([idle(60), idle(350), idle(6000)]).toEqual([60_000, 350_000, 350_000]);
});

test('flows spread over the healthy targets and over the zones', async () => {
  const accounts = await set();
  expect(spread(accounts, accounts.endpoint, 5432)).toEqual({
    targets: machineIds(accounts),
    zones: ['eu-west-1a', 'eu-west-1b'],
  });
});

test('an unhealthy target gets nothing; when all are unhealthy, all get flows', async () => {
  const accounts = await set();
  const [first = ''] = targetHealth(accounts.aws, groupOf(accounts, 5432).id).map(({ id }) => id);
  mark(accounts, 5432, 'healthy', 'unhealthy');
  expect(spread(accounts, accounts.endpoint, 5432).targets).toEqual([first]);
  expect(spread(accounts, accounts.endpoint, 8200).targets, 'another group').toEqual(machineIds(accounts));
  mark(accounts, 5432, 'unhealthy', 'unhealthy');
  expect(spread(accounts, accounts.endpoint, 5432).targets).toEqual(machineIds(accounts));
});

test('flows go to the targets that are registered, in the group that the listener names', async () => {
  const accounts = await set();
  const [attachment] = accounts.aws.all('aws_lb_target_group_attachment');
  expect(spread(accounts, accounts.endpoint, 1521).targets).toEqual(['10.50.3.7']);
  const [listener] = accounts.aws.all('aws_lb_listener', ({ attributes }) => attributes.port === 5432);
  if (listener)
    listener.attributes = {
      ...listener.attributes,
      default_action: [{ type: 'forward', target_group_arn: groupOf(accounts, 1521).id }],
    };
  expect(spread(accounts, accounts.endpoint, 5432).targets).toEqual(['10.50.3.7']);
  if (attachment) removeThing(accounts.aws, accounts.caller, attachment);
  expect(spread(accounts, accounts.endpoint, 1521).targets).toEqual(['none']);
});

test('with cross-zone off a flow stays in the zone that it enters, and enters no zone without a healthy target', async () => {
  const accounts = await set();
  const { aws, endpoint } = accounts;
  const [balancer] = aws.all('aws_lb');
  if (balancer) balancer.attributes = { ...balancer.attributes, enable_cross_zone_load_balancing: false };
  const listener = listenerBehind(aws, endpoint, 5432);
  for (let hash = 0; hash < 64; hash++) {
    const chosen = chooseTarget(aws, listener, hash);
    expect(chosen?.target.zone).toBe(chosen?.node.zone);
  }
  mark(accounts, 5432, 'unhealthy', 'healthy');
  expect(spread(accounts, endpoint, 5432).zones).toEqual(['eu-west-1b']);
  expect(spread(accounts, endpoint, 1521).zones, 'a target outside the VPC is in every zone').toEqual([
    'eu-west-1a',
    'eu-west-1b',
  ]);
  const group = groupOf(accounts, 5432);
  group.attributes = { ...group.attributes, load_balancing_cross_zone_enabled: 'true' };
  expect(spread(accounts, endpoint, 5432).zones, 'the group’s own setting wins').toEqual(['eu-west-1a', 'eu-west-1b']);
});

test('nodes have addresses of the load balancer’s subnets', async () => {
  const { aws } = await set();
  const [balancer] = aws.all('aws_lb');
  const nodes = balancer ? nodesOf(aws, balancer) : [];
  expect(nodes).toMatchObject([
    { address: expect.stringMatching(/^10\.40\.0\./), zone: 'eu-west-1a' },
    { address: expect.stringMatching(/^10\.40\.1\./), zone: 'eu-west-1b' },
  ]);
});
