import { type Cidr, cidrContains, cidrRange } from '../../ir/index.ts';
import { type Attributes, type AwsWorld, allMachines, blocksOf, type Thing, text, texts } from '../aws/index.ts';

/** What sends packets in the customer's AWS network: a node of a load balancer, or a machine. */
export interface Sender {
  readonly address: string;
  readonly subnet: string;
  /** None: nothing is filtered on its side. */
  readonly securityGroups: readonly string[];
}

/** Where a packet goes. */
export interface Destination {
  readonly address: string;
  readonly port: number;
}

/**
 * Why AWS drops packets on their way to an address: a security group on either side, or the route tables. Undefined when they arrive.
 * Security groups of targets in other networks, network ACLs and the way back are not known here.
 */
export function whyDropped(aws: AwsWorld, from: Sender, to: Destination): string | undefined {
  const receivers = securityGroupsAt(aws, to.address);
  const { securityGroups: senders } = from;
  if (senders.length > 0 && !allows(aws, 'egress', senders, to.port, { address: to.address, groups: receivers }))
    return `the security groups of ${from.address} let nothing out to ${to.address}:${to.port}`;
  if (receivers.length > 0 && !allows(aws, 'ingress', receivers, to.port, { address: from.address, groups: senders }))
    return `the security groups of ${to.address} let nothing in from ${from.address} on port ${to.port}`;
  if (!isRouted(aws, from.subnet, to.address)) return `the subnet ${from.subnet} has no route to ${to.address}`;
  return undefined;
}

/**
 * Why a load balancer drops what comes through PrivateLink; undefined when it does not. Where its inbound rules are enforced they see the
 * address of a client on the Databricks side, which no customer knows: only a rule for every address lets it in.
 */
export function whyDroppedAtEntry(aws: AwsWorld, { attributes }: Thing, port: number): string | undefined {
  const groups = texts(attributes, 'security_groups');
  const isEnforced = attributes.enforce_security_group_inbound_rules_on_private_link_traffic !== 'off';
  if (groups.length === 0 || !isEnforced) return undefined;
  const isOpen = rulesOf(aws, 'ingress', groups).some(
    (rule) => text(rule, 'cidr_ipv4') === '0.0.0.0/0' && coversPort(rule, port),
  );
  return isOpen ? undefined : `${text(attributes, 'name')} enforces its inbound rules on PrivateLink traffic`;
}

/** Security groups of the machine or broker at an address. Empty: nothing is known to be there. */
function securityGroupsAt(aws: AwsWorld, address: string): readonly string[] {
  const machine = allMachines(aws).find((each) => each.address === address);
  if (machine) return machine.securityGroups;
  const [broker] = aws.all('broker', (each) => each.attributes.address === address);
  const cluster = aws.get('aws_msk_cluster', text(broker?.attributes ?? {}, 'cluster'));
  return blocksOf(cluster?.attributes ?? {}, 'broker_node_group_info').flatMap((each) =>
    texts(each, 'security_groups'),
  );
}

const rulesOf = (aws: AwsWorld, direction: 'ingress' | 'egress', groups: readonly string[]): readonly Attributes[] =>
  aws
    .all(`aws_vpc_security_group_${direction}_rule`, (each) =>
      groups.includes(text(each.attributes, 'security_group_id')),
    )
    .map(({ attributes }) => attributes);

const allows = (
  aws: AwsWorld,
  direction: 'ingress' | 'egress',
  groups: readonly string[],
  port: number,
  peer: { readonly address: string; readonly groups: readonly string[] },
): boolean =>
  rulesOf(aws, direction, groups).some((rule) => {
    if (!coversPort(rule, port)) return false;
    const named = text(rule, 'referenced_security_group_id');
    return named ? peer.groups.includes(named) : contains(text(rule, 'cidr_ipv4'), peer.address);
  });

function coversPort(rule: Attributes, port: number): boolean {
  const protocol = text(rule, 'ip_protocol');
  if (protocol === '-1') return true;
  return protocol === 'tcp' && Number(rule.from_port) <= port && port <= Number(rule.to_port);
}

const contains = (range: string, address: string): boolean => range !== '' && cidrContains(range as Cidr, address);

/** Whether the route table of a subnet leads to an address. The longest prefix decides, also where its route leads nowhere. */
function isRouted(aws: AwsWorld, subnetId: string, address: string): boolean {
  const subnet = aws.get('aws_subnet', subnetId)?.attributes ?? {};
  const vpc = aws.get('aws_vpc', text(subnet, 'vpc_id'))?.attributes ?? {};
  if (contains(text(vpc, 'cidr_block'), address)) return true;
  const [own] = aws.all('aws_route_table_association', (each) => each.attributes.subnet_id === subnetId);
  const table = own ? own.attributes.route_table_id : vpc.main_route_table_id;
  const [route] = aws
    .all(
      'aws_route',
      ({ attributes }) =>
        attributes.route_table_id === table && contains(text(attributes, 'destination_cidr_block'), address),
    )
    .toSorted((one, other) => prefixOf(other) - prefixOf(one));
  if (route?.attributes.state !== 'active') return false;
  const peering = text(route.attributes, 'vpc_peering_connection_id');
  return !peering || aws.get('aws_vpc_peering_connection', peering)?.attributes.accept_status === 'active';
}

const prefixOf = ({ attributes }: Thing): number =>
  cidrRange(text(attributes, 'destination_cidr_block') as Cidr).length;
