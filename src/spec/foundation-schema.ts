import { z } from 'zod';
import { flagField, formField, lineField, nameKey, vpcCidrField, wholeField } from './fields.ts';

/** S3's own rule for bucket names, without the rarely met exceptions (prefixes and suffixes that AWS keeps for itself). */
const bucketPattern = /^(?!\d{1,3}(\.\d{1,3}){3}$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const bucketField = (description: string) =>
  formField(
    bucketPattern,
    'a bucket name (3 to 63 lower-case letters, digits, hyphens, dots)',
    description,
    'acme-lake',
  );

const created = (what: string) => z.enum(['create']).meta({ description: `${what}: \`create\` creates a KMS key.` });

const cronField = (description: string) =>
  formField(
    /^[0-9*/,-]+( [0-9A-Z*/,?#L-]+){4}$/,
    'a cron expression of five fields',
    `${description} Minute, hour, day of month, month, day of week.`,
    '0 20 * * 1-5',
  );

const dataNames = (description: string) => z.array(nameKey).min(1).meta({ description });

const dataRole = z
  .strictObject({
    read: dataNames('Data buckets that it reads, by their names in `storage.data`.').optional(),
    write: dataNames('Data buckets that it reads and writes, by their names in `storage.data`.').optional(),
  })
  .meta({ description: 'Rights of a role on the data buckets.' });

/** `workspaces.<name>.create`: checked for its shape here, acted on by the foundation's emitter. */
export const foundationSchema = z
  .strictObject({
    network: z
      .strictObject({
        cidr: vpcCidrField('Address range of the workspace VPC.', 24, 'a workspace needs at least 256'),
        zones: wholeField(2, 6, 'Availability zones, each with a private and a public subnet.').default(3),
        nat: z
          .enum(['none', 'one', 'per-zone'])
          .default('one')
          .meta({ description: 'NAT gateways: none, one for all zones (cheaper), or one per zone.' }),
        endpoints: z
          .array(z.enum(['s3', 'sts', 'kinesis', 'kms', 'ssm', 'logs', 'ec2', 'glue']))
          .default(['s3', 'sts', 'kinesis'])
          .meta({
            description:
              'VPC endpoints in the workspace VPC. S3 is a gateway endpoint, the others are interface endpoints.',
          }),
      })
      .meta({ description: 'The VPC of classic compute.' }),
    keys: z
      .strictObject({
        managed_services: created('Key for notebooks, secrets and queries').optional(),
        storage: created('Key for the root bucket and cluster volumes').optional(),
      })
      .optional()
      .meta({ description: 'Customer-managed keys.' }),
    storage: z
      .strictObject({
        root: bucketField('The root bucket of the workspace.'),
        data: z
          .array(nameKey)
          .default([])
          .meta({ description: 'Short names of data buckets, such as raw, prepared, trusted.' }),
        logs: z
          .array(z.enum(['access', 'databricks']))
          .default([])
          .meta({ description: 'Buckets for logs: S3 access logs, Databricks audit and billing logs.' }),
        encryption: z
          .strictObject({
            mode: z.enum(['sse-s3', 'sse-kms']).default('sse-kms').meta({ description: 'Encryption at rest.' }),
            client_side: z.enum(['off', 'kms']).default('off').meta({ description: 'Encryption before upload.' }),
          })
          .optional()
          .meta({ description: 'How objects are encrypted.' }),
      })
      .meta({ description: 'S3 buckets.' }),
    roles: z
      .strictObject({
        data: z
          .record(nameKey, dataRole)
          .optional()
          .meta({ description: 'Roles for data access, such as reader and writer. Each has an instance profile.' }),
        glue: flagField('A role for the Glue catalog.').optional(),
        log_delivery: flagField('A role with which Databricks delivers logs.').optional(),
      })
      .optional()
      .meta({ description: 'IAM roles in addition to the cross-account role, which is always created.' }),
    groups: z
      .record(
        nameKey,
        z
          .strictObject({ role: z.string().meta({ description: 'A role in `roles.data`.' }) })
          .meta({ description: 'A group.' }),
      )
      .optional()
      .meta({ description: 'Workspace groups and the data role of each.' }),
    cluster: z
      .strictObject({
        node: formField(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'an instance type', 'Instance type.', 'i3.xlarge'),
        workers: z
          .strictObject({
            min: wholeField(0, 100_000, 'Minimum number of workers.'),
            max: wholeField(1, 100_000, 'Maximum number of workers.'),
          })
          .meta({ description: 'Autoscaling range.' }),
        autotermination_minutes: wholeField(10, 10_000, 'Idle minutes after which the cluster stops.').default(20),
      })
      .optional()
      .meta({ description: 'An example cluster.' }),
    privatelink: z
      .strictObject({
        back_end: flagField('Classic compute reaches the control plane through PrivateLink.').default(false),
        front_end: flagField('Users reach the workspace through PrivateLink.').default(false),
      })
      .optional()
      .meta({ description: 'PrivateLink between the workspace VPC and Databricks.' }),
    sso: z
      .strictObject({ audience: formField(/^https:\/\/\S+$/, 'an https URL', 'Audience of the identity provider.') })
      .optional()
      .meta({ description: 'Single sign-on settings.' }),
    credentials: z
      .strictObject({
        store: z.enum(['ssm']).meta({ description: 'Where credentials are kept: SSM Parameter Store.' }),
        path: formField(/^(\/[A-Za-z0-9_.-]+){1,10}$/, 'a parameter path', 'Prefix of the parameters.', '/acme/lake'),
      })
      .optional()
      .meta({ description: 'OAuth credentials of the workspace’s service principal.' }),
    sleep: z
      .strictObject({
        schedule: cronField('When to remove resources that cost money while idle.'),
        wake: cronField('When to restore them.'),
        timezone: lineField('An IANA time zone.', 64).default('UTC'),
      })
      .optional()
      .meta({ description: 'Schedule for sleep and wake.' }),
  })
  .meta({ description: 'A workspace to create, with its network, keys, buckets and roles.' });

export type RawFoundation = z.infer<typeof foundationSchema>;
