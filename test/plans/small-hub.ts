import type {
  Hostname,
  InfraPlan,
  IpAddress,
  Listener,
  PlannedTarget,
  Port,
  Route,
  RoutePlan,
  RouterListener,
  Upstream,
} from '../../src/ir/index.ts';
import type { Grants } from '../../src/proof/index.ts';

/**
 * Two plans and the grants behind them, written by hand so that tests of the topology need no planner:
 * Postgres by name and TLS by name behind s-1 (both NCCs), MySQL without identity behind s-2 (n-1 only),
 * Oracle straight to its address behind s-3 (n-2 only), one bucket (n-1 only).
 */
export const host = (name: string): Hostname => name as Hostname;
export const port = (n: number): Port => n as Port;

const upstream = (name: string, n: number): Upstream => ({
  key: `${name}:${n}`,
  host: host(name),
  port: port(n),
  network: 'core',
  cidrs: [],
  reach: 'private',
  health: { kind: 'tcp', intervalSeconds: 10, rise: 2, fall: 3 },
});

export const byName = (
  target: string,
  at: { speech: 'tls' | 'postgres' | 'mysql' | 'http'; name: string; port: number; allow: readonly string[] },
): Route => ({
  key: `${target}/${at.name}:${at.port}`,
  target,
  match: { by: 'name', speech: at.speech, name: host(at.name) },
  allow: at.allow,
  action: { upstream: `${at.name}:${at.port}`, tls: 'passthrough' },
});

const viaRouter = (
  service: string,
  n: number,
  routerPort: number,
  targets: readonly string[],
  proxy: boolean,
): Listener => ({
  key: `${service}/${n}`,
  port: port(n),
  idleSeconds: 350,
  targetGroup: {
    name: `acme-${service}-${n}`,
    port: port(routerPort),
    proxyProtocolV2: proxy,
    health: { protocol: 'HTTP', port: port(8080), path: '/ready' },
  },
  targets,
  forward: { to: 'router', why: 'several targets share the port' },
});

const planned = (
  name: string,
  of: {
    type: string;
    hosts?: readonly string[];
    port?: number;
    services?: readonly string[];
    workspaces: readonly string[];
    buckets?: readonly string[];
  },
): PlannedTarget => ({
  name,
  type: of.type,
  hosts: (of.hosts ?? []).map(host),
  ports: of.port === undefined ? [] : [{ port: port(of.port), clientPort: port(of.port) }],
  services: of.services ?? [],
  routing: of.buckets ? 'bucket' : 'name',
  tls: 'passthrough',
  buckets: of.buckets ?? [],
  workspaces: of.workspaces,
});

const both = ['analytics', 'finance', 'science'];
const science = ['analytics', 'science'];
const oracleAddress = '192.168.7.9' as IpAddress;

export const infra: InfraPlan = {
  version: 1,
  name: 'acme-hub',
  aws: {
    region: 'eu-west-1',
    account: '111122223333',
    partition: 'aws',
    tags: {},
    planTag: { key: 'lakegate', value: 'acme-hub' },
  },
  databricks: {
    accountId: '0d26daa6-5e44-4c97-a497-ef015f91254a',
    partition: 'commercial',
    accountHost: 'https://accounts.example',
    principalArn: 'arn:aws:iam::000000000000:role/example',
  },
  nccs: [
    {
      key: 'n-1',
      name: 'acme-hub-n-1',
      workspaces: science.map((name) => ({ name })),
      rules: [
        {
          kind: 'service',
          key: 'r-1',
          service: 's-1',
          domains: ['api.acme.test', 'orders.acme.test', 'replica.acme.test'].map(host),
        },
        { kind: 'service', key: 'r-2', service: 's-2', domains: [host('crm.acme.test')] },
        { kind: 's3', key: 'r-3', awsService: 'com.amazonaws.eu-west-1.s3', buckets: ['acme-lake'] },
      ],
    },
    {
      key: 'n-2',
      name: 'acme-hub-n-2',
      workspaces: [{ name: 'finance' }],
      rules: [
        { kind: 'service', key: 'r-4', service: 's-1', domains: [host('api.acme.test')] },
        { kind: 'service', key: 'r-5', service: 's-3', domains: [host('ledger.acme.test')] },
      ],
    },
  ],
  endpointServices: [
    {
      key: 's-1',
      name: 'acme-hub s-1',
      allowedPrincipals: [],
      nlb: { name: 'acme-hub-s-1', crossZone: true, deletionProtection: false },
      listeners: [
        viaRouter('s-1', 443, 20_443, ['api'], true),
        viaRouter('s-1', 5432, 25_432, ['orders-db', 'orders-replica'], true),
      ],
    },
    {
      key: 's-2',
      name: 'acme-hub s-2',
      allowedPrincipals: [],
      nlb: { name: 'acme-hub-s-2', crossZone: true, deletionProtection: false },
      listeners: [viaRouter('s-2', 3306, 23_306, ['crm-db'], false)],
    },
    {
      key: 's-3',
      name: 'acme-hub s-3',
      allowedPrincipals: [],
      nlb: { name: 'acme-hub-s-3', crossZone: true, deletionProtection: false },
      listeners: [
        {
          key: 's-3/1521',
          port: port(1521),
          idleSeconds: 350,
          targetGroup: {
            name: 'acme-s-3-1521',
            port: port(1521),
            proxyProtocolV2: false,
            health: { protocol: 'TCP', port: port(1521) },
          },
          targets: ['ledger'],
          forward: {
            to: 'addresses',
            members: [{ address: oracleAddress, zone: 'all' }],
            why: 'one target with a stable address',
          },
        },
      ],
    },
  ],
  targets: [
    planned('api', { type: 'https', hosts: ['api.acme.test'], port: 443, services: ['s-1'], workspaces: both }),
    planned('crm-db', { type: 'mysql', hosts: ['crm.acme.test'], port: 3306, services: ['s-2'], workspaces: science }),
    planned('lake', { type: 's3', buckets: ['acme-lake'], workspaces: science }),
    planned('ledger', {
      type: 'oracle',
      hosts: ['ledger.acme.test'],
      port: 1521,
      services: ['s-3'],
      workspaces: ['finance'],
    }),
    planned('orders-db', {
      type: 'postgres',
      hosts: ['orders.acme.test'],
      port: 5432,
      services: ['s-1'],
      workspaces: science,
    }),
    planned('orders-replica', {
      type: 'postgres',
      hosts: ['replica.acme.test'],
      port: 5432,
      services: ['s-1'],
      workspaces: science,
    }),
  ],
  networks: [{ name: 'core', reach: 'hub', cidrs: [], dns: [], domains: [], spokeSide: 'none', ports: [] }],
  hub: { vpc: { kind: 'existing', id: 'vpc-0', subnetIds: [] }, vpcEndpoints: [] },
  router: {
    engine: 'node',
    run: 'instances',
    instance: 't4g.small',
    architecture: 'arm64',
    min: 2,
    needed: 2,
    max: 4,
    why: 'two zones',
    readinessPort: port(8080),
    names: {
      fleet: 'acme-hub-router',
      bucket: 'acme-hub-lakegate-111122223333-eu-west-1',
      keys: { routes: 'routes.json', policy: 'policy.json', artifacts: 'router/' },
      logGroup: '/lakegate/acme-hub/router',
      metrics: 'lakegate/acme-hub',
      alarms: 'acme-hub-alarms',
    },
    ports: [port(20_443), port(23_306), port(25_432)],
    egress: [],
  },
  mskClusters: [],
  credentials: [],
};

