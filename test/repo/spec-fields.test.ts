import { expect, test } from 'vitest';
import { emitTerraform } from '../../src/emit/terraform/index.ts';
import { defaultFacts } from '../../src/facts/index.ts';
import { makePlan } from '../../src/planner/index.ts';
import { type JsonSchema, jsonSchema, readSpec } from '../../src/spec/index.ts';

/**
 * A field that the reader takes and nothing acts on is a promise that nobody keeps. So every field of the format has a
 * row here: changing it changes what is built or run, or it asks for something that is refused as not built yet.
 */

/** Fields of the format, with `<name>` for names of the user's choice and `[]` for entries of a list. */
function fieldsOf(schema: JsonSchema, path = ''): readonly string[] {
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([name, field]) =>
      fieldsOf(field, path ? `${path}.${name}` : name),
    );
  if (typeof schema.additionalProperties === 'object') return fieldsOf(schema.additionalProperties, `${path}.<name>`);
  if (schema.items?.properties) return fieldsOf(schema.items, `${path}[]`);
  return [path];
}

type Json = { [key: string]: unknown };

const msk = 'arn:aws:kafka:eu-west-1:111122223333:cluster/old/0a1b2c3d-0000-4000-8000-000000000000-3';

/** A spec that uses every part of the format that is built. */
const full = (): Json => ({
  lakegate: 1,
  name: 'acme',
  aws: {
    region: 'eu-west-1',
    account: '111122223333',
    tags: { team: 'data' },
    terraform: { backend: { s3: { bucket: 'acme-state', lock: 'native' } } },
  },
  databricks: {
    account_id: '0d26daa6-5e44-4c97-a497-ef015f91254a',
    partition: 'commercial',
    network_policy: 'dry-run',
  },
  load: { connections: 1000, gb_per_month: 1000, peak_mbps: 100 },
  workspaces: { one: { id: '1' }, two: { id: '2' } },
  hub: {
    vpc: { create: { cidr: '10.40.0.0/22', zones: 3, internet: 'auto' } },
    router: { engine: 'node', run: 'instances', instance: 't4g.small', min: 2, max: 6 },
    deletion_protection: false,
  },
  networks: {
    core: {
      reach: 'transit-gateway',
      transit_gateway: 'tgw-0a1b2c3d4e5f60718',
      account: '444455556666',
      vpc: 'vpc-0aaaaaaaaaaaaaaa1',
      cidrs: ['10.50.0.0/16'],
      dns: ['10.50.0.2'],
      private_zones: ['Z0123456789ABCDEFGHIJ'],
    },
    peer: { reach: 'peering', vpc: 'vpc-0bbbbbbbbbbbbbbb2', cidrs: ['10.60.0.0/16'] },
    public: { reach: 'internet' },
    hub: { reach: 'hub' },
  },
  credentials: {
    streams: {
      type: 'service-credential',
      external_id: '0d26daa6-5e44-4c97-a497-ef015f91254a',
      kafka: { target: 'events', topics: ['orders'], groups: ['readers'], actions: ['read'] },
    },
  },
  targets: {
    db: { type: 'postgres', host: 'db.acme.com', network: 'core', port: 5432, health: 'tcp' },
    api: {
      type: 'http',
      hosts: ['api.acme.com'],
      network: 'peer',
      paths: { allow: ['/v1/**'], deny: ['/v1/admin/**'] },
    },
    ledger: { type: 'mysql', host: 'ledger.acme.com', network: 'core', routing: 'name', family: 'mysql' },
    shop: { type: 'mysql', host: 'shop.acme.com', network: 'core', routing: 'name', family: 'mysql', default: true },
    books: { type: 'oracle', host: 'books.acme.com', network: 'core', address: '10.50.7.9' },
    mainframe: { type: 'tcp', host: 'mf.acme.com', network: 'core', port: 4000, first: 'client' },
    twin: { type: 'tcp', host: 'twin.acme.com', network: 'core', port: 4000, first: 'client', port_policy: 'keep' },
    web: { type: 'https', host: 'www.acme.com', network: 'public', tls: 'passthrough' },
    stream: { type: 'kafka', hosts: ['k1.acme.com', 'k2.acme.com'], network: 'core', auth: ['tls'] },
    events: {
      type: 'kafka',
      network: 'hub',
      msk: {
        create: {
          brokers: 3,
          version: '3.9.x',
          instance: 'kafka.m5.large',
          storage_gb: 100,
          auth: ['iam'],
          encryption: { in_transit: 'tls', at_rest: 'aws-managed' },
          logs: { cloudwatch: '7d' },
        },
      },
    },
    old: {
      type: 'kafka',
      network: 'core',
      listeners: 'per-broker',
      msk: { cluster: msk, brokers: ['b-1.old.acme.com', 'b-2.old.acme.com'], auth: ['iam'] },
    },
    lake: { type: 's3', bucket: 'acme-lake' },
    archive: { type: 's3', buckets: ['acme-a', 'acme-b'] },
  },
  access: [{ from: ['one', 'two'], to: ['*'] }],
});

