import type { AwsPlan, InfraPlan } from '../../../ir/index.ts';
import { type Body, block, type Section, why } from '../language/value.ts';
import { ident } from '../names.ts';

/** From the versions whose schemas the tests check every attribute against, to the next major. */
const providers = {
  aws: { source: 'hashicorp/aws', version: '>= 6.66.0, < 7.0.0' },
  databricks: { source: 'databricks/databricks', version: '>= 1.132.0, < 2.0.0' },
} as const;

export type Provider = keyof typeof providers;

type Backend = NonNullable<AwsPlan['backend']>;

interface TerraformSettings {
  readonly providers: readonly Provider[];
  readonly state?: Backend | undefined;
  readonly region: string;
}

/** What runs a configuration, and where its state lives. */
export function terraformSection({ providers: needed, state, region }: TerraformSettings): Section {
  return {
    kind: 'terraform',
    labels: [],
    body: {
      required_version: why('Terraform and OpenTofu; from here on both lock a state in S3 themselves.', '>= 1.10.0'),
      required_providers: block(Object.fromEntries(needed.map((name) => [name, providers[name]]))),
      ...(state && { backend: backendBlock(state, region) }),
    },
  };
}

const backendBlock = (backend: Backend, region: string): ReturnType<typeof block> =>
  block(
    {
      bucket: backend.bucket,
      key: backend.key,
      region: backend.region ?? region,
      ...(backend.kmsKey === undefined
        ? {}
        : {
            encrypt: why('With its key: without one, AES256 would take the place of the key of the bucket.', true),
            kms_key_id: backend.kmsKey,
          }),
      ...(backend.role === undefined ? {} : { assume_role: { role_arn: backend.role } }),
      ...(backend.lock === 'native' ? { use_lockfile: true } : { dynamodb_table: backend.lockTable }),
    },
    's3',
  );

/** `providers.tf`. Credentials come from the environment of whoever applies; none is written here. */
export function providerSections({ aws, databricks, networks, name }: InfraPlan): readonly Section[] {
  const tags = { tags: { ...aws.tags, [aws.planTag.key]: aws.planTag.value } };
  const defaults: Body = {
    region: aws.region,
    allowed_account_ids: why('Credentials of another account fail here, before anything is created.', [aws.account]),
    default_tags: block(tags),
  };
  const spokes = networks
    .filter((network) => network.spokeSide === 'assume-role')
    .map(
      (network): Section => ({
        kind: 'provider',
        labels: ['aws'],
        body: {
          alias: ident(network.name),
          region: aws.region,
          ...(network.account && { allowed_account_ids: [network.account] }),
          assume_role: block({ role_arn: network.assumeRole ?? '', session_name: `lakegate-${name}` }),
          default_tags: block(tags),
        },
        comment: `The spoke's side of the network ${network.name}.`,
      }),
    );
  return [
    { kind: 'provider', labels: ['aws'], body: defaults },
    ...spokes,
    {
      kind: 'provider',
      labels: ['databricks'],
      body: { host: databricks.accountHost, account_id: databricks.accountId },
      comment:
        'The account, not a workspace. The environment must have DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal with the account-admin role.',
    },
  ];
}
