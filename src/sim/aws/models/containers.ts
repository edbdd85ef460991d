import { AwsError } from '../errors.ts';
import { type Model, referred } from '../model.ts';
import type { Attributes } from '../values.ts';
import { type AwsWorld, arnOf, blocksOf, number, type Thing, text, texts } from '../world.ts';
import { targetGroupOf } from './load-balancers.ts';
import { runMachines } from './machines.ts';
import { subnetOf } from './network.ts';
import { groupOf } from './security-groups.ts';

const service = 'ECS';

const repository: Model = {
  type: 'aws_ecr_repository',
  service: 'ECR',
  operations: { create: 'CreateRepository', update: 'PutImageTagMutability', remove: 'DeleteRepository' },
  create({ world, caller, input }) {
    const name = text(input, 'name');
    if (!/^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/.test(name) || name.length < 2 || name.length > 256)
      throw new AwsError(
        'InvalidParameterException',
        `Invalid parameter at 'repositoryName' failed to satisfy constraint: '${name}'`,
      );
    if (world.local('aws_ecr_repository', caller).some((each) => each.id === name))
      throw new AwsError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${name}' already exists in the registry with id '${caller.account}'`,
      );
    const url = `${caller.account}.dkr.ecr.${caller.region}.amazonaws.com/${name}`;
    return {
      id: name,
      computed: { arn: arnOf(caller, 'ecr', `repository/${name}`), registry_id: caller.account, repository_url: url },
    };
  },
};

const cluster: Model = {
  type: 'aws_ecs_cluster',
  service,
  operations: { create: 'CreateCluster', update: 'UpdateCluster', remove: 'DeleteCluster' },
  create({ world, caller, input }) {
    const name = text(input, 'name');
    if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name))
      throw new AwsError('InvalidParameterException', `Invalid cluster name: '${name}'`);
    const arn = arnOf(caller, 'ecs', `cluster/${name}`);
    if (world.get('aws_ecs_cluster', arn)) throw new AwsError('InvalidParameterException', `Cluster ${name} exists`);
    return { id: arn, computed: { arn } };
  },
  remove({ world, thing }) {
    if (world.all('aws_ecs_service', (each) => each.attributes.cluster === thing.id).length)
      throw new AwsError(
        'ClusterContainsServicesException',
        'The Cluster cannot be deleted while Services are active.',
      );
  },
};

