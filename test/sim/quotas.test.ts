import { expect, test } from 'vitest';
import { defaultFacts } from '../../src/facts/index.ts';
import { answerConnection, type Thing, throttled } from '../../src/sim/aws/index.ts';
import { HubWorld } from './hub-world.ts';
import { connect, refusal, remove, thing } from './refusal.ts';

test('quotas are the facts: the one that fits is made, the next is refused', async () => {
  const hub = new HubWorld();
  const vpc = await hub.vpc();
  const subnets = await hub.subnets(vpc);
  const { limits } = defaultFacts;
  const balancers: Thing[] = [];
  for (let at = 0; at < limits.nlbs_per_region.value; at += 1) balancers.push(await hub.balancer(`b${at}`, subnets));
  expect(await refusal(() => hub.balancer('one-too-many', subnets))).toMatch(/^TooManyLoadBalancers/);
  const [balancer] = balancers;
  if (!balancer) throw new Error('no load balancer');
  const group = await hub.group('group', vpc);
  for (let port = 1; port <= limits.listeners_per_nlb.value; port += 1) await hub.listener(balancer, group, port);
  expect(await refusal(() => hub.listener(balancer, group, 1000))).toMatch(/^TooManyListeners/);
});

test('quotas on members and target groups are held at any number', async () => {
  const hub = new HubWorld({ quotas: { targetsPerNlb: 3, targetGroupsPerRegion: 2 } });
  const { group, vpc } = await hub.hub();
  const member = (at: number) =>
    hub.make('aws_lb_target_group_attachment', { target_group_arn: group.id, target_id: `10.40.1.${at}`, port: 443 });
  await member(10);
  await member(11);
  expect(await refusal(() => member(12))).toMatch(/^TooManyTargets/);
  await hub.group('second', vpc);
  expect(await refusal(() => hub.group('third', vpc))).toMatch(/^TooManyTargetGroups/);
});

test('the order that a destroy must keep is held from both ends, and a snapshot comes back', async () => {
  const hub = new HubWorld();
  const { vpc, subnets, balancer, group, service } = await hub.hub();
  const before = hub.world.snapshot();
  const id = connect(hub, service);
  answerConnection(hub.world, service.id, id, 'accept');
  expect(await refusal(remove(hub, service))).toMatch(/^ExistingVpcEndpointConnections/);
  answerConnection(hub.world, service.id, id, 'reject');
  for (const each of [service, balancer, group, ...subnets.map((subnet) => thing(hub, 'aws_subnet', subnet)), vpc])
    expect(await refusal(remove(hub, each))).toBeUndefined();
  expect(hub.world.snapshot()).toEqual([]);
  hub.world.restore(before);
  expect(hub.world.snapshot()).toEqual(before);
});

test('throttling on purpose refuses the call and changes nothing', async () => {
  const hub = new HubWorld();
  const vpc = await hub.vpc();
  const before = hub.world.snapshot();
  hub.world.disturb = ({ action, type }) => (action === 'create' && type === 'aws_subnet' ? throttled() : undefined);
  expect(await refusal(() => hub.make('aws_subnet', { vpc_id: vpc.id, cidr_block: '10.40.0.0/24' }))).toMatch(
    /^RequestLimitExceeded/,
  );
  expect(hub.world.snapshot()).toEqual(before);
});
