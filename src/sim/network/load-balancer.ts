import { defaultFacts } from '../../facts/index.ts';
import { type IpAddress, parseIpv4 } from '../../ir/index.ts';
import {
  type AwsWorld,
  actionGroups,
  blocksOf,
  connectionOf,
  listenersOf,
  number,
  type TargetHealth,
  type Thing,
  targetHealth,
  text,
  texts,
} from '../aws/index.ts';
import { SimNetworkError } from './errors.ts';
import type { Sender } from './packet-filter.ts';
import type { WorkspaceEndpoint } from './workspaces.ts';

/** A listener of a load balancer, with the one target group that it forwards to. */
export interface NlbListener {
  /** `<load balancer>/<port>`. */
  readonly name: string;
  readonly port: number;
  /** Until a silent flow is forgotten, by the load balancer or by the endpoint in front of it. */
  readonly idleMs: number;
  readonly balancer: Thing;
  readonly group: Thing;
}

/** A node of a load balancer: its interface in one zone. Connections to targets come from its address. */
export interface NlbNode extends Sender {
  readonly address: IpAddress;
  /** By name. */
  readonly zone: string;
}

/** Why an endpoint carries nothing: it is gone, or not accepted. Undefined when it carries. */
export function whyNotCarrying(aws: AwsWorld, { id, rule }: WorkspaceEndpoint): string | undefined {
  if (rule.resource_names) return undefined; // S3 accepts by the bucket's policy
  const connection = connectionOf(aws, id);
  if (!connection) return `${id} is deleted`;
  const state = text(connection.attributes, 'state');
  return state === 'Available' ? undefined : `the connection of ${id} is ${state}`;
}

/** The listeners that an endpoint would reach if it were accepted. */
export function listenersBehind(aws: AwsWorld, { id }: WorkspaceEndpoint): readonly NlbListener[] {
  const connection = aws.get('endpoint_connection', id);
  const service = aws.get('aws_vpc_endpoint_service', text(connection?.attributes ?? {}, 'service_id'));
  // With several load balancers AWS ties each interface of an endpoint to one of them; lakegate has one.
  const balancer = aws.get('aws_lb', texts(service?.attributes ?? {}, 'network_load_balancer_arns')[0] ?? '');
  return balancer ? listenersOf(aws, balancer).flatMap((listener) => nlbListener(aws, balancer, listener)) : [];
}

function nlbListener(aws: AwsWorld, balancer: Thing, { attributes }: Thing): readonly NlbListener[] {
  const group = aws.get('aws_lb_target_group', actionGroups(attributes)[0] ?? '');
  const port = number(attributes, 'port');
  if (!group || port === undefined) return [];
  const { endpointIdleSeconds, idleSecondsDefault } = defaultFacts.numbers;
  const seconds = Math.min(
    number(attributes, 'tcp_idle_timeout_seconds') ?? idleSecondsDefault.value,
    endpointIdleSeconds.value,
  );
  return [{ name: `${text(balancer.attributes, 'name')}/${port}`, port, idleMs: seconds * 1000, balancer, group }];
}

/** The listener on a port behind an accepted endpoint. Throws what a client meets otherwise. */
export function listenerBehind(aws: AwsWorld, endpoint: WorkspaceEndpoint, port: number): NlbListener {
  const why = whyNotCarrying(aws, endpoint);
  if (why) throw new SimNetworkError('ETIMEDOUT', why);
  const listener = listenersBehind(aws, endpoint).find((each) => each.port === port);
  if (!listener) throw new SimNetworkError('ECONNREFUSED', `no listener on port ${port} behind ${endpoint.address}`);
  return listener;
}

/**
 * Where a new flow goes, by its hash. It enters at a node that has a healthy target, then goes to one of that node's healthy targets; where
 * none is healthy, every node and every target serves (fail-open). A node has the targets of its zone, all of them with cross-zone on.
 * That DNS leaves nodes without healthy targets out is documented; that endpoints do too is assumed.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html (2026-11-20)
 */
export function chooseTarget(
  aws: AwsWorld,
  { balancer, group }: NlbListener,
  hash: number,
): { readonly node: NlbNode; readonly target: TargetHealth } | undefined {
  const targets = targetHealth(aws, group.id);
  const crossZone = isCrossZone(balancer, group);
  const choices = nodesOf(aws, balancer).map((node) => ({
    node,
    targets: crossZone ? targets : targets.filter(({ zone }) => zone === node.zone || zone === 'all' || zone === ''),
  }));
  const withHealthy = choices.filter((each) => each.targets.some(isHealthy));
  const entered = pick(withHealthy.length > 0 ? withHealthy : choices.filter((each) => each.targets.length > 0), hash);
  if (!entered) return undefined;
  const healthy = entered.targets.filter(isHealthy);
  const target = pick(healthy.length > 0 ? healthy : entered.targets, Math.floor(hash / Math.max(1, choices.length)));
  return target && { node: entered.node, target };
}

const isHealthy = ({ state }: TargetHealth): boolean => state === 'healthy';

const pick = <T>(from: readonly T[], hash: number): T | undefined => from[hash % Math.max(1, from.length)];

function isCrossZone(balancer: Thing, group: Thing): boolean {
  const own = String(group.attributes.load_balancing_cross_zone_enabled ?? '');
  if (own === 'true' || own === 'false') return own === 'true';
  return balancer.attributes.enable_cross_zone_load_balancing === true;
}

/** The nodes of a load balancer, one for each of its subnets. */
export const nodesOf = (aws: AwsWorld, balancer: Thing): readonly NlbNode[] =>
  blocksOf(balancer.attributes, 'node_addresses').flatMap((each) => {
    const address = parseIpv4(text(each, 'address'));
    const subnet = aws.get('aws_subnet', text(each, 'subnet_id'));
    if (!address || !subnet) return [];
    const securityGroups = texts(balancer.attributes, 'security_groups');
    return [{ address, subnet: subnet.id, zone: text(subnet.attributes, 'availability_zone'), securityGroups }];
  });