const at = (of: unknown, key: string): unknown => (of as Json)[key];

/** Sets a value deep inside; undefined takes the field away. */
function set(spec: Json, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let node: unknown = spec;
  for (const key of keys) {
    if (at(node, key) === undefined) (node as Json)[key] = {};
    node = at(node, key);
  }
  if (value === undefined) delete (node as Json)[last];
  else (node as Json)[last] = structuredClone(value);
}

/** What a spec comes to: everything that is built, run, or told to the user; not the plan in between. */
function effects(changes: Readonly<Record<string, unknown>>): string {
  const written = full();
  for (const [path, value] of Object.entries(changes)) set(written, path, value);
  const { spec, diagnostics } = readSpec(JSON.stringify(written, null, 1), 'lakegate.yaml');
  if (!spec) throw new Error(JSON.stringify(diagnostics, null, 1));
  const planned = makePlan(spec, defaultFacts);
  const { plan } = planned;
  if (!plan) return JSON.stringify(planned.diagnostics);
  const { infra, routes, cost, headroom, placement, surplus } = plan;
  const { files, diagnostics: synth } = emitTerraform(infra, routes);
  const ca = infra.inspection?.ca; // what the commands of the CA take
  return JSON.stringify({
    files,
    synth,
    routes,
    ca,
    cost,
    headroom,
    placement,
    surplus,
    problems: planned.diagnostics,
  });
}

/** Where a field is, what it is changed to, and what else is set before and after where it says nothing otherwise. */
type Row = readonly [path: string, value: unknown, around?: Readonly<Record<string, unknown>>];

const create = 'targets.events.msk.create';
const id = '1d26daa6-5e44-4c97-a497-ef015f91254a';
const gov = {
  'aws.region': 'us-gov-west-1',
  'databricks.partition': 'govcloud',
  'targets.old': undefined,
  credentials: {},
};
const existing = {
  'hub.vpc': { id: 'vpc-0ccccccccccccccc3', subnets: ['subnet-0aaaaaaaaaaaaaaa1', 'subnet-0bbbbbbbbbbbbbbb2'] },
  [`${create}.brokers`]: 6,
};
/** Two workspaces that were granted different things. */
const apart = {
  access: [
    { from: ['one'], to: ['db'] },
    { from: ['two'], to: ['db', 'web'] },
  ],
};
/** One load balancer less costs one endpoint more. */
const trade = {
  workspaces: { a: { id: '1' }, b: { id: '2' }, c: { id: '3' } },
  credentials: {},
  targets: {
    one: { type: 'https', host: 'one.test', network: 'core' },
    two: { type: 'https', host: 'two.test', network: 'core' },
    ledger: { type: 'oracle', host: 'ledger.test', network: 'core' },
    archive: { type: 'oracle', host: 'archive.test', network: 'core' },
    dwh: { type: 'sqlserver', host: 'dwh.test', network: 'core' },
    crm: { type: 'mysql', host: 'crm.test', network: 'core' },
  },
  access: [
    { from: ['a', 'b', 'c'], to: ['one', 'two'] },
    { from: ['a'], to: ['crm'] },
    { from: ['b'], to: ['ledger', 'dwh'] },
    { from: ['c'], to: ['archive'] },
  ],
  limits: { domains_per_rule: 2 },
};

