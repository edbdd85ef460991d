import type {
  EndpointService,
  FleetNames,
  Forward,
  Hostname,
  InfraPlan,
  IpAddress,
  Listener,
  Ncc,
  Port,
  RoutePlan,
  RouterListener,
  Rule,
  Upstream,
} from '../../ir/index.ts';
import type { AwsWorld, Caller, Thing } from '../aws/index.ts';
import { actionGroups, listenersOf } from '../aws/models/load-balancers.ts';
import { brokersOf } from '../aws/models/msk.ts';
import { principalsOf } from '../aws/models/privatelink.ts';
import { blocksOf, number, text, texts } from '../aws/world.ts';
import type { DatabricksAccount } from '../databricks/index.ts';
import type { Labels } from './labels.ts';
import { brokenToFleet, brokenToMember, brokenToNetwork, type Fleet, fleetBehind } from './ways.ts';

export interface BuiltFrom {
  readonly world: AwsWorld;
  readonly account: DatabricksAccount;
  readonly caller: Caller;
  /** The spec's name: the prefix of what was made. */
  readonly name: string;
  readonly labels: Labels;
  /** The role that Databricks attaches with. */
  readonly principal: string;
}

export interface Built {
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
  /** Ways that exist on paper and carry nothing: each listener or upstream behind one is left out of the plans above. */
  readonly broken: readonly string[];
}

/**
 * The two plans as the clouds would tell them: what exists, what it is joined to, and what the routers read.
 * `topology` and `prove` then say of what was built what they said of what was planned.
 */
export function readBuilt(from: BuiltFrom): Built {
  const broken: string[] = [];
  const executed = routesInBucket(from);
  const services = from.world
    .local('aws_vpc_endpoint_service', from.caller)
    .map((each) => readService(from, each, executed, broken));
  const routes = joined(
    services.flatMap((each) => each.joins),
    reachable(from, executed, services, broken),
  );
  const [fleet] = services.flatMap((each) => each.fleets);
  const balancer = from.world.local('aws_lb', from.caller)[0];
  const infra: InfraPlan = {
    version: 1,
    name: from.name,
    aws: {
      region: from.caller.region,
      account: from.caller.account,
      partition: from.caller.partition === 'aws-us-gov' ? 'aws-us-gov' : 'aws',
      tags: {},
      planTag: from.labels.planTag,
    },
    databricks: {
      accountId: from.account.accountId,
      partition: 'commercial',
      accountHost: '',
      principalArn: from.principal,
    },
    nccs: readNccs(from, services),
    endpointServices: services.map((each) => each.service),
    networks: [],
    mskClusters: readClusters(from),
    credentials: [],
    targets: from.labels.targets,
    ...(balancer
      ? {
          hub: {
            vpc: {
              kind: 'existing',
              id: text(balancer.attributes, 'vpc_id'),
              subnetIds: texts(balancer.attributes, 'subnets'),
            },
            vpcEndpoints: [],
          },
        }
      : {}),
    ...(fleet && from.labels.fleet ? { router: readFleet(fleet, from.labels.fleet, services) } : {}),
  };
  return { infra, routes, broken };
}

interface ReadService {
  readonly thing: Thing;
  readonly service: EndpointService;
  /** Which NLB listener leads to which port of the routers. */
  readonly joins: readonly { readonly key: string; readonly port: number }[];
  readonly fleets: readonly Fleet[];
  readonly readiness: number | undefined;
}

/** The route configuration that routers follow: the object in the bucket, and nothing else. */
function routesInBucket({ world, caller, name, labels }: BuiltFrom): RoutePlan {
  const [object] = world
    .local('aws_s3_object', caller)
    .filter(
      ({ attributes }) => text(attributes, 'key') === labels.fleet?.keys.routes && text(attributes, 'content') !== '',
    );
  if (!object) return { version: 1, name, listeners: [], upstreams: {}, trustedNetworks: [] };
  return JSON.parse(text(object.attributes, 'content')) as RoutePlan;
}

