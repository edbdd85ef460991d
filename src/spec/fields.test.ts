import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'a wildcard',
    { targets: '{ db: { type: https, host: "*.acme.com", network: core } }' },
    [
      '"*.acme.com"→ LG_HOST_NAME "*.acme.com" is a wildcard; a private endpoint rule lists exact names | list each name under hosts',
    ],
  ],
  [
    'an address',
    { targets: '{ db: { type: https, host: 10.50.1.1, network: core } }' },
    [
      '10.50.1.1, n→ LG_HOST_NAME "10.50.1.1" is an IP address; clients resolve the endpoint by name | write the name that clients use under host, and the address under address',
    ],
  ],
  [
    'an address with a port',
    { targets: '{ db: { type: https, host: 10.50.1.1:443, network: core } }' },
    [
      '10.50.1.1:44→ LG_HOST_NAME "10.50.1.1:443" is an IP address; clients resolve the endpoint by name | write the name that clients use under host, and the address under address',
    ],
  ],
  [
    'IPv6',
    { targets: '{ db: { type: https, host: "fd00::1", network: core } }' },
    [
      '"fd00::1", n→ LG_HOST_NAME "fd00::1" is an IP address; clients resolve the endpoint by name | write the name that clients use under host, and the address under address',
    ],
  ],
  [
    'a URL',
    { targets: '{ db: { type: https, host: https://api.acme.com/v1, network: core } }' },
    [
      'https://api.→ LG_HOST_NAME "https://api.acme.com/v1" is a URL; write the host name without https:// | write api.acme.com',
    ],
  ],
  [
    'a URL with a password',
    { targets: '{ db: { type: https, host: postgres://me:hunter2@db.acme.com:5432/x, network: core } }' },
    [
      'postgres://m→ LG_HOST_NAME "postgres://me:*******@db.acme.com:5432/x" is a URL; write the host name without postgres:// | write db.acme.com',
    ],
  ],
  [
    'a JDBC URL',
    { targets: '{ db: { type: https, host: "jdbc:postgresql://db.acme.com:5432/x", network: core } }' },
    [
      '"jdbc:postgr→ LG_HOST_NAME "jdbc:postgresql://db.acme.com:5432/x" is a URL; write the host name without jdbc:postgresql:// | write db.acme.com',
    ],
  ],
  [
    'a port',
    { targets: '{ db: { type: https, host: api.acme.com:8443, network: core } }' },
    ['api.acme.com→ LG_HOST_NAME "api.acme.com:8443" contains a port | write host: api.acme.com and port: 8443'],
  ],
  [
    'a path',
    { targets: '{ db: { type: https, host: api.acme.com/v1, network: core } }' },
    ['api.acme.com→ LG_HOST_NAME "api.acme.com/v1" contains a path | write api.acme.com'],
  ],
  [
    'a single label',
    { targets: '{ db: { type: https, host: api, network: core } }' },
    [
      'api, network→ LG_HOST_NAME "api" is a single label; a private endpoint rule needs the full name | add its domain, such as api.corp.example.com',
    ],
  ],
  [
    'nothing',
    { targets: '{ db: { type: https, host: "", network: core } }' },
    ['"", network:→ LG_HOST_NAME "" is not a host name | write the full name that clients use'],
  ],
  [
    'a space',
    { targets: '{ db: { type: https, host: "api.acme.com ", network: core } }' },
    ['"api.acme.co→ LG_HOST_NAME "api.acme.com " contains a space | write api.acme.com'],
  ],
  [
    'letters beyond ASCII',
    { targets: '{ db: { type: https, host: büro.acme.com, network: core } }' },
    [
      'büro.acme.co→ LG_HOST_NAME "büro.acme.com" contains a character that is not ASCII | write the name in its ASCII form (xn--…)',
    ],
  ],
  [
    'two dots',
    { targets: '{ db: { type: https, host: api..acme.com, network: core } }' },
    ['api..acme.co→ LG_HOST_NAME "api..acme.com" has an empty label: two dots in a row, or a dot at the start'],
  ],
  [
    'a dot in front',
    { targets: '{ db: { type: https, host: .acme.com, network: core } }' },
    ['.acme.com, n→ LG_HOST_NAME ".acme.com" has an empty label: two dots in a row, or a dot at the start'],
  ],
  [
    'a long label',
    {
      targets:
        '{ db: { type: https, host: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.acme.com, network: core } }',
    },
    [
      'aaaaaaaaaaaa→ LG_HOST_NAME "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…" has a label of 64 characters; the maximum is 63',
    ],
  ],
  [
    'a long name',
    {
      targets:
        '{ db: { type: https, host: abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd, network: core } }',
    },
    [
      'abcd.abcd.ab→ LG_HOST_NAME "abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.abcd.…" has 299 characters; the maximum of a DNS name is 253',
    ],
  ],
  [
    'a hyphen in front',
    { targets: '{ db: { type: https, host: -api.acme.com, network: core } }' },
    ['-api.acme.co→ LG_HOST_NAME "-api.acme.com" has a label that starts or ends with a hyphen: "-api"'],
  ],
  [
    'a hyphen at the end of a label',
    { targets: '{ db: { type: https, host: api-.acme.com, network: core } }' },
    ['api-.acme.co→ LG_HOST_NAME "api-.acme.com" has a label that starts or ends with a hyphen: "api-"'],
  ],
  [
    'a sign that DNS does not carry',
    { targets: '{ db: { type: https, host: "api@acme.com", network: core } }' },
    ['"api@acme.co→ LG_HOST_NAME "api@acme.com" contains a character that is not allowed in host names: "@"'],
  ],
  [
    'a number last',
    { targets: '{ db: { type: https, host: api.acme.123, network: core } }' },
    ['api.acme.123→ LG_HOST_NAME "api.acme.123" ends in a number like an IP address'],
  ],
  [
    'reserved',
    { targets: '{ db: { type: https, host: b-1.x.after-apply.invalid, network: core } }' },
    [
      'b-1.x.after-→ LG_HOST_NAME "b-1.x.after-apply.invalid" is reserved for brokers that do not exist yet | write the name that clients use',
    ],
  ],
  [
    'a number',
    { targets: '{ db: { type: https, host: 12, network: core } }' },
    [
      '12, network:→ LG_FIELD_TYPE targets.db.host is the number 12; it must be text | write it in quotes, to keep every digit: host: "12"',
    ],
  ],
  ['capitals and one trailing dot', { targets: '{ db: { type: https, host: API.Acme.com., network: core } }' }, []],
  ['an underscore', { targets: '{ db: { type: https, host: _api.acme_x.com, network: core } }' }, []],
  [
    'the longest label',
    {
      targets:
        '{ db: { type: https, host: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.acme.com, network: core } }',
    },
    [],
  ],
])('host: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
