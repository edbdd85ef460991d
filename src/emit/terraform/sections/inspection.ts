import { bundleFileOf, type InfraPlan, type InspectionPlan } from '../../../ir/index.ts';
import type { Context } from '../context.ts';
import { address, block, call, expr, policy, type Section, template, type Value, why } from '../language/value.ts';
import { output, resource } from '../names.ts';
import { workspaceConfig } from './credentials.ts';

/** Numbers of the keys of the root. A second one is made for a rotation and stays. */
export const caKeysVariable: Section = {
  kind: 'variable',
  labels: ['inspection_ca_keys'],
  body: {
    type: address('set(string)'),
    description:
      'Numbers of the KMS keys for the root of the inspection CA. Add "2" before `lakegate ca rotate`; remove none, because keys are protected.',
    default: ['1'],
  },
};

/** `inspection.tf`: the key of the root, the secret of the intermediate, who may use them, and delivery to Databricks. */
export function inspectionSections({ infra }: Context): readonly Section[] {
  const { inspection } = infra;
  if (!inspection) return [];
  const role = inspection.signer?.roleName;
  return [
    ...(role === undefined ? [] : [...keySections(infra, inspection), ...signerSections(infra, inspection, role)]),
    secretSection(infra, inspection),
    ...deliverySections(infra, inspection),
  ];
}

const signerArn = expr('aws_iam_role.inspection_signer.arn');

function keySections({ aws, name }: InfraPlan, { ca }: InspectionPlan): readonly Section[] {
  return [
    resource(
      'aws_kms_key',
      'inspection_ca',
      {
        for_each: expr('var.inspection_ca_keys'),
        description: `${name}: key of the root of the inspection CA`,
        key_usage: 'SIGN_VERIFY',
        customer_master_key_spec: 'ECC_NIST_P256',
        deletion_window_in_days: 30,
        policy: policy([
          {
            Sid: 'AccountManagesByIam',
            Effect: 'Allow',
            Principal: { AWS: `arn:${aws.partition}:iam::${aws.account}:root` },
            Action: [
              'kms:CancelKeyDeletion',
              'kms:DescribeKey',
              'kms:DisableKey',
              'kms:EnableKey',
              'kms:GetKeyPolicy',
              'kms:GetKeyRotationStatus',
              'kms:GetPublicKey',
              'kms:ListResourceTags',
              'kms:PutKeyPolicy',
              'kms:ScheduleKeyDeletion',
              'kms:TagResource',
              'kms:UntagResource',
              'kms:UpdateAlias',
              'kms:CreateAlias',
              'kms:DeleteAlias',
              'kms:UpdateKeyDescription',
            ],
            Resource: '*',
          },
          {
            Sid: 'OnlyTheSignerSigns',
            Effect: 'Allow',
            Principal: { AWS: signerArn },
            Action: ['kms:GetPublicKey', 'kms:Sign'],
            Resource: '*',
          },
        ]),
        lifecycle: block({ prevent_destroy: true }),
      },
      'In this policy no right to sign is delegated to IAM: a role with kms:* in the account cannot use the key.',
    ),
    resource('aws_kms_alias', 'inspection_ca', {
      for_each: expr('var.inspection_ca_keys'),
      name: template(ca.keyAlias, expr('each.key')),
      target_key_id: expr('aws_kms_key.inspection_ca[each.key].key_id'),
    }),
  ];
}

