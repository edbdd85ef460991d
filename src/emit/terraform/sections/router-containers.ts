import { type InfraPlan, type Listener, type RouterFleet, routerTask } from '../../../ir/index.ts';
import type { HubRefs } from '../context.ts';
import { address, block, call, expr, policy, type Section, template, type Value, why } from '../language/value.ts';
import { ident, resource } from '../names.ts';

/** Seconds that ECS waits between SIGTERM and SIGKILL; 120 is its maximum on Fargate. */
const stopSeconds = 120;
const cpuPercent = 50;

/** Router listeners in the order of their keys. */
export const routerListeners = (infra: InfraPlan): readonly Listener[] =>
  infra.endpointServices.flatMap((service) => service.listeners.filter((each) => each.forward.to === 'router'));

/** `router.tf` with `run: containers`: the same router on Fargate, from an image that the user builds and pins. */
export function routerContainerSections(infra: InfraPlan, router: RouterFleet, hub: HubRefs): readonly Section[] {
  const { fleet } = router.names;
  return [
    resource('aws_ecr_repository', 'router', {
      name: fleet,
      image_tag_mutability: 'IMMUTABLE',
      force_delete: true,
      image_scanning_configuration: block({ scan_on_push: true }),
      encryption_configuration: block({ encryption_type: 'KMS', kms_key: expr('aws_kms_key.hub.arn') }),
    }),
    resource('aws_ecs_cluster', 'router', {
      name: fleet,
      setting: block({ name: 'containerInsights', value: 'enabled' }),
    }),
    ...executionRole(fleet),
    taskDefinition(infra, router),
    ecsService(infra, router, hub),
    ...scaling(router),
  ];
}

/** What starts the container: pulls the image and writes the log. The router's own rights are the task role's. */
const executionRole = (fleet: string): readonly Section[] => [
  resource('aws_iam_role', 'router_start', {
    name: `${fleet}-start`,
    assume_role_policy: policy([
      { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]),
  }),
  resource('aws_iam_role_policy', 'router_start', {
    name: 'start',
    role: expr('aws_iam_role.router_start.id'),
    policy: policy([
      { Sid: 'Login', Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      {
        Sid: 'Pull',
        Effect: 'Allow',
        Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        Resource: expr('aws_ecr_repository.router.arn'),
      },
      {
        Sid: 'OwnLog',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: template(expr('aws_cloudwatch_log_group.router.arn'), ':*'),
      },
    ]),
  }),
];

function taskDefinition({ aws, inspection }: InfraPlan, router: RouterFleet): Section {
  const environment: Value = Object.entries({
    AWS_REGION: aws.region,
    LAKEGATE_BUCKET: expr('aws_s3_bucket.config.id'),
    LAKEGATE_ROUTES_KEY: router.names.keys.routes,
    LAKEGATE_POLICY_KEY: router.names.keys.policy,
    LAKEGATE_READINESS_PORT: String(router.readinessPort),
    ...(inspection && { LAKEGATE_ISSUER_SECRET: inspection.secret }),
  }).map(([key, value]): Value => ({ name: key, value }));
  const ports: readonly number[] = [...router.ports, router.readinessPort];
  return resource('aws_ecs_task_definition', 'router', {
    family: router.names.fleet,
    requires_compatibilities: ['FARGATE'],
    network_mode: 'awsvpc',
    cpu: String(routerTask.cpuUnits),
    memory: String(routerTask.memoryMib),
    task_role_arn: expr('aws_iam_role.router.arn'),
    execution_role_arn: expr('aws_iam_role.router_start.arn'),
    runtime_platform: block({
      operating_system_family: 'LINUX',
      cpu_architecture: router.architecture === 'arm64' ? 'ARM64' : 'X86_64',
    }),
    container_definitions: call('jsonencode', [
      {
        name: 'router',
        image: expr('var.router_image'),
        essential: true,
        readonlyRootFilesystem: false,
        stopTimeout: stopSeconds,
        environment,
        portMappings: ports.map((port): Value => ({ containerPort: port, hostPort: port, protocol: 'tcp' })),
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': router.names.logGroup,
            'awslogs-region': aws.region,
            'awslogs-stream-prefix': 'router',
          },
        },
      },
    ]),
  });
}

const ecsService = (infra: InfraPlan, router: RouterFleet, hub: HubRefs): Section =>
  resource(
    'aws_ecs_service',
    'router',
    {
      name: router.names.fleet,
      cluster: expr('aws_ecs_cluster.router.id'),
      task_definition: expr('aws_ecs_task_definition.router.arn'),
      launch_type: 'FARGATE',
      desired_count: router.min,
      deployment_minimum_healthy_percent: 100,
      deployment_maximum_percent: 200,
      deployment_circuit_breaker: block({ enable: true, rollback: true }),
      network_configuration: block({
        subnets: hub.subnetIds,
        security_groups: [expr('aws_security_group.router.id')],
        assign_public_ip: false,
      }),
      load_balancer: routerListeners(infra).map((listener) =>
        block({
          target_group_arn: expr(`aws_lb_target_group.${ident(listener.key)}.arn`),
          container_name: 'router',
          container_port: listener.targetGroup.port,
        }),
      ),
      lifecycle: block({
        ignore_changes: why('Changed by scaling.', [address('desired_count')]),
      }),
      depends_on: routerListeners(infra).map((listener) => address(`aws_lb_listener.${ident(listener.key)}`)),
    },
    router.why,
  );

const scaling = (router: RouterFleet): readonly Section[] => [
  resource('aws_appautoscaling_target', 'router', {
    service_namespace: 'ecs',
    scalable_dimension: 'ecs:service:DesiredCount',
    resource_id: template('service/', expr('aws_ecs_cluster.router.name'), '/', expr('aws_ecs_service.router.name')),
    min_capacity: router.min,
    max_capacity: router.max,
  }),
  resource('aws_appautoscaling_policy', 'router', {
    name: `${router.names.fleet}-cpu`,
    policy_type: 'TargetTrackingScaling',
    service_namespace: expr('aws_appautoscaling_target.router.service_namespace'),
    scalable_dimension: expr('aws_appautoscaling_target.router.scalable_dimension'),
    resource_id: expr('aws_appautoscaling_target.router.resource_id'),
    target_tracking_scaling_policy_configuration: block({
      target_value: cpuPercent,
      predefined_metric_specification: block({ predefined_metric_type: 'ECSServiceAverageCPUUtilization' }),
    }),
  }),
];

/** The image is the user's: built from `files/Dockerfile` and pinned by digest. */
export const imageVariable: Section = {
  kind: 'variable',
  labels: ['router_image'],
  body: {
    type: address('string'),
    description:
      'The router image by digest, such as 111122223333.dkr.ecr.eu-west-1.amazonaws.com/name-router@sha256:…',
    validation: block({
      condition: expr('can(regex("@sha256:[0-9a-f]{64}$", var.router_image))'),
      error_message: 'Pin the image by its digest (@sha256:…): a tag can be moved to another image.',
    }),
  },
};
