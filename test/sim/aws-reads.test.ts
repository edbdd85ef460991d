import { expect, test } from 'vitest';
import type { Thing } from '../../src/sim/aws/index.ts';
import { simulated } from './aws-server.ts';
import { HubWorld, home } from './hub-world.ts';

const spokeOwner = { ...home, account: '444455556666' };

test('subnets and VPCs by id; what does not exist is left out', async () => {
  const hub = new HubWorld();
  const vpc = await hub.vpc();
  const [first = '', second = ''] = await hub.subnets(vpc);
  const { networks } = await simulated(hub);
  expect(await networks.subnets([second, 'subnet-0'])).toEqual([
    { id: second, vpcId: vpc.id, cidr: '10.40.1.0/24', zone: 'eu-west-1b' },
  ]);
  expect((await networks.subnets([first, second])).map((each) => each.id)).toEqual([first, second]);
  expect(await networks.vpcs([vpc.id, 'vpc-0'])).toEqual([{ id: vpc.id, cidrs: ['10.40.0.0/22'] }]);
  expect([await networks.subnets([]), await networks.vpcs([]), await networks.routeTables([])]).toEqual([[], [], []]);
});

test('route tables with their subnets, the main one, and where each route leads', async () => {
  const hub = new HubWorld();
  const vpc = await hub.vpc();
  const [inside = '', outside = ''] = await hub.subnets(vpc);
  const put = (type: string, id: string): Thing =>
    hub.world.put({ type, id, account: home.account, region: home.region, attributes: { id, owner_id: home.account } });
  put('aws_ec2_transit_gateway', 'tgw-0a1b2c3d4e5f60718');
  const table = await hub.make('aws_route_table', { vpc_id: vpc.id });
  await hub.make('aws_route_table_association', { route_table_id: table.id, subnet_id: inside });
  const attachment = await hub.make('aws_ec2_transit_gateway_vpc_attachment', {
    transit_gateway_id: 'tgw-0a1b2c3d4e5f60718',
    vpc_id: vpc.id,
    subnet_ids: [inside],
  });
  const peer = await hub.make('aws_vpc', { cidr_block: '10.60.0.0/16' }, spokeOwner);
  const peering = await hub.make('aws_vpc_peering_connection', { vpc_id: vpc.id, peer_vpc_id: peer.id });
  const address = await hub.make('aws_eip', { domain: 'vpc' });
  const nat = await hub.make('aws_nat_gateway', { subnet_id: outside, allocation_id: address.id });
  const route = (destination_cidr_block: string, to: Record<string, string>): Promise<Thing> =>
    hub.make('aws_route', { route_table_id: table.id, destination_cidr_block, ...to });
  await route('10.50.0.0/16', { transit_gateway_id: 'tgw-0a1b2c3d4e5f60718' });
  await route('10.60.0.0/16', { vpc_peering_connection_id: peering.id });
  const last = await route('0.0.0.0/0', { nat_gateway_id: nat.id });
  last.attributes = { ...last.attributes, state: 'blackhole' };
  const { networks } = await simulated(hub);
  const tables = await networks.routeTables([vpc.id]);
  const local = { cidr: '10.40.0.0/22', to: 'local', state: 'active' };
  expect(tables).toEqual([
    { id: vpc.attributes.main_route_table_id, vpcId: vpc.id, isMain: true, subnetIds: [], routes: [local] },
    {
      id: table.id,
      vpcId: vpc.id,
      isMain: false,
      subnetIds: [inside],
      routes: [
        local,
        { cidr: '10.50.0.0/16', to: 'tgw-0a1b2c3d4e5f60718', state: 'active' },
        { cidr: '10.60.0.0/16', to: peering.id, state: 'active' },
        { cidr: '0.0.0.0/0', to: nat.id, state: 'blackhole' },
      ],
    },
  ]);
  expect(await networks.attachments(vpc.id)).toEqual([
    { id: attachment.id, transitGatewayId: 'tgw-0a1b2c3d4e5f60718', vpcId: vpc.id, state: 'available' },
  ]);
  expect(await networks.peerings(vpc.id)).toEqual([{ id: peering.id, state: 'pending-acceptance' }]);
  await hub.make('aws_vpc_peering_connection_accepter', { vpc_peering_connection_id: peering.id }, spokeOwner);
  expect(await networks.peerings(vpc.id)).toEqual([{ id: peering.id, state: 'active' }]);
  expect(await networks.natGateways(vpc.id)).toEqual([{ id: nat.id, state: 'available' }]);
  expect(await networks.natGateways('vpc-0')).toEqual([]);
});

