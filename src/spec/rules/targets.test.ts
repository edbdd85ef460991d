import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'two fields for the names',
    { targets: '{ x: { type: https, host: a.acme.com, hosts: [b.acme.com], network: core } }' },
    ['hosts: [b.ac→ LG_FIELD_CONFLICT the target x has both host and hosts | list all names under hosts'],
  ],
  [
    'no name',
    { targets: '{ x: { type: https, network: core } }' },
    [
      'x: { type: h→ LG_FIELD_MISSING the target x needs host | write the name that clients use under host, or a list under hosts',
    ],
  ],
  [
    'no network',
    { targets: '{ x: { type: https, host: a.acme.com } }' },
    ['x: { type: h→ LG_FIELD_MISSING the target x needs network | write the name of the network that the target is in'],
  ],
  [
    'a network that is not there',
    { targets: '{ x: { type: https, host: a.acme.com, network: cor } }' },
    ['cor } }→ LG_REFERENCE_UNKNOWN there is no network "cor" | did you mean core?'],
  ],
  [
    'a network that resembles none',
    { targets: '{ x: { type: https, host: a.acme.com, network: warehouse } }' },
    ['warehouse } → LG_REFERENCE_UNKNOWN there is no network "warehouse" | networks: core, hub, public'],
  ],
  [
    'no port where the type has none: tls',
    { targets: '{ x: { type: tls, host: a.acme.com, network: core } }' },
    [
      'x: { type: t→ LG_FIELD_MISSING the target x needs port | write the port that clients use; a server for clients that start with TLS and send SNI has no default port',
    ],
  ],
  [
    'no port where the type has none: tcp',
    { targets: '{ x: { type: tcp, host: a.acme.com, network: core } }' },
    [
      'x: { type: t→ LG_FIELD_MISSING the target x needs port | write the port that clients use; a server of any TCP protocol has no default port',
    ],
  ],
  [
    'a field of another type',
    { targets: '{ x: { type: postgres, host: a.acme.com, network: core, bucket: acme-lake } }' },
    [
      'bucket: acme→ LG_FIELD_NOT_HERE the target x is a PostgreSQL server; the field bucket does not apply | bucket is for s3',
    ],
  ],
  [
    'first is for tcp',
    { targets: '{ x: { type: oracle, host: a.acme.com, network: core, first: client } }' },
    [
      'first: clien→ LG_FIELD_NOT_HERE the target x is an Oracle database; the field first does not apply | first is for tcp',
    ],
  ],
  [
    'tls is for https',
    { targets: '{ x: { type: postgres, host: a.acme.com, network: core, tls: inspect } }' },
    [
      'tls: inspect→ LG_FIELD_NOT_HERE the target x is a PostgreSQL server; the field tls does not apply | tls is for https',
    ],
  ],
  [
    'S3 has no network',
    { targets: '{ x: { type: s3, bucket: acme-lake, network: core } }' },
    [
      'network: cor→ LG_FIELD_NOT_HERE the target x is an S3 bucket; the field network does not apply | network is for all types except s3',
    ],
  ],
  [
    'S3 without a bucket',
    { targets: '{ x: { type: s3 } }' },
    [
      'x: { type: s→ LG_FIELD_MISSING the target x needs bucket | write the name of the bucket under bucket, or a list under buckets',
    ],
  ],
  [
    'S3 with both bucket and buckets',
    { targets: '{ x: { type: s3, bucket: acme-lake, buckets: [acme-raw] } }' },
    ['buckets: [ac→ LG_FIELD_CONFLICT the target x has both bucket and buckets | list all names under buckets'],
  ],
  [
    'paths under passthrough TLS',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, paths: { allow: [/v1/**] } } }' },
    [
      'paths: { all→ LG_FIELD_CONFLICT the target x has paths, but its TLS is passed through | add tls: inspect, or remove paths',
    ],
  ],
  [
    'paths that say nothing',
    { targets: '{ x: { type: http, host: a.acme.com, network: core, paths: {} } }' },
    [
      'paths: {} } → LG_FIELD_CONFLICT paths of the target x has neither allow nor deny | write paths: { allow: ["/v1/**"] }',
    ],
  ],
  [
    'a path pattern without its slash',
    { targets: '{ x: { type: http, host: a.acme.com, network: core, paths: { allow: [v1/**] } } }' },
    [
      'v1/**] } } }→ LG_FIELD_VALUE "v1/**" is not a path pattern: it starts with /, has no space, ? or #, and at most 1000 characters | such as "/v1/**"',
    ],
  ],
  [
    'a path pattern with a query',
    { targets: '{ x: { type: http, host: a.acme.com, network: core, paths: { deny: ["/v1?x=1"] } } }' },
    [
      '"/v1?x=1"] }→ LG_FIELD_VALUE "/v1?x=1" is not a path pattern: it starts with /, has no space, ? or #, and at most 1000 characters | such as "/v1/**"',
    ],
  ],
  [
    'family without routing by name',
    { targets: '{ x: { type: mysql, host: a.acme.com, network: core, family: mariadb } }' },
    [
      'family: mari→ LG_FIELD_CONFLICT the target x does not share its port, so family does not apply | add routing: name, or remove family',
    ],
  ],
  [
    'default without routing by name',
    { targets: '{ x: { type: postgres, host: a.acme.com, network: core, routing: port, default: true } }' },
    [
      'default: tru→ LG_FIELD_CONFLICT the target x does not share its port, so default does not apply | add routing: name, or remove default',
    ],
  ],
  [
    'routing of a type that has one way only',
    { targets: '{ x: { type: oracle, host: a.acme.com, network: core, routing: name } }' },
    [
      'routing: nam→ LG_FIELD_NOT_HERE the target x is an Oracle database; the field routing does not apply | routing is for postgres, mysql, sqlserver, redis and mongodb',
    ],
  ],
  [
    'a Postgres check of something else',
    { targets: '{ x: { type: redis, host: a.acme.com, network: core, health: postgres } }' },
    ['health: post→ LG_FIELD_CONFLICT the health check postgres does not apply to the target x | use tcp or none'],
  ],
  [
    'a Postgres check of a port that is not understood',
    { targets: '{ x: { type: postgres, host: a.acme.com, network: core, routing: port, health: postgres } }' },
    ['health: post→ LG_FIELD_CONFLICT the health check postgres does not apply to the target x | use tcp or none'],
  ],
  [
    'a TLS check of plaintext',
    { targets: '{ x: { type: http, host: a.acme.com, network: core, health: tls } }' },
    [
      'health: tls → LG_FIELD_CONFLICT clients of the target x do not start with TLS, so health: tls would always fail | use tcp or none',
    ],
  ],
  [
    'no hub',
    { hub: undefined, targets: '{ x: { type: https, host: a.acme.com, network: core } }' },
    [
      'x: { type: h→ LG_NO_HUB the target x needs a hub, but the spec has none | add hub: { vpc: { create: { cidr: 10.40.0.0/22 } } }; only s3 targets do not need one',
    ],
  ],
  ['S3 needs no hub: nothing', { hub: undefined, targets: '{ x: { type: s3, bucket: acme-lake } }' }, []],
  [
    'no way to the internet',
    {
      hub: '{ vpc: { create: { cidr: 10.40.0.0/22, internet: none } } }',
      targets: '{ x: { type: https, host: api.github.com, network: public } }',
    },
    [
      'public } }→ LG_NO_INTERNET the target x is on the internet, but the hub has no route to it (internet: none) | set hub.vpc.create.internet to auto, or remove the target',
    ],
  ],
  [
    'inspection of nothing',
    { inspection: '{ ca: { subject: Acme } }' },
    [
      'inspection: → warning LG_INSPECTION_UNUSED no target has tls: inspect, so the section inspection has no effect | remove inspection, or add tls: inspect to an https target',
    ],
  ],
  [
    'a type that does not exist',
    { targets: '{ x: { type: postgresql, host: a.acme.com, network: core } }' },
    [
      'postgresql, → LG_FIELD_VALUE targets.x.type is "postgresql"; it must be https, http, postgres, mysql, sqlserver, oracle, kafka, redis, mongodb, tls, tcp or s3 | did you mean postgres?',
    ],
  ],
  [
    'no type',
    { targets: '{ x: { host: a.acme.com, network: core } }' },
    [
      'x: { host: a→ LG_FIELD_MISSING targets.x needs the field type | type: The protocol of the target. Determines the default port and whether targets can share it.',
    ],
  ],
  [
    'an unknown field is the cause of what is missing',
    { targets: '{ x: { type: https, hots: [a.acme.com], network: core } }' },
    ['hots: [a.acm→ LG_FIELD_UNKNOWN targets.x has no field "hots" | did you mean host?'],
  ],
  [
    'a word for host that others use',
    { targets: '{ x: { type: https, url: a.acme.com, network: core } }' },
    ['url: a.acme.→ LG_FIELD_UNKNOWN targets.x has no field "url" | did you mean host?'],
  ],
  [
    'a name with capitals and underscores',
    { targets: '{ My_DB: { type: https, host: a.acme.com, network: core } }' },
    [
      'My_DB: { typ→ LG_NAME_FORM "My_DB" is not a valid name of a target | use lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen, such as my-db',
    ],
  ],
  [
    'a name that is too long',
    { targets: '{ a123456789012345678901234567890123456789x: { type: https, host: a.acme.com, network: core } }' },
    [
      'a12345678901→ LG_NAME_FORM the target name "a123456789012345678901234567890123456789x" has 41 characters; the maximum is 40 | use lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen',
    ],
  ],
])('targets: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
