import { type Cidr, cidrRange } from '../../ir/index.ts';
import type { AwsWorld, Thing } from '../aws/index.ts';
import { templateGroups } from '../aws/models/use.ts';
import type { Attributes } from '../aws/values.ts';
import { blocksOf, text, texts } from '../aws/world.ts';

/** The part of a fleet that matters to packets. */
export interface Fleet {
  readonly thing: Thing;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
}

/** What serves a target group: an auto scaling group that is attached to it, or a container service. */
export function fleetBehind(world: AwsWorld, group: string): Fleet | undefined {
  const attached = world.all('aws_autoscaling_attachment', (each) => each.attributes.lb_target_group_arn === group)[0];
  const scaling = world
    .all('aws_autoscaling_group')
    .find(
      (each) =>
        each.id === attached?.attributes.autoscaling_group_name ||
        texts(each.attributes, 'target_group_arns').includes(group),
    );
  if (scaling)
    return {
      thing: scaling,
      subnets: texts(scaling.attributes, 'vpc_zone_identifier'),
      groups: templateGroups(world, scaling),
    };
  const service = world
    .all('aws_ecs_service')
    .find((each) => blocksOf(each.attributes, 'load_balancer').some((one) => text(one, 'target_group_arn') === group));
  const [network = {}] = service ? blocksOf(service.attributes, 'network_configuration') : [];
  return service && { thing: service, subnets: texts(network, 'subnets'), groups: texts(network, 'security_groups') };
}

const rules = { ingress: 'aws_vpc_security_group_ingress_rule', egress: 'aws_vpc_security_group_egress_rule' } as const;

/** Whether one of the groups lets TCP on a port through, to or from an address range or another group. */
function lets(
  world: AwsWorld,
  direction: keyof typeof rules,
  groups: readonly string[],
  port: number,
  peer: { cidr?: string; groups?: readonly string[] },
): boolean {
  return world
    .all(rules[direction], (each) => groups.includes(text(each.attributes, 'security_group_id')))
    .some(({ attributes }) => {
      const protocol = text(attributes, 'ip_protocol');
      const from = Number(attributes.from_port ?? 0);
      const to = Number(attributes.to_port ?? 65_535);
      if (protocol !== '-1' && (protocol !== 'tcp' || port < from || port > to)) return false;
      const named = text(attributes, 'referenced_security_group_id');
      if (named) return peer.groups?.includes(named) === true;
      return peer.cidr !== undefined && inside(peer.cidr, text(attributes, 'cidr_ipv4'));
    });
}

function inside(inner: string, outer: string): boolean {
  if (!outer) return false;
  const [a, b] = [cidrRange(inner as Cidr), cidrRange(outer as Cidr)];
  return a.first >= b.first && a.last <= b.last;
}

/** Why packets of an endpoint would not get from a load balancer to the fleet; nothing when they do. */
export function brokenToFleet(
  world: AwsWorld,
  balancer: Thing,
  fleet: Fleet,
  ports: readonly number[],
): readonly string[] {
  const groups = texts(balancer.attributes, 'security_groups');
  const name = text(balancer.attributes, 'name');
  const found: string[] = [];
  if (groups.length && judgesPrivateLink(balancer)) found.push(judged(name));
  for (const port of ports) {
    if (
      groups.length &&
      !lets(world, 'egress', groups, port, { groups: fleet.groups, cidr: cidrOf(world, fleet.subnets[0]) })
    )
      found.push(`${name} may not send to port ${port} of ${fleet.thing.id}`);
    if (!lets(world, 'ingress', fleet.groups, port, { groups, cidr: cidrOf(world, fleet.subnets[0]) }))
      found.push(`${fleet.thing.id} takes nothing from ${name} on port ${port}`);
  }
  return found;
}

/** Why packets would not get from a load balancer straight to a member; nothing when they do. */
export function brokenToMember(world: AwsWorld, balancer: Thing, address: string, port: number): readonly string[] {
  const groups = texts(balancer.attributes, 'security_groups');
  const name = text(balancer.attributes, 'name');
  const found: string[] = [];
  if (groups.length && judgesPrivateLink(balancer)) found.push(judged(name));
  const broker = world.all('broker', (each) => each.attributes.address === address)[0];
  const cluster = world.get('aws_msk_cluster', text(broker?.attributes ?? {}, 'cluster'));
  const own = cluster
    ? blocksOf(cluster.attributes, 'broker_node_group_info').flatMap((each) => texts(each, 'security_groups'))
    : [];
  if (groups.length && !lets(world, 'egress', groups, port, { cidr: `${address}/32`, groups: own }))
    found.push(`${name} may not send to ${address} on port ${port}`);
  const from = cidrOf(world, texts(balancer.attributes, 'subnets')[0]);
  if (own.length && !lets(world, 'ingress', own, port, { groups, cidr: from }))
    found.push(`the broker at ${address} takes nothing from ${name} on port ${port}`);
  for (const id of texts(balancer.attributes, 'subnets'))
    if (!routed(world, id, `${address}/32`)) found.push(`the subnet ${id} has no way to ${address}/32`);
  return found;
}

const judgesPrivateLink = (balancer: Thing): boolean =>
  balancer.attributes.enforce_security_group_inbound_rules_on_private_link_traffic !== 'off';

const judged = (name: string): string =>
  `${name} judges PrivateLink traffic by its security groups, which know no address of it`;

const cidrOf = (world: AwsWorld, subnet: string | undefined): string =>
  text(world.get('aws_subnet', subnet ?? '')?.attributes ?? {}, 'cidr_block');

/** Why the fleet would not get to a network on a port; nothing when it does. An empty CIDR is the internet. */
export function brokenToNetwork(world: AwsWorld, fleet: Fleet, cidr: string, port: number): readonly string[] {
  const wanted = cidr || '0.0.0.0/0';
  const found: string[] = [];
  if (!lets(world, 'egress', fleet.groups, port, { cidr: wanted }))
    found.push(`${fleet.thing.id} may not send to ${wanted} on port ${port}`);
  for (const id of fleet.subnets)
    if (!routed(world, id, wanted)) found.push(`the subnet ${id} has no way to ${wanted}`);
  return found;
}

function routed(world: AwsWorld, subnetId: string, cidr: string): boolean {
  const subnet = world.get('aws_subnet', subnetId);
  const vpc = world.get('aws_vpc', text(subnet?.attributes ?? {}, 'vpc_id'));
  if (inside(cidr, text(vpc?.attributes ?? {}, 'cidr_block'))) return true;
  const own = world.all('aws_route_table_association', (each) => each.attributes.subnet_id === subnetId)[0];
  const table = own ? text(own.attributes, 'route_table_id') : text(vpc?.attributes ?? {}, 'main_route_table_id');
  // The longest prefix decides, also when its route leads nowhere.
  const [longest] = world
    .all(
      'aws_route',
      ({ attributes }) =>
        attributes.route_table_id === table && inside(cidr, text(attributes, 'destination_cidr_block')),
    )
    .toSorted((one, other) => prefixOf(other) - prefixOf(one));
  return longest !== undefined && leads(world, longest.attributes);
}

const prefixOf = (route: Thing): number => Number(text(route.attributes, 'destination_cidr_block').split('/')[1]);

/** A peering that nobody has accepted carries nothing. */
function leads(world: AwsWorld, route: Attributes): boolean {
  if (route.state !== 'active') return false;
  const peering = text(route, 'vpc_peering_connection_id');
  return !peering || world.get('aws_vpc_peering_connection', peering)?.attributes.accept_status === 'active';
}