/** CPU units and the memory in MiB that Fargate takes with them. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const fargate: Readonly<Record<string, readonly [number, number]>> = {
  256: [512, 2048],
  512: [1024, 4096],
  1024: [2048, 8192],
  2048: [4096, 16_384],
  4096: [8192, 30_720],
  8192: [16_384, 61_440],
  16384: [32_768, 122_880],
};

const taskDefinition: Model = {
  type: 'aws_ecs_task_definition',
  service,
  operations: { create: 'RegisterTaskDefinition', remove: 'DeregisterTaskDefinition' },
  create({ world, caller, input }) {
    const family = text(input, 'family');
    checkContainers(text(input, 'container_definitions'));
    if (texts(input, 'requires_compatibilities').includes('FARGATE')) {
      const range = fargate[text(input, 'cpu')];
      const memory = Number(text(input, 'memory'));
      if (!range || memory < range[0] || memory > range[1])
        throw new AwsError(
          'ClientException',
          `No Fargate configuration exists for given values: ${text(input, 'cpu')} CPU, ${text(input, 'memory')} memory. See the Amazon ECS documentation for the valid values.`,
        );
      if (text(input, 'network_mode') !== 'awsvpc')
        throw new AwsError('ClientException', 'Fargate only supports network mode ‘awsvpc’.');
    }
    for (const name of ['execution_role_arn', 'task_role_arn']) {
      const arn = text(input, name);
      if (arn && !world.find('aws_iam_role', arn)) throw new AwsError('ClientException', `Role is not valid: ${arn}`);
    }
    const revision =
      1 +
      Math.max(
        0,
        ...world
          .local('task_revision', caller)
          .filter((each) => each.attributes.family === family)
          .map((each) => number(each.attributes, 'revision') ?? 0),
      );
    const bare = arnOf(caller, 'ecs', `task-definition/${family}`);
    world.put({ ...caller, type: 'task_revision', id: `${bare}:${revision}`, attributes: { family, revision } });
    return {
      id: family,
      computed: {
        arn: `${bare}:${revision}`,
        arn_without_revision: bare,
        revision,
        enable_fault_injection: false,
        network_mode: 'bridge',
      },
    };
  },
};

function checkContainers(definitions: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(definitions);
  } catch {
    throw new AwsError('ClientException', 'Container definitions are not valid JSON');
  }
  if (!Array.isArray(parsed) || !parsed.length)
    throw new AwsError('ClientException', 'Container definitions must hold at least one container');
  for (const each of parsed as { name?: unknown; image?: unknown }[])
    if (!each.name || !each.image)
      throw new AwsError('ClientException', 'Container.image should not be null or empty.');
}

const ecsService: Model = {
  type: 'aws_ecs_service',
  service,
  operations: { create: 'CreateService', update: 'UpdateService', remove: 'DeleteService' },
  create({ world, caller, input }) {
    const owner = referred(
      world,
      'aws_ecs_cluster',
      text(input, 'cluster'),
      'ClusterNotFoundException',
      'Cluster not found.',
    );
    checkService(world, input);
    const name = text(owner.attributes, 'name');
    const arn = arnOf(caller, 'ecs', `service/${name}/${text(input, 'name')}`);
    if (world.get('aws_ecs_service', arn))
      throw new AwsError('InvalidParameterException', 'Creation of service was not idempotent.');
    const made = { type: 'aws_ecs_service', id: arn, ...caller, attributes: input };
    runMachines(world, made, number(input, 'desired_count') ?? 0);
    return {
      id: arn,
      computed: {
        arn,
        platform_version: 'LATEST',
        iam_role: `/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
        triggers: {},
        availability_zone_rebalancing: 'ENABLED',
      },
    };
  },
  update({ world, thing, input }) {
    checkService(world, input);
    runMachines(world, { ...thing, attributes: input }, number(input, 'desired_count') ?? 0);
    return {};
  },
  remove({ world, thing }) {
    runMachines(world, thing, 0);
  },
};

function checkService(world: AwsWorld, input: Attributes): void {
  const wanted = text(input, 'task_definition');
  const known = world.all('aws_ecs_task_definition', (each) =>
    [each.attributes.arn, each.attributes.family].includes(wanted),
  );
  if (!known.length && !world.get('task_revision', wanted))
    throw new AwsError('ClientException', 'TaskDefinition not found.');
  for (const network of blocksOf(input, 'network_configuration')) {
    for (const id of texts(network, 'subnets')) subnetOf(world, id);
    for (const id of texts(network, 'security_groups')) groupOf(world, id);
  }
  const balanced = blocksOf(input, 'load_balancer');
  if (balanced.length > 5) throw new AwsError('InvalidParameterException', 'load balancers can have at most 5 items.');
  for (const each of balanced) {
    const group = targetGroupOf(world, text(each, 'target_group_arn'));
    if (text(group.attributes, 'target_type') !== 'ip')
      throw new AwsError(
        'InvalidParameterException',
        `The provided target group ${group.id} has target type ${text(group.attributes, 'target_type')}, which is incompatible with the awsvpc network mode specified in the task definition.`,
      );
    if (!text(group.attributes, 'arn') || !loadBalanced(world, group))
      throw new AwsError(
        'InvalidParameterException',
        `The target group with targetGroupArn ${group.id} does not have an associated load balancer.`,
      );
  }
}

const loadBalanced = (world: AwsWorld, group: Thing): boolean =>
  world.all('aws_lb_listener', (each) => JSON.stringify(each.attributes.default_action ?? []).includes(group.id))
    .length > 0;

const scalableTarget: Model = {
  type: 'aws_appautoscaling_target',
  service: 'Application Auto Scaling',
  operations: {
    create: 'RegisterScalableTarget',
    update: 'RegisterScalableTarget',
    remove: 'DeregisterScalableTarget',
  },
  create({ world, caller, input }) {
    const resource = text(input, 'resource_id');
    const [, clusterName, name] = resource.split('/');
    const known = world.all('aws_ecs_service', (each) => each.id.endsWith(`:service/${clusterName}/${name}`));
    if (text(input, 'service_namespace') === 'ecs' && !known.length)
      throw new AwsError('ValidationException', `ECS service doesn't exist: ${resource}`);
    return {
      id: resource,
      computed: {
        arn: arnOf(caller, 'application-autoscaling', `scalable-target/${world.ids.hex(28)}`),
        role_arn: `arn:${caller.partition}:iam::${caller.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
      },
    };
  },
  remove({ world, thing }) {
    for (const each of world.all('aws_appautoscaling_policy', ({ attributes }) => attributes.resource_id === thing.id))
      world.remove(each);
  },
};

const scalingPolicy: Model = {
  type: 'aws_appautoscaling_policy',
  service: 'Application Auto Scaling',
  operations: { create: 'PutScalingPolicy', update: 'PutScalingPolicy', remove: 'DeleteScalingPolicy' },
  create({ world, caller, input }) {
    const resource = text(input, 'resource_id');
    referred(
      world,
      'aws_appautoscaling_target',
      resource,
      'ObjectNotFoundException',
      `No scalable target registered for service namespace: ${text(input, 'service_namespace')}, resource ID: ${resource}, scalable dimension: ${text(input, 'scalable_dimension')}`,
    );
    const arn = arnOf(
      caller,
      'autoscaling',
      `scalingPolicy:${world.ids.uuid()}:resource/ecs/${resource}:policyName/${text(input, 'name')}`,
    );
    return { id: text(input, 'name'), computed: { arn, alarm_arns: [] } };
  },
};

export const containerModels = [repository, cluster, taskDefinition, ecsService, scalableTarget, scalingPolicy];