function readService(from: BuiltFrom, thing: Thing, executed: RoutePlan, broken: string[]): ReadService {
  const { world, labels } = from;
  const balancer = world.get('aws_lb', texts(thing.attributes, 'network_load_balancer_arns')[0] ?? '');
  const name = text(balancer?.attributes ?? {}, 'name');
  const key = labels.service.get(name) ?? thing.id;
  const joins: { key: string; port: number }[] = [];
  const fleets: Fleet[] = [];
  let readiness: number | undefined;
  const listeners: Listener[] = [];
  for (const each of balancer ? listenersOf(world, balancer) : []) {
    const group = world.get('aws_lb_target_group', actionGroups(each.attributes)[0] ?? '');
    if (!group || !balancer) continue;
    const port = number(each.attributes, 'port') as Port;
    const groupPort = number(group.attributes, 'port') as Port;
    const [check = {}] = blocksOf(group.attributes, 'health_check');
    const healthPort = (Number(text(check, 'port')) || groupPort) as Port;
    const fleet = fleetBehind(world, group.id);
    const way = fleet ? toRouter(executed, groupPort) : toAddresses(from, group, groupPort);
    if (fleet) {
      const problems = brokenToFleet(world, balancer, fleet, [groupPort, healthPort]);
      broken.push(...problems);
      if (problems.length) continue;
      joins.push({ key: `${key}/${port}`, port: groupPort });
      fleets.push(fleet);
      readiness = healthPort;
    } else {
      const members = world.all(
        'aws_lb_target_group_attachment',
        (one) => one.attributes.target_group_arn === group.id,
      );
      const problems = members.flatMap((one) =>
        brokenToMember(world, balancer, text(one.attributes, 'target_id'), groupPort),
      );
      broken.push(...problems);
      if (problems.length || !members.length) continue;
    }
    listeners.push({
      key: `${key}/${port}`,
      port,
      idleSeconds: number(each.attributes, 'tcp_idle_timeout_seconds') ?? 350,
      targetGroup: {
        name: text(group.attributes, 'name'),
        port: groupPort,
        proxyProtocolV2: group.attributes.proxy_protocol_v2 === true,
        health: { protocol: text(check, 'protocol') === 'TCP' ? 'TCP' : 'HTTP', port: healthPort },
      },
      ...way,
    });
  }
  const service: EndpointService = {
    key,
    name,
    allowedPrincipals: principalsOf(world, thing),
    nlb: {
      name,
      crossZone: balancer?.attributes.enable_cross_zone_load_balancing === true,
      deletionProtection: balancer?.attributes.enable_deletion_protection === true,
    },
    listeners: listeners.sort((a, b) => a.port - b.port),
  };
  return { thing, service, joins, fleets, readiness };
}

function toRouter(executed: RoutePlan, port: number): { targets: readonly string[]; forward: Forward } {
  const listener = executed.listeners.find((each) => each.port === port);
  const targets = [...new Set(listener?.routes.map((each) => each.target) ?? [])].sort();
  return { targets, forward: { to: 'router', why: `port ${port} of the fleet` } };
}

function toAddresses(
  { world, labels }: BuiltFrom,
  group: Thing,
  port: number,
): { targets: readonly string[]; forward: Forward } {
  const members = world
    .all('aws_lb_target_group_attachment', (each) => each.attributes.target_group_arn === group.id)
    .map((each) => ({
      address: text(each.attributes, 'target_id') as IpAddress,
      zone: text(each.attributes, 'availability_zone') === 'all' ? ('all' as const) : ('automatic' as const),
    }));
  for (const cluster of world.all('aws_msk_cluster')) {
    const target = labels.cluster.get(text(cluster.attributes, 'cluster_name'));
    const broker = brokersOf(world, cluster.id).find((each) => members.some((one) => one.address === each.address));
    if (target !== undefined && broker && members.length === 1)
      return { targets: [target], forward: { to: 'broker', target, broker: broker.number, why: broker.host } };
  }
  const targets = new Set(
    members.map((each) => labels.address.get(`${each.address}:${port}`) ?? `${each.address}:${port}`),
  );
  return { targets: [...targets].sort(), forward: { to: 'addresses', members, why: 'members of the target group' } };
}