const rows: Readonly<Record<string, Row>> = {
  name: ['name', 'other'],
  'aws.region': ['aws.region', 'eu-central-1', { 'targets.old': undefined }],
  'aws.account': ['aws.account', '111122223334', { 'targets.old': undefined }],
  'aws.tags.<name>': ['aws.tags.team', 'other'],
  'aws.terraform.backend.s3.bucket': ['aws.terraform.backend.s3.bucket', 'acme-other'],
  'aws.terraform.backend.s3.lock': ['aws.terraform.backend.s3.lock', 'dynamodb'],
  'aws.terraform.backend.s3.kms_key': [
    'aws.terraform.backend.s3.kms_key',
    'arn:aws:kms:eu-west-1:111122223333:alias/state',
  ],
  'aws.terraform.backend.s3.region': ['aws.terraform.backend.s3.region', 'eu-central-1'],
  'aws.terraform.backend.s3.key': ['aws.terraform.backend.s3.key', 'networks/hub.tfstate'],
  'aws.terraform.backend.s3.role': ['aws.terraform.backend.s3.role', 'arn:aws:iam::444455556666:role/state'],
  'databricks.account_id': ['databricks.account_id', id, { credentials: {} }],
  'databricks.partition': ['databricks.partition', 'govcloud-dod', gov],
  'databricks.network_policy': ['databricks.network_policy', 'enforced'],
  'limits.nccs_per_region': ['limits.nccs_per_region', 7],
  'limits.workspaces_per_ncc': ['limits.workspaces_per_ncc', 1],
  'limits.endpoints_per_region': ['limits.endpoints_per_region', 1],
  'limits.endpoints_in_use': ['limits.endpoints_in_use', 3],
  'limits.domains_per_rule': ['limits.domains_per_rule', 2],
  'limits.rules_per_service_per_ncc': ['limits.rules_per_service_per_ncc', 1, { 'limits.domains_per_rule': 2 }],
  'limits.buckets_per_rule': ['limits.buckets_per_rule', 1],
  'limits.nlbs_per_region': ['limits.nlbs_per_region', 1],
  'limits.listeners_per_nlb': ['limits.listeners_per_nlb', 1],
  'limits.targets_per_nlb': ['limits.targets_per_nlb', 12],
  'limits.target_groups_per_region': ['limits.target_groups_per_region', 2],
  'limits.connections_per_target': ['limits.connections_per_target', 10],
  isolation: ['isolation', 'shared', { ...apart, 'limits.nccs_per_region': 1, credentials: {} }],
  optimize: ['optimize', 'cost', trade],
  share_ncc: ['share_ncc', [['one', 'two']], { ...apart, credentials: {} }],
  'load.connections': ['load.connections', 100_000],
  'load.gb_per_month': ['load.gb_per_month', 2000],
  'load.peak_mbps': ['load.peak_mbps', 5000],
  'workspaces.<name>.id': ['workspaces.one.id', '7'],
  'hub.vpc.create.cidr': ['hub.vpc.create.cidr', '10.41.0.0/22'],
  'hub.vpc.create.zones': ['hub.vpc.create.zones', 2, { [`${create}.brokers`]: 6 }],
  'hub.vpc.id': ['hub.vpc.id', 'vpc-0ddddddddddddddd4', existing],
  'hub.vpc.subnets': ['hub.vpc.subnets', ['subnet-0aaaaaaaaaaaaaaa1', 'subnet-0ccccccccccccccc3'], existing],
  'hub.router.run': ['hub.router.run', 'containers'],
  'hub.router.instance': ['hub.router.instance', 't4g.medium'],
  'hub.router.min': ['hub.router.min', 3],
  'hub.router.max': ['hub.router.max', 5],
  'hub.deletion_protection': ['hub.deletion_protection', true],
  'networks.<name>.reach': ['networks.core.reach', 'peering', { 'networks.core.transit_gateway': undefined }],
  'networks.<name>.transit_gateway': ['networks.core.transit_gateway', 'tgw-0a1b2c3d4e5f60719'],
  'networks.<name>.account': ['networks.core.account', '444455556667'],
  'networks.<name>.vpc': ['networks.core.vpc', 'vpc-0eeeeeeeeeeeeeee5'],
  'networks.<name>.cidrs': ['networks.core.cidrs', ['10.50.0.0/17']],
  'networks.<name>.dns': ['networks.core.dns', ['10.50.0.3']],
  'networks.<name>.private_zones': ['networks.core.private_zones', ['Z9876543210ABCDEFGHIJ']],
  'networks.<name>.assume_role': ['networks.core.assume_role', 'arn:aws:iam::444455556666:role/lakegate-spoke'],
  'credentials.<name>.external_id': ['credentials.streams.external_id', id],
  'credentials.<name>.kafka.target': ['credentials.streams.kafka.target', 'old', { 'targets.old.msk.cluster': msk }],
  'credentials.<name>.kafka.topics': ['credentials.streams.kafka.topics', ['other']],
  'credentials.<name>.kafka.groups': ['credentials.streams.kafka.groups', ['other']],
  'credentials.<name>.kafka.actions': ['credentials.streams.kafka.actions', ['write']],
  'targets.<name>.type': ['targets.web.type', 'redis', { 'targets.web.port': 443, 'targets.web.tls': undefined }],
  'targets.<name>.network': ['targets.db.network', 'peer'],
  'targets.<name>.host': ['targets.db.host', 'db2.acme.com'],
  'targets.<name>.hosts': ['targets.api.hosts', ['api.acme.com', 'api2.acme.com']],
  'targets.<name>.port': ['targets.db.port', 5433],
  'targets.<name>.address': ['targets.books.address', '10.50.7.10'],
  'targets.<name>.port_policy': ['targets.twin.port_policy', 'remap'],
  'targets.<name>.health': ['targets.db.health', 'none'],
  'targets.<name>.max_connections': ['targets.db.max_connections', 5],
  'targets.<name>.on_move': ['targets.db.on_move', 'close'],
  'targets.<name>.renamed_from': ['targets.events.renamed_from', 'earlier'],
  'targets.<name>.paths.allow': ['targets.api.paths.allow', ['/v2/**']],
  'targets.<name>.paths.deny': ['targets.api.paths.deny', ['/v1/root/**']],
  'targets.<name>.routing': ['targets.ledger.routing', 'port', { 'targets.ledger.family': undefined }],
  'targets.<name>.default': ['targets.shop.default', false],
  'targets.<name>.family': ['targets.ledger.family', 'mariadb'],
  'targets.<name>.first': ['targets.mainframe.first', 'server'],
  'targets.<name>.listeners': ['targets.old.listeners', 'sni'],
  'targets.<name>.auth': ['targets.stream.auth', ['tls', 'scram']],
  'targets.<name>.msk.cluster': ['targets.old.msk.cluster', msk.replace('cluster/old', 'cluster/older')],
  'targets.<name>.msk.brokers': ['targets.old.msk.brokers', ['b-1.old.acme.com']],
  'targets.<name>.msk.auth': ['targets.old.msk.auth', ['scram']],
  'targets.<name>.msk.create.brokers': [`${create}.brokers`, 6],
  'targets.<name>.msk.create.version': [`${create}.version`, '3.8.x'],
  'targets.<name>.msk.create.instance': [`${create}.instance`, 'kafka.m5.xlarge'],
  'targets.<name>.msk.create.storage_gb': [`${create}.storage_gb`, 200],
  'targets.<name>.msk.create.auth': [`${create}.auth`, ['iam', 'scram']],
  'targets.<name>.msk.create.encryption.in_transit': [`${create}.encryption.in_transit`, 'tls_plaintext'],
  'targets.<name>.msk.create.encryption.at_rest': [`${create}.encryption.at_rest`, 'kms'],
  'targets.<name>.msk.create.logs.cloudwatch': [`${create}.logs.cloudwatch`, '14d'],
  'targets.<name>.bucket': ['targets.lake.bucket', 'acme-other'],
  'targets.<name>.buckets': ['targets.archive.buckets', ['acme-a']],
  'access[].from': ['access', [{ from: ['one'], to: ['*'] }]],
  'access[].to': ['access', [{ from: ['one', 'two'], to: ['db'] }], { credentials: {} }],
};

