import { z } from 'zod';
import { limitNames } from '../ir/index.ts';
import {
  accountField,
  addressField,
  arnField,
  cidrField,
  flagField,
  formField,
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
    z.string().max(256).meta({ description: 'Value of the tag.' }),
  )
  .meta({ description: 'Tags on everything created in AWS.' });

export const awsSchema = z
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
                  .meta({ description: 'How the state is locked: by S3 itself, or by a DynamoDB table.' }),
              })
              .meta({ description: 'State in S3.' }),
          })
          .meta({ description: 'Where the Terraform state is kept.' }),
      })
      .optional()
      .meta({ description: 'Settings of the Terraform output.' }),
  })
  .meta({ description: 'The AWS side.' });

export const databricksSchema = z
  .strictObject({
    account_id: formField(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      'a Databricks account id (a UUID)',
      'The Databricks account id, as the account console shows it.',
      '0d26daa6-5e44-4c97-a497-ef015f91254a',
    ),
    partition: z
      .enum(['commercial', 'govcloud', 'govcloud-dod'])
      .default('commercial')
      .meta({ description: 'Which Databricks: commercial, GovCloud civilian, or GovCloud DoD.' }),
    network_policy: z.enum(['enforced', 'dry-run']).optional().meta({
      description:
        'Serverless egress of the workspaces: only the granted names and buckets. Absent: lakegate leaves network policies alone.',
    }),
  })
  .meta({ description: 'The Databricks side.' });

export const limitsSchema = z
  .strictObject(
    Object.fromEntries(
      limitNames.map((name) => [
        name,
        wholeField(
          name === 'endpoints_in_use' ? 0 : 1,
          1_000_000,
          name === 'endpoints_in_use'
            ? 'Endpoints of the region that are already used outside this file.'
            : 'Your account’s value, where it differs from the documented one.',
        ).optional(),
      ]),
    ) as Record<(typeof limitNames)[number], z.ZodOptional<z.ZodInt>>,
  )
  .meta({
    description: 'Limits that your accounts have raised, by name. `lakegate plan` shows the names and values in use.',
  });

export const loadSchema = z
  .strictObject({
    connections: wholeField(1, 100_000_000, 'Simultaneous connections of all workspaces.').default(1000),
    gb_per_month: z
      .number()
      .min(0)
      .max(1e9)
      .default(1000)
      .meta({ description: 'Transferred per month, both ways, in GB.' }),
    peak_mbps: z.number().min(1).max(1e7).default(100).meta({ description: 'Peak throughput in Mbit/s.' }),
  })
  .meta({ description: 'The load you expect: for cost and for the size of the router fleet.' });

export const workspaceSchema = z
  .strictObject({
    id: formField(
      /^\d{1,20}$/,
      'a workspace id: digits, in quotes',
      'The workspace id, in quotes: the number after o= in its URL.',
      '1234567890123456',
    ).optional(),
    create: foundationSchema.optional(),
  })
  .meta({ description: 'A Databricks workspace: existing (`id`), or to be created (`create`).' });

export const hubSchema = z
  .strictObject({
    vpc: z
      .strictObject({
        create: z
          .strictObject({
            cidr: vpcCidrField(
              'Address range of the hub VPC, /16 to /26.',
              26,
              'subnets in three zones need 64 and more',
            ),
            zones: wholeField(1, 6, 'Availability zones.').default(3),
            internet: z.enum(['auto', 'none']).default('auto').meta({
              description:
                'auto: a NAT gateway where a target needs it. none: never; targets on the internet are refused.',
            }),
          })
          .optional()
          .meta({ description: 'A hub VPC that lakegate creates.' }),
        id: vpcField('An existing VPC, with its subnets.').optional(),
        subnets: z
          .array(formField(/^subnet-[0-9a-f]{8,17}$/, 'a subnet id', 'A private subnet.', 'subnet-0123456789abcdef0'))
          .min(1)
          .optional()
          .meta({ description: 'Private subnets of the existing VPC, one for each zone.' }),
      })
      .meta({ description: 'The VPC of the load balancers and routers: created, or existing.' }),
    router: z
      .strictObject({
        engine: z
          .enum(['node', 'haproxy'])
          .default('node')
          .meta({ description: 'The program that routes: lakegate’s own, or HAProxy with lakegate’s beside it.' }),
        run: z
          .enum(['instances', 'containers'])
          .default('instances')
          .meta({ description: 'An auto scaling group of instances, or containers on ECS.' }),
        instance: formField(instancePattern, 'an instance type', 'Instance type.', 't4g.small').default('t4g.small'),
        min: wholeField(1, 500, 'Fewest routers.').default(2),
        max: wholeField(1, 500, 'Most routers.').default(6),
      })
      .prefault({})
      .meta({ description: 'The router fleet.' }),
    deletion_protection: flagField('Load balancers cannot be deleted before this is off.').default(false),
  })
  .meta({
    description: 'Where connections arrive: the VPC with load balancers and routers. Needed unless all targets are S3.',
  });

