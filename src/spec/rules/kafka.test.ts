import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'a cluster without its brokers',
    {
      targets:
        '{ x: { type: kafka, network: core, msk: { cluster: "arn:aws:kafka:eu-west-1:111122223333:cluster/events/0a1b-3" } } }',
    },
    [
      'msk: { clust→ LG_KAFKA_BROKERS_MISSING the brokers of the target x are not listed | run lakegate msk brokers arn:aws:kafka:eu-west-1:111122223333:cluster/events/0a1b-3 and add the names under msk.brokers',
    ],
  ],
  [
    'nothing about brokers',
    { targets: '{ x: { type: kafka, network: core, auth: [iam] } }' },
    [
      'x: { type: k→ LG_FIELD_MISSING the target x has no brokers | write hosts with the names of the brokers, msk: { cluster: arn:…, brokers: […] }, or msk: { create: … }',
    ],
  ],
  [
    'hosts without auth or port',
    { targets: '{ x: { type: kafka, network: core, hosts: [b1.acme.com] } }' },
    [
      'x: { type: k→ LG_FIELD_MISSING the target x has neither auth nor port | write auth: [tls] (port 9094), [scram] (9096) or [iam] (9098), or the TLS port of the brokers as port',
    ],
  ],
  [
    'plaintext',
    { targets: '{ x: { type: kafka, network: core, hosts: [b1.acme.com], auth: [plaintext] } }' },
    [
      'plaintext] }→ LG_KAFKA_PLAINTEXT "plaintext": without TLS, Kafka clients send no server name, so brokers cannot share a port, and the traffic is not encrypted | enable TLS at the brokers and use iam (9098), scram (9096) or tls (9094)',
    ],
  ],
  [
    'an unknown kind of authentication',
    { targets: '{ x: { type: kafka, network: core, hosts: [b1.acme.com], auth: [kerberos] } }' },
    ['kerberos] } → LG_FIELD_VALUE "kerberos" is not iam, scram or tls'],
  ],
  [
    'one port for two kinds',
    { targets: '{ x: { type: kafka, network: core, hosts: [b1.acme.com], auth: [iam, scram], port: 9000 } }' },
    [
      '9000 } }→ LG_FIELD_CONFLICT the target x has one port for 2 authentication methods | remove port: each method has its own port (iam 9098, scram 9096)',
    ],
  ],
  [
    'both msk and hosts',
    { targets: '{ x: { type: kafka, network: core, hosts: [b1.acme.com], msk: { brokers: [b2.acme.com] } } }' },
    [
      'msk: { broke→ LG_FIELD_CONFLICT the target x has both msk and host names | list the names under msk.brokers, or remove msk',
    ],
  ],
  [
    'both created and existing',
    {
      targets:
        '{ x: { type: kafka, network: hub, msk: { brokers: [b2.acme.com], create: { brokers: 3, version: 3.9.x, instance: kafka.m5.large, storage_gb: 100 } } } }',
    },
    [
      'create: { br→ LG_FIELD_CONFLICT msk of the target x has both create and an existing cluster | keep create, or keep cluster and brokers',
    ],
  ],
  [
    'auth twice',
    { targets: '{ x: { type: kafka, network: core, auth: [iam], msk: { brokers: [b2.acme.com], auth: [scram] } } }' },
    [
      'auth: [iam],→ LG_FIELD_CONFLICT the target x has auth twice: in the target and under msk | keep the one under msk',
    ],
  ],
  [
    'auth twice under msk',
    {
      targets:
        '{ x: { type: kafka, network: hub, msk: { auth: [iam], create: { brokers: 3, version: 3.9.x, instance: kafka.m5.large, storage_gb: 100 } } } }',
    },
    [
      'auth: [iam],→ LG_FIELD_CONFLICT the target x has auth twice: under msk and under msk.create | keep the one under msk.create',
    ],
  ],
  [
    'brokers over two zones: nothing',
    {
      hub: '{ vpc: { create: { cidr: 10.40.0.0/22, zones: 2 } } }',
      targets:
        '{ x: { type: kafka, network: hub, msk: { create: { brokers: 4, version: 3.9.x, instance: kafka.m5.large, storage_gb: 100 } } } }',
    },
    [],
  ],
  [
    'a cluster in another region',
    {
      targets:
        '{ x: { type: kafka, network: core, msk: { cluster: "arn:aws:kafka:us-east-1:111122223333:cluster/events/0a1b-3", brokers: [b1.acme.com] } } }',
    },
    [
      '"arn:aws:kaf→ LG_ARN_ELSEWHERE the cluster is in us-east-1; the hub is in eu-west-1 | an endpoint service works only in its region; use another spec for targets in another region',
    ],
  ],
  [
    'the ARN of something else',
    {
      targets:
        '{ x: { type: kafka, network: core, msk: { cluster: "arn:aws:rds:eu-west-1:111122223333:db:orders", brokers: [b1.acme.com] } } }',
    },
    [
      '"arn:aws:rds→ LG_ARN "arn:aws:rds:eu-west-1:111122223333:db:orders" is not the ARN of an MSK cluster | such as arn:aws:kafka:eu-west-1:111122223333:cluster/events/0a1b2c3d-0000-4000-8000-000000000000-3',
    ],
  ],
  [
    'a broker too many',
    {
      targets:
        '{ x: { type: kafka, network: hub, msk: { create: { brokers: 4, version: 3.9.x, instance: kafka.m5.large, storage_gb: 100 } } } }',
    },
    [
      '4, version: → LG_KAFKA_BROKER_COUNT 4 brokers cannot be spread evenly over 3 zones | use a multiple of 3, such as 6',
    ],
  ],
  [
    'a cluster in one zone',
    {
      hub: '{ vpc: { create: { cidr: 10.40.0.0/22, zones: 1 } } }',
      targets:
        '{ x: { type: kafka, network: hub, msk: { create: { brokers: 4, version: 3.9.x, instance: kafka.m5.large, storage_gb: 100 } } } }',
    },
    [
      'create: { br→ LG_KAFKA_BROKER_COUNT a cluster needs two or three zones; the hub has 1 | add zones to the hub VPC',
    ],
  ],
  [
    'a cluster created outside the hub',
    {
      targets:
        '{ x: { type: kafka, network: core, msk: { create: { brokers: 3, version: 3.9.x, instance: kafka.m5.large, storage_gb: 100 } } } }',
    },
    [
      'core, msk: {→ LG_FIELD_CONFLICT the network core is not the hub; lakegate creates clusters only in the hub | use a network with reach: hub, or create the cluster yourself and list its brokers',
    ],
  ],
  [
    'logs kept for a time that CloudWatch does not know',
    {
      targets:
        '{ x: { type: kafka, network: hub, msk: { create: { brokers: 3, version: 3.9.x, instance: kafka.m5.large, storage_gb: 100, logs: { cloudwatch: 8d } } } } }',
    },
    [
      '8d } } } } }→ LG_FIELD_VALUE "8d" is not a retention time of CloudWatch Logs | write a number of days and d, such as 7d; allowed: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653',
    ],
  ],
  [
    'one address for all brokers',
    { targets: '{ x: { type: kafka, network: core, hosts: [b1.acme.com], auth: [tls], address: 10.50.0.1 } }' },
    [
      'address: 10.→ LG_FIELD_NOT_HERE the target x is a Kafka cluster; the field address does not apply | address is for all types except kafka and s3',
    ],
  ],
  [
    'rights on what is not a cluster',
    {
      credentials:
        '{ c: { type: service-credential, external_id: abc, kafka: { target: db, topics: [a], actions: [read] } } }',
    },
    ['db, topics: → LG_REFERENCE_UNKNOWN the target db is of type postgres, not kafka | use a target of type kafka'],
  ],
])('Kafka: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
