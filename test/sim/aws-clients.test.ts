import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { AwsCallError, type AwsClients, awsClients } from '../../src/aws/index.ts';
import { parseEndpointId } from '../../src/ir/index.ts';
import { connectEndpoint, startAwsServer, throttled } from '../../src/sim/aws/index.ts';
import { findTool, testWith } from '../tools.ts';
import { databricksRole, HubWorld, home } from './hub-world.ts';

const credentials = { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'not-a-secret' };

async function simulated(hub: HubWorld): Promise<AwsClients> {
  const server = await startAwsServer(hub.world);
  const clients = awsClients({ region: home.region, endpoint: server.url, credentials, maxAttempts: 1 });
  onTestFinished(async () => {
    clients.close();
    await server.close();
  });
  return clients;
}

const endpoint = (text: string) => {
  const id = parseEndpointId(text);
  if (!id) throw new Error(`${text} is no endpoint id`);
  return id;
};

test('connections of a service are listed, accepted and rejected, and a refusal inside a 200 is an error', async () => {
  const hub = new HubWorld();
  const { service } = await hub.hub();
  const { services } = await simulated(hub);
  const owner = { ...home, account: '565502421330' };
  const serviceName = String(service.attributes.service_name);
  const made = connectEndpoint(hub.world, { serviceName, principal: databricksRole, caller: owner });
  const other = connectEndpoint(hub.world, { serviceName, principal: databricksRole, caller: owner });
  const states = async () =>
    Object.fromEntries((await services.connections(service.id)).map((each) => [each.endpointId, each.state]));
  expect(await states()).toEqual({ [made.id]: 'pendingAcceptance', [other.id]: 'pendingAcceptance' });
  await services.accept(service.id, endpoint(made.id));
  await services.reject(service.id, endpoint(other.id));
  expect(await states()).toEqual({ [made.id]: 'available', [other.id]: 'rejected' });
  await expect(services.accept(service.id, endpoint(other.id))).rejects.toMatchObject({ code: 'InvalidState' });
  await expect(services.accept(service.id, endpoint('vpce-0000'))).rejects.toMatchObject({
    code: 'InvalidVpcEndpointId.NotFound',
  });
  expect(await services.principals(service.id)).toEqual([databricksRole]);
  expect(await services.describe([service.id])).toEqual([
    expect.objectContaining({
      serviceId: service.id,
      serviceName,
      state: 'Available',
      acceptanceRequired: true,
      zones: ['eu-west-1a', 'eu-west-1b'],
    }),
  ]);
});

test('every page of connections is read', async () => {
  const hub = new HubWorld();
  const { service } = await hub.hub();
  const { services } = await simulated(hub);
  const wanted = { serviceName: String(service.attributes.service_name), principal: databricksRole, caller: home };
  const made = Array.from({ length: 120 }, () => connectEndpoint(hub.world, wanted).id);
  expect((await services.connections(service.id)).map((each) => each.endpointId)).toEqual(made);
});

test('what does not exist, is not ours, is throttled or unsigned is an AwsCallError with the code of the API', async () => {
  const hub = new HubWorld();
  const { service } = await hub.hub();
  const server = await startAwsServer(hub.world, {
    accountOf: (key) => (key === 'AKIAOTHER' ? '999999999999' : home.account),
  });
  const clientsOf = (accessKeyId: string) =>
    awsClients({
      region: home.region,
      endpoint: server.url,
      credentials: { ...credentials, accessKeyId },
      maxAttempts: 1,
    });
  const [ours, others] = [clientsOf('AKIAOURS'), clientsOf('AKIAOTHER')];
  onTestFinished(async () => {
    ours.close();
    others.close();
    await server.close();
  });
  await expect(ours.services.describe(['vpce-svc-00000000000000000'])).rejects.toThrow(AwsCallError);
  await expect(ours.services.describe(['vpce-svc-00000000000000000'])).rejects.toMatchObject({
    code: 'InvalidVpcEndpointServiceId.NotFound',
    call: 'ec2:DescribeVpcEndpointServiceConfigurations',
  });
  await expect(others.services.accept(service.id, endpoint('vpce-0000'))).rejects.toMatchObject({
    code: 'UnauthorizedOperation',
  });
  expect(await others.services.connections(service.id)).toEqual([]);
  await expect(
    ours.balancers.describe(['arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/x/0']),
  ).rejects.toMatchObject({ code: expect.stringContaining('LoadBalancerNotFound') });
  await expect(ours.kafka.brokers('arn:aws:kafka:eu-west-1:111122223333:cluster/x/0')).rejects.toMatchObject({
    code: 'NotFoundException',
  });
  hub.world.disturb = () => throttled();
  await expect(ours.services.connections(service.id)).rejects.toMatchObject({ code: 'RequestLimitExceeded' });
  expect((await fetch(server.url, { method: 'POST', body: 'Action=DescribeVpcs' })).status).toBe(401);
});