export const networkSchema = z
  .strictObject({
    reach: z.enum(['hub', 'transit-gateway', 'peering', 'internet']).meta({
      description:
        'How the hub gets there: it is the hub VPC, over a Transit Gateway, by VPC peering, or over the internet.',
    }),
    transit_gateway: formField(
      /^tgw-[0-9a-f]{8,17}$/,
      'a Transit Gateway id',
      'The Transit Gateway.',
      'tgw-0a1b2c3d4e5f60718',
    ).optional(),
    account: accountField('The AWS account of the VPC, where it is another one.').optional(),
    vpc: vpcField('The VPC of the network. Absent for on-premises networks.').optional(),
    cidrs: z
      .array(cidrField('An address range.'))
      .min(1)
      .optional()
      .meta({ description: 'Address ranges of the network. Routers connect to no address outside.' }),
    dns: z
      .array(addressField('A resolver.', 'a resolver is given by its address'))
      .min(1)
      .optional()
      .meta({ description: 'Resolvers that know the names of this network. Default: those of the hub VPC.' }),
    private_zones: z
      .array(formField(/^Z[0-9A-Z]{5,31}$/, 'a hosted zone id', 'A private hosted zone.', 'Z0123456789ABCDEFGHIJ'))
      .min(1)
      .optional()
      .meta({ description: 'Private hosted zones of the network’s account that the hub must resolve names from.' }),
    assume_role: arnField(
      'iam',
      /^role\/[\w+=,.@/-]{1,576}$/,
      'A role that lakegate’s Terraform may assume in the network’s account. Absent: that side is written to a folder of its own.',
      'arn:aws:iam::444455556666:role/lakegate-spoke',
    ).optional(),
  })
  .meta({ description: 'A network that holds targets.' });

export const grantSchema = z
  .strictObject({
    from: z
      .array(referenceField('A workspace, or "*" for all.'))
      .meta({ description: 'Workspaces, or ["*"] for all.' }),
    to: z.array(referenceField('A target, or "*" for all.')).meta({ description: 'Targets, or ["*"] for all.' }),
  })
  .meta({ description: 'Each workspace of `from` may reach each target of `to`. What is not granted is refused.' });

export const inspectionSchema = z
  .strictObject({
    ca: z
      .strictObject({
        subject: lineField('Common name of the CA. Default: lakegate and the name of the spec.', 64).optional(),
        days: wholeField(1, 3650, 'Days that the CA is valid.').default(397),
      })
      .prefault({})
      .meta({ description: 'The CA that signs certificates for inspected names, and for no others.' }),
    deliver: z
      .strictObject({
        volume: formField(
          /^[^.\s/]+\.[^.\s/]+\.[^.\s/]+$/,
          'a volume: catalog.schema.volume',
          'Unity Catalog volume.',
          'main.security.certificates',
        ),
        file: formField(/^[\w-][\w.-]{0,254}$/, 'a file name', 'Name of the file in the volume.', 'lakegate-ca.pem'),
      })
      .optional()
      .meta({ description: 'Where the certificate of the CA is put, so that workspaces find it.' }),
  })
  .meta({ description: 'TLS inspection: for targets with tls: inspect.' });

/** The sections that are not maps of named things. */
export const sectionSchemas = {
  lakegate: z.literal(1).meta({ description: 'Version of this format: 1.' }),
  name: specNameField,
  aws: awsSchema,
  databricks: databricksSchema,
  limits: limitsSchema,
  isolation: z.enum(['strict', 'shared']).meta({
    description:
      'Default strict: nobody reaches what was not granted. shared: access sets may merge, surplus pairs are listed.',
  }),
  optimize: z.enum(['endpoints', 'cost']).meta({
    description:
      'What a smaller plan is. Default endpoints: fewest endpoints, then services, then listeners. cost: lowest monthly price.',
  }),
  share_ncc: z
    .array(z.array(referenceField('A workspace.')).min(2).meta({ description: 'Workspaces that share an NCC.' }))
    .meta({
      description: 'Accepted merges: the workspaces of an entry share an NCC, and so what any of them may reach.',
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
      .meta({ description: 'Databricks workspaces, by a name of your choice.' }),
    hub: sectionSchemas.hub.optional(),
    networks: z.record(nameKey, networkSchema).optional().meta({ description: 'Networks that hold targets, by name.' }),
    inspection: sectionSchemas.inspection.optional(),
    credentials: z
      .record(nameKey, credentialSchema)
      .optional()
      .meta({ description: 'Credentials that workspaces use, by name.' }),
    targets: z.record(nameKey, targetSchema).optional().meta({ description: 'What may be reached, by name.' }),
    access: z.array(grantSchema).optional().meta({ description: 'Who may reach what. Nothing else is reachable.' }),
  })
  .meta({ title: 'lakegate', description: 'Private access for Databricks serverless compute on AWS.' });

/** Fields of the file that must be there. */
export const requiredSections = ['lakegate', 'name', 'aws', 'databricks', 'workspaces'] as const;
