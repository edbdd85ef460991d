import type {
  EndpointConnection,
  GroupRuleState,
  ListenerState,
  LoadBalancerState,
  TargetGroupState,
} from '../../src/aws/index.ts';
import type { RuleState } from '../../src/databricks/index.ts';
import type { EndpointId, Hostname } from '../../src/ir/index.ts';
import type { LiveState } from '../../src/observe/index.ts';
import { infra, routes } from '../plans/small-hub.ts';

type Aws = LiveState['aws'];

const zones = ['a', 'b'].map((letter) => ({ name: `eu-west-1${letter}`, subnetId: `subnet-${letter}` }));

const balancer = (service: string): LoadBalancerState => ({
  arn: `lb-${service}`,
  name: `acme-hub-${service}`,
  dnsName: '',
  vpcId: 'vpc-1',
  type: 'network',
  state: 'active',
  securityGroups: [`sg-${service}`],
  enforcesOnPrivateLink: 'off',
  zones,
});

const listener = (service: string, port: number): ListenerState => ({
  arn: `listener-${service}-${port}`,
  port,
  protocol: 'TCP',
  targetGroupArns: [`tg-${service}-${port}`],
});

const group = (service: string, port: number, routerPort: number): TargetGroupState => ({
  arn: `tg-${service}-${port}`,
  name: `acme-${service}-${port}`,
  port: routerPort,
  protocol: 'TCP',
  targetType: 'instance',
  health: { protocol: 'HTTP', port: 8080 },
});

export const rule = (
  direction: 'ingress' | 'egress',
  groupId: string,
  port: number,
  peer: GroupRuleState['peer'],
): GroupRuleState => ({ groupId, direction, protocol: 'tcp', fromPort: port, toPort: port, peer });

const byGroup = (groupId: string) => ({ is: 'group', groupId }) as const;
const byCidr = (cidr: string) => ({ is: 'cidr', cidr }) as const;

const routerPorts = [
  ['s-1', 443, 20_443],
  ['s-1', 5432, 25_432],
  ['s-2', 3306, 23_306],
] as const;

const endpoint = (ncc: string, service: string): EndpointId => `vpce-${ncc}${service}` as EndpointId;

const live = (ncc: string, service: string, domains: readonly string[]): RuleState => ({
  id: `rule-${ncc}-${service}`,
  nccId: `id-${ncc}`,
  connection: 'ESTABLISHED',
  endpointId: endpoint(ncc, service),
  endpointService: `com.amazonaws.vpce.eu-west-1.${service}`,
  domains: domains as readonly Hostname[],
  otherDomains: [],
  buckets: [],
  deactivated: false,
  createdAt: 0,
  updatedAt: 0,
});

const connection = (ncc: string, service: string): EndpointConnection => ({
  serviceId: service,
  endpointId: endpoint(ncc, service),
  owner: '565502421330',
  state: 'available',
  createdAt: 0,
});