/** Fields of inspected targets. */
const inspected = {
  'targets.www': {
    type: 'https',
    host: 'w.acme.com',
    network: 'public',
    tls: 'inspect',
    path: '/a',
    paths: { allow: ['/a/**'] },
  },
  'targets.www2': { type: 'https', host: 'w.acme.com', network: 'public', tls: 'inspect' },
  inspection: {
    ca: { subject: 'Acme', days: 30, signer: { github: 'acme/network' } },
    deliver: { volume: 'main.a.b', file: 'ca.pem' },
  },
};
const later = '2030-01-01T00:00:00Z';
const inspectedRows: Readonly<Record<string, Row>> = {
  'targets.<name>.tls': ['targets.web.tls', 'inspect'],
  'inspection.ca.subject': ['inspection.ca.subject', 'Other', inspected],
  'inspection.ca.days': ['inspection.ca.days', 31, inspected],
  'inspection.deliver.volume': ['inspection.deliver.volume', 'main.a.c', inspected],
  'inspection.deliver.file': ['inspection.deliver.file', 'other.pem', inspected],
  'inspection.ca.names': ['inspection.ca.names', ['acme.com'], inspected],
  'inspection.ca.signer.github': ['inspection.ca.signer', { github: 'acme/other' }, inspected],
  'inspection.ca.signer.branch': ['inspection.ca.signer.branch', 'release', inspected],
  'inspection.ca.signer.role': ['inspection.ca.signer', { role: 'arn:aws:iam::111122223333:role/ci' }, inspected],
  'inspection.deliver.create': ['inspection.deliver.create', true, inspected],
  'inspection.flows.redact': ['inspection.flows', { redact: ['x-employee'] }, inspected],
  'inspection.flows.sample': ['inspection.flows', { sample: 0.5 }, inspected],
  'inspection.flows.bodies[].target': ['inspection.flows', { bodies: [{ target: 'www', until: later }] }, inspected],
  'inspection.flows.bodies[].until': ['inspection.flows', { bodies: [{ target: 'www', until: later }] }, inspected],
  'targets.<name>.path': ['targets.www.path', '/a/b', { ...inspected, 'targets.www.paths': undefined }],
  'targets.<name>.upstream.host': ['targets.www.upstream', { host: 'x.acme.com' }, inspected],
  'targets.<name>.upstream.port': ['targets.www.upstream', { port: 8443 }, inspected],
  'targets.<name>.upstream.tls_name': ['targets.www.upstream', { tls_name: 'x.acme.com' }, inspected],
  'targets.<name>.upstream.prefix': ['targets.www.upstream', { prefix: '/b' }, inspected],
};

