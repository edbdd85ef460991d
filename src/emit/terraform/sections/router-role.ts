import type { InfraPlan } from '../../../ir/index.ts';
import { expr, policy, type Section, template, type Value } from '../language/value.ts';
import { resource } from '../names.ts';

/** The fleet's role: its own objects, its own log group, and a shell through Session Manager instead of SSH. */
export function routerRoleSections(infra: InfraPlan): readonly Section[] {
  const { router } = infra;
  if (!router) return [];
  const { fleet, keys } = router.names;
  const instances = router.run === 'instances';
  const objects: Value[] = [
    template(expr('aws_s3_bucket.config.arn'), `/${keys.routes}`),
    template(expr('aws_s3_bucket.config.arn'), `/${keys.policy}`),
    ...(instances ? [template(expr('aws_s3_bucket.config.arn'), `/${keys.artifacts}*`)] : []),
  ];
  return [
    resource('aws_iam_role', 'router', {
      name: fleet,
      assume_role_policy: policy([
        {
          Effect: 'Allow',
          Principal: { Service: instances ? 'ec2.amazonaws.com' : 'ecs-tasks.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ]),
    }),
    resource('aws_iam_role_policy', 'router', {
      name: 'router',
      role: expr('aws_iam_role.router.id'),
      policy: policy([
        { Sid: 'OwnObjects', Effect: 'Allow', Action: 's3:GetObject', Resource: objects },
        {
          Sid: 'SeeThatAnObjectIsNotThereYet',
          Effect: 'Allow',
          Action: 's3:ListBucket',
          Resource: expr('aws_s3_bucket.config.arn'),
        },
        { Sid: 'ReadThem', Effect: 'Allow', Action: 'kms:Decrypt', Resource: expr('aws_kms_key.hub.arn') },
        {
          Sid: 'OwnLog',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: template(expr('aws_cloudwatch_log_group.router.arn'), ':*'),
        },
        ...(infra.inspection
          ? [
              {
                Sid: 'OwnIntermediate',
                Effect: 'Allow',
                Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
                Resource: expr('aws_secretsmanager_secret.inspection_issuer.arn'),
              },
            ]
          : []),
        ...(instances ? [sessionManager] : []),
      ]),
    }),
  ];
}

/** What the agent on the machine needs for a session, and no more. These actions take no narrower resource. */
const sessionManager: Value = {
  Sid: 'SessionManager',
  Effect: 'Allow',
  Action: [
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
  Resource: '*',
};
