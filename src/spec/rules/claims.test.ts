import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'one host and port, two targets',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core }, b: { type: tls, host: A.acme.com., port: 443, network: core } }',
    },
    [
      'A.acme.com.,→ LG_HOST_PORT_TWICE a.acme.com:443 is also the target a | one host and port is one target: grant that one to all who need it, or give this one another port',
    ],
  ],
  [
    'one of several names',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core }, b: { type: https, hosts: [b.acme.com, a.acme.com], network: core } }',
    },
    [
      'a.acme.com],→ LG_HOST_PORT_TWICE a.acme.com:443 is also the target a | one host and port is one target: grant that one to all who need it, or give this one another port',
    ],
  ],
  [
    'a broker that is a target',
    {
      targets:
        '{ a: { type: tls, host: b1.acme.com, port: 9098, network: core }, b: { type: kafka, network: core, msk: { brokers: [b1.acme.com] } } }',
    },
    [
      'b1.acme.com]→ LG_HOST_PORT_TWICE b1.acme.com:9098 is also the target a | one host and port is one target: grant that one to all who need it, or give this one another port',
    ],
  ],
  [
    'one bucket, two targets',
    { targets: '{ a: { type: s3, bucket: acme-lake }, b: { type: s3, buckets: [acme-raw, acme-lake] } }' },
    [
      'acme-lake] }→ LG_BUCKET_TWICE the bucket acme-lake is also the target a | one bucket is one target: grant that one to all who need it',
    ],
  ],
  [
    'two defaults on a port',
    {
      targets:
        '{ a: { type: mysql, host: a.acme.com, network: core, routing: name, default: true }, b: { type: mysql, host: b.acme.com, network: core, routing: name, default: true } }',
    },
    [
      'true } }→ LG_DEFAULT_TWICE the target a is the default of port 3306 already | clients that send no name can go to one target only: remove default from one of the two',
    ],
  ],
  [
    'renamed from a name that is there',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core }, b: { type: https, host: b.acme.com, network: core, renamed_from: a } }',
    },
    [
      'a } }→ LG_RENAME the target b is said to have been "a", which is still there | remove renamed_from, or the target of the old name',
    ],
  ],
  [
    'two renamed from one',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core, renamed_from: c }, b: { type: https, host: b.acme.com, network: core, renamed_from: c } }',
    },
    [
      'c } }→ LG_RENAME "c" is also the former name of the target a | one target becomes one target: remove renamed_from from one of the two',
    ],
  ],
  [
    'a port that is wrong claims nothing',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core }, b: { type: https, host: a.acme.com, port: 0, network: core } }',
    },
    ['0, network: → LG_PORT 0 is not a port; ports go from 1 to 65535'],
  ],
  [
    'a bucket listed twice',
    { targets: '{ x: { type: s3, buckets: [acme-lake, acme-lake] } }' },
    ['acme-lake] }→ warning LG_LISTED_TWICE "acme-lake" is listed twice | remove one of the two'],
  ],
  [
    'a bucket where none belongs',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core, bucket: acme-lake }, b: { type: s3, bucket: acme-lake } }',
    },
    ['bucket: acme→ LG_FIELD_NOT_HERE the target a is an HTTPS API; it takes no bucket | bucket is for s3'],
  ],
  [
    'one host, two ports: nothing',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core }, b: { type: https, host: a.acme.com, port: 8443, network: core } }',
    },
    [],
  ],
  [
    'defaults of two ports: nothing',
    {
      targets:
        '{ a: { type: mysql, host: a.acme.com, network: core, routing: name, default: true }, b: { type: mysql, host: b.acme.com, port: 3307, network: core, routing: name, default: true } }',
    },
    [],
  ],
  [
    'a name listed twice',
    { targets: '{ x: { type: https, hosts: [a.acme.com, A.ACME.com], network: core } }' },
    ['A.ACME.com],→ warning LG_LISTED_TWICE "A.ACME.com" is listed twice | remove one of the two'],
  ],
])('claims: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