test('rules of security groups, in both directions, by network, group and prefix list, over all pages', async () => {
  const hub = new HubWorld();
  const vpc = await hub.vpc();
  const group = await hub.make('aws_security_group', { name: 'a', vpc_id: vpc.id });
  const other = await hub.make('aws_security_group', { name: 'b', vpc_id: vpc.id });
  const rule = (direction: 'ingress' | 'egress', input: Record<string, string | number>): Promise<Thing> =>
    hub.make(`aws_vpc_security_group_${direction}_rule`, { security_group_id: group.id, ...input });
  const tcp = { ip_protocol: 'tcp', from_port: 5432, to_port: 5433 };
  await rule('ingress', { ...tcp, referenced_security_group_id: other.id });
  await rule('egress', { ...tcp, cidr_ipv4: '10.50.0.0/16' });
  await rule('egress', { ip_protocol: '-1', cidr_ipv6: '::/0' });
  await rule('egress', { ...tcp, prefix_list_id: 'pl-12345678' });
  const { networks } = await simulated(hub);
  const ports = { groupId: group.id, protocol: 'tcp', fromPort: 5432, toPort: 5433 };
  expect(await networks.groupRules([group.id])).toEqual([
    { ...ports, direction: 'ingress', peer: { is: 'group', groupId: other.id } },
    { ...ports, direction: 'egress', peer: { is: 'cidr', cidr: '10.50.0.0/16' } },
    { ...ports, direction: 'egress', protocol: '-1', fromPort: -1, toPort: -1, peer: { is: 'other', name: '::/0' } },
    { ...ports, direction: 'egress', peer: { is: 'other', name: 'pl-12345678' } },
  ]);
  for (let port = 1; port <= 120; port += 1)
    await hub.make('aws_vpc_security_group_ingress_rule', {
      security_group_id: other.id,
      ip_protocol: 'tcp',
      from_port: port,
      to_port: port,
      cidr_ipv4: '10.0.0.0/8',
    });
  expect((await networks.groupRules([other.id])).map((each) => each.fromPort)).toEqual(
    Array.from({ length: 120 }, (_, at) => at + 1),
  );
  expect(await networks.groupRules([])).toEqual([]);
});

test('a scaling group with its template’s security groups, and its instances in the health of its target groups', async () => {
  const hub = new HubWorld();
  const { vpc, subnets, balancer } = await hub.hub();
  const security = await hub.make('aws_security_group', { name: 'router', vpc_id: vpc.id });
  const template = await hub.make('aws_launch_template', {
    name: 'router',
    network_interfaces: [{ security_groups: [security.id] }],
  });
  const target = await hub.group('router', vpc, 20_001, { target_type: 'instance' });
  await hub.listener(balancer, target, 5432);
  await hub.make('aws_autoscaling_group', {
    name: 'router',
    min_size: 2,
    max_size: 6,
    vpc_zone_identifier: subnets,
    launch_template: [{ id: template.id, version: '1' }],
    tag: [{ key: 'lakegate', value: 'acme', propagate_at_launch: true }],
  });
  await hub.make('aws_autoscaling_attachment', {
    autoscaling_group_name: 'router',
    lb_target_group_arn: target.id,
  });
  const { scaling, networks, balancers } = await simulated(hub);
  const groups = await scaling.describe();
  const ids = hub.world.all('machine').map((each) => each.id);
  expect(groups).toEqual([
    {
      name: 'router',
      min: 2,
      max: 6,
      desired: 2,
      subnetIds: subnets,
      targetGroupArns: [target.id],
      template: { id: template.id, version: '1' },
      instances: ids.map((id, at) => ({
        id,
        zone: `eu-west-1${'ab'.charAt(at)}`,
        lifecycle: 'InService',
        healthy: true,
      })),
      tags: { lakegate: 'acme' },
    },
  ]);
  expect(await networks.templateGroups({ id: template.id, version: '1' })).toEqual([security.id]);
  expect(await networks.templateGroups({ id: template.id, version: '$Latest' })).toEqual([security.id]);
  await expect(networks.templateGroups({ id: template.id, version: '7' })).rejects.toMatchObject({
    code: 'InvalidLaunchTemplateId.VersionNotFound',
  });
  expect((await balancers.health(target.id)).map((each) => [each.id, each.state])).toEqual(
    ids.map((id) => [id, 'healthy']),
  );
});

