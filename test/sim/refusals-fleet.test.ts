import { home } from './hub-world.ts';
import { describeRefusals, fleet, json, remove, thing, trust, vpcOf } from './refusal.ts';

describeRefusals({
  fleets: [
    [
      'a template name of two characters',
      async (hub) => () => hub.make('aws_launch_template', { name: 'ab' }),
      /^InvalidLaunchTemplateName/,
    ],
    [
      'a profile that does not exist',
      async (hub) => () =>
        hub.make('aws_launch_template', { name: 'router', iam_instance_profile: [{ name: 'none' }] }),
      /^InvalidParameterValue: Invalid IamInstanceProfile/,
    ],
    [
      'a group without a template',
      async (hub) => {
        const subnets = await hub.subnets(await hub.vpc());
        return () =>
          hub.make('aws_autoscaling_group', { name: 'router', min_size: 1, max_size: 2, vpc_zone_identifier: subnets });
      },
      /^ValidationError: .*launch template/,
    ],
    [
      'more at least than at most',
      async (hub) => {
        const input = await fleet(hub);
        return () => hub.make('aws_autoscaling_group', { ...input, min_size: 3, max_size: 2 });
      },
      /^ValidationError: Max bound/,
    ],
    [
      'a target group for addresses',
      async (hub) => {
        const input = await fleet(hub);
        const { id } = await hub.make('aws_autoscaling_group', input);
        const group = await hub.group('a', vpcOf(hub));
        return () =>
          hub.make('aws_autoscaling_attachment', { autoscaling_group_name: id, lb_target_group_arn: group.id });
      },
      /^ValidationError: .*target type instance/,
    ],
    [
      'deletion of a subnet with instances',
      async (hub) => {
        const input = await fleet(hub);
        await hub.make('aws_autoscaling_group', input);
        return remove(hub, thing(hub, 'aws_subnet', input.vpc_zone_identifier[0] ?? ''));
      },
      /^DependencyViolation/,
    ],
  ],
  identity: [
    [
      'a role name of 65 characters',
      async (hub) => () => hub.make('aws_iam_role', { name: 'r'.repeat(65), assume_role_policy: trust }),
      /^ValidationError: .*64/,
    ],
    [
      'a role that names itself before it exists',
      async (hub) => () =>
        hub.make('aws_iam_role', {
          name: 'self',
          assume_role_policy: json({
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: 'arn:aws:iam::111122223333:role/self' },
          }),
        }),
      /^MalformedPolicyDocument: Invalid principal/,
    ],
    [
      'a policy that is not JSON',
      async (hub) => {
        await hub.make('aws_iam_role', { name: 'r', assume_role_policy: trust });
        return () => hub.make('aws_iam_role_policy', { role: 'r', name: 'p', policy: '{' });
      },
      /^MalformedPolicyDocument/,
    ],
    [
      'a policy without a resource',
      async (hub) => {
        await hub.make('aws_iam_role', { name: 'r', assume_role_policy: trust });
        return () =>
          hub.make('aws_iam_role_policy', {
            role: 'r',
            name: 'p',
            policy: json({ Effect: 'Allow', Action: 's3:GetObject' }),
          });
      },
      /^MalformedPolicyDocument: .*resources/,
    ],
    [
      'a policy of a role that does not exist',
      async (hub) => () => hub.make('aws_iam_role_policy', { role: 'none', name: 'p', policy: trust }),
      /^NoSuchEntity/,
    ],
    [
      'deletion of a role in a profile',
      async (hub) => {
        const role = await hub.make('aws_iam_role', { name: 'r', assume_role_policy: trust });
        await hub.make('aws_iam_instance_profile', { name: 'p', role: 'r' });
        return remove(hub, role);
      },
      /^DeleteConflict/,
    ],
  ],
  'storage, logs, names, Kafka': [
    [
      'a bucket name with a capital',
      async (hub) => () => hub.make('aws_s3_bucket', { bucket: 'Acme' }),
      /^InvalidBucketName/,
    ],
    [
      'a bucket name of an account that is not ours',
      async (hub) => {
        await hub.make('aws_s3_bucket', { bucket: 'acme' }, { ...home, account: '999999999999' });
        return () => hub.make('aws_s3_bucket', { bucket: 'acme' });
      },
      /^BucketAlreadyExists/,
    ],
    [
      'deletion of a bucket with objects',
      async (hub) => {
        const bucket = await hub.make('aws_s3_bucket', { bucket: 'acme' });
        await hub.make('aws_s3_object', { bucket: 'acme', key: 'k', content: 'c' });
        return remove(hub, bucket);
      },
      /^BucketNotEmpty/,
    ],
    [
      'an object in no bucket',
      async (hub) => () => hub.make('aws_s3_object', { bucket: 'none', key: 'k' }),
      /^NoSuchBucket/,
    ],
    [
      'an alias without its prefix',
      async (hub) => () => hub.make('aws_kms_alias', { name: 'hub', target_key_id: 'k' }),
      /^InvalidAliasName/,
    ],
    [
      'an alias of no key',
      async (hub) => () => hub.make('aws_kms_alias', { name: 'alias/hub', target_key_id: 'k' }),
      /^NotFoundException/,
    ],
    [
      'a retention of 8 days',
      async (hub) => () => hub.make('aws_cloudwatch_log_group', { name: '/a', retention_in_days: 8 }),
      /^InvalidParameterException/,
    ],
    [
      'an alarm to a topic that does not exist',
      async (hub) => () =>
        hub.make('aws_cloudwatch_metric_alarm', {
          alarm_name: 'a',
          alarm_actions: ['arn:aws:sns:eu-west-1:111122223333:none'],
        }),
      /^ValidationError/,
    ],
    [
      'a resolver endpoint with one address',
      async (hub) => {
        const [subnet_id = ''] = await hub.subnets(await hub.vpc());
        return () => hub.make('aws_route53_resolver_endpoint', { direction: 'OUTBOUND', ip_address: [{ subnet_id }] });
      },
      /^InvalidRequestException: .*at least 2/,
    ],
    [
      'a cluster with 4 brokers in 3 subnets',
      async (hub) => {
        const client_subnets = await hub.subnets(await hub.vpc(), 3);
        return () =>
          hub.make('aws_msk_cluster', {
            cluster_name: 'e',
            number_of_broker_nodes: 4,
            broker_node_group_info: [{ client_subnets }],
          });
      },
      /^BadRequestException: .*multiple/,
    ],
    [
      'a cluster name with a dot',
      async (hub) => () => hub.make('aws_msk_cluster', { cluster_name: 'a.b' }),
      /^BadRequestException/,
    ],
  ],
});
