import type { AwsClients, LoadBalancerState, ObjectState, ScalingGroupState } from '../aws/index.ts';
import type { AccountClient } from '../databricks/index.ts';
import type { ClusterLabel, Labels } from './labels.ts';
import { Reading } from './reading.ts';
import type { AwsState, DatabricksState, FleetState, LiveCluster, LiveState } from './state.ts';

/** The clients that are read through. */
export interface Clouds {
  readonly aws: Pick<
    AwsClients,
    'services' | 'balancers' | 'networks' | 'scaling' | 'containers' | 'objects' | 'kafka'
  >;
  readonly databricks: Pick<AccountClient, 'nccs' | 'rules' | 'workspaces'>;
}

export interface ReadOptions {
  /**
   * `all`, the default, asks for the idle timeout of each listener too: one call for each, about half as many as all others.
   */
  readonly detail?: 'all' | 'status';
}

/**
 * Reads from both clouds what the labels name. A refused call is recorded, and the rest is read.
 * Throws AwsCallError or DatabricksCallError where the credentials are refused: then nothing can be read.
 */
export async function readClouds(
  clouds: Clouds,
  labels: Labels,
  { detail = 'all' }: ReadOptions = {},
): Promise<LiveState> {
  const reading = new Reading();
  const [aws, databricks] = await Promise.all([
    readAws(clouds.aws, labels, { reading, detail }),
    readDatabricks(clouds.databricks, labels.region, reading),
  ]);
  return { aws, databricks, unread: reading.unread() };
}

async function readDatabricks(
  account: Clouds['databricks'],
  region: string,
  reading: Reading,
): Promise<DatabricksState> {
  const [all, workspaces] = await Promise.all([
    reading.of(() => account.nccs()),
    reading.of(() => account.workspaces()),
  ]);
  const nccs = all?.filter((each) => each.region === region);
  const rules = await reading.each(
    nccs?.map(({ id }) => id),
    (id) => account.rules(id),
  );
  return {
    ...(nccs && { nccs }),
    rules,
    ...(workspaces && { workspaces: workspaces.filter((each) => each.region === region) }),
  };
}

interface ReadContext {
  readonly reading: Reading;
  readonly detail: 'all' | 'status';
}

async function readAws(aws: Clouds['aws'], labels: Labels, { reading, detail }: ReadContext): Promise<AwsState> {
  const object = (kind: 'routes' | 'policy'): Promise<ObjectState | 'absent' | undefined> | undefined => {
    const names = labels.fleet?.names;
    return names && reading.orAbsent(() => aws.objects.read(names.bucket, names.keys[kind]));
  };
  const [services, allBalancers, fleets, clusters, routes, policy] = await Promise.all([
    reading.of(() => aws.services.describe({ tag: labels.tag })),
    reading.of(() => aws.balancers.describe()),
    readFleets(aws, labels, reading),
    readClusters(aws.kafka, labels.clusters, reading),
    object('routes'),
    object('policy'),
  ]);
  const used = new Set(services?.flatMap((each) => each.loadBalancerArns));
  const balancers = allBalancers?.filter((each) => used.has(each.arn) || labels.services.has(each.name));
  const arns = balancers?.map(({ arn }) => arn);
  const ids = services?.map(({ serviceId }) => serviceId);
  const [connections, principals, balancerAttributes, listeners, targetGroups] = await Promise.all([
    ids && reading.of(() => aws.services.connections(ids)),
    reading.each(ids, (id) => aws.services.principals(id)),
    reading.each(arns, (arn) => aws.balancers.attributes(arn)),
    reading.each(arns, (arn) => aws.balancers.listeners(arn)),
    reading.each(arns, (arn) => aws.balancers.targetGroups(arn)),
  ]);
  const groups = [...targetGroups.values()].flat().map(({ arn }) => arn);
  const ours = fleets?.filter((each) => each.isOurs || each.targetGroupArns.some((arn) => groups.includes(arn)));
  const listenerArns = [...listeners.values()].flat().map(({ arn }) => arn);
  if (detail === 'status') reading.notAsked('elasticloadbalancing:DescribeListenerAttributes', listenerArns.length);
  const [listenerAttributes, groupAttributes, health, withGroups] = await Promise.all([
    reading.each(detail === 'all' ? listenerArns : [], (arn) => aws.balancers.listenerAttributes(arn)),
    reading.each(groups, (arn) => aws.balancers.targetGroupAttributes(arn)),
    reading.each(groups, (arn) => aws.balancers.health(arn)),
    ours && Promise.all(ours.map((each) => withSecurityGroups(aws, each, reading))),
  ]);
  return {
    ...defined({ services, connections, balancers, clusters, routes, policy, fleets: withGroups }),
    principals,
    balancerAttributes,
    listeners,
    targetGroups,
    listenerAttributes,
    groupAttributes,
    health,
    ...(await readNetworks(aws.networks, { balancers, fleets: withGroups, clusters }, reading)),
  };
}