function signerSections(infra: InfraPlan, inspection: InspectionPlan, roleName: string): readonly Section[] {
  return [
    resource('aws_iam_role', 'inspection_signer', {
      name: roleName,
      description: 'Runs lakegate ca sign --renew.',
      assume_role_policy: policy([trustOf(infra, inspection)]),
    }),
    resource('aws_iam_role_policy', 'inspection_signer', {
      name: 'sign',
      role: expr('aws_iam_role.inspection_signer.id'),
      policy: policy([
        {
          Sid: 'SignWithTheRoot',
          Effect: 'Allow',
          Action: ['kms:GetPublicKey', 'kms:Sign'],
          Resource: expr('[for key in aws_kms_key.inspection_ca : key.arn]'),
        },
        {
          Sid: 'ReplaceTheIntermediate',
          Effect: 'Allow',
          Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
          Resource: expr('aws_secretsmanager_secret.inspection_issuer.arn'),
        },
        {
          Sid: 'EncryptIt',
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: expr('aws_kms_key.hub.arn'),
          Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${infra.aws.region}.amazonaws.com` } },
        },
      ]),
    }),
    output('inspection_signer_role', {
      description: 'The role of the signer of the inspection CA.',
      value: signerArn,
    }),
  ];
}

/** The host of the identity tokens of GitHub's workflows; the account has it as an identity provider. */
const githubTokens = 'token.actions.githubusercontent.com';

function trustOf({ aws }: InfraPlan, { signer }: InspectionPlan): { readonly [key: string]: Value } {
  const allowed = { Sid: 'TheCi', Effect: 'Allow' };
  if (signer?.trusts.by !== 'github')
    return { ...allowed, Principal: { AWS: signer?.trusts.arn ?? '' }, Action: 'sts:AssumeRole' };
  const { repository, branch } = signer.trusts;
  return {
    ...allowed,
    Principal: { Federated: `arn:${aws.partition}:iam::${aws.account}:oidc-provider/${githubTokens}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        [`${githubTokens}:aud`]: 'sts.amazonaws.com',
        [`${githubTokens}:sub`]: `repo:${repository}:ref:refs/heads/${branch}`,
      },
    },
  };
}

const secretSection = ({ router }: InfraPlan, { secret, signer }: InspectionPlan): Section =>
  resource(
    'aws_secretsmanager_secret',
    'inspection_issuer',
    {
      name: secret,
      description: 'The intermediate CA of the routers. lakegate ca sign writes it.',
      kms_key_id: expr('aws_kms_key.hub.arn'),
      recovery_window_in_days: 7,
      ...(router &&
        signer && {
          policy: policy([
            {
              Sid: 'NobodyElseReads',
              Effect: 'Deny',
              Principal: '*',
              Action: 'secretsmanager:GetSecretValue',
              Resource: '*',
              Condition: {
                ArnNotEquals: { 'aws:PrincipalArn': [expr('aws_iam_role.router.arn'), signerArn] },
              },
            },
          ]),
        }),
    },
    'Only the secret. Its value is written by the signer: it is in no file, plan or state of Terraform.',
  );

function deliverySections(infra: InfraPlan, { deliver, names }: InspectionPlan): readonly Section[] {
  if (!deliver) return [];
  const [catalog = '', schema = '', volume = ''] = deliver.volume.split('.');
  const provider_config = workspaceConfig(infra);
  return [
    ...(deliver.create
      ? [
          resource('databricks_volume', 'certificates', {
            name: volume,
            catalog_name: catalog,
            schema_name: schema,
            volume_type: 'MANAGED',
            comment: `Certificates that clients of ${infra.name} trust`,
            provider_config,
          }),
        ]
      : []),
    resource(
      'databricks_file',
      'inspection_ca',
      {
        for_each: why(
          'The CA alone, and the CA with the public roots: lakegate ca bundle writes both here. They are public.',
          call('fileset', expr('path.module'), `{${deliver.file},${bundleFileOf(deliver.file)}}`),
        ),
        path: template(
          ...(deliver.create
            ? [expr('databricks_volume.certificates.volume_path')]
            : [`/Volumes/${catalog}/${schema}/${volume}`]),
          '/',
          expr('each.key'),
        ),
        content_base64: expr(`filebase64("\${path.module}/\${each.key}")`),
        provider_config,
      },
      `The CA may sign for: ${names.join(', ')}.`,
    ),
  ];
}