const aws: Aws = {
  services: ['s-1', 's-2', 's-3'].map((service) => ({
    serviceId: service,
    serviceName: `com.amazonaws.vpce.eu-west-1.${service}`,
    state: 'Available',
    acceptanceRequired: true,
    loadBalancerArns: [`lb-${service}`],
    zones: zones.map((each) => each.name),
    tags: { lakegate: 'acme-hub', Name: `acme-hub ${service}` },
  })),
  connections: [connection('n-1', 's-1'), connection('n-1', 's-2'), connection('n-2', 's-1'), connection('n-2', 's-3')],
  principals: new Map(['s-1', 's-2', 's-3'].map((service) => [service, [infra.databricks.principalArn]])),
  balancers: ['s-1', 's-2', 's-3'].map(balancer),
  balancerAttributes: new Map(
    ['s-1', 's-2', 's-3'].map((service) => [`lb-${service}`, { 'load_balancing.cross_zone.enabled': 'true' }]),
  ),
  listeners: new Map([
    ['lb-s-1', [listener('s-1', 443), listener('s-1', 5432)]],
    ['lb-s-2', [listener('s-2', 3306)]],
    ['lb-s-3', [listener('s-3', 1521)]],
  ]),
  targetGroups: new Map([
    ['lb-s-1', [group('s-1', 443, 20_443), group('s-1', 5432, 25_432)]],
    ['lb-s-2', [group('s-2', 3306, 23_306)]],
    ['lb-s-3', [{ ...group('s-3', 1521, 1521), targetType: 'ip', health: { protocol: 'TCP' } }]],
  ]),
  listenerAttributes: new Map(
    [...routerPorts, ['s-3', 1521] as const].map(([service, port]) => [
      `listener-${service}-${port}`,
      { 'tcp.idle_timeout.seconds': '350' },
    ]),
  ),
  groupAttributes: new Map([
    ['tg-s-1-443', { 'proxy_protocol_v2.enabled': 'true', 'preserve_client_ip.enabled': 'false' }],
    ['tg-s-1-5432', { 'proxy_protocol_v2.enabled': 'true', 'preserve_client_ip.enabled': 'false' }],
    ['tg-s-2-3306', { 'proxy_protocol_v2.enabled': 'false', 'preserve_client_ip.enabled': 'false' }],
    ['tg-s-3-1521', { 'proxy_protocol_v2.enabled': 'false', 'preserve_client_ip.enabled': 'false' }],
  ]),
  health: new Map([
    ...routerPorts.map(
      ([service, port, to]) =>
        [
          `tg-${service}-${port}`,
          ['a', 'b'].map((letter) => ({ id: `i-${letter}`, port: to, zone: `eu-west-1${letter}`, state: 'healthy' })),
        ] as const,
    ),
    ['tg-s-3-1521', [{ id: '192.168.7.9', port: 1521, zone: 'all', state: 'healthy' }]],
  ]),
  fleets: [
    {
      run: 'instances',
      name: 'acme-hub-router',
      min: 2,
      max: 4,
      desired: 2,
      running: 2,
      subnetIds: ['subnet-a', 'subnet-b'],
      securityGroups: ['sg-router'],
      targetGroupArns: routerPorts.map(([service, port]) => `tg-${service}-${port}`),
    },
  ],
  clusters: [],
  subnets: ['a', 'b'].map((letter, at) => ({
    id: `subnet-${letter}`,
    vpcId: 'vpc-1',
    cidr: `10.40.${at}.0/24`,
    zone: `eu-west-1${letter}`,
  })),
  vpcs: [{ id: 'vpc-1', cidrs: ['10.40.0.0/22'] }],
  routeTables: [
    {
      id: 'rtb-main',
      vpcId: 'vpc-1',
      isMain: true,
      subnetIds: [],
      routes: [{ cidr: '10.40.0.0/22', to: 'local', state: 'active' }],
    },
    {
      id: 'rtb-1',
      vpcId: 'vpc-1',
      isMain: false,
      subnetIds: ['subnet-a', 'subnet-b'],
      routes: [
        { cidr: '10.40.0.0/22', to: 'local', state: 'active' },
        { cidr: '10.50.0.0/16', to: 'tgw-1', state: 'active' },
        { cidr: '192.168.0.0/16', to: 'tgw-1', state: 'active' },
        { cidr: '10.60.0.0/16', to: 'pcx-1', state: 'active' },
        { to: 'vpce-s3', state: 'active' },
        { cidr: '0.0.0.0/0', to: 'nat-1', state: 'active' },
      ],
    },
  ],
  groupRules: [
    ...routerPorts.flatMap(([service, , to]) => [
      rule('egress', `sg-${service}`, to, byGroup('sg-router')),
      rule('ingress', 'sg-router', to, byGroup(`sg-${service}`)),
    ]),
    ...['s-1', 's-2'].flatMap((service) => [
      rule('egress', `sg-${service}`, 8080, byGroup('sg-router')),
      rule('ingress', 'sg-router', 8080, byGroup(`sg-${service}`)),
    ]),
    rule('egress', 'sg-s-3', 1521, byCidr('192.168.7.9/32')),
    ...[443, 5432, 3306].map((port) => rule('egress', 'sg-router', port, byCidr('10.50.0.0/16'))),
  ],
  peerings: [{ id: 'pcx-1', state: 'active' }],
  attachments: [{ id: 'tgw-attach-1', transitGatewayId: 'tgw-1', vpcId: 'vpc-1', state: 'available' }],
  natGateways: [{ id: 'nat-1', state: 'available' }],
  routes: {
    text: JSON.stringify({
      ...routes,
      trustedNetworks: ['10.40.0.0/22'],
      upstreams: Object.fromEntries(
        Object.entries(routes.upstreams).map(([key, each]) => [key, { ...each, cidrs: ['10.50.0.0/16'] }]),
      ),
    }),
    etag: '',
    modifiedAt: 0,
  },
  policy: {
    text: JSON.stringify({
      version: 1,
      endpoints: {
        [endpoint('n-1', 's-1')]: 'n-1',
        [endpoint('n-1', 's-2')]: 'n-1',
        [endpoint('n-2', 's-1')]: 'n-2',
        [endpoint('n-2', 's-3')]: 'n-2',
      },
    }),
    etag: '',
    modifiedAt: 0,
  },
};