/** A fleet before its security groups are read: those of instances are in their launch template. */
type Fleet = FleetState & {
  readonly template?: ScalingGroupState['template'];
  /** By its name or tag; another one is ours where it serves our target groups. */
  readonly isOurs: boolean;
};

async function readFleets(
  { scaling, containers }: Clouds['aws'],
  { fleet, tag: [key, value] }: Labels,
  reading: Reading,
): Promise<readonly Fleet[] | undefined> {
  if (!fleet) return [];
  const groups = await reading.of(() => scaling.describe());
  // A configuration that was changed from containers to instances leaves none behind: they are asked for where they are planned.
  const services =
    fleet.run === 'containers' ? await reading.orAbsent(() => containers.services(fleet.names.fleet)) : [];
  if (!groups || !services) return undefined;
  return [
    ...groups.map((each): Fleet => {
      const { name, min, max, desired, subnetIds, targetGroupArns, template } = each;
      const running = each.instances.filter(({ lifecycle, healthy }) => lifecycle === 'InService' && healthy).length;
      return {
        ...{ run: 'instances', name, min, max, desired, running, subnetIds, targetGroupArns },
        ...(template && { template }),
        isOurs: name === fleet.names.fleet || each.tags[key] === value,
      };
    }),
    ...(services === 'absent' ? [] : services).map((each): Fleet => {
      const { name, desired, running, subnetIds, securityGroups, targetGroupArns } = each;
      return {
        ...{ run: 'containers', name, min: desired, max: desired, desired, running },
        ...{ subnetIds, securityGroups, targetGroupArns, isOurs: true },
      };
    }),
  ];
}

async function withSecurityGroups({ networks }: Clouds['aws'], fleet: Fleet, reading: Reading): Promise<FleetState> {
  const { template, isOurs: _, ...rest } = fleet;
  const securityGroups =
    fleet.securityGroups ?? (template && (await reading.of(() => networks.templateGroups(template))));
  return { ...rest, ...(securityGroups && { securityGroups }) };
}

/** Clusters that are planned and not there yet are left out. */
async function readClusters(
  kafka: AwsClients['kafka'],
  labels: readonly ClusterLabel[],
  reading: Reading,
): Promise<readonly LiveCluster[] | undefined> {
  const read = await Promise.all(
    labels.map((label) =>
      reading.orAbsent(async (): Promise<LiveCluster | 'absent'> => {
        const { target, name, arn } = label;
        const state = arn ? await kafka.describe(arn) : (await kafka.named(name)).find((each) => each.name === name);
        return state ? { target, state, brokers: await kafka.brokers(state.arn) } : 'absent';
      }),
    ),
  );
  const found = read.filter((each) => each !== undefined);
  return found.length < read.length ? undefined : found.filter((each) => each !== 'absent');
}

async function readNetworks(
  networks: AwsClients['networks'],
  users: {
    readonly balancers: readonly LoadBalancerState[] | undefined;
    readonly fleets: readonly FleetState[] | undefined;
    readonly clusters: readonly LiveCluster[] | undefined;
  },
  reading: Reading,
): Promise<Partial<AwsState>> {
  const { balancers = [], fleets = [], clusters = [] } = users;
  const subnetIds = unique([
    ...balancers.flatMap((each) => each.zones.map((zone) => zone.subnetId)),
    ...fleets.flatMap((each) => each.subnetIds),
  ]);
  const groupIds = unique([
    ...balancers.flatMap((each) => each.securityGroups),
    ...fleets.flatMap((each) => each.securityGroups ?? []),
    ...clusters.flatMap((each) => each.state.securityGroups),
  ]);
  const subnets = await reading.of(() => networks.subnets(subnetIds));
  const vpcIds = unique([...balancers, ...(subnets ?? [])].map((each) => each.vpcId));
  const perVpc = async <T>(read: (vpc: string) => Promise<readonly T[]>): Promise<readonly T[] | undefined> => {
    const lists = await Promise.all(vpcIds.map((vpc) => reading.of(() => read(vpc))));
    return lists.includes(undefined) ? undefined : lists.flatMap((each) => each ?? []);
  };
  const [vpcs, routeTables, groupRules, peerings, attachments, natGateways] = await Promise.all([
    reading.of(() => networks.vpcs(vpcIds)),
    reading.of(() => networks.routeTables(vpcIds)),
    reading.of(() => networks.groupRules(groupIds)),
    perVpc((vpc) => networks.peerings(vpc)),
    perVpc((vpc) => networks.attachments(vpc)),
    perVpc((vpc) => networks.natGateways(vpc)),
  ]);
  return defined({ subnets, vpcs, routeTables, groupRules, peerings, attachments, natGateways });
}

const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)].filter((id) => id !== '').sort();

/** Without the members that were not read. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