const byEndpoint = (key: string, listener: Omit<RouterListener, 'key' | 'identity'>): RouterListener => ({
  key,
  identity: { by: 'endpoint' },
  ...listener,
});

export const routes: RoutePlan = {
  version: 1,
  name: 'acme-hub',
  listeners: [
    byEndpoint('s-1/443', {
      port: port(20_443),
      clientPort: port(443),
      speaks: ['tls'],
      routes: [byName('api', { speech: 'tls', name: 'api.acme.test', port: 443, allow: ['n-1', 'n-2'] })],
    }),
    byEndpoint('s-1/5432', {
      port: port(25_432),
      clientPort: port(5432),
      speaks: ['postgres'],
      routes: [
        byName('orders-db', { speech: 'postgres', name: 'orders.acme.test', port: 5432, allow: ['n-1'] }),
        byName('orders-replica', { speech: 'postgres', name: 'replica.acme.test', port: 5432, allow: ['n-1'] }),
      ],
    }),
    {
      key: 's-2/3306',
      port: port(23_306),
      clientPort: port(3306),
      speaks: ['tcp'],
      identity: { by: 'listener', nccs: ['n-1'] },
      routes: [
        {
          key: 'crm-db:3306',
          target: 'crm-db',
          match: { by: 'port' },
          allow: ['n-1'],
          action: { upstream: 'crm.acme.test:3306', tls: 'passthrough' },
        },
      ],
    },
  ],
  upstreams: Object.fromEntries(
    [
      upstream('api.acme.test', 443),
      upstream('orders.acme.test', 5432),
      upstream('replica.acme.test', 5432),
      upstream('crm.acme.test', 3306),
    ].map((each) => [each.key, each]),
  ),
  trustedNetworks: [],
};

const granted = (name: string, hosts: readonly string[], n: number | undefined, buckets: readonly string[] = []) => ({
  name,
  hosts: hosts.map(host),
  ports: n === undefined ? [] : [port(n)],
  remap: false,
  addresses: name === 'ledger' ? [oracleAddress] : [],
  buckets,
});

export const grants: Grants = {
  targets: [
    granted('api', ['api.acme.test'], 443),
    granted('crm-db', ['crm.acme.test'], 3306),
    granted('lake', [], undefined, ['acme-lake']),
    granted('ledger', ['ledger.acme.test'], 1521),
    granted('orders-db', ['orders.acme.test'], 5432),
    granted('orders-replica', ['replica.acme.test'], 5432),
  ],
  workspaces: [
    { workspace: 'analytics', targets: ['api', 'crm-db', 'lake', 'orders-db', 'orders-replica'] },
    { workspace: 'finance', targets: ['api', 'ledger'] },
    { workspace: 'science', targets: ['api', 'crm-db', 'lake', 'orders-db', 'orders-replica'] },
  ],
};
