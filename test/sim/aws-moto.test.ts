import { AutoScaling } from '@aws-sdk/client-auto-scaling';
import { EC2 } from '@aws-sdk/client-ec2';
import { ECS } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { S3 } from '@aws-sdk/client-s3';
import { expect, onTestFinished } from 'vitest';
import type { AwsClients } from '../../src/aws/index.ts';
import { moto } from '../support/moto.ts';
import { testWith } from '../tools.ts';
import { clientsAt, credentials, serverOf } from './aws-server.ts';
import { databricksRole, HubWorld, home } from './hub-world.ts';

/** Ids of what both clouds were made to hold. */
interface Made {
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly security: string;
  readonly template: string;
  readonly balancer: string;
  readonly listener: string;
  readonly group: string;
  readonly fleetGroup: string;
  readonly service: string;
}

const routes = '{"version": 1}';
const tags = { lakegate: 'acme' };

async function makeInMoto(endpoint: string): Promise<Made> {
  const settings = { region: home.region, endpoint, credentials };
  const clients = {
    ec2: new EC2(settings),
    elb: new ElasticLoadBalancingV2(settings),
    scaling: new AutoScaling(settings),
    ecs: new ECS(settings),
    s3: new S3({ ...settings, forcePathStyle: true }),
  };
  onTestFinished(() => {
    for (const each of Object.values(clients)) each.destroy();
  });
  const { ec2, elb, scaling, ecs, s3 } = clients;
  const vpc = (await ec2.createVpc({ CidrBlock: '10.40.0.0/22' })).Vpc?.VpcId ?? '';
  const subnet = async (at: number): Promise<string> => {
    const zone = `eu-west-1${'ab'.charAt(at)}`;
    const made = await ec2.createSubnet({ VpcId: vpc, CidrBlock: `10.40.${at}.0/24`, AvailabilityZone: zone });
    return made.Subnet?.SubnetId ?? '';
  };
  const subnets = [await subnet(0), await subnet(1)];
  const security =
    (await ec2.createSecurityGroup({ GroupName: 'router', Description: 'router', VpcId: vpc })).GroupId ?? '';
  const open = (await ec2.describeSecurityGroupRules({ Filters: [{ Name: 'group-id', Values: [security] }] }))
    .SecurityGroupRules;
  await ec2.revokeSecurityGroupEgress({
    GroupId: security,
    SecurityGroupRuleIds: (open ?? []).flatMap((each) => each.SecurityGroupRuleId ?? []),
  });
  const tcp = { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 };
  await ec2.authorizeSecurityGroupIngress({
    GroupId: security,
    IpPermissions: [{ ...tcp, UserIdGroupPairs: [{ GroupId: security }] }],
  });
  await ec2.authorizeSecurityGroupEgress({
    GroupId: security,
    IpPermissions: [{ ...tcp, IpRanges: [{ CidrIp: '10.50.0.0/16' }] }],
  });
  const table = (await ec2.createRouteTable({ VpcId: vpc })).RouteTable?.RouteTableId ?? '';
  await ec2.associateRouteTable({ RouteTableId: table, SubnetId: subnets[0] });
  const allocation = (await ec2.allocateAddress({ Domain: 'vpc' })).AllocationId;
  const nat = (await ec2.createNatGateway({ SubnetId: subnets[1], AllocationId: allocation })).NatGateway?.NatGatewayId;
  await ec2.createRoute({ RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: nat });
  const peer = (await ec2.createVpc({ CidrBlock: '10.60.0.0/16' })).Vpc?.VpcId;
  const peering = await ec2.createVpcPeeringConnection({ VpcId: vpc, PeerVpcId: peer });
  await ec2.createRoute({
    RouteTableId: table,
    DestinationCidrBlock: '10.60.0.0/16',
    VpcPeeringConnectionId: peering.VpcPeeringConnection?.VpcPeeringConnectionId,
  });
  const gateway = (await ec2.createTransitGateway({})).TransitGateway?.TransitGatewayId;
  await ec2.createTransitGatewayVpcAttachment({ TransitGatewayId: gateway, VpcId: vpc, SubnetIds: subnets });
  const template =
    (
      await ec2.createLaunchTemplate({
        LaunchTemplateName: 'router',
        LaunchTemplateData: { NetworkInterfaces: [{ DeviceIndex: 0, Groups: [security] }], ImageId: 'ami-12c6146b' },
      })
    ).LaunchTemplate?.LaunchTemplateId ?? '';
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const balancer =
    (await elb.createLoadBalancer({ Name: 'hub', Type: 'network', Scheme: 'internal', Subnets: subnets, Tags }))
      .LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const groupOf = async (Name: string, Port: number, TargetType: 'ip' | 'instance'): Promise<string> =>
    (await elb.createTargetGroup({ Name, Protocol: 'TCP', Port, TargetType, VpcId: vpc, HealthCheckPort: '8080' }))
      .TargetGroups?.[0]?.TargetGroupArn ?? '';
  const listenerOf = async (Port: number, TargetGroupArn: string): Promise<string> =>
    (
      await elb.createListener({
        LoadBalancerArn: balancer,
        Protocol: 'TCP',
        Port,
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
      })
    ).Listeners?.[0]?.ListenerArn ?? '';
  const [group, fleetGroup] = [await groupOf('hub', 443, 'ip'), await groupOf('fleet', 20_001, 'instance')];
  await elb.registerTargets({ TargetGroupArn: group, Targets: [{ Id: '10.40.0.200', Port: 443 }] });
  const listener = await listenerOf(443, group);
  await listenerOf(5432, fleetGroup);
  await scaling.createAutoScalingGroup({
    AutoScalingGroupName: 'router',
    MinSize: 2,
    MaxSize: 6,
    VPCZoneIdentifier: subnets.join(),
    LaunchTemplate: { LaunchTemplateId: template, Version: '1' },
    TargetGroupARNs: [fleetGroup],
    Tags: [
      {
        Key: 'lakegate',
        Value: 'acme',
        PropagateAtLaunch: true,
        ResourceId: 'router',
        ResourceType: 'auto-scaling-group',
      },
    ],
  });
  await ecs.createCluster({ clusterName: 'router' });
  await ecs.registerTaskDefinition({
    family: 'router',
    containerDefinitions: [{ name: 'router', image: 'router', memory: 512 }],
  });
  await ecs.createService({
    cluster: 'router',
    serviceName: 'router',
    taskDefinition: 'router',
    desiredCount: 2,
    networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups: [security] } },
  });
  await s3.createBucket({ Bucket: 'acme', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  await s3.putObject({ Bucket: 'acme', Key: 'routes.json', Body: routes });
  const made = await ec2.createVpcEndpointServiceConfiguration({
    AcceptanceRequired: true,
    NetworkLoadBalancerArns: [balancer],
    TagSpecifications: [{ ResourceType: 'vpc-endpoint-service', Tags }],
  });
  const service = made.ServiceConfiguration?.ServiceId ?? '';
  await ec2.modifyVpcEndpointServicePermissions({ ServiceId: service, AddAllowedPrincipals: [databricksRole] });
  return { vpc, subnets, security, template, balancer, listener, group, fleetGroup, service };
}

/** The same in the simulated cloud. */
async function makeInSim(hub: HubWorld): Promise<Made> {
  const { world } = hub;
  const vpc = await hub.vpc();
  const subnets = await hub.subnets(vpc);
  const security = await hub.make('aws_security_group', { name: 'router', vpc_id: vpc.id });
  const tcp = { security_group_id: security.id, ip_protocol: 'tcp', from_port: 5432, to_port: 5432 };
  await hub.make('aws_vpc_security_group_ingress_rule', { ...tcp, referenced_security_group_id: security.id });
  await hub.make('aws_vpc_security_group_egress_rule', { ...tcp, cidr_ipv4: '10.50.0.0/16' });
  const table = await hub.make('aws_route_table', { vpc_id: vpc.id });
  await hub.make('aws_route_table_association', { route_table_id: table.id, subnet_id: subnets[0] ?? '' });
  const address = await hub.make('aws_eip', { domain: 'vpc' });
  const nat = await hub.make('aws_nat_gateway', { subnet_id: subnets[1] ?? '', allocation_id: address.id });
  const peer = await hub.vpc('10.60.0.0/16');
  const peering = await hub.make('aws_vpc_peering_connection', { vpc_id: vpc.id, peer_vpc_id: peer.id });
  const route = { route_table_id: table.id };
  await hub.make('aws_route', { ...route, destination_cidr_block: '0.0.0.0/0', nat_gateway_id: nat.id });
  await hub.make('aws_route', {
    ...route,
    destination_cidr_block: '10.60.0.0/16',
    vpc_peering_connection_id: peering.id,
  });
  const gateway = { id: 'tgw-0a1b2c3d4e5f60718', type: 'aws_ec2_transit_gateway', ...home };
  world.put({ ...gateway, attributes: { id: gateway.id } });
  await hub.make('aws_ec2_transit_gateway_vpc_attachment', {
    transit_gateway_id: gateway.id,
    vpc_id: vpc.id,
    subnet_ids: [...subnets],
  });
  const template = await hub.make('aws_launch_template', {
    name: 'router',
    network_interfaces: [{ security_groups: [security.id] }],
  });
  const balancer = await hub.balancer('hub', subnets, { tags });
  const health_check = [{ protocol: 'TCP', port: '8080' }];
  const group = await hub.group('hub', vpc, 443, { health_check });
  const fleetGroup = await hub.group('fleet', vpc, 20_001, { target_type: 'instance', health_check });
  await hub.make('aws_lb_target_group_attachment', { target_group_arn: group.id, target_id: '10.40.0.200', port: 443 });
  const listener = await hub.listener(balancer, group);
  await hub.listener(balancer, fleetGroup, 5432);
  await hub.make('aws_autoscaling_group', {
    name: 'router',
    min_size: 2,
    max_size: 6,
    vpc_zone_identifier: [...subnets],
    launch_template: [{ id: template.id, version: '1' }],
    tag: [{ key: 'lakegate', value: 'acme', propagate_at_launch: true }],
  });
  await hub.make('aws_autoscaling_attachment', {
    autoscaling_group_name: 'router',
    lb_target_group_arn: fleetGroup.id,
  });
  const cluster = await hub.make('aws_ecs_cluster', { name: 'router' });
  await hub.make('aws_ecs_task_definition', {
    family: 'router',
    container_definitions: JSON.stringify([{ name: 'router', image: 'router' }]),
  });
  await hub.make('aws_ecs_service', {
    name: 'router',
    cluster: cluster.id,
    task_definition: 'router',
    desired_count: 2,
    network_configuration: [{ subnets: [...subnets], security_groups: [security.id] }],
  });
  await hub.make('aws_s3_bucket', { bucket: 'acme' });
  await hub.make('aws_s3_object', { bucket: 'acme', key: 'routes.json', content: routes });
  const service = await hub.service(balancer);
  service.attributes = { ...service.attributes, tags };
  await hub.allow(service);
  const id = (thing: { id: string }): string => thing.id;
  return {
    vpc: id(vpc),
    subnets,
    security: id(security),
    template: id(template),
    balancer: id(balancer),
    listener: id(listener),
    group: id(group),
    fleetGroup: id(fleetGroup),
    service: id(service),
  };
}

/** What is read, with ids in words, so that two clouds can be compared. */
async function readAll(from: AwsClients, made: Made): Promise<unknown> {
  const words = new Map<string, string>(
    Object.entries(made).flatMap(([name, ids]) =>
      [ids].flat().map((id, at) => [id, typeof ids === 'string' ? name : `${name} ${at}`] as const),
    ),
  );
  const inWords = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inWords);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inWords(each)]));
    if (typeof value !== 'string') return value;
    return words.get(value) ?? value.replace(/\b(\w+(?:-\w+)?)-[0-9a-f]{16,}\b/g, '$1-…');
  };
  const pick = <T extends object>(of: T | undefined, ...names: (keyof T)[]): unknown =>
    Object.fromEntries(names.map((name) => [name, of?.[name]]));
  const [service] = await from.services.describe({ tag: ['lakegate', 'acme'] });
  const [balancer] = await from.balancers.describe([made.balancer]);
  const [scaling] = await from.scaling.describe();
  const [container] = await from.containers.services('router');
  const tables = (await from.networks.routeTables([made.vpc])).toSorted((a, b) => Number(a.isMain) - Number(b.isMain));
  return inWords({
    service: pick(service, 'serviceId', 'state', 'acceptanceRequired', 'loadBalancerArns', 'tags'),
    principals: await from.services.principals(made.service),
    balancer: { ...(pick(balancer, 'name', 'type', 'vpcId') as object), zones: balancer?.zones },
    balancerTags: (await from.balancers.tags([made.balancer])).get(made.balancer),
    crossZone: (await from.balancers.attributes(made.balancer))['load_balancing.cross_zone.enabled'],
    listeners: (await from.balancers.listeners(made.balancer)).map((each) =>
      pick(each, 'port', 'protocol', 'targetGroupArns'),
    ),
    groups: (await from.balancers.targetGroups(made.balancer)).toSorted((a, b) => a.port - b.port),
    health: (await from.balancers.health(made.group)).map((each) => pick(each, 'id', 'port', 'state')),
    fleetHealth: (await from.balancers.health(made.fleetGroup)).map((each) => pick(each, 'port', 'state')),
    subnets: await from.networks.subnets(made.subnets),
    vpcs: await from.networks.vpcs([made.vpc]),
    tables: tables.map(({ id: _, ...each }) => each),
    rules: (await from.networks.groupRules([made.security])).toSorted((a, b) => (a.direction < b.direction ? 1 : -1)),
    // moto does not know the filter by the other side.
    peering: (await from.networks.peerings(made.vpc))[0],
    attachments: (await from.networks.attachments(made.vpc)).map((each) => pick(each, 'vpcId', 'state')),
    nats: await from.networks.natGateways(made.vpc),
    templateGroups: await from.networks.templateGroups({ id: made.template, version: '$Latest' }),
    scaling: {
      ...scaling,
      instances: scaling?.instances.map((each) => pick(each, 'lifecycle', 'healthy')),
    },
    container: pick(container, 'name', 'status', 'desired', 'subnetIds', 'securityGroups'),
    routes: pick(await from.objects.read('acme', 'routes.json'), 'text', 'etag'),
  });
}

testWith('moto')('the same clients read the same from moto, where moto has the call', { timeout: 60_000 }, async () => {
  const url = await moto();
  const hub = new HubWorld();
  const simulated = clientsAt((await serverOf(hub)).url);
  expect(await readAll(simulated, await makeInSim(hub))).toEqual(await readAll(clientsAt(url), await makeInMoto(url)));
});