const bucketRule: RuleState = {
  ...live('n-1', 's3', []),
  endpointService: 'com.amazonaws.eu-west-1.s3',
  buckets: ['acme-lake'],
  enabled: true,
};

/** The clouds of the plans in test/plans/small-hub.ts as they should be, written by hand. */
export const liveState: LiveState = {
  aws,
  databricks: {
    nccs: ['n-1', 'n-2'].map((key) => ({ id: `id-${key}`, name: `acme-hub-${key}`, region: 'eu-west-1' })),
    rules: new Map([
      [
        'id-n-1',
        [
          live('n-1', 's-1', ['api.acme.test', 'orders.acme.test', 'replica.acme.test']),
          live('n-1', 's-2', ['crm.acme.test']),
          bucketRule,
        ],
      ],
      ['id-n-2', [live('n-2', 's-1', ['api.acme.test']), live('n-2', 's-3', ['ledger.acme.test'])]],
    ]),
    workspaces: ['analytics', 'science', 'finance'].map((name, at) => ({
      id: `${at + 1}`,
      name,
      region: 'eu-west-1',
      status: 'RUNNING',
      nccId: name === 'finance' ? 'id-n-2' : 'id-n-1',
    })),
  },
  unread: [],
};

/** The plan with the ids that the workspaces have. */
export const plan = {
  ...infra,
  nccs: infra.nccs.map((ncc) => ({
    ...ncc,
    workspaces: ncc.workspaces.map(({ name }) => ({
      name,
      id: String(['analytics', 'science', 'finance'].indexOf(name) + 1),
    })),
  })),
  endpointServices: infra.endpointServices.map((each) => ({
    ...each,
    allowedPrincipals: [infra.databricks.principalArn],
  })),
};

/** The state with a change in AWS. */
export const withAws = (change: Partial<Aws> | ((aws: Aws) => Partial<Aws>)): LiveState => ({
  ...liveState,
  aws: { ...aws, ...(typeof change === 'function' ? change(aws) : change) },
});

/** The state with a change to the rules of an NCC. */
export const withRules = (ncc: string, change: (rules: readonly RuleState[]) => readonly RuleState[]): LiveState => ({
  ...liveState,
  databricks: {
    ...liveState.databricks,
    rules: new Map(
      [...liveState.databricks.rules].map(([id, rules]) => [id, id === `id-${ncc}` ? change(rules) : rules]),
    ),
  },
});
