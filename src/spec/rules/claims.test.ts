import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'a forgotten tls: inspect is told alone, and not that the targets do not share their host',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core, path: /a }, b: { type: https, host: a.acme.com, network: core, path: /b, upstream: { host: c.acme.com } }, d: { type: https, host: a.acme.com, network: core, tls: inspect, path: /d } }',
    },
    [
      'path: /a }, → LG_FIELD_CONFLICT the target a has path, but its TLS is passed through | add tls: inspect, or remove path',
      'path: /b, up→ LG_FIELD_CONFLICT the target b has path, but its TLS is passed through | add tls: inspect, or remove path',
      'upstream: { → LG_FIELD_CONFLICT the target b has upstream, but its TLS is passed through | add tls: inspect, or remove upstream',
    ],
  ],
  [
    'one host and port, two targets',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core }, b: { type: tls, host: A.acme.com., port: 443, network: core } }',
    },
    [
      'A.acme.com.,→ LG_HOST_PORT_TWICE a.acme.com:443 belongs to the target a already | grant that target to every workspace that needs it, or use another port here',
    ],
  ],
  [
    'one of several names',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core }, b: { type: https, hosts: [b.acme.com, a.acme.com], network: core } }',
    },
    [
      'a.acme.com],→ LG_HOST_PORT_TWICE a.acme.com:443 belongs to the target a already | grant that target to every workspace that needs it, or use another port here',
    ],
  ],
  [
    'a broker that is a target',
    {
      targets:
        '{ a: { type: tls, host: b1.acme.com, port: 9098, network: core }, b: { type: kafka, network: core, msk: { brokers: [b1.acme.com] } } }',
    },
    [
      'b1.acme.com]→ LG_HOST_PORT_TWICE b1.acme.com:9098 belongs to the target a already | grant that target to every workspace that needs it, or use another port here',
    ],
  ],
  [
    'one bucket, two targets',
    { targets: '{ a: { type: s3, bucket: acme-lake }, b: { type: s3, buckets: [acme-raw, acme-lake] } }' },
    [
      'acme-lake] }→ LG_BUCKET_TWICE the bucket acme-lake belongs to the target a already | grant that target to every workspace that needs the bucket',
    ],
  ],
  [
    'two defaults on a port',
    {
      targets:
        '{ a: { type: mysql, host: a.acme.com, network: core, routing: name, default: true }, b: { type: mysql, host: b.acme.com, network: core, routing: name, default: true } }',
    },
    [
      'true } }→ LG_DEFAULT_TWICE the target a is already the default of port 3306 | clients that send no name can go to only one target: remove default from one of them',
    ],
  ],
  [
    'renamed from a name that is there',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core }, b: { type: https, host: b.acme.com, network: core, renamed_from: a } }',
    },
    [
      'a } }→ LG_RENAME the target b is renamed from "a", which is still a target | remove renamed_from, or the target with the old name',
    ],
  ],
  [
    'two renamed from one',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core, renamed_from: c }, b: { type: https, host: b.acme.com, network: core, renamed_from: c } }',
    },
    ['c } }→ LG_RENAME "c" is also the former name of the target a | remove renamed_from from one of them'],
  ],
  [
    'a port that is wrong claims nothing',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core }, b: { type: https, host: a.acme.com, port: 0, network: core } }',
    },
    ['0, network: → LG_PORT 0 is not a port; the range is 1 to 65535'],
  ],
  [
    'a bucket listed twice',
    { targets: '{ x: { type: s3, buckets: [acme-lake, acme-lake] } }' },
    ['acme-lake] }→ warning LG_LISTED_TWICE "acme-lake" is listed twice | remove one of them'],
  ],
  [
    'a bucket where none belongs',
    {
      targets:
        '{ a: { type: https, host: a.acme.com, network: core, bucket: acme-lake }, b: { type: s3, bucket: acme-lake } }',
    },
    [
      'bucket: acme→ LG_FIELD_NOT_HERE the target a is an HTTPS API; the field bucket does not apply | bucket is for s3',
    ],
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
    ['A.ACME.com],→ warning LG_LISTED_TWICE "A.ACME.com" is listed twice | remove one of them'],
  ],
])('claims: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
