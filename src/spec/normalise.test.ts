import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../test/small-spec.ts';
import { readSpec, type Spec, type Target } from './index.ts';

function read(parts: Readonly<Record<string, string>>): Spec {
  const text = smallSpec(parts);
  expect(problemsOf(text).filter((each) => !each.includes('→ warning'))).toEqual([]);
  const { spec } = readSpec(text, 'lakegate.yaml');
  if (!spec) throw new Error('a reading without errors has a spec');
  return spec;
}

function target(fields: string): Target {
  const found = read({ targets: `{ x: { ${fields} } }` }).targets[0];
  if (!found) throw new Error('the target is gone');
  return found;
}

const at = 'host: a.acme.com, network: core';

test.each<[string, string, readonly number[], Target['routing'], Target['speaks'], Target['first'], Target['health']]>([
  ['https', `type: https, ${at}`, [443], 'name', 'tls', 'client', 'tls'],
  ['https on another port', `type: https, ${at}, port: 8443`, [8443], 'name', 'tls', 'client', 'tls'],
  ['http', `type: http, ${at}`, [80], 'name', 'http', 'client', 'tcp'],
  ['postgres', `type: postgres, ${at}`, [5432], 'name', 'postgres', 'client', 'postgres'],
  [
    'postgres for clients without names',
    `type: postgres, ${at}, routing: port`,
    [5432],
    'port',
    'tcp',
    'client',
    'tcp',
  ],
  ['mysql', `type: mysql, ${at}`, [3306], 'port', 'tcp', 'server', 'none'],
  ['mysql by name', `type: mysql, ${at}, routing: name`, [3306], 'name', 'mysql', 'server', 'none'],
  ['sqlserver', `type: sqlserver, ${at}`, [1433], 'port', 'tcp', 'client', 'tcp'],
  ['sqlserver with TDS 8', `type: sqlserver, ${at}, routing: name`, [1433], 'name', 'tls', 'client', 'tcp'],
  ['oracle', `type: oracle, ${at}`, [1521], 'port', 'tcp', 'client', 'none'],
  ['redis', `type: redis, ${at}`, [6379], 'name', 'tls', 'client', 'tcp'],
  ['redis without TLS', `type: redis, ${at}, routing: port`, [6379], 'port', 'tcp', 'client', 'tcp'],
  ['mongodb', `type: mongodb, ${at}`, [27_017], 'name', 'tls', 'client', 'tcp'],
  ['mongodb without TLS', `type: mongodb, ${at}, routing: port`, [27_017], 'port', 'tcp', 'client', 'tcp'],
  ['tls', `type: tls, ${at}, port: 8200`, [8200], 'name', 'tls', 'client', 'tls'],
  ['tcp: the server may speak first', `type: tcp, ${at}, port: 22`, [22], 'port', 'tcp', 'server', 'tcp'],
  ['tcp whose client speaks first', `type: tcp, ${at}, port: 22, first: client`, [22], 'port', 'tcp', 'client', 'tcp'],
  ['s3', 'type: s3, bucket: acme-lake', [], 'bucket', 'tls', 'client', 'none'],
  ['kafka', `type: kafka, ${at}, auth: [scram]`, [9096], 'name', 'tls', 'client', 'tls'],
  ['kafka on its own port', `type: kafka, ${at}, port: 9093`, [9093], 'name', 'tls', 'client', 'tls'],
  [
    'kafka with three kinds',
    `type: kafka, ${at}, auth: [iam, scram, tls, iam]`,
    [9098, 9096, 9094],
    'name',
    'tls',
    'client',
    'tls',
  ],
  [
    'kafka per broker',
    `type: kafka, ${at}, auth: [tls], listeners: per-broker`,
    [9094],
    'port',
    'tcp',
    'client',
    'tls',
  ],
  ['a check of one’s own', `type: mysql, ${at}, health: tcp`, [3306], 'port', 'tcp', 'server', 'tcp'],
])('%s', (_, fields, ports, routing, speaks, first, health) => {
  expect(target(fields)).toMatchObject({ ports, routing, speaks, first, health });
});

test('what a target says beyond its type', () => {
  const all = `type: https, hosts: [A.acme.com., b.acme.com, a.acme.com], network: core, address: [10.50.0.1, 10.50.0.1, 10.50.0.2],
    port_policy: remap, max_connections: 5, on_move: close, renamed_from: y, tls: inspect, paths: { allow: [/v1/**], deny: [/v1/x] }`;
  expect(target(all)).toEqual({
    name: 'x',
    type: 'https',
    network: 'core',
    hosts: ['a.acme.com', 'b.acme.com'],
    ports: [443],
    routing: 'name',
    speaks: 'tls',
    first: 'client',
    addresses: ['10.50.0.1', '10.50.0.2'],
    portPolicy: 'remap',
    tls: 'inspect',
    paths: { allow: ['/v1/**'], deny: ['/v1/x'] },
    buckets: [],
    isDefault: false,
    health: 'tls',
    maxConnections: 5,
    onMove: 'close',
    renamedFrom: 'y',
  });
});

test('MySQL by name is of the family mysql unless it says otherwise, and may be the default', () => {
  expect(target(`type: mysql, ${at}, routing: name`)).toMatchObject({ mysqlFamily: 'mysql', isDefault: false });
  expect(target(`type: mysql, ${at}, routing: name, family: mariadb, default: true`)).toMatchObject({
    mysqlFamily: 'mariadb',
    isDefault: true,
  });
  expect(target(`type: mysql, ${at}`)).not.toHaveProperty('mysqlFamily');
});

