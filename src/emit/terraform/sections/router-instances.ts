import type { InfraPlan, RouterFleet } from '../../../ir/index.ts';
import type { HubRefs } from '../context.ts';
import { address, block, call, expr, type Section, template, type Value, why } from '../language/value.ts';
import { resource } from '../names.ts';

/** Gibibytes. The system takes about 2; the rest is for logs. */
const diskGb = 10;
/** Seconds from launch until a machine counts: boot, digest, start, two good health checks. */
const warmupSeconds = 180;
/** Average CPU of the fleet that scaling aims at, in percent: room for the flows of a machine that is lost. */
const cpuPercent = 50;

/** `router.tf` with `run: instances`: launch template, auto scaling group over the zones, scaling by CPU. */
export function routerInstanceSections(infra: InfraPlan, router: RouterFleet, hub: HubRefs): readonly Section[] {
  const { fleet } = router.names;
  return [
    resource('aws_iam_instance_profile', 'router', { name: fleet, role: expr('aws_iam_role.router.name') }),
    launchTemplate(infra, router),
    resource(
      'aws_autoscaling_group',
      'router',
      {
        name: fleet,
        min_size: router.min,
        max_size: router.max,
        vpc_zone_identifier: hub.subnetIds,
        health_check_type: why(
          'The load balancers check the readiness port; EC2 sees only whether the instance runs.',
          'ELB',
        ),
        health_check_grace_period: warmupSeconds,
        default_instance_warmup: warmupSeconds,
        enabled_metrics: ['GroupInServiceInstances', 'GroupDesiredCapacity'],
        launch_template: block({
          id: expr('aws_launch_template.router.id'),
          version: expr('aws_launch_template.router.latest_version'),
        }),
        instance_refresh: block({
          strategy: 'Rolling',
          preferences: block({
            min_healthy_percentage: why('A new instance is ready before an old one drains.', 100),
            max_healthy_percentage: 150,
            instance_warmup: warmupSeconds,
          }),
        }),
        tag: block({ key: 'Name', value: fleet, propagate_at_launch: true }),
        lifecycle: block({
          ignore_changes: why(
            'Attachments are separate resources, so that a listener is added or removed without a change of the fleet.',
            [address('target_group_arns')],
          ),
        }),
        depends_on: why('Instances read their configuration at boot.', [
          address('aws_s3_object.routes'),
          address('aws_iam_role_policy.router'),
        ]),
      },
      router.why,
    ),
    resource('aws_autoscaling_policy', 'router', {
      name: `${fleet}-cpu`,
      autoscaling_group_name: expr('aws_autoscaling_group.router.name'),
      policy_type: 'TargetTrackingScaling',
      target_tracking_configuration: block({
        target_value: cpuPercent,
        predefined_metric_specification: block({ predefined_metric_type: 'ASGAverageCPUUtilization' }),
      }),
    }),
  ];
}

function launchTemplate(infra: InfraPlan, router: RouterFleet): Section {
  const { aws } = infra;
  const { fleet } = router.names;
  const tags: Value = { ...aws.tags, Name: fleet, [aws.planTag.key]: aws.planTag.value };
  return resource('aws_launch_template', 'router', {
    name: fleet,
    image_id: why(
      'Resolved at launch, so that a new image is not a change here. Amazon Linux includes the AWS CLI and the Session Manager agent, so nothing is installed at boot.',
      `resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${
        router.architecture === 'arm64' ? 'arm64' : 'x86_64'
      }`,
    ),
    instance_type: router.instance,
    update_default_version: true,
    user_data: call(
      'base64encode',
      call('templatefile', template(expr('path.module'), '/files/user-data.sh.tftpl'), userDataValues(infra, router)),
    ),
    iam_instance_profile: block({ arn: expr('aws_iam_instance_profile.router.arn') }),
    metadata_options: block({
      http_endpoint: 'enabled',
      http_tokens: why('IMDSv2 only.', 'required'),
      http_put_response_hop_limit: 1,
    }),
    network_interfaces: block({
      associate_public_ip_address: 'false',
      security_groups: [expr('aws_security_group.router.id')],
      delete_on_termination: 'true',
    }),
    block_device_mappings: block({
      device_name: '/dev/xvda',
      ebs: block({
        volume_type: 'gp3',
        volume_size: diskGb,
        delete_on_termination: 'true',
        encrypted: why(
          "Uses the account's EBS key: a customer managed key needs a grant for Auto Scaling, and without it launches fail.",
          'true',
        ),
      }),
    }),
    monitoring: block({ enabled: true }),
    tag_specifications: [block({ resource_type: 'instance', tags }), block({ resource_type: 'volume', tags })],
    lifecycle: block({ create_before_destroy: true }),
  });
}

/** Everything the boot script needs. Routes are not among them: they are followed, not baked in. */
function userDataValues({ aws, inspection }: InfraPlan, { names, readinessPort }: RouterFleet): Value {
  return {
    region: aws.region,
    bucket: expr('aws_s3_bucket.config.id'),
    artifact_key: expr('aws_s3_object.router_artifact.key'),
    artifact_sha256: expr('local.router_artifact_sha256'),
    routes_key: names.keys.routes,
    policy_key: names.keys.policy,
    log_group: names.logGroup,
    readiness_port: readinessPort,
    ...(inspection && { issuer_secret: inspection.secret }),
  };
}