test('container services of a cluster over all pages, with tasks as members of their target groups', async () => {
  const hub = new HubWorld();
  const { vpc, subnets, group } = await hub.hub();
  const security = await hub.make('aws_security_group', { name: 'router', vpc_id: vpc.id });
  const cluster = await hub.make('aws_ecs_cluster', { name: 'router' });
  await hub.make('aws_ecs_task_definition', {
    family: 'router',
    container_definitions: JSON.stringify([{ name: 'router', image: 'router' }]),
  });
  const service = (name: string, more: Record<string, unknown> = {}): Promise<Thing> =>
    hub.make('aws_ecs_service', {
      name,
      cluster: cluster.id,
      task_definition: 'router',
      desired_count: 3,
      network_configuration: [{ subnets, security_groups: [security.id] }],
      ...more,
    });
  const first = await service('router', { load_balancer: [{ target_group_arn: group.id, container_port: 443 }] });
  for (let at = 0; at < 12; at += 1) await service(`other-${at}`);
  const { containers, balancers } = await simulated(hub);
  const services = await containers.services('router');
  expect(services).toHaveLength(13);
  expect(services[0]).toEqual({
    arn: first.id,
    name: 'router',
    status: 'ACTIVE',
    desired: 3,
    running: 3,
    subnetIds: subnets,
    securityGroups: [security.id],
    targetGroupArns: [group.id],
  });
  const health = await balancers.health(group.id);
  expect(health.map((each) => [each.id, each.zone])).toEqual([
    ['10.40.0.200', 'eu-west-1a'],
    ...hub.world
      .all('machine', (each) => each.attributes.owner === first.id)
      .map((each) => [each.attributes.private_ip, each.attributes.availability_zone]),
  ]);
  expect(health).toHaveLength(4);
});

test('an object of a bucket as text, and what cannot be read', async () => {
  const hub = new HubWorld();
  await hub.make('aws_s3_bucket', { bucket: 'acme-config' });
  await hub.make('aws_s3_bucket', { bucket: 'not-ours' }, spokeOwner);
  await hub.make('aws_s3_object', { bucket: 'acme-config', key: 'a b/routes.json', content: '{"näme": 1}' });
  await hub.make('aws_s3_object', { bucket: 'acme-config', key: 'archive.tar.gz', source: '/somewhere' });
  const { objects } = await simulated(hub);
  expect(await objects.read('acme-config', 'a b/routes.json')).toEqual({
    text: '{"näme": 1}',
    etag: expect.stringMatching(/^[0-9a-f]{32}$/),
    modifiedAt: Date.UTC(2026, 10, 20),
  });
  await expect(objects.read('acme-config', 'policy.json')).rejects.toMatchObject({
    code: 'NoSuchKey',
    refusal: 'absent',
    call: 's3:GetObject',
  });
  await expect(objects.read('not-ours', 'routes.json')).rejects.toMatchObject({
    code: 'AccessDenied',
    refusal: 'right',
  });
  await expect(objects.read('acme-config', 'archive.tar.gz')).rejects.toMatchObject({ code: 'NotImplemented' });
});

test('tags of load balancers and target groups, twenty to a call', async () => {
  const hub = new HubWorld();
  const { vpc, balancer } = await hub.hub();
  const arns = [balancer.id];
  for (let at = 0; at < 25; at += 1) arns.push((await hub.group(`group-${at}`, vpc, 443, { tags: { n: `${at}` } })).id);
  const { balancers } = await simulated(hub);
  const tags = await balancers.tags(arns);
  expect([...tags.keys()]).toEqual(arns);
  expect(tags.get(arns[25] ?? '')).toEqual({ n: '24' });
  expect(tags.get(balancer.id)).toEqual({});
  expect(await balancers.tags([])).toEqual(new Map());
  await expect(balancers.tags([`${balancer.id}0`])).rejects.toMatchObject({ refusal: 'absent' });
});