test('load balancers, listeners, target groups and the health of members', async () => {
  const hub = new HubWorld();
  const { vpc, subnets, balancer, group } = await hub.hub();
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
  const [read] = await balancers.targetGroups([group.id]);
  expect(read).toMatchObject({
    name: 'hub',
    port: 443,
    targetType: 'ip',
    attributes: { 'preserve_client_ip.enabled': 'false', 'proxy_protocol_v2.enabled': 'false' },
  });
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
  expect(await kafka.describe(cluster.id)).toEqual({ arn: cluster.id, name: 'events', state: 'ACTIVE' });
});

/** A moto server on a port of its own choice, ended by its id when the test ends. */
async function moto(): Promise<string> {
  const program = findTool('moto') ?? 'moto_server';
  const child: ChildProcess = spawn(program, ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null) await once(child, 'exit');
  });
  return new Promise((done, failed) => {
    let seen = '';
    const read = (chunk: Buffer): void => {
      seen += chunk.toString('utf8');
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(seen)?.[1];
      if (url) done(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => failed(new Error(`moto ended with ${code}: ${seen}`)));
  });
}

testWith('moto')('the same clients read the same from moto, where moto has the call', { timeout: 60_000 }, async () => {
  const endpointUrl = await moto();
  const settings = { region: home.region, endpoint: endpointUrl, credentials };
  const ec2 = await import('@aws-sdk/client-ec2');
  const elb = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const [network, balancing] = [new ec2.EC2Client(settings), new elb.ElasticLoadBalancingV2Client(settings)];
  const clients = awsClients(settings);
  onTestFinished(() => {
    for (const each of [network, balancing]) each.destroy();
    clients.close();
  });
  const VpcId = (await network.send(new ec2.CreateVpcCommand({ CidrBlock: '10.40.0.0/22' }))).Vpc?.VpcId ?? '';
  const subnet = async (at: number) =>
    (
      await network.send(
        new ec2.CreateSubnetCommand({
          VpcId,
          CidrBlock: `10.40.${at}.0/24`,
          AvailabilityZone: `eu-west-1${'ab'.charAt(at)}`,
        }),
      )
    ).Subnet?.SubnetId ?? '';
  const Subnets = [await subnet(0), await subnet(1)];
  const made = await balancing.send(
    new elb.CreateLoadBalancerCommand({ Name: 'hub', Type: 'network', Scheme: 'internal', Subnets }),
  );
  const LoadBalancerArn = made.LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const groups = await balancing.send(
    new elb.CreateTargetGroupCommand({ Name: 'hub', Protocol: 'TCP', Port: 443, TargetType: 'ip', VpcId }),
  );
  const TargetGroupArn = groups.TargetGroups?.[0]?.TargetGroupArn ?? '';
  await balancing.send(new elb.RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '10.40.0.200', Port: 443 }] }));
  await balancing.send(
    new elb.CreateListenerCommand({
      LoadBalancerArn,
      Protocol: 'TCP',
      Port: 443,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );
  const service = await network.send(
    new ec2.CreateVpcEndpointServiceConfigurationCommand({
      AcceptanceRequired: true,
      NetworkLoadBalancerArns: [LoadBalancerArn],
    }),
  );
  const ServiceId = service.ServiceConfiguration?.ServiceId ?? '';
  await network.send(
    new ec2.ModifyVpcEndpointServicePermissionsCommand({ ServiceId, AddAllowedPrincipals: [databricksRole] }),
  );

  const hub = new HubWorld();
  const mine = await hub.hub();
  const sim = await simulated(hub);
  const shape = async (from: AwsClients, at: { service: string; balancer: string; group: string }) => {
    const [described] = await from.services.describe([at.service]);
    const [balancer] = await from.balancers.describe([at.balancer]);
    const [listener] = await from.balancers.listeners(at.balancer);
    const [group] = await from.balancers.targetGroups([at.group]);
    return {
      service: [
        described?.state,
        described?.acceptanceRequired,
        described?.loadBalancerArns.length,
        described?.serviceName.replace(/vpce-svc-.*/, 'vpce-svc-'),
      ],
      principals: await from.services.principals(at.service),
      balancer: [balancer?.name, balancer?.type, balancer?.zones.map((each) => each.name).sort()],
      listener: [listener?.port, listener?.protocol, listener?.targetGroupArns.length],
      group: [group?.name, group?.port, group?.protocol, group?.targetType],
      health: (await from.balancers.health(at.group)).map((each) => [each.id, each.port, each.state]),
    };
  };
  expect(await shape(sim, { service: mine.service.id, balancer: mine.balancer.id, group: mine.group.id })).toEqual(
    await shape(clients, { service: ServiceId, balancer: LoadBalancerArn, group: TargetGroupArn }),
  );
});