test('brokers: those listed, or symbols for those that do not exist yet', () => {
  const cluster = 'arn:aws:kafka:eu-west-1:111122223333:cluster/events/0a1b-3';
  const existing = target(
    `type: kafka, network: core, msk: { cluster: "${cluster}", brokers: [b-1.acme.com, b-2.acme.com] }`,
  );
  expect(existing).toMatchObject({
    hosts: ['b-1.acme.com', 'b-2.acme.com'],
    ports: [9098],
    kafka: { listeners: 'sni', auth: ['iam'], brokers: 2, source: { kind: 'existing', clusterArn: cluster } },
  });
  const create =
    'brokers: 3, version: 3.9.x, instance: kafka.m5.large, storage_gb: 100, auth: [scram], logs: { cloudwatch: 30d }';
  expect(target(`type: kafka, network: hub, msk: { create: { ${create} } }`)).toMatchObject({
    hosts: ['b-1.x.after-apply.invalid', 'b-2.x.after-apply.invalid', 'b-3.x.after-apply.invalid'],
    ports: [9096],
    kafka: {
      auth: ['scram'],
      brokers: 3,
      source: {
        kind: 'create',
        version: '3.9.x',
        instance: 'kafka.m5.large',
        storageGb: 100,
        encryption: { inTransit: 'tls', atRest: 'aws-managed' },
        cloudwatchDays: 30,
      },
    },
  });
});

test('a small spec gets every default', () => {
  const { targets, ...rest } = read({});
  expect(targets).toHaveLength(1);
  expect(rest).toEqual({
    name: 'acme',
    aws: { region: 'eu-west-1', account: '111122223333', tags: {} },
    databricks: { accountId: '0d26daa6-5e44-4c97-a497-ef015f91254a', partition: 'commercial' },
    limits: {},
    isolation: 'strict',
    optimize: 'endpoints',
    shareNcc: [],
    load: { connections: 1000, gbPerMonth: 1000, peakMbps: 100 },
    workspaces: [
      { name: 'one', id: '1' },
      { name: 'two', id: '2' },
    ],
    hub: {
      vpc: { kind: 'create', cidr: '10.40.0.0/22', zones: 3, internet: 'auto' },
      router: { engine: 'node', run: 'instances', instance: 't4g.small', min: 2, max: 6 },
      deletionProtection: false,
    },
    networks: [
      {
        name: 'core',
        reach: 'transit-gateway',
        transitGateway: 'tgw-0a1b2c3d4e5f60718',
        cidrs: ['10.50.0.0/16'],
        dns: [],
      },
      { name: 'hub', reach: 'hub', cidrs: ['10.40.0.0/22'], dns: [] },
      { name: 'public', reach: 'internet', cidrs: [], dns: [] },
    ],
    access: [{ index: 0, from: ['one', 'two'], to: ['db'] }],
    credentials: [],
  });
});

test('everything else that a spec can say', () => {
  const spec = read({
    aws: '{ region: us-gov-west-1, account: "011122223333", tags: { a: b }, terraform: { backend: { s3: { bucket: acme-state } } } }',
    databricks: '{ account_id: 0D26DAA6-5e44-4c97-a497-ef015f91254a, partition: govcloud-dod }',
    limits: '{ domains_per_rule: 100, endpoints_in_use: 0 }',
    isolation: 'shared',
    optimize: 'cost',
    share_ncc: '[[one, two]]',
    load: '{ connections: 20000, gb_per_month: 0.5, peak_mbps: 900 }',
    hub: '{ vpc: { id: vpc-0123456789abcdef0, subnets: [subnet-0aaaaaaaaaaaaaaa1] }, router: { engine: haproxy, run: containers }, deletion_protection: true }',
    networks:
      '{ core: { reach: peering, account: "444455556666", vpc: vpc-0123456789abcdef1, cidrs: [10.50.0.0/16], dns: [10.50.0.2], assume_role: "arn:aws-us-gov:iam::444455556666:role/x" } }',
    inspection: '{ ca: { days: 30 }, deliver: { volume: main.a.b, file: ca.pem } }',
    targets: `{ db: { type: https, ${at}, tls: inspect } }`,
    access: '[{ from: [two, two], to: ["*", db] }]',
  });
  expect(spec).toMatchObject({
    aws: { account: '011122223333', tags: { a: 'b' }, backend: { bucket: 'acme-state', lock: 'native' } },
    databricks: { accountId: '0d26daa6-5e44-4c97-a497-ef015f91254a', partition: 'govcloud-dod' },
    limits: { domains_per_rule: 100, endpoints_in_use: 0 },
    isolation: 'shared',
    optimize: 'cost',
    shareNcc: [['one', 'two']],
    load: { connections: 20_000, gbPerMonth: 0.5, peakMbps: 900 },
    hub: {
      vpc: { kind: 'existing', id: 'vpc-0123456789abcdef0', subnets: ['subnet-0aaaaaaaaaaaaaaa1'] },
      router: { engine: 'haproxy', run: 'containers' },
      deletionProtection: true,
    },
    networks: [
      {
        account: '444455556666',
        vpc: 'vpc-0123456789abcdef1',
        dns: ['10.50.0.2'],
        assumeRole: 'arn:aws-us-gov:iam::444455556666:role/x',
      },
    ],
    inspection: { ca: { subject: 'lakegate acme', days: 30 }, deliver: { volume: 'main.a.b', file: 'ca.pem' } },
    access: [{ index: 0, from: ['two'], to: ['db'] }],
  });
});

test('a target that is inspected brings a CA along', () => {
  expect(read({ targets: `{ db: { type: https, ${at}, tls: inspect } }` }).inspection).toEqual({
    ca: { subject: 'lakegate acme', days: 397 },
  });
  expect(read({}).inspection).toBeUndefined();
});
