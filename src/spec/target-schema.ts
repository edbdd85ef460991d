import { z } from 'zod';
import { routePlanBounds } from '../ir/index.ts';
import {
  addressField,
  arnField,
  fileBesideField,
  flagField,
  formField,
  hostField,
  lineField,
  pathPatternField,
  portField,
  prefixField,
  referenceField,
  retentionField,
  wholeField,
} from './fields.ts';
import { bucketField } from './foundation-schema.ts';
import type { TargetType } from './spec.ts';
import { targetTypeNames } from './target-types.ts';

export const instancePattern = /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/;

const pathGlob = pathPatternField('A path pattern: * matches within one segment, ** across segments.');

const upstream = z
  .strictObject({
    host: hostField(
      'The name that the router resolves and connects to. Default: the name that the client uses.',
    ).optional(),
    port: portField('The port that the router connects to. Default: the port of the target.').optional(),
    tls_name: hostField(
      'The name that the router sends as SNI and that the certificate must have. Default: the host of the upstream.',
    ).optional(),
    ca: fileBesideField(
      'A PEM file in the folder of the spec, with the private CA of the upstream. It is trusted besides the public CAs.',
      'corp-ca.pem',
    ).optional(),
    prefix: prefixField(
      'What replaces `path` in the path that the upstream gets, after it was judged.',
      '/v2',
    ).optional(),
  })
  .meta({
    description: 'Where the target really is, if that is not what clients call it. For https with `tls: inspect`.',
  });

const kafkaAuths = z
  .array(
    z.string().superRefine((text, context) => {
      if (text === 'iam' || text === 'scram' || text === 'tls') return;
      const plaintext = /^(plain(text)?|none|unauthenticated)$/i.test(text);
      const message = plaintext
        ? `${JSON.stringify(text)}: without TLS, Kafka clients send no server name, so brokers cannot share a port, and the traffic is not encrypted`
        : `${JSON.stringify(text.slice(0, 60))} is not iam, scram or tls`;
      const hint = plaintext ? 'enable TLS at the brokers and use iam (9098), scram (9096) or tls (9094)' : undefined;
      context.addIssue({
        code: 'custom',
        message,
        params: { code: plaintext ? 'LG_KAFKA_PLAINTEXT' : 'LG_FIELD_VALUE', message, ...(hint && { hint }) },
      });
    }),
  )
  .min(1)
  .meta({
    description:
      'How clients authenticate. Each method has a port: iam 9098, scram 9096, tls 9094. Default on MSK: [iam].',
    items: { enum: ['iam', 'scram', 'tls'] },
  });

const encryption = z
  .strictObject({
    in_transit: z
      .enum(['tls', 'tls_plaintext'])
      .default('tls')
      .meta({ description: 'Between clients and brokers. Connections through lakegate use TLS in both cases.' }),
    at_rest: z
      .enum(['kms', 'aws-managed'])
      .default('aws-managed')
      .meta({ description: 'The key: a KMS key of your account, or a key of AWS.' }),
  })
  .meta({ description: 'Encryption of the cluster.' });

const mskCreate = z
  .strictObject({
    brokers: wholeField(1, 90, 'Number of brokers: a multiple of the number of zones.'),
    version: formField(/^\d{1,2}(\.(\d{1,2}|x)){1,3}$/, 'a Kafka version', 'Kafka version.', '3.9.x'),
    instance: formField(
      /^(kafka|express)\.[a-z0-9]+\.[a-z0-9]+$/,
      'an MSK instance type',
      'Instance type.',
      'kafka.m5.large',
    ),
    storage_gb: wholeField(1, 16_384, 'Size of the volume of each broker, in GiB.'),
    auth: kafkaAuths.default(['iam']),
    encryption: encryption.optional(),
    logs: z
      .strictObject({
        cloudwatch: retentionField('How long CloudWatch keeps broker logs, in days, such as 7d.').optional(),
      })
      .optional()
      .meta({ description: 'Broker logs.' }),
  })
  .meta({ description: 'A cluster to create.' });

const msk = z
  .strictObject({
    cluster: arnField(
      'kafka',
      /^cluster\/[^/]+\/[0-9a-z-]+$/i,
      'ARN of an existing cluster. Requires `brokers`.',
      'arn:aws:kafka:eu-west-1:111122223333:cluster/events/0a1b2c3d-0000-4000-8000-000000000000-3',
    ).optional(),
    brokers: z
      .array(hostField('The name of a broker.'))
      .min(1)
      .optional()
      .meta({ description: 'Host names of all brokers. `lakegate msk brokers` prints them.' }),
    auth: kafkaAuths.optional(),
    create: mskCreate.optional(),
  })
  .meta({ description: 'An Amazon MSK cluster: an existing one (`cluster`, `brokers`), or one to create (`create`).' });

const fixedAddress = addressField('An IPv4 address.', 'write names under host; address is for fixed addresses');