test.each(Object.entries({ ...rows, ...inspectedRows }))('%s is acted on', (_, [path, value, around = {}]) => {
  expect(effects({ ...around, [path]: value })).not.toBe(effects(around));
});

test('hub.vpc.create.internet is acted on: none refuses what needs a way there', () => {
  const written = full();
  set(written, 'hub.vpc.create.internet', 'none');
  const { diagnostics } = readSpec(JSON.stringify(written, null, 1), 'lakegate.yaml');
  expect(diagnostics.map(({ code }) => code)).toEqual(['LG_NO_INTERNET']);
});

/** Fields that ask for what is not built: refused, each with its place. */
const notBuilt: Readonly<Record<string, Row>> = {
  'hub.router.engine': ['hub.router.engine', 'haproxy'],
  'workspaces.<name>.create': [
    'workspaces.two',
    { create: { network: { cidr: '10.70.0.0/16' }, storage: { root: 'acme-root' } } },
  ],
};

test.each(Object.entries(notBuilt))('%s is refused as not built yet', (_, [path, value]) => {
  const written = full();
  set(written, path, value);
  const { notBuilt: found } = readSpec(JSON.stringify(written, null, 1), 'lakegate.yaml');
  expect(found.map(({ code }) => code)).toEqual(['LG_NOT_BUILT_YET']);
});

test('what the full spec asks for is built', () => {
  expect(readSpec(JSON.stringify(full()), 'lakegate.yaml').notBuilt).toEqual([]);
});

/** Those whose one value says which format or kind it is, and those with a test of their own. */
const others = [
  'lakegate',
  'credentials.<name>.type',
  'hub.vpc.create.internet',
  'targets.<name>.upstream.ca', // src/app/planning/ca-files.test.ts
];

test('every field of the format is in one of the lists', () => {
  const fields = fieldsOf(jsonSchema()).map((path) => path.replace(/^(workspaces\.<name>\.create)\..*/, '$1'));
  expect([...new Set(fields)].sort()).toEqual(
    [...Object.keys(rows), ...Object.keys(inspectedRows), ...Object.keys(notBuilt), ...others].sort(),
  );
});
