import type { RouteTableState, SubnetState } from '../aws/index.ts';
import { type Cidr, cidrRange, parseCidr } from '../ir/index.ts';
import type { AwsState } from './state.ts';

/** Whether packets pass one check, and why not or why it is unknown. `unknown` without a reason: it was not read. */
export type PacketCheck =
  | { readonly is: 'yes' }
  | { readonly is: 'no'; readonly why: string }
  | { readonly is: 'unknown'; readonly why?: string };

const yes: PacketCheck = { is: 'yes' };

/** The other side of a connection: all networks it may be in, and the security groups it has. */
export interface Peer {
  readonly cidrs: readonly string[];
  /** Undefined: not read, so that a rule may name one of them. */
  readonly groups: readonly string[] | undefined;
}

/** Whether one of the security groups admits TCP on a port, to or from all networks of a peer. */
export function permits(
  { groupRules }: AwsState,
  direction: 'ingress' | 'egress',
  {
    groups,
    port,
    peer,
  }: { readonly groups: readonly string[] | undefined; readonly port: number; readonly peer: Peer },
): PacketCheck {
  if (!groupRules || !groups) return { is: 'unknown' };
  const rules = groupRules.filter((each) => {
    if (each.direction !== direction || !groups.includes(each.groupId)) return false;
    if (each.protocol === '-1') return true;
    const all = each.fromPort === -1;
    return each.protocol === 'tcp' && (all || (each.fromPort <= port && port <= each.toPort));
  });
  const named = rules.flatMap(({ peer: one }) => (one.is === 'group' ? [one.groupId] : []));
  if (named.some((id) => peer.groups?.includes(id))) return yes;
  const cidrs = rules.flatMap(({ peer: one }) => (one.is === 'cidr' ? [one.cidr] : []));
  if (peer.cidrs.length && peer.cidrs.every((inner) => cidrs.some((outer) => inside(inner, outer)))) return yes;
  if (named.length && !peer.groups) return { is: 'unknown' };
  const other = rules.find(({ peer: one }) => one.is === 'other')?.peer;
  if (other?.is === 'other') return { is: 'unknown', why: `a rule names ${other.name}, whose networks were not read` };
  const what = direction === 'ingress' ? 'inbound' : 'outbound';
  return { is: 'no', why: `no ${what} rule of ${groups.join(', ') || 'its security groups'} admits TCP port ${port}` };
}

/** Whether every address of a network lies in another one. What is not an IPv4 network lies in none. */
export function inside(inner: string, outer: string): boolean {
  const [a, b] = [parseCidr(inner), parseCidr(outer)];
  if (!a || !b) return false;
  const [x, y] = [cidrRange(a), cidrRange(b)];
  return x.first >= y.first && x.last <= y.last;
}

/** Whether a subnet's route table has a route to a network, through something that works. */
export function routed(state: AwsState, subnetId: string, cidr: string): PacketCheck {
  const { subnets, vpcs, routeTables } = state;
  if (!subnets || !vpcs || !routeTables) return { is: 'unknown' };
  const subnet = subnets.find((each) => each.id === subnetId);
  if (!subnet) return { is: 'no', why: `subnet ${subnetId} does not exist` };
  const vpc = vpcs.find((each) => each.id === subnet.vpcId);
  if (vpc?.cidrs.some((own) => inside(cidr, own))) return yes;
  const table = tableOf(routeTables, subnet);
  if (!table) return { is: 'unknown' }; // every VPC has a main one: those of this VPC were not read
  // The longest prefix decides, also when its route leads nowhere.
  const [longest] = table.routes
    .filter((each) => each.cidr !== undefined && inside(cidr, each.cidr))
    .toSorted((one, other) => prefixOf(other.cidr) - prefixOf(one.cidr));
  if (!longest) return { is: 'no', why: `subnet ${subnetId} has no route to ${cidr}` };
  const why = deadEnd(state, longest, subnet.vpcId);
  if (why === undefined) return yes;
  return why === '' ? { is: 'unknown' } : { is: 'no', why: `the route of subnet ${subnetId} to ${cidr} ${why}` };
}

const tableOf = (tables: readonly RouteTableState[], subnet: SubnetState): RouteTableState | undefined =>
  tables.find((each) => each.subnetIds.includes(subnet.id)) ??
  tables.find((each) => each.vpcId === subnet.vpcId && each.isMain);

/** Parts of a network that a subnet's route table sends nowhere, although the network has a route. */
export function blackholes({ subnets, routeTables }: AwsState, subnetId: string, cidr: string): readonly string[] {
  const subnet = subnets?.find((each) => each.id === subnetId);
  const table = subnet && tableOf(routeTables ?? [], subnet);
  const parts = (table?.routes ?? []).flatMap((each) =>
    each.state === 'blackhole' && each.cidr !== undefined && each.cidr !== cidr ? [each.cidr] : [],
  );
  return parts.filter((each) => inside(each, cidr));
}

const prefixOf = (cidr: string | undefined): number => Number(cidr?.split('/')[1] ?? -1);

/** Why a route leads nowhere; undefined: it leads on; empty: not read. */
function deadEnd(
  { peerings, attachments, natGateways }: AwsState,
  { to, state }: { readonly to: string; readonly state: string },
  vpcId: string,
): string | undefined {
  if (state !== 'active') return `is a ${state}`;
  const ends: readonly (readonly [string, readonly { readonly state: string }[] | undefined, string])[] = [
    ['pcx-', peerings?.filter((each) => each.id === to), 'active'],
    [
      'tgw-',
      attachments?.filter((each) => each.transitGatewayId === to && each.vpcId === vpcId && each.state !== 'deleted'),
      'available',
    ],
    ['nat-', natGateways?.filter((each) => each.id === to), 'available'],
  ];
  const [, found, good] = ends.find(([prefix]) => to.startsWith(prefix)) ?? [];
  if (good === undefined) return undefined;
  if (!found) return '';
  // AWS calls a route to something that is gone a blackhole: what it does not list, and calls active, is another account's.
  const bad = found.find((each) => each.state !== good);
  return found.length && bad && !found.some((each) => each.state === good)
    ? `leads to ${to}, which is ${bad.state}`
    : undefined;
}

/** The networks of subnets; undefined where one was not read. */
export function cidrsOf({ subnets }: AwsState, ids: readonly string[]): readonly Cidr[] | undefined {
  const found = ids.map((id) => parseCidr(subnets?.find((each) => each.id === id)?.cidr ?? ''));
  return found.every((each) => each !== undefined) ? found : undefined;
}
