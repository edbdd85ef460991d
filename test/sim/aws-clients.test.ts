import { EC2 } from '@aws-sdk/client-ec2';
import { expect, onTestFinished, test } from 'vitest';
import { AwsCallError } from '../../src/aws/index.ts';
import { connectEndpoint, startAwsServer, throttled } from '../../src/sim/aws/index.ts';
import { clientsAt, credentials, serverOf, simulated } from './aws-server.ts';
import { databricksRole, HubWorld, home } from './hub-world.ts';

test('connections of a service are listed, and owners of a service accept and reject them', async () => {
  const hub = new HubWorld();
  const { service } = await hub.hub();
  const { url } = await serverOf(hub);
  const { services } = clientsAt(url);
  const ec2 = new EC2({ region: home.region, endpoint: url, credentials, maxAttempts: 1 });
  onTestFinished(() => ec2.destroy());
  const owner = { ...home, account: '565502421330' };
  const serviceName = String(service.attributes.service_name);
  const made = connectEndpoint(hub.world, { serviceName, principal: databricksRole, caller: owner });
  const other = connectEndpoint(hub.world, { serviceName, principal: databricksRole, caller: owner });
  const states = async () =>
    Object.fromEntries((await services.connections([service.id])).map((each) => [each.endpointId, each.state]));
  const about = (id: string) => ({ ServiceId: service.id, VpcEndpointIds: [id] });
  expect(await states()).toEqual({ [made.id]: 'pendingAcceptance', [other.id]: 'pendingAcceptance' });
  expect((await ec2.acceptVpcEndpointConnections(about(made.id))).Unsuccessful).toEqual([]);
  expect((await ec2.rejectVpcEndpointConnections(about(other.id))).Unsuccessful).toEqual([]);
  expect(await states()).toEqual({ [made.id]: 'available', [other.id]: 'rejected' });
  // A refusal is inside an answer with status 200.
  expect((await ec2.acceptVpcEndpointConnections(about(other.id))).Unsuccessful).toMatchObject([
    { ResourceId: other.id, Error: { Code: 'InvalidState' } },
  ]);
  expect((await ec2.acceptVpcEndpointConnections(about('vpce-0000'))).Unsuccessful).toMatchObject([
    { Error: { Code: 'InvalidVpcEndpointId.NotFound' } },
  ]);
  expect(await services.connections([])).toEqual([]);
  expect(await services.principals(service.id)).toEqual([databricksRole]);
});

test('endpoint services are found by id and by tag', async () => {
  const hub = new HubWorld();
  const { service, balancer } = await hub.hub();
  const { services } = await simulated(hub);
  service.attributes = { ...service.attributes, tags_all: { lakegate: 'acme', Name: 'acme-s-1' } };
  const want = {
    serviceId: service.id,
    serviceName: `com.amazonaws.vpce.eu-west-1.${service.id}`,
    state: 'Available',
    acceptanceRequired: true,
    loadBalancerArns: [balancer.id],
    zones: ['eu-west-1a', 'eu-west-1b'],
    tags: { lakegate: 'acme', Name: 'acme-s-1' },
  };
  expect(await services.describe({ ids: [service.id] })).toEqual([want]);
  expect(await services.describe({ tag: ['lakegate', 'acme'] })).toEqual([want]);
  expect(await services.describe({ tag: ['lakegate', 'other'] })).toEqual([]);
  expect(await services.describe()).toHaveLength(1);
});

test('every page of connections is read', async () => {
  const hub = new HubWorld();
  const { service } = await hub.hub();
  const { services } = await simulated(hub);
  const wanted = { serviceName: String(service.attributes.service_name), principal: databricksRole, caller: home };
  const made = Array.from({ length: 120 }, () => connectEndpoint(hub.world, wanted).id);
  expect((await services.connections([service.id])).map((each) => each.endpointId)).toEqual(made);
});

test('what does not exist, is not ours, is throttled or unsigned is an AwsCallError with the code of the API', async () => {
  const hub = new HubWorld();
  const { service } = await hub.hub();
  const { url } = await serverOf(hub, {
    accountOf: (key) => (key === 'AKIAOTHER' ? '999999999999' : home.account),
  });
  const ours = clientsAt(url);
  const others = clientsAt(url, { ...credentials, accessKeyId: 'AKIAOTHER' });
  await expect(ours.services.describe({ ids: ['vpce-svc-00000000000000000'] })).rejects.toThrow(AwsCallError);
  await expect(ours.services.describe({ ids: ['vpce-svc-00000000000000000'] })).rejects.toMatchObject({
    code: 'InvalidVpcEndpointServiceId.NotFound',
    call: 'ec2:DescribeVpcEndpointServiceConfigurations',
    refusal: 'absent',
  });
  await expect(others.services.principals(service.id)).rejects.toMatchObject({
    code: 'UnauthorizedOperation',
    refusal: 'right',
  });
  expect(await others.services.connections([service.id])).toEqual([]);
  await expect(
    ours.balancers.describe(['arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/x/0']),
  ).rejects.toMatchObject({ code: expect.stringContaining('LoadBalancerNotFound'), refusal: 'absent' });
  await expect(ours.kafka.brokers('arn:aws:kafka:eu-west-1:111122223333:cluster/x/0')).rejects.toMatchObject({
    code: 'NotFoundException',
    refusal: 'absent',
  });
  await expect(ours.containers.services('none')).rejects.toMatchObject({
    code: 'ClusterNotFoundException',
    refusal: 'absent',
  });
  await expect(ours.objects.read('none', 'routes.json')).rejects.toMatchObject({ code: 'NoSuchBucket' });
  hub.world.disturb = () => throttled();
  await expect(ours.services.connections([service.id])).rejects.toMatchObject({
    code: 'RequestLimitExceeded',
    refusal: 'throttle',
  });
  expect((await fetch(url, { method: 'POST', body: 'Action=DescribeVpcs' })).status).toBe(401);
});

