import { expect, test } from 'vitest';
import { HubWorld } from '../../../../test/sim/hub-world.ts';
import { removeThing, updateThing } from '../cloud.ts';
import type { Thing } from '../world.ts';
import { setTargetHealth, targetHealth } from './targets.ts';

const caller = { account: '111122223333', region: 'eu-west-1', partition: 'aws' };

/** A hub with a second group behind a listener, in which instances or tasks are registered. */
async function withGroup(
  targetType: 'instance' | 'ip',
): Promise<{ hub: HubWorld; subnets: readonly string[]; group: Thing }> {
  const hub = new HubWorld();
  const { vpc, subnets, balancer } = await hub.hub();
  const group = await hub.group('fleet', vpc, 20_000, { target_type: targetType });
  await hub.listener(balancer, group, 5432);
  return { hub, subnets, group };
}

test('instances of an attached auto scaling group are targets at the port of the group, with their zones', async () => {
  const { hub, subnets, group } = await withGroup('instance');
  const template = await hub.make('aws_launch_template', { name: 'router' });
  const fleet = await hub.make('aws_autoscaling_group', {
    name: 'router',
    min_size: 2,
    max_size: 4,
    vpc_zone_identifier: subnets,
    launch_template: [{ id: template.id }],
  });
  expect(targetHealth(hub.world, group.id)).toEqual([]);
  await hub.make('aws_autoscaling_attachment', { autoscaling_group_name: fleet.id, lb_target_group_arn: group.id });
  const targets = targetHealth(hub.world, group.id);
  expect(targets).toMatchObject([
    {
      id: expect.stringMatching(/^i-/),
      port: 20_000,
      zone: 'eu-west-1a',
      address: expect.stringMatching(/^10\.40\.0\./),
    },
    {
      id: expect.stringMatching(/^i-/),
      port: 20_000,
      zone: 'eu-west-1b',
      address: expect.stringMatching(/^10\.40\.1\./),
    },
  ]);
  updateThing(hub.world, caller, fleet, { ...fleet.attributes, desired_capacity: 3 });
  expect(targetHealth(hub.world, group.id).map(({ id }) => id)).toEqual([
    ...targets.map(({ id }) => id),
    expect.stringMatching(/^i-/),
  ]);
});

test('tasks of a container service are targets by address at the container’s port, and go with the service', async () => {
  const { hub, subnets, group } = await withGroup('ip');
  const cluster = await hub.make('aws_ecs_cluster', { name: 'router' });
  await hub.make('aws_ecs_task_definition', {
    family: 'router',
    container_definitions: '[{"name":"router","image":"router"}]',
  });
  const service = await hub.make('aws_ecs_service', {
    name: 'router',
    cluster: cluster.id,
    task_definition: 'router',
    desired_count: 2,
    network_configuration: [{ subnets, security_groups: [] }],
    load_balancer: [{ target_group_arn: group.id, container_name: 'router', container_port: 20_001 }],
  });
  const targets = targetHealth(hub.world, group.id);
  expect(targets).toMatchObject([
    { port: 20_001, zone: 'eu-west-1a', state: 'healthy' },
    { port: 20_001, zone: 'eu-west-1b', state: 'healthy' },
  ]);
  for (const { id, address } of targets) expect(id).toBe(address);
  removeThing(hub.world, caller, service);
  expect(targetHealth(hub.world, group.id)).toEqual([]);
  expect(hub.world.all('machine')).toEqual([]);
});

test('an address in the VPC has the zone of its subnet, one outside is in all', async () => {
  const { hub, group } = await withGroup('ip');
  const register = (target_id: string, more: object) =>
    hub.make('aws_lb_target_group_attachment', { target_group_arn: group.id, target_id, ...more });
  await register('10.40.1.9', {});
  await register('192.168.0.9', { availability_zone: 'all', port: 9 });
  expect(targetHealth(hub.world, group.id)).toMatchObject([
    { id: '10.40.1.9', port: 20_000, zone: 'eu-west-1b' },
    { id: '192.168.0.9', port: 9, zone: 'all' },
  ]);
});

test('what a check found stays until the next, for that target alone, and goes with its group', async () => {
  const { hub, group } = await withGroup('ip');
  for (const target_id of ['10.40.0.8', '10.40.0.9'])
    await hub.make('aws_lb_target_group_attachment', { target_group_arn: group.id, target_id });
  setTargetHealth(hub.world, group.id, { id: '10.40.0.9', port: 20_000 }, 'unhealthy', 'Target.FailedHealthChecks');
  const states = () => targetHealth(hub.world, group.id).map(({ state, reason }) => [state, reason]);
  expect(states()).toEqual([
    ['healthy', undefined],
    ['unhealthy', 'Target.FailedHealthChecks'],
  ]);
  for (const each of hub.world.all('aws_lb_listener', ({ attributes }) => attributes.port === 5432))
    removeThing(hub.world, caller, each);
  expect(states()).toEqual([
    ['unused', 'Target.NotInUse'],
    ['unused', 'Target.NotInUse'],
  ]);
  removeThing(hub.world, caller, group);
  expect(hub.world.all('target_health')).toEqual([]);
});
