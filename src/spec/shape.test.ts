import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../test/small-spec.ts';

test.each<[string, string | Uint8Array, readonly string[]]>([
  [
    'another version',
    smallSpec({ lakegate: '2' }),
    ['2→ LG_SPEC_VERSION format version 2 is not supported by this release | write lakegate: 1'],
  ],
  [
    'a version in quotes',
    smallSpec({ lakegate: '"1"' }),
    ['"1"→ LG_SPEC_VERSION format version "1" is not supported by this release | write lakegate: 1'],
  ],
  [
    'fields that must be there',
    'lakegate: 1\n',
    [
      'lakegate: 1→ LG_FIELD_MISSING the spec needs the field name | name: Prefix of every created resource. 2 to 20 lower-case letters, digits and hyphens, starting with a letter.',
      'lakegate: 1→ LG_FIELD_MISSING the spec needs the field aws | aws: AWS region, account and settings.',
      'lakegate: 1→ LG_FIELD_MISSING the spec needs the field databricks | databricks: Databricks account and settings.',
      'lakegate: 1→ LG_FIELD_MISSING the spec needs the field workspaces | workspaces: Databricks workspaces. You choose their names.',
    ],
  ],
  [
    'fields misspelt',
    smallSpec({ nmae: 'x', target: '{}', foo: '1' }),
    [
      'nmae: x→ LG_FIELD_UNKNOWN a spec has no field "nmae" | did you mean name?',
      'target: {}→ LG_FIELD_UNKNOWN a spec has no field "target" | did you mean targets?',
      'foo: 1→ LG_FIELD_UNKNOWN a spec has no field "foo" | fields here: lakegate, name, aws, databricks, limits, isolation, optimize, share_ncc, load, workspaces, hub, networks, inspection, credentials, targets, access',
    ],
  ],
  [
    'a field of a field misspelt',
    smallSpec({ aws: '{ region: eu-west-1, account: "111122223333", tag: {} }' }),
    ['tag: {} }→ LG_FIELD_UNKNOWN aws has no field "tag" | did you mean tags?'],
  ],
  [
    'a password',
    smallSpec({ targets: '{ db: { type: postgres, host: db.acme.com, network: core, db_password: hunter2 } }' }),
    [
      'db_password:→ LG_SPEC_SECRET "db_password" looks like a secret; a spec must not contain secrets | remove it, and rotate the secret if this file was committed; lakegate does not need the credentials of a target',
    ],
  ],
  [
    'sections without a value',
    smallSpec({ limits: '', hub: '', targets: '', access: '' }),
    [
      'hub: → LG_FIELD_TYPE hub is empty; it must be a map of fields | write a value, or remove the line',
      'targets: → LG_FIELD_TYPE targets is empty; it must be a map | write a value, or remove the line',
      'access: → LG_FIELD_TYPE access is empty; it must be a list | write a value, or remove the line',
      'limits: → LG_FIELD_TYPE limits is empty; it must be a map of fields | write a value, or remove the line',
    ],
  ],
  [
    'a name in capitals',
    smallSpec({ name: 'Acme' }),
    [
      'Acme→ LG_NAME_FORM "Acme" is not a valid name of a spec | use 2 to 20 lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen',
    ],
  ],
  [
    'a name that is too long',
    smallSpec({ name: 'acme-production-europe-west' }),
    [
      'acme-product→ LG_NAME_FORM the name "acme-production-europe-west" has 27 characters; the maximum is 20 | use 2 to 20 lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen',
    ],
  ],
  [
    'a name that ends in a hyphen',
    smallSpec({ name: 'acme-' }),
    [
      'acme-→ LG_NAME_FORM "acme-" is not a valid name of a spec | use 2 to 20 lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen',
    ],
  ],
  [
    'an account as a number loses its zero',
    smallSpec({ aws: '{ region: eu-west-1, account: 011122223333 }' }),
    [
      '011122223333→ LG_FIELD_TYPE aws.account is the number 011122223333; it must be text | write it in quotes, to keep every digit: account: "011122223333"',
    ],
  ],
  [
    'an account id that is too short to be one, without quotes',
    smallSpec({ databricks: '{ account_id: 123 }' }),
    [
      '123 }→ LG_FIELD_TYPE databricks.account_id is the number 123; it must be text | write it in quotes, such as "0d26daa6-5e44-4c97-a497-ef015f91254a"',
    ],
  ],
  [
    'an entry of access without one of its sides',
    smallSpec({ access: '[{ from: [one] }, { to: [db] }]' }),
    [
      '{ from: [one→ LG_FIELD_MISSING access[0] needs the field to | write to: [target, another-target], or to: ["*"] for all targets',
      '{ to: [db] }→ LG_FIELD_MISSING access[1] needs the field from | write from: [workspace, another-workspace], or from: ["*"] for all workspaces',
    ],
  ],
  [
    'an account as an octal number',
    smallSpec({ aws: '{ region: eu-west-1, account: 0o11122223333 }' }),
    [
      '0o1112222333→ LG_FIELD_TYPE aws.account is the number 0o11122223333; it must be text | write it in quotes, such as "111122223333"',
    ],
  ],
  [
    'a workspace id as a number loses digits',
    smallSpec({ workspaces: '{ one: { id: 12345678901234567890 } }' }),
    [
      '123456789012→ LG_FIELD_TYPE workspaces.one.id is the number 12345678901234567890; it must be text | write it in quotes, to keep every digit: id: "12345678901234567890"',
    ],
  ],
  [
    'a port in quotes',
    smallSpec({ targets: '{ db: { type: postgres, host: db.acme.com, network: core, port: "5432" } }' }),
    [
      '"5432" } }→ LG_FIELD_TYPE targets.db.port is the text "5432"; it must be a number | remove the quotes: port: 5432',
    ],
  ],
  [
    'a port as base 60',
    smallSpec({ targets: '{ db: { type: postgres, host: db.acme.com, network: core, port: 54:32 } }' }),
    ['54:32 } }→ LG_FIELD_TYPE targets.db.port is the text "54:32"; it must be a number'],
  ],
  [
    'a port that some read as octal',
    smallSpec({ targets: '{ db: { type: postgres, host: db.acme.com, network: core, port: 05432 } }' }),
    [
      '05432 } }→ LG_YAML_NUMBER 05432 starts with a zero, which YAML readers interpret differently | write 5432, or put it in quotes if it is text',
    ],
  ],
  [
    'a port with a fraction',
    smallSpec({ targets: '{ db: { type: postgres, host: db.acme.com, network: core, port: 54.5 } }' }),
    ['54.5 } }→ LG_FIELD_TYPE targets.db.port is the number 54.5; it must be a whole number'],
  ],
  [
    'port 0',
    smallSpec({ targets: '{ db: { type: postgres, host: db.acme.com, network: core, port: 0 } }' }),
    ['0 } }→ LG_PORT 0 is not a port; the range is 1 to 65535'],
  ],
  [
    'a port too high',
    smallSpec({ targets: '{ db: { type: postgres, host: db.acme.com, network: core, port: 65536 } }' }),
    ['65536 } }→ LG_PORT 65536 is not a port; the range is 1 to 65535'],
  ],
  [
    'a port below 0',
    smallSpec({ targets: '{ db: { type: postgres, host: db.acme.com, network: core, port: -1 } }' }),
    ['-1 } }→ LG_PORT -1 is not a port; the range is 1 to 65535'],
  ],
  [
    'no number',
    smallSpec({ targets: '{ db: { type: postgres, host: db.acme.com, network: core, port: .nan } }' }),
    ['.nan } }→ LG_FIELD_TYPE targets.db.port is the number .nan; it must be a number'],
  ],
  [
    'yes is not true',
    smallSpec({ hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } }, deletion_protection: yes }' }),
    [
      'yes }→ LG_FIELD_TYPE hub.deletion_protection is the text "yes"; it must be true or false | write deletion_protection: true',
    ],
  ],
  [
    'a limit of 0, below 0, with a fraction, unknown, as text',
    smallSpec({
      limits:
        '{ endpoints_in_use: 0, nlbs_per_region: 0, endpoints_per_region: -3, domains_per_rule: 1.5, domain_per_rule: 1, buckets_per_rule: many }',
    }),
    [
      '0, endpoints→ LG_FIELD_RANGE limits.nlbs_per_region: 0 is too small; the minimum is 1',
      '-3, domains_→ LG_FIELD_RANGE limits.endpoints_per_region: -3 is too small; the minimum is 1',
      '1.5, domain_→ LG_FIELD_TYPE limits.domains_per_rule is the number 1.5; it must be a whole number',
      'domain_per_r→ LG_FIELD_UNKNOWN limits has no field "domain_per_rule" | did you mean domains_per_rule?',
      'many }→ LG_FIELD_TYPE limits.buckets_per_rule is the text "many"; it must be a number',
    ],
  ],
  [
    'tags',
    smallSpec({
      aws: '{ region: eu-west-1, account: "111122223333", tags: { a: 1, "aws:b": c, d: yes, e: true, f: } }',
    }),
    [
      '1, "aws:b": → LG_FIELD_TYPE aws.tags.a is the number 1; it must be text | write it in quotes, to keep every digit: a: "1"',
      '"aws:b": c, → LG_NAME_FORM "aws:b" is not a valid key of an AWS tag | use at most 128 letters, digits, spaces and _.:/=+-@; do not start with aws:',
      'true, f: } }→ LG_FIELD_TYPE aws.tags.e is true; it must be text | write it in quotes: e: "true"',
      'f: } }→ LG_FIELD_TYPE aws.tags.f is empty; it must be text | write a value, or remove the line',
    ],
  ],
  [
    'a tag that is two lines',
    smallSpec({ aws: '{ region: eu-west-1, account: "111122223333", tags: { a: "b\\nc", d: "", e: "é😀" } }' }),
    ['"b\\nc", d: "→ LG_FIELD_VALUE "b\\nc" is not a valid value of aws.tags.a'],
  ],
  [
    'a text where a list should be',
    smallSpec({ access: '[{ from: "*", to: [db] }]' }),
    ['"*", to: [db→ LG_FIELD_TYPE access[0].from is the text "*"; it must be a list | write a list: from: ["*"]'],
  ],
  [
    'a wrong part hides no other',
    smallSpec({ hub: '{ vpc: { create: { cidr: 10.40.0.0/30 } }, router: { engine: nginx, min: 9 } }' }),
    [
      '10.40.0.0/30→ LG_CIDR_TOO_SMALL "10.40.0.0/30" has 4 addresses; subnets in three zones need at least 64 | use a /26 or larger',
      'nginx, min: → LG_FIELD_VALUE hub.router.engine is "nginx"; it must be node or haproxy',
      '9 } }→ LG_FIELD_CONFLICT hub.router.min (9) is larger than hub.router.max (6) | lower min, or raise max',
    ],
  ],
  [
    'a type without a value',
    smallSpec({ targets: '{ db: { type: , host: db.acme.com, network: core } }' }),
    [
      ', host: db.a→ LG_FIELD_VALUE targets.db.type is empty; it must be https, http, postgres, mysql, sqlserver, oracle, kafka, redis, mongodb, tls, tcp or s3',
    ],
  ],
  [
    'an unknown field hides nothing else',
    smallSpec({ targets: '{ db: { type: postgres, host: db.acme.com, hst: x, network: cor } }' }),
    [
      'hst: x, netw→ LG_FIELD_UNKNOWN targets.db has no field "hst" | did you mean host?',
      'cor } }→ LG_REFERENCE_UNKNOWN there is no network "cor" | did you mean core?',
    ],
  ],
  [
    'text that is empty, too long, or more than a line',
    smallSpec({
      inspection: '{ ca: { subject: " " } }',
      credentials:
        '{ a: { type: service-credential, external_id: abc, kafka: { target: db, topics: [xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, "a\\nb"], actions: [read] } } }',
    }),
    [
      'inspection: → warning LG_INSPECTION_UNUSED no target has tls: inspect, so the section inspection has no effect | remove inspection, or add tls: inspect to an https target',
      '" " } }→ LG_FIELD_VALUE the text is empty',
      'xxxxxxxxxxxx→ LG_FIELD_VALUE "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" has 250 characters; the maximum is 249',
      '"a\\nb"], act→ LG_FIELD_VALUE "a\\nb" contains a line break or a control character',
    ],
  ],
  [
    'an error in one target hides none in another',
    smallSpec({ targets: '{ a: { type: postgre }, db: { type: postgres, host: "*.acme.com", network: cor } }' }),
    [
      'a: { type: p→ LG_FIELD_MISSING the target a needs network | write the name of the network that the target is in',
      'a: { type: p→ LG_FIELD_MISSING the target a needs host | write the name that clients use under host, or a list under hosts',
      'postgre }, d→ LG_FIELD_VALUE targets.a.type is "postgre"; it must be https, http, postgres, mysql, sqlserver, oracle, kafka, redis, mongodb, tls, tcp or s3 | did you mean postgres?',
      '"*.acme.com"→ LG_HOST_NAME "*.acme.com" is a wildcard; a private endpoint rule lists exact names | list each name under hosts',
      'cor } }→ LG_REFERENCE_UNKNOWN there is no network "cor" | did you mean core?',
    ],
  ],
  [
    'a wrong type hides no other error of its target: the nearest type stands in',
    smallSpec({
      targets:
        '{ db: { type: postgresql, host: a.acme.com, hosts: [b.acme.com], network: nowhere, bucket: lake, hst: x } }',
    }),
    [
      'postgresql, → LG_FIELD_VALUE targets.db.type is "postgresql"; it must be https, http, postgres, mysql, sqlserver, oracle, kafka, redis, mongodb, tls, tcp or s3 | did you mean postgres?',
      'hosts: [b.ac→ LG_FIELD_CONFLICT the target db has both host and hosts | list all names under hosts',
      'nowhere, buc→ LG_REFERENCE_UNKNOWN there is no network "nowhere" | networks: core, hub, public',
      'bucket: lake→ LG_FIELD_NOT_HERE the target db is a PostgreSQL server; the field bucket does not apply | bucket is for s3',
      'hst: x } }→ LG_FIELD_UNKNOWN targets.db has no field "hst" | did you mean host?',
    ],
  ],
  [
    'without a type, the first that takes the fields stands in',
    smallSpec({
      targets: '{ db: { host: a.acme.com, hosts: [b.acme.com], network: cor }, x: { type: 7, bucket: lake }, y: {} }',
    }),
    [
      'db: { host: → LG_FIELD_MISSING targets.db needs the field type | type: The protocol of the target. Determines the default port and whether targets can share it.',
      'hosts: [b.ac→ LG_FIELD_CONFLICT the target db has both host and hosts | list all names under hosts',
      'cor }, x: { → LG_REFERENCE_UNKNOWN there is no network "cor" | did you mean core?',
      '7, bucket: l→ LG_FIELD_VALUE targets.x.type is 7; it must be https, http, postgres, mysql, sqlserver, oracle, kafka, redis, mongodb, tls, tcp or s3',
      'y: {} }→ LG_FIELD_MISSING targets.y needs the field type | type: The protocol of the target. Determines the default port and whether targets can share it.',
    ],
  ],
  [
    'a word that people use for a type is the type, not the nearest name',
    smallSpec({ targets: '{ db: { type: mssql, host: a.acme.com, network: core } }' }),
    [
      'mssql, host:→ LG_FIELD_VALUE targets.db.type is "mssql"; it must be https, http, postgres, mysql, sqlserver, oracle, kafka, redis, mongodb, tls, tcp or s3 | did you mean sqlserver?',
    ],
  ],
  [
    'a misspelt section is one error: what refers to it is right, and what is wrong inside it is shown there',
    smallSpec({
      targets: undefined,
      targtes: '{ db: { type: postgres, host: "*.acme.com", network: core } }',
      access: '[{ from: [one], to: [db] }]',
    }),
    [
      'targtes: { d→ LG_FIELD_UNKNOWN a spec has no field "targtes" | did you mean targets?',
      '"*.acme.com"→ LG_HOST_NAME "*.acme.com" is a wildcard; a private endpoint rule lists exact names | list each name under hosts',
    ],
  ],
  [
    'what is wrong in a list is shown in the list',
    smallSpec({
      networks:
        '{ core: { reach: transit-gateway, cidrs: [10.50.0.0/16, 10.51.0.1/16], dns: [10.50.0.2, dns.acme.com] } }',
    }),
    [
      '10.51.0.1/16→ LG_CIDR "10.51.0.1/16" is an address inside a network, with the length of the network | write the network, 10.51.0.0/16; or 10.51.0.1/32 for that address alone',
      'dns.acme.com→ LG_ADDRESS "dns.acme.com" is not an IPv4 address | write the address of the resolver',
    ],
  ],
])('shape: %s', (_, text, want) => {
  expect(problemsOf(text)).toEqual(want);
});