/** All fields that any type has. Which of them a type takes is in target-types.ts. */
export const targetSchema = z
  .strictObject({
    type: z.enum(targetTypeNames as readonly [TargetType, ...TargetType[]]).meta({
      description: 'The protocol of the target. Determines the default port and whether targets can share it.',
    }),
    network: referenceField('The network of the target. Required for every type except s3.').optional(),
    host: hostField('The exact name that clients use.').optional(),
    hosts: z
      .array(hostField('An exact name that clients use.'))
      .min(1)
      .optional()
      .meta({ description: 'The names that clients use, if there are several. Replaces `host`.' }),
    port: portField('The port that clients use. The default depends on the type.').optional(),
    address: z
      .union([fixedAddress, z.array(fixedAddress).min(1).max(routePlanBounds.addresses)])
      .optional()
      .meta({ description: 'A fixed address of the target, or a list of addresses, instead of DNS.' }),
    port_policy: z.enum(['keep', 'remap']).optional().meta({
      description:
        'Default keep: clients use the port of the target. remap: clients may have to use another port, which can save an endpoint service.',
    }),
    health: z
      .enum(['none', 'tcp', 'tls', 'postgres'])
      .optional()
      .meta({ description: 'The health check of the router. The default depends on the type.' }),
    max_connections: wholeField(
      1,
      1_000_000,
      'Maximum number of connections from each router to the target.',
    ).optional(),
    on_move: z.enum(['keep', 'close']).optional().meta({
      description:
        'What the router does with established connections when the name resolves to another address. Default keep.',
    }),
    renamed_from: referenceField(
      'The former name of this target. It keeps its ports, rules and resources. Leave it until `lakegate synth` has written the lock with it and `terraform apply` has run, everywhere the spec is used; then remove it.',
    ).optional(),
    tls: z.enum(['passthrough', 'inspect']).optional().meta({
      description:
        'https only. Default passthrough: TLS is end to end. inspect: the router terminates TLS with a certificate of the inspection CA.',
    }),
    paths: z
      .strictObject({
        allow: z
          .array(pathGlob)
          .min(1)
          .max(routePlanBounds.pathPatterns)
          .optional()
          .meta({ description: 'Paths that are allowed. Absent: all.' }),
        deny: z
          .array(pathGlob)
          .min(1)
          .max(routePlanBounds.pathPatterns)
          .optional()
          .meta({ description: 'Paths that are refused, even if `allow` matches.' }),
      })
      .optional()
      .meta({ description: 'Which request paths are allowed. For http, and for https with `tls: inspect`.' }),
    path: prefixField(
      'The target takes only requests below this path. Several targets may share a host and port if each has another path; the longest one wins. For https with `tls: inspect`.',
      '/orders',
    ).optional(),
    upstream: upstream.optional(),
    routing: z.enum(['name', 'port']).optional().meta({
      description:
        'name: targets share the port, and clients send the host name. port: the target has a separate listener. The default depends on the type.',
    }),
    default: flagField('With `routing: name`: accepts clients on its port that send no name.').optional(),
    family: z.enum(['mysql', 'mariadb']).optional().meta({
      description:
        'mysql with `routing: name`: the server family whose greeting the router sends. All targets on a port have the same family.',
    }),
    first: z.enum(['client', 'server']).optional().meta({
      description:
        'tcp only: which side sends the first byte. Default server, which works for both but without endpoint identity.',
    }),
    listeners: z.enum(['sni', 'per-broker']).optional().meta({
      description: 'kafka only. Default sni: brokers share endpoints. per-broker: an endpoint service for each broker.',
    }),
    auth: kafkaAuths.optional(),
    msk: msk.optional(),
    bucket: bucketField('s3 only: the bucket.').optional(),
    buckets: z.array(bucketField('A bucket.')).min(1).optional().meta({ description: 's3 only: several buckets.' }),
  })
  .meta({ description: 'A private target, such as a database or an API.' });

export const credentialSchema = z
  .strictObject({
    type: z.enum(['service-credential']).meta({ description: 'A Unity Catalog service credential with its IAM role.' }),
    external_id: formField(
      /^[\w+=,.@:/-]{2,1224}$/,
      'an external id',
      'External id in the trust policy of the role: the Databricks account id.',
      '0d26daa6-5e44-4c97-a497-ef015f91254a',
    ),
    kafka: z
      .strictObject({
        target: referenceField('A target of type kafka.'),
        topics: z
          .array(lineField('A topic. A * at the end matches every topic with that prefix.', 249))
          .min(1)
          .meta({ description: 'Topics.' }),
        groups: z
          .array(lineField('A consumer group. A * at the end matches every group with that prefix.', 249))
          .default([])
          .meta({ description: 'Consumer groups.' }),
        actions: z
          .array(z.enum(['read', 'write']))
          .min(1)
          .meta({ description: 'Allowed actions: read, write.' }),
      })
      .optional()
      .meta({ description: 'Rights on an MSK cluster with IAM authentication.' }),
  })
  .meta({ description: 'A credential that workspaces use.' });
