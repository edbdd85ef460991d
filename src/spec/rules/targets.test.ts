import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'two fields for the names',
    { targets: '{ x: { type: https, host: a.acme.com, hosts: [b.acme.com], network: core } }' },
    ['hosts: [b.ac→ LG_FIELD_CONFLICT the target x has both host and hosts | put all names under hosts'],
  ],
  [
    'no name',
    { targets: '{ x: { type: https, network: core } }' },
    ['x: { type: h→ LG_FIELD_MISSING the target x needs host | host: the name that clients use, or hosts: a list'],
  ],
  [
    'no network',
    { targets: '{ x: { type: https, host: a.acme.com } }' },
    ['x: { type: h→ LG_FIELD_MISSING the target x needs network | network: one of networks:, where the target is'],
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
      'x: { type: t→ LG_FIELD_MISSING the target x needs port | port: the port that clients use; anything that opens with TLS and SNI has no usual one',
    ],
  ],
  [
    'no port where the type has none: tcp',
    { targets: '{ x: { type: tcp, host: a.acme.com, network: core } }' },
    [
      'x: { type: t→ LG_FIELD_MISSING the target x needs port | port: the port that clients use; anything over TCP has no usual one',
    ],
  ],
  [
    'a field of another type',
    { targets: '{ x: { type: postgres, host: a.acme.com, network: core, bucket: acme-lake } }' },
    ['bucket: acme→ LG_FIELD_NOT_HERE the target x is a PostgreSQL server; it takes no bucket | bucket is for s3'],
  ],
  [
    'first is for tcp',
    { targets: '{ x: { type: oracle, host: a.acme.com, network: core, first: client } }' },
    ['first: clien→ LG_FIELD_NOT_HERE the target x is an Oracle database; it takes no first | first is for tcp'],
  ],
  [
    'tls is for https',
    { targets: '{ x: { type: postgres, host: a.acme.com, network: core, tls: inspect } }' },
    ['tls: inspect→ LG_FIELD_NOT_HERE the target x is a PostgreSQL server; it takes no tls | tls is for https'],
  ],
  [
    'S3 has no network',
    { targets: '{ x: { type: s3, bucket: acme-lake, network: core } }' },
    [
      'network: cor→ LG_FIELD_NOT_HERE the target x is an S3 bucket; it takes no network | network is for all types but s3',
    ],
  ],
  [
    'S3 without a bucket',
    { targets: '{ x: { type: s3 } }' },
    ['x: { type: s→ LG_FIELD_MISSING the target x needs bucket | bucket: the bucket’s name, or buckets: a list'],
  ],
  [
    'S3 with both bucket and buckets',
    { targets: '{ x: { type: s3, bucket: acme-lake, buckets: [acme-raw] } }' },
    ['buckets: [ac→ LG_FIELD_CONFLICT the target x has both bucket and buckets | put all names under buckets'],
  ],
  [
    'paths under passthrough TLS',
    { targets: '{ x: { type: https, host: a.acme.com, network: core, paths: { allow: [/v1/**] } } }' },
    [
      'paths: { all→ LG_FIELD_CONFLICT the target x has paths, which passthrough TLS hides | add tls: inspect, or remove paths',
    ],
  ],
  [
    'paths that say nothing',
    { targets: '{ x: { type: http, host: a.acme.com, network: core, paths: {} } }' },
    [
      'paths: {} } → LG_FIELD_CONFLICT paths of the target x neither allows nor denies | write paths: { allow: ["/v1/**"] }',
    ],
  ],
  [
    'a path pattern without its slash',
    { targets: '{ x: { type: http, host: a.acme.com, network: core, paths: { allow: [v1/**] } } }' },
    [
      'v1/**] } } }→ LG_FIELD_VALUE "v1/**" is not a path pattern: it begins with / and has no space, ? or # | such as "/v1/**"',
    ],
  ],
  [
    'a path pattern with a query',
    { targets: '{ x: { type: http, host: a.acme.com, network: core, paths: { deny: ["/v1?x=1"] } } }' },
    [
      '"/v1?x=1"] }→ LG_FIELD_VALUE "/v1?x=1" is not a path pattern: it begins with / and has no space, ? or # | such as "/v1/**"',
    ],
  ],
  [
    'family without routing by name',
    { targets: '{ x: { type: mysql, host: a.acme.com, network: core, family: mariadb } }' },
    [
      'family: mari→ LG_FIELD_CONFLICT the target x has a port of its own, so family says nothing | add routing: name, or remove family',
    ],
  ],
  [
    'default without routing by name',
    { targets: '{ x: { type: postgres, host: a.acme.com, network: core, routing: port, default: true } }' },
    [
      'default: tru→ LG_FIELD_CONFLICT the target x has a port of its own, so default says nothing | add routing: name, or remove default',
    ],
  ],
  [
    'routing of a type that has one way only',
    { targets: '{ x: { type: oracle, host: a.acme.com, network: core, routing: name } }' },
    [
      'routing: nam→ LG_FIELD_NOT_HERE the target x is an Oracle database; it takes no routing | routing is for postgres, mysql, sqlserver, redis and mongodb',
    ],
  ],
  [
    'a Postgres check of something else',
    { targets: '{ x: { type: redis, host: a.acme.com, network: core, health: postgres } }' },
    ['health: post→ LG_FIELD_CONFLICT the health check postgres does not fit the target x | use tcp or none'],
  ],
  [
    'a Postgres check of a port that is not understood',
    { targets: '{ x: { type: postgres, host: a.acme.com, network: core, routing: port, health: postgres } }' },
    ['health: post→ LG_FIELD_CONFLICT the health check postgres does not fit the target x | use tcp or none'],
  ],
  [
    'a TLS check of plaintext',
    { targets: '{ x: { type: http, host: a.acme.com, network: core, health: tls } }' },
    [
      'health: tls → LG_FIELD_CONFLICT the target x does not open with TLS, so health: tls would always fail | use tcp or none',
    ],
  ],
  [
    'no hub',
    { hub: undefined, targets: '{ x: { type: https, host: a.acme.com, network: core } }' },
    [
      'x: { type: h→ LG_NO_HUB the target x needs a hub, and the spec has none | add hub: { vpc: { create: { cidr: 10.40.0.0/22 } } }; only s3 targets do without',
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
      'public } }→ LG_NO_INTERNET the target x is on the internet, and the hub has no way there (internet: none) | write hub.vpc.create.internet: auto, or remove the target',
    ],
  ],
  [
    'inspection of nothing',
    { inspection: '{ ca: { subject: Acme } }' },
    [
      'inspection: → warning LG_INSPECTION_UNUSED no target has tls: inspect, so there is nothing to inspect | remove inspection:, or write tls: inspect at an https target',
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
      'x: { host: a→ LG_FIELD_MISSING targets.x needs a field type | type: What the target speaks. Decides the default port and whether it can share it.',
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
      'My_DB: { typ→ LG_NAME_FORM "My_DB" cannot be the name of a target | lower-case letters, digits and hyphens, a letter first, no hyphen last: such as my-db',
    ],
  ],
  [
    'a name that is too long',
    { targets: '{ a123456789012345678901234567890123456789x: { type: https, host: a.acme.com, network: core } }' },
    [
      'a12345678901→ LG_NAME_FORM the target name "a123456789012345678901234567890123456789x" has 41 characters; 40 is the most | lower-case letters, digits and hyphens, a letter first, no hyphen last',
    ],
  ],
])('targets: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
