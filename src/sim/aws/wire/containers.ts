import { AwsError } from '../errors.ts';
import { machinesOf } from '../models/machines.ts';
import { type AwsWorld, blocksOf, type Caller, number, type Thing, text, texts } from '../world.ts';
import { pageOf } from './form.ts';
import type { Body, JsonAction } from './json.ts';

/** The ECS calls that lakegate makes, by their names after the dot of `X-Amz-Target`. */
export const containerActions: Readonly<Record<string, JsonAction>> = {
  ListServices(world, caller, body) {
    const form = new Map(Object.entries(body).map(([key, value]) => [key, String(value)]));
    const { items, next } = pageOf(servicesOf(world, caller, body), form, 'maxResults', 'nextToken');
    return { serviceArns: items.map((each) => each.id), ...(next ? { nextToken: next } : {}) };
  },
  DescribeServices(world, caller, body) {
    const wanted = Array.isArray(body.services) ? body.services.map(String) : [];
    if (!wanted.length || wanted.length > 10)
      throw new AwsError('InvalidParameterException', 'Services must have 1 to 10 entries.');
    const all = servicesOf(world, caller, body);
    const find = (name: string): Thing | undefined =>
      all.find((each) => each.id === name || text(each.attributes, 'name') === name);
    return {
      services: wanted.flatMap((name) => find(name) ?? []).map((each) => service(world, each)),
      failures: wanted.filter((name) => !find(name)).map((arn) => ({ arn, reason: 'MISSING' })),
    };
  },
};

function servicesOf(world: AwsWorld, caller: Caller, { cluster = 'default' }: Body): readonly Thing[] {
  const owner = world
    .local('aws_ecs_cluster', caller)
    .find((each) => each.id === cluster || text(each.attributes, 'name') === cluster);
  if (!owner) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return world.local('aws_ecs_service', caller).filter((each) => text(each.attributes, 'cluster') === owner.id);
}

function service(world: AwsWorld, thing: Thing): unknown {
  const { id, attributes } = thing;
  const [network = {}] = blocksOf(attributes, 'network_configuration');
  return {
    serviceArn: id,
    serviceName: text(attributes, 'name'),
    clusterArn: text(attributes, 'cluster'),
    status: 'ACTIVE',
    desiredCount: number(attributes, 'desired_count') ?? 0,
    runningCount: machinesOf(world, thing).length,
    pendingCount: 0,
    launchType: text(attributes, 'launch_type') || 'EC2',
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: texts(network, 'subnets'),
        securityGroups: texts(network, 'security_groups'),
        assignPublicIp: network.assign_public_ip === true ? 'ENABLED' : 'DISABLED',
      },
    },
    loadBalancers: blocksOf(attributes, 'load_balancer').map((each) => ({
      targetGroupArn: text(each, 'target_group_arn'),
      containerName: text(each, 'container_name'),
      containerPort: number(each, 'container_port'),
    })),
    events: [],
  };
}