test('one operation can be refused, and an operation that is not known is an error of its API', async () => {
  const hub = new HubWorld();
  const { balancer } = await hub.hub();
  const server = await startAwsServer(hub.world);
  onTestFinished(() => server.close());
  const seen: string[] = [];
  hub.world.disturb = ({ action, type, name }) => void seen.push(`${action} ${type} ${name}`);
  const { balancers, containers } = clientsAt(server.url);
  await balancers.attributes(balancer.id);
  await expect(containers.services('none')).rejects.toThrow(AwsCallError);
  expect(seen).toEqual(['call elasticloadbalancing DescribeLoadBalancerAttributes', 'call ecs ListServices']);
  const ec2 = new EC2({ region: home.region, endpoint: server.url, credentials, maxAttempts: 1 });
  onTestFinished(() => ec2.destroy());
  await expect(ec2.describeImages()).rejects.toMatchObject({ name: 'InvalidAction' });
});

test('load balancers, listeners, target groups and the health of members', async () => {
  const hub = new HubWorld();
  const { vpc, subnets, balancer, group, listener } = await hub.hub();
  const { balancers } = await simulated(hub);
  expect(await balancers.describe([balancer.id])).toEqual([
    expect.objectContaining({
      arn: balancer.id,
      name: 'hub',
      type: 'network',
      vpcId: vpc.id,
      state: 'active',
      zones: subnets.map((subnetId, at) => ({ name: `eu-west-1${'ab'.charAt(at)}`, subnetId })),
    }),
  ]);
  expect(await balancers.listeners(balancer.id)).toEqual([
    expect.objectContaining({ port: 443, protocol: 'TCP', targetGroupArns: [group.id] }),
  ]);
  expect(await balancers.targetGroups(balancer.id)).toEqual([
    { arn: group.id, name: 'hub', port: 443, protocol: 'TCP', targetType: 'ip', health: { protocol: 'TCP' } },
  ]);
  expect(await balancers.targetGroupAttributes(group.id)).toMatchObject({
    'preserve_client_ip.enabled': 'false',
    'proxy_protocol_v2.enabled': 'false',
  });
  expect(await balancers.attributes(balancer.id)).toMatchObject({
    'load_balancing.cross_zone.enabled': 'false',
    'deletion_protection.enabled': 'false',
  });
  expect(await balancers.listenerAttributes(listener.id)).toEqual({ 'tcp.idle_timeout.seconds': '350' });
  expect(await balancers.health(group.id)).toEqual([
    { id: '10.40.0.200', port: 443, zone: 'eu-west-1a', state: 'healthy' },
  ]);
  const idle = await hub.group('idle', vpc, 22);
  await hub.make('aws_lb_target_group_attachment', { target_group_arn: idle.id, target_id: '10.40.0.201' });
  expect(await balancers.health(idle.id)).toEqual([
    { id: '10.40.0.201', port: 22, zone: 'eu-west-1a', state: 'unused', reason: 'Target.NotInUse' },
  ]);
});

test('brokers by number with their own names, and the bootstrap strings that the cluster has', async () => {
  const hub = new HubWorld();
  const vpc = await hub.vpc();
  const subnets = await hub.subnets(vpc, 3);
  const cluster = await hub.make('aws_msk_cluster', {
    cluster_name: 'events',
    kafka_version: '3.9.x',
    number_of_broker_nodes: 3,
    broker_node_group_info: [{ client_subnets: subnets, instance_type: 'kafka.m5.large', security_groups: [] }],
    client_authentication: [{ sasl: [{ iam: true }] }],
  });
  const { kafka } = await simulated(hub);
  const brokers = await kafka.brokers(cluster.id);
  expect(brokers.map((each) => each.number)).toEqual([1, 2, 3]);
  expect(brokers.map((each) => each.subnetId)).toEqual(subnets);
  for (const each of brokers)
    expect(each.host).toMatch(
      new RegExp(`^b-${each.number}\\.events\\.[0-9a-f]{6}\\.c\\d\\.kafka\\.eu-west-1\\.amazonaws\\.com$`),
    );
  expect(await kafka.bootstrap(cluster.id)).toEqual({ SaslIam: brokers.map((each) => `${each.host}:9098`).join() });
  const described = { arn: cluster.id, name: 'events', state: 'ACTIVE', securityGroups: [] };
  expect(await kafka.describe(cluster.id)).toEqual(described);
  expect(await kafka.named('eve')).toEqual([described]);
  expect(await kafka.named('vents')).toEqual([]);
});
