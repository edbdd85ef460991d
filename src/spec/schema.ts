import { z } from 'zod';
import { type LimitName, limitNames, routePlanBounds } from '../ir/index.ts';
import {
  accountField,
  addressField,
  arnField,
  cidrField,
  flagField,
  formField,
  hostField,
  lineField,
  nameKey,
  referenceField,
  specNameField,
  vpcCidrField,
  wholeField,
} from './fields.ts';
import { bucketField, foundationSchema } from './foundation-schema.ts';
import { credentialSchema, instancePattern, targetSchema } from './target-schema.ts';

const vpcField = (description: string) =>
  formField(/^vpc-[0-9a-f]{8,17}$/, 'a VPC id (vpc- and hexadecimal digits)', description, 'vpc-0123456789abcdef0');

const tagsField = z
  .record(
    z.string().regex(/^(?!aws:)[\p{L}\p{N} _.:/=+@-]{1,128}$/iu),
    z
      .string()
      .max(256)
      .regex(/^\P{Cc}*$/u)
      .meta({ description: 'Value of the tag.' }),
  )
  .meta({ description: 'Tags of every AWS resource that lakegate creates.' });

const awsSchema = z
  .strictObject({
    region: formField(
      /^[a-z]{2}(-[a-z]+)+-\d$/,
      'an AWS region',
      'The region of the workspaces and the hub.',
      'eu-west-1',
    ),
    account: accountField('The AWS account of the hub, in quotes.'),
    tags: tagsField.default({}),
    terraform: z
      .strictObject({
        backend: z
          .strictObject({
            s3: z
              .strictObject({
                bucket: bucketField('The bucket of the state.'),
                lock: z
                  .enum(['native', 'dynamodb'])
                  .default('native')
                  .meta({ description: 'How the state is locked: by S3, or by a DynamoDB table.' }),
                kms_key: formField(
                  /^arn:aws(?:-us-gov)?:kms:[a-z0-9-]{1,32}:\d{12}:(?:key\/[\w-]{1,64}|alias\/[\w/-]{1,250})$/,
                  'the ARN of a KMS key or alias',
                  'The key that encrypts the state. Default: the encryption that the bucket has by default.',
                  'arn:aws:kms:eu-west-1:111122223333:alias/terraform-state',
                ).optional(),
                region: formField(
                  /^[a-z]{2}(-[a-z]+)+-\d$/,
                  'an AWS region',
                  'The region of the bucket. Default: the region of the hub.',
                  'eu-west-1',
                ).optional(),
                key: formField(
                  /^(?!\/)[\w!.*'()/-]{1,512}(?<!\/)$/,
                  'an object key, without / at its ends',
                  'The object that holds the state. Default: `lakegate/NAME/terraform.tfstate`.',
                  'network/lakegate.tfstate',
                ).optional(),
                role: arnField(
                  'iam',
                  /^role\/[\w+=,.@/-]{1,576}$/,
                  'A role that may read and write the state, such as one in the account of the bucket.',
                  'arn:aws:iam::444455556666:role/terraform-state',
                ).optional(),
              })
              .meta({ description: 'Terraform state in S3.' }),
          })
          .meta({ description: 'Where the Terraform state is kept.' }),
      })
      .optional()
      .meta({ description: 'Settings of the Terraform output.' }),
  })
  .meta({ description: 'AWS region, account and settings.' });

const databricksSchema = z
  .strictObject({
    account_id: formField(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      'a Databricks account id (a UUID)',
      'The Databricks account id, from the account console.',
      '0d26daa6-5e44-4c97-a497-ef015f91254a',
    ),
    partition: z
      .enum(['commercial', 'govcloud', 'govcloud-dod'])
      .default('commercial')
      .meta({ description: 'The Databricks partition: commercial, GovCloud civilian, or GovCloud DoD.' }),
    network_policy: z.enum(['enforced', 'dry-run']).optional().meta({
      description:
        'Restricts serverless egress of the workspaces to the granted names and buckets. Absent: lakegate does not manage network policies.',
    }),
  })
  .meta({ description: 'Databricks account and settings.' });

/** Where more than a router reads would be allowed. */
const limitsAtMost: Partial<Record<LimitName, number>> = {
  nccs_per_region: routePlanBounds.nccs,
  target_groups_per_region: routePlanBounds.listeners,
};

const limitsSchema = z
  .strictObject(
    Object.fromEntries(
      limitNames.map((name) => [
        name,
        wholeField(
          name === 'endpoints_in_use' ? 0 : 1,
          limitsAtMost[name] ?? 1_000_000,
          name === 'endpoints_in_use'
            ? 'Endpoints of the region that are used outside this file.'
            : 'The limit of your account, where it differs from the documented one.',
        ).optional(),
      ]),
    ) as Record<(typeof limitNames)[number], z.ZodOptional<z.ZodInt>>,
  )
  .meta({
    description: 'Limits that differ in your accounts, by name. `lakegate plan` shows the names and the values in use.',
  });

export const loadSchema = z
  .strictObject({
    connections: wholeField(1, 100_000_000, 'Simultaneous connections of all workspaces.').default(1000),
    gb_per_month: z
      .number()
      .min(0)
      .max(1e9)
      .default(1000)
      .meta({ description: 'Data transferred per month in both directions, in GB.' }),
    peak_mbps: z.number().min(1).max(1e7).default(100).meta({ description: 'Peak throughput in Mbit/s.' }),
  })
  .meta({ description: 'The expected load, used for the cost and for the size of the router fleet.' });

const workspaceSchema = z
  .strictObject({
    id: formField(
      /^\d{1,20}$/,
      'a workspace id: digits, in quotes',
      'The workspace id in quotes: the number after o= in the workspace URL.',
      '1234567890123456',
    ).optional(),
    create: foundationSchema.optional(),
  })
  .meta({ description: 'A Databricks workspace: an existing one (`id`), or one to create (`create`).' });

const hubSchema = z
  .strictObject({
    vpc: z
      .strictObject({
        create: z
          .strictObject({
            cidr: vpcCidrField(
              'Address range of the hub VPC, /16 to /26.',
              26,
              'subnets in three zones need at least 64',
            ),
            zones: wholeField(1, 6, 'Availability zones.').default(3),
            internet: z.enum(['auto', 'none']).default('auto').meta({
              description:
                'auto: NAT gateways if a target is on the internet. none: no NAT gateways; targets on the internet are an error.',
            }),
          })
          .optional()
          .meta({ description: 'A hub VPC to create.' }),
        id: vpcField('An existing hub VPC. Requires `subnets`.').optional(),
        subnets: z
          .array(formField(/^subnet-[0-9a-f]{8,17}$/, 'a subnet id', 'A private subnet.', 'subnet-0123456789abcdef0'))
          .min(1)
          .optional()
          .meta({ description: 'Private subnets of the existing VPC, one per zone.' }),
      })
      .meta({ description: 'The VPC of the load balancers and routers: one to create, or an existing one.' }),
    router: z
      .strictObject({
        engine: z
          .enum(['node', 'haproxy'])
          .default('node')
          .meta({ description: 'The router program: the one of lakegate (node), or HAProxy together with it.' }),
        run: z.enum(['instances', 'containers']).default('instances').meta({
          description: 'Where routers run: on EC2 instances of an auto scaling group, or in containers on ECS.',
        }),
        instance: formField(instancePattern, 'an instance type', 'Instance type of a router.', 't4g.small').default(
          't4g.small',
        ),
        min: wholeField(1, 500, 'Minimum number of routers.').default(2),
        max: wholeField(1, 500, 'Maximum number of routers.').default(6),
      })
      .prefault({})
      .meta({ description: 'The router fleet.' }),
    deletion_protection: flagField('Protects load balancers against deletion while it is true.').default(false),
  })
  .meta({
    description:
      'The VPC with the load balancers and routers, where connections arrive. Required unless all targets are S3 buckets.',
  });

const networkSchema = z
  .strictObject({
    reach: z.enum(['hub', 'transit-gateway', 'peering', 'internet']).meta({
      description:
        'How the hub reaches the network: it is the hub VPC, or through a transit gateway, VPC peering, or the internet.',
    }),
    transit_gateway: formField(
      /^tgw-[0-9a-f]{8,17}$/,
      'a transit gateway id',
      'The transit gateway.',
      'tgw-0a1b2c3d4e5f60718',
    ).optional(),
    account: accountField('The AWS account of the VPC, if it is not the account of the hub.').optional(),
    vpc: vpcField('The VPC of the network. Absent for on-premises networks.').optional(),
    cidrs: z
      .array(cidrField('An address range.'))
      .min(1)
      .max(routePlanBounds.cidrs)
      .optional()
      .meta({ description: 'Address ranges of the network. Routers connect only to addresses inside them.' }),
    dns: z
      .array(addressField('A resolver.', 'write the address of the resolver'))
      .min(1)
      .max(routePlanBounds.resolvers)
      .optional()
      .meta({ description: 'DNS resolvers for the names of this network. Default: the resolvers of the hub VPC.' }),
    private_zones: z
      .array(formField(/^Z[0-9A-Z]{5,31}$/, 'a hosted zone id', 'A private hosted zone.', 'Z0123456789ABCDEFGHIJ'))
      .min(1)
      .optional()
      .meta({
        description: 'Private hosted zones in the account of the network that the hub must be able to resolve.',
      }),
    assume_role: arnField(
      'iam',
      /^role\/[\w+=,.@/-]{1,576}$/,
      'A role in the account of the network that Terraform may assume. Absent: synth writes the resources of that account to a separate folder.',
      'arn:aws:iam::444455556666:role/lakegate-spoke',
    ).optional(),
  })
  .meta({ description: 'A network that contains targets.' });

export const grantSchema = z
  .strictObject({
    from: z
      .array(referenceField('A workspace, or "*" for all.'))
      .meta({ description: 'Workspaces, or ["*"] for all.' }),
    to: z.array(referenceField('A target, or "*" for all.')).meta({ description: 'Targets, or ["*"] for all.' }),
  })
  .meta({ description: 'Each workspace in `from` may reach each target in `to`.' });

const flowsSchema = z
  .strictObject({
    redact: z
      .array(lineField('A name of a field, in whatever case.', 100))
      .max(routePlanBounds.redactedNames)
      .default([])
      .meta({
        description:
          'Further names of header fields, query parameters, and fields of bodies whose values are never shown. The usual names of secrets are known.',
      }),
    sample: z.number().min(0).max(1).default(1).meta({
      description: 'Part of the answered requests that is recorded: 0.1 is every tenth. Refused ones always are.',
    }),
    bodies: z
      .array(
        z.strictObject({
          target: referenceField('An inspected target.'),
          until: formField(
            /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/,
            'a time in UTC',
            'No body is recorded from then on.',
            '2026-12-01T18:00:00Z',
          ),
        }),
      )
      .default([])
      .meta({ description: 'Targets whose bodies are recorded too: the first 16 KiB each way, secrets redacted.' }),
  })
  .meta({ description: 'What routers record of inspected requests.' });

const inspectionSchema = z
  .strictObject({
    ca: z
      .strictObject({
        subject: lineField('Common name of the CA. Default: lakegate and the name of the spec.', 64).optional(),
        days: wholeField(1, 3650, 'Validity of the CA in days.').default(397),
        names: z.array(hostField('A domain.')).min(1).max(1000).optional().meta({
          description:
            'Domains for which the CA may sign, each with all names below it. Default: exactly the inspected names, so that a further name needs a new certificate of the CA.',
        }),
        signer: z
          .strictObject({
            github: formField(
              /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/,
              'a repository: owner/name',
              'A GitHub repository whose scheduled workflow signs. Its identity tokens are trusted, for one branch.',
              'acme/network',
            ).optional(),
            branch: formField(/^[A-Za-z0-9._/-]{1,200}$/, 'a branch', 'The branch of `github`.', 'main').default(
              'main',
            ),
            role: formField(
              /^arn:aws(?:-us-gov)?:iam::[0-9]{12}:(?:role|user)\/[\w+=,.@/-]{1,512}$/,
              'the ARN of a role or user',
              'A role of another CI, which may act as the signer.',
              'arn:aws:iam::111122223333:role/ci',
            ).optional(),
          })
          .optional()
          .meta({
            description:
              'The CI that runs `lakegate ca sign --renew` every six hours: `github` or `role`. Without it nothing renews the intermediate CA of the routers.',
          }),
      })
      .prefault({})
      .meta({ description: 'The CA that signs certificates for inspected names. It cannot sign for other names.' }),
    deliver: z
      .strictObject({
        volume: formField(
          /^[^.\s/]+\.[^.\s/]+\.[^.\s/]+$/,
          'a volume: catalog.schema.volume',
          'Unity Catalog volume.',
          'main.security.certificates',
        ),
        file: formField(/^[\w-][\w.-]{0,254}$/, 'a file name', 'Name of the file in the volume.', 'lakegate-ca.pem'),
        create: flagField('true: Terraform creates the volume. Default: it exists.').default(false),
      })
      .optional()
      .meta({ description: 'Where the certificate of the CA is stored for workspaces.' }),
    flows: flowsSchema.optional(),
  })
  .meta({ description: 'Settings of TLS inspection, for targets with `tls: inspect`.' });

/** The sections that are not maps of named things. */
export const sectionSchemas = {
  lakegate: z.literal(1).meta({ description: 'Version of this format: 1.' }),
  name: specNameField,
  aws: awsSchema,
  databricks: databricksSchema,
  limits: limitsSchema,
  isolation: z.enum(['strict', 'shared']).meta({
    description:
      'Default strict: a workspace reaches only what it was granted. shared: lakegate may merge access sets, and lists each additional pair.',
  }),
  optimize: z.enum(['endpoints', 'cost']).meta({
    description:
      'What to minimize. Default endpoints: endpoints first, then endpoint services, then listeners. cost: the monthly price.',
  }),
  share_ncc: z
    .array(z.array(referenceField('A workspace.')).min(2).meta({ description: 'Workspaces that share an NCC.' }))
    .meta({
      description:
        'Accepted merges: the workspaces of an entry share an NCC, so each can reach what any of them was granted.',
    }),
  load: loadSchema,
  hub: hubSchema,
  inspection: inspectionSchema,
} as const;

/** Maps of named things, and the schema of one of them. */
export const namedSchemas = {
  workspaces: workspaceSchema,
  networks: networkSchema,
  targets: targetSchema,
  credentials: credentialSchema,
} as const;

/** The whole file, for the JSON Schema and the reference page. The reader takes it piece by piece, to find every problem in one run. */
export const specSchema = z
  .strictObject({
    lakegate: sectionSchemas.lakegate,
    name: sectionSchemas.name,
    aws: sectionSchemas.aws,
    databricks: sectionSchemas.databricks,
    limits: sectionSchemas.limits.optional(),
    isolation: sectionSchemas.isolation.optional(),
    optimize: sectionSchemas.optimize.optional(),
    share_ncc: sectionSchemas.share_ncc.optional(),
    load: sectionSchemas.load.optional(),
    workspaces: z
      .record(nameKey, workspaceSchema)
      .meta({ description: 'Databricks workspaces. You choose their names.' }),
    hub: sectionSchemas.hub.optional(),
    networks: z.record(nameKey, networkSchema).optional().meta({ description: 'Networks, by name.' }),
    inspection: sectionSchemas.inspection.optional(),
    credentials: z
      .record(nameKey, credentialSchema)
      .optional()
      .meta({ description: 'Credentials that workspaces use, by name.' }),
    targets: z
      .record(nameKey, targetSchema)
      .optional()
      .meta({ description: 'What workspaces can be granted access to, by name.' }),
    access: z
      .array(grantSchema)
      .optional()
      .meta({ description: 'Which workspaces may reach which targets. Everything else is refused.' }),
  })
  .meta({ title: 'lakegate', description: 'Private access for Databricks serverless compute on AWS.' });

/** Fields of the file that must be there. */
export const requiredSections = ['lakegate', 'name', 'aws', 'databricks', 'workspaces'] as const;