/** Without the upstreams that the fleet cannot reach. */
function reachable(
  { world }: BuiltFrom,
  executed: RoutePlan,
  services: readonly ReadService[],
  broken: string[],
): RoutePlan {
  const fleet = services.flatMap((each) => each.fleets)[0];
  if (!fleet) return executed;
  const kept = Object.entries(executed.upstreams).filter(([, upstream]: [string, Upstream]) => {
    const networks: readonly string[] = upstream.reach === 'public' ? [''] : upstream.cidrs;
    const problems = networks.flatMap((cidr) => brokenToNetwork(world, fleet, cidr, upstream.port));
    broken.push(...problems.filter((each) => !broken.includes(each)));
    return problems.length === 0;
  });
  return { ...executed, upstreams: Object.fromEntries(kept) };
}

/** The routers' listeners under the keys of the load balancer listeners that really lead to their ports. */
function joined(joins: ReadService['joins'], executed: RoutePlan): RoutePlan {
  const led = executed.listeners.flatMap((listener): RouterListener[] =>
    joins
      .filter((each) => each.port === listener.port)
      .map(({ key }) => ({ ...listener, key, clientPort: Number(key.split('/')[1]) as Port })),
  );
  const alone = executed.listeners.filter((listener) => !joins.some((each) => each.port === listener.port));
  return { ...executed, listeners: [...led, ...alone] };
}

function readNccs({ account, caller, labels, principal }: BuiltFrom, services: readonly ReadService[]): readonly Ncc[] {
  account.settle();
  return [...account.nccs.values()]
    .filter((each) => each.region === caller.region)
    .map((each) => {
      const key = labels.ncc.get(each.name) ?? each.name;
      const workspaces = [...account.workspaces.values()]
        .filter((one) => one.network_connectivity_config_id === each.network_connectivity_config_id)
        .map((one) => ({ name: one.workspace_name, id: String(one.workspace_id) }));
      const rules = account
        .rulesOf(each.network_connectivity_config_id)
        .filter((rule) => !rule.deactivated)
        .map((rule): Rule => {
          if (rule.resource_names)
            return {
              kind: 's3',
              key: rule.rule_id,
              awsService: rule.endpoint_service ?? '',
              buckets: rule.resource_names,
            };
          const to = services.find((one) => one.thing.attributes.service_name === rule.endpoint_service);
          // A service that does not let Databricks in is none: the rule would end in CREATE_FAILED.
          const letsIn = to?.service.allowedPrincipals.includes(principal) === true;
          return {
            kind: 'service',
            key: rule.rule_id,
            service: letsIn ? to.service.key : 'none',
            domains: (rule.domain_names ?? []) as readonly Hostname[],
          };
        });
      return { key, name: each.name, workspaces, rules };
    });
}

function readClusters({ world, caller, labels }: BuiltFrom): InfraPlan['mskClusters'] {
  return world.local('aws_msk_cluster', caller).flatMap((cluster) => {
    const name = text(cluster.attributes, 'cluster_name');
    const target = labels.cluster.get(name);
    if (target === undefined) return [];
    const brokers = brokersOf(world, cluster.id).map((each) => ({ number: each.number, host: each.host as Hostname }));
    return [
      {
        target,
        name,
        listeners: 'sni' as const,
        auth: [],
        brokers,
        source: { kind: 'existing' as const, clusterArn: cluster.id },
      },
    ];
  });
}

function readFleet(
  fleet: Fleet,
  names: FleetNames,
  services: readonly ReadService[],
): NonNullable<InfraPlan['router']> {
  const { attributes } = fleet.thing;
  return {
    engine: 'node',
    run: fleet.thing.type === 'aws_ecs_service' ? 'containers' : 'instances',
    instance: '',
    architecture: 'arm64',
    min: number(attributes, 'min_size') ?? number(attributes, 'desired_count') ?? 0,
    max: number(attributes, 'max_size') ?? number(attributes, 'desired_count') ?? 0,
    why: 'as built',
    readinessPort: (services.find((each) => each.readiness !== undefined)?.readiness ?? 0) as Port,
    names,
    ports: services.flatMap((each) => each.joins.map((join) => join.port as Port)),
    egress: [],
  };
}
