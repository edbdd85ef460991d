import { z } from 'zod';
import {
  addressField,
  arnField,
  flagField,
  formField,
  hostField,
  lineField,
  portField,
  referenceField,
  retentionField,
  wholeField,
} from './fields.ts';
import { bucketField } from './foundation-schema.ts';
import type { TargetType } from './spec.ts';
import { targetTypeNames } from './target-types.ts';

export const instancePattern = /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/;

const pathGlob = formField(
  /^\/[\x21-\x22\x24-\x3e\x40-\x7e]{0,1023}$/,
  'a path pattern: it begins with / and has no space, ? or #',
  'A path pattern: * within one segment, ** across segments.',
  '/v1/**',
);

const kafkaAuths = z
  .array(
    z.string().superRefine((text, context) => {
      if (text === 'iam' || text === 'scram' || text === 'tls') return;
      const plaintext = /^(plain(text)?|none|unauthenticated)$/i.test(text);
      const message = plaintext
        ? `${JSON.stringify(text)}: Kafka without TLS sends no server name, so brokers cannot share a port, and the traffic could be read on the way`
        : `${JSON.stringify(text.slice(0, 60))} is not iam, scram or tls`;
      const hint = plaintext ? 'turn on TLS at the brokers and use iam (9098), scram (9096) or tls (9094)' : undefined;
      context.addIssue({
        code: 'custom',
        message,
        params: { code: plaintext ? 'LG_KAFKA_PLAINTEXT' : 'LG_FIELD_VALUE', message, ...(hint && { hint }) },
      });
    }),
  )
  .min(1)
  .meta({
    description: 'How clients authenticate; each has its port: iam 9098, scram 9096, tls 9094. Default [iam] on MSK.',
    items: { enum: ['iam', 'scram', 'tls'] },
  });

const encryption = z
  .strictObject({
    in_transit: z
      .enum(['tls', 'tls_plaintext'])
      .default('tls')
      .meta({ description: 'Between clients and brokers. lakegate’s path is TLS in both.' }),
    at_rest: z
      .enum(['kms', 'aws-managed'])
      .default('aws-managed')
      .meta({ description: 'Whose key: your own, or AWS’s.' }),
  })
  .meta({ description: 'Encryption of the cluster.' });

const mskCreate = z
  .strictObject({
    brokers: wholeField(1, 90, 'Broker nodes: a multiple of the zones they are in.'),
    version: formField(/^\d{1,2}(\.(\d{1,2}|x)){1,3}$/, 'a Kafka version', 'Kafka version.', '3.9.x'),
    instance: formField(
      /^(kafka|express)\.[a-z0-9]+\.[a-z0-9]+$/,
      'an MSK instance type',
      'Instance type.',
      'kafka.m5.large',
    ),
    storage_gb: wholeField(1, 16_384, 'Volume of each broker, in GiB.'),
    auth: kafkaAuths.default(['iam']),
    encryption: encryption.optional(),
    logs: z
      .strictObject({
        cloudwatch: retentionField('How long CloudWatch keeps broker logs, in days, such as 7d.').optional(),
      })
      .optional()
      .meta({ description: 'Broker logs.' }),
  })
  .meta({ description: 'A cluster that lakegate creates.' });

const msk = z
  .strictObject({
    cluster: arnField(
      'kafka',
      /^cluster\/[^/]+\/[0-9a-z-]+$/i,
      'ARN of an existing cluster. Its brokers are listed beside it.',
      'arn:aws:kafka:eu-west-1:111122223333:cluster/events/0a1b2c3d-0000-4000-8000-000000000000-3',
    ).optional(),
    brokers: z
      .array(hostField('The name of a broker.'))
      .min(1)
      .optional()
      .meta({ description: 'Names of all brokers. `lakegate msk brokers` reads them from the cluster.' }),
    auth: kafkaAuths.optional(),
    create: mskCreate.optional(),
  })
  .meta({ description: 'An Amazon MSK cluster: existing (`cluster`, `brokers`), or to be created (`create`).' });

const fixedAddress = addressField('An IPv4 address.', 'names are resolved from host:; address: is for fixed addresses');

