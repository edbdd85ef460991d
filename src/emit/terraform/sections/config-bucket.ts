import type { InfraPlan } from '../../../ir/index.ts';
import { type Context, symbolicNames } from '../context.ts';
import { address, block, call, expr, policy, type Section, template, type Value, why } from '../language/value.ts';
import { resource } from '../names.ts';

/** Days that an older version of an object is kept. */
const noncurrentDays = 90;

/** `config-bucket.tf`: one encrypted, versioned bucket for what the routers run and follow, and its key. */
export function configBucketSections({ infra }: Context): readonly Section[] {
  const { encryptionKey, router } = infra;
  return [
    ...(encryptionKey ? keySections(infra, encryptionKey) : []),
    ...(router ? bucketSections(router.names.bucket) : []),
  ];
}

function keySections({ aws, name }: InfraPlan, key: NonNullable<InfraPlan['encryptionKey']>): readonly Section[] {
  return [
    resource(
      'aws_kms_key',
      'hub',
      {
        description: `${name}: configuration, logs and brokers of lakegate`,
        enable_key_rotation: true,
        policy: policy([
          {
            Sid: 'AccountGrantsByIam',
            Effect: 'Allow',
            Principal: { AWS: `arn:${aws.partition}:iam::${aws.account}:root` },
            Action: 'kms:*',
            Resource: '*',
          },
          {
            Sid: 'LogGroupsOfThisName',
            Effect: 'Allow',
            Principal: { Service: `logs.${aws.region}.amazonaws.com` },
            Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
            Resource: '*',
            Condition: {
              ArnLike: {
                'kms:EncryptionContext:aws:logs:arn': `arn:${aws.partition}:logs:${aws.region}:${aws.account}:log-group:${key.logGroups}`,
              },
            },
          },
          {
            Sid: 'AlarmsToTheirTopic',
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Resource: '*',
            Condition: { StringEquals: { 'aws:SourceAccount': aws.account } },
          },
        ]),
      },
      'In a key policy, "*" means this key only.',
    ),
    resource('aws_kms_alias', 'hub', { name: key.alias, target_key_id: expr('aws_kms_key.hub.key_id') }),
  ];
}

function bucketSections(name: string): readonly Section[] {
  const bucket = expr('aws_s3_bucket.config.id');
  return [
    resource('aws_s3_bucket', 'config', {
      bucket: name,
      force_destroy: why('Everything in it can be recreated from the plan.', true),
    }),
    resource('aws_s3_bucket_versioning', 'config', {
      bucket,
      versioning_configuration: block({ status: 'Enabled' }),
    }),
    resource('aws_s3_bucket_server_side_encryption_configuration', 'config', {
      bucket,
      rule: block({
        bucket_key_enabled: true,
        apply_server_side_encryption_by_default: block({
          sse_algorithm: 'aws:kms',
          kms_master_key_id: expr('aws_kms_key.hub.arn'),
        }),
      }),
    }),
    resource('aws_s3_bucket_public_access_block', 'config', {
      bucket,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    }),
    resource('aws_s3_bucket_lifecycle_configuration', 'config', {
      bucket,
      rule: block({
        id: 'old-versions',
        status: 'Enabled',
        filter: block({}),
        noncurrent_version_expiration: block({ noncurrent_days: noncurrentDays }),
      }),
      depends_on: [address('aws_s3_bucket_versioning.config')],
    }),
    resource('aws_s3_bucket_policy', 'config', {
      bucket,
      policy: policy([
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [expr('aws_s3_bucket.config.arn'), template(expr('aws_s3_bucket.config.arn'), '/*')],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
      depends_on: [address('aws_s3_bucket_public_access_block.config')],
    }),
  ];
}

/** Name of the file that holds the routes: a template where names are known only after apply. */
export const routesFile = (text: string): string =>
  symbolicNames(text).size > 0 ? 'routes.json.tftpl' : 'routes.json';

/** `routes-object.tf`: what the routers follow. A change here reaches them in seconds and replaces no instance. */
export function routesObjectSections({ infra }: Context, routesText: string): readonly Section[] {
  if (!infra.router) return [];
  const names = symbolicNames(routesText);
  const file = template(expr('path.module'), `/${routesFile(routesText)}`);
  const hosts: Value = Object.fromEntries(names);
  return [
    resource('aws_s3_object', 'routes', {
      bucket: expr('aws_s3_bucket.config.id'),
      key: infra.router.names.keys.routes,
      content:
        names.size === 0
          ? call('file', file)
          : why('Brokers get their names when the cluster is created.', call('templatefile', file, { hosts })),
      content_type: 'application/json',
      kms_key_id: expr('aws_kms_key.hub.arn'),
      depends_on: [
        address('aws_s3_bucket_versioning.config'),
        address('aws_s3_bucket_server_side_encryption_configuration.config'),
      ],
    }),
  ];
}
