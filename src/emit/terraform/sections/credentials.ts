import { unityCatalogRoleFacts } from '../../../facts/index.ts';
import type { InfraPlan, MskCluster, ServiceCredential } from '../../../ir/index.ts';
import type { Context } from '../context.ts';
import { address, block, call, expr, policy, type Section, type Value, why } from '../language/value.ts';
import { ident, resource } from '../names.ts';

type Kafka = NonNullable<ServiceCredential['kafka']>;

/** `credentials.tf`: Unity Catalog service credentials, each with a role that trusts Databricks from the first apply. */
export function credentialSections({ infra }: Context): readonly Section[] {
  return infra.credentials.flatMap((credential) => credentialSection(credential, infra));
}

function credentialSection(credential: ServiceCredential, infra: InfraPlan): readonly Section[] {
  const id = ident(credential.name);
  const cluster = infra.mskClusters.find(({ target }) => target === credential.kafka?.target);
  const arn = cluster && clusterArn(cluster);
  return [
    resource('aws_iam_role', id, {
      name: credential.roleName,
      assume_role_policy: trust(credential, infra, unityCatalogRoleFacts[infra.databricks.partition].value),
    }),
    ...(credential.kafka && arn !== undefined
      ? [
          resource('aws_iam_role_policy', id, {
            name: 'kafka',
            role: expr(`aws_iam_role.${id}.id`),
            policy: policy(kafkaStatements(credential.kafka, arn)),
          }),
        ]
      : []),
    resource('databricks_credential', id, {
      name: credential.name,
      purpose: 'SERVICE',
      comment: `lakegate ${infra.name}`,
      aws_iam_role: block({ role_arn: expr(`aws_iam_role.${id}.arn`) }),
      provider_config: workspaceConfig(infra),
      ...(credential.kafka && { depends_on: [address(`aws_iam_role_policy.${id}`)] }),
    }),
  ];
}

/** Unity Catalog objects are made through a workspace; any of the metastore will do, and the first that has an id does. */
export function workspaceConfig({ nccs }: InfraPlan): ReturnType<typeof why> | undefined {
  const id = nccs.flatMap((ncc) => ncc.workspaces).find((workspace) => workspace.id !== undefined)?.id;
  return id === undefined ? undefined : why('Any workspace of the metastore works.', block({ workspace_id: id }));
}

/**
 * Databricks may assume the role, and the role itself, which Unity Catalog demands. The role is named by a condition and
 * not as a principal: IAM refuses a principal that does not exist yet, and a second apply would be needed.
 */
function trust({ roleName, externalId }: ServiceCredential, { aws }: InfraPlan, masterRole: string): Value {
  const withExternalId = { 'sts:ExternalId': externalId };
  return policy([
    {
      Sid: 'UnityCatalogAssumeRole',
      Effect: 'Allow',
      Principal: { AWS: masterRole },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: withExternalId },
    },
    {
      Sid: 'ExplicitSelfRoleAssumption',
      Effect: 'Allow',
      Principal: { AWS: `arn:${aws.partition}:iam::${aws.account}:root` },
      Action: 'sts:AssumeRole',
      Condition: {
        ArnLike: { 'aws:PrincipalArn': `arn:${aws.partition}:iam::${aws.account}:role/${roleName}` },
        StringEquals: withExternalId,
      },
    },
  ]);
}

function clusterArn({ source, target }: MskCluster): Value | undefined {
  switch (source.kind) {
    case 'create':
      return expr(`aws_msk_cluster.${ident(target)}.arn`);
    case 'existing':
      return source.clusterArn;
    default:
      return source satisfies never;
  }
}

/** @see https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html (2026-11-20) */
function kafkaStatements({ topics, groups, actions }: Kafka, arn: Value): readonly Value[] {
  const read = actions.includes('read');
  const write = actions.includes('write');
  const within = (kind: 'topic' | 'group', name: string): Value => {
    const base = call('replace', arn, ':cluster/', `:${kind}/`);
    return call('join', '/', [base, name]);
  };
  return [
    {
      Sid: 'Connect',
      Effect: 'Allow',
      Action: ['kafka-cluster:Connect', ...(write ? ['kafka-cluster:WriteDataIdempotently'] : [])],
      Resource: arn,
    },
    {
      Sid: 'Topics',
      Effect: 'Allow',
      Action: [
        'kafka-cluster:DescribeTopic',
        ...(read ? ['kafka-cluster:ReadData'] : []),
        ...(write ? ['kafka-cluster:WriteData'] : []),
      ],
      Resource: topics.map((topic) => within('topic', topic)),
    },
    ...(read && groups.length > 0
      ? [
          {
            Sid: 'Groups',
            Effect: 'Allow',
            Action: ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'],
            Resource: groups.map((group) => within('group', group)),
          },
        ]
      : []),
  ];
}