/** All fields that any type has. Which of them a type takes is in target-types.ts. */
export const targetSchema = z
  .strictObject({
    type: z
      .enum(targetTypeNames as readonly [TargetType, ...TargetType[]])
      .meta({ description: 'What the target speaks. Decides the default port and whether it can share it.' }),
    network: referenceField('The network that the target is in. Every type but s3 needs one.').optional(),
    host: hostField('The name that clients use, exactly.').optional(),
    hosts: z
      .array(hostField('A name that clients use, exactly.'))
      .min(1)
      .optional()
      .meta({ description: 'The names that clients use, where there are several. Instead of `host`.' }),
    port: portField('The port that clients use. Default per type.').optional(),
    address: z
      .union([fixedAddress, z.array(fixedAddress).min(1)])
      .optional()
      .meta({ description: 'Fixed upstream address, or a list of them, instead of DNS.' }),
    port_policy: z.enum(['keep', 'remap']).optional().meta({
      description:
        'Default keep: clients use the target’s own port. remap: clients may be given another port, which can save an endpoint service.',
    }),
    health: z
      .enum(['none', 'tcp', 'tls', 'postgres'])
      .optional()
      .meta({ description: 'How the router checks the target. Default per type.' }),
    max_connections: wholeField(1, 1_000_000, 'Connections that each router opens to the target at most.').optional(),
    on_move: z.enum(['keep', 'close']).optional().meta({
      description: 'What happens to established connections when the name moves to another address. Default keep.',
    }),
    renamed_from: referenceField(
      'The name that this target had before: its ports, rules and resources move along.',
    ).optional(),
    tls: z.enum(['passthrough', 'inspect']).optional().meta({
      description:
        'https only. Default passthrough: TLS is end to end. inspect: the router ends TLS with a certificate of the inspection CA.',
    }),
    paths: z
      .strictObject({
        allow: z.array(pathGlob).min(1).optional().meta({ description: 'Only these paths. Absent: all.' }),
        deny: z.array(pathGlob).min(1).optional().meta({ description: 'Not these paths, even if allowed.' }),
      })
      .optional()
      .meta({ description: 'Which request paths may pass. For http, and for https with tls: inspect.' }),
    routing: z.enum(['name', 'port']).optional().meta({
      description:
        'name: shares its port with others, clients send the host name. port: has a listener of its own. Default per type.',
    }),
    default: flagField('With routing: name: takes the clients on its port that send no name.').optional(),
    family: z.enum(['mysql', 'mariadb']).optional().meta({
      description: 'mysql with routing: name: whose greeting clients see. All on one port are of one family.',
    }),
    first: z.enum(['client', 'server']).optional().meta({
      description:
        'tcp only: who sends the first byte. Default server, which works for both, without endpoint identity.',
    }),
    listeners: z.enum(['sni', 'per-broker']).optional().meta({
      description:
        'kafka only. Default sni: all brokers behind one endpoint. per-broker: an endpoint service for each.',
    }),
    auth: kafkaAuths.optional(),
    msk: msk.optional(),
    bucket: bucketField('s3 only: the bucket.').optional(),
    buckets: z.array(bucketField('A bucket.')).min(1).optional().meta({ description: 's3 only: several buckets.' }),
  })
  .meta({ description: 'One private thing to reach.' });

export type RawTarget = z.infer<typeof targetSchema>;

export const credentialSchema = z
  .strictObject({
    type: z.enum(['service-credential']).meta({ description: 'A Unity Catalog service credential with its IAM role.' }),
    external_id: formField(
      /^[\w+=,.@:/-]{2,1224}$/,
      'an external id',
      'External id in the role’s trust policy: the Databricks account id.',
      '0d26daa6-5e44-4c97-a497-ef015f91254a',
    ),
    kafka: z
      .strictObject({
        target: referenceField('A target of type kafka.'),
        topics: z
          .array(lineField('A topic; * at the end for all that begin so.', 249))
          .min(1)
          .meta({ description: 'Topics.' }),
        groups: z
          .array(lineField('A consumer group; * at the end for all that begin so.', 249))
          .default([])
          .meta({ description: 'Consumer groups.' }),
        actions: z
          .array(z.enum(['read', 'write']))
          .min(1)
          .meta({ description: 'What it may do: read, write.' }),
      })
      .optional()
      .meta({ description: 'Rights on an MSK cluster with IAM authentication.' }),
  })
  .meta({ description: 'A credential that workspaces use.' });

export type RawCredential = z.infer<typeof credentialSchema>;
