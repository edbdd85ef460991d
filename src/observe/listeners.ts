import type { ListenerState, LoadBalancerState, MemberHealth, TargetGroupState } from '../aws/index.ts';
import type { Forward, IpAddress, Listener, Port, RouterListener } from '../ir/index.ts';
import { broken, type Finding, type Place, risk, unknown } from './finding.ts';
import type { Labels } from './labels.ts';
import { cidrsOf, inside, type PacketCheck, permits, routed } from './packet-paths.ts';
import type { AwsState, FleetState } from './state.ts';

/** What a listener is checked against. */
export interface ListenerContext {
  readonly state: AwsState;
  readonly labels: Labels;
  /** The listeners of the routers, by port. */
  readonly routers: ReadonlyMap<number, RouterListener>;
  readonly trustedNetworks: readonly string[];
}

export interface ObservedListener {
  /** Absent: it passes no traffic, or its target was not read. */
  readonly good?: { readonly listener: Listener; readonly join?: { readonly key: string; readonly port: number } };
  readonly findings: readonly Finding[];
}

/** The endpoint service and load balancer of a listener. */
export interface ListenerParent {
  readonly service: string;
  readonly balancer: LoadBalancerState;
}

/** A listener with everything behind it. One that passes no traffic is not `good`; the findings say why. */
export function readListener(context: ListenerContext, parent: ListenerParent, thing: ListenerState): ObservedListener {
  const { state } = context;
  const { service, balancer } = parent;
  const place = { at: 'listener', service, port: thing.port } as const;
  const name = `listener ${thing.port} of ${balancer.name}`;
  if (thing.protocol !== 'TCP')
    return {
      findings: [
        broken('LG_LIVE_LISTENER', place, `${name} speaks ${thing.protocol}; the routers and targets expect TCP`),
      ],
    };
  const groups = state.targetGroups.get(balancer.arn);
  const [group] = thing.targetGroupArns.flatMap((arn) => groups?.find((each) => each.arn === arn) ?? []);
  if (!group)
    return { findings: groups ? [broken('LG_LIVE_LISTENER', place, `${name} forwards to no target group`)] : [] };
  const port = group.port as Port;
  const fleet = state.fleets?.find((each) => each.targetGroupArns.includes(group.arn));
  const health = state.health.get(group.arn);
  const members = health?.filter(({ state: one }) => one !== 'draining') ?? [];
  const router = context.routers.get(port);
  const check = (group.health.port ?? port) as Port;
  const found: readonly (Finding | undefined)[] = [
    thing.targetGroupArns.length > 1
      ? unknown(
          place,
          `${name} forwards to ${thing.targetGroupArns.length} target groups; only ${group.name} was checked`,
        )
      : undefined,
    ...(health ? memberFindings(context, parent, group, { health, place }) : []),
    ...(fleet
      ? [
          ...toFleet(context, parent, fleet, [port, check], place),
          ...headerFindings(context, parent, group, { router, place }),
        ]
      : // Where fleets were not read, a member may be a router.
        (state.fleets ? members : []).flatMap((each) => toMember(context, parent, each, place))),
    ...attributeFindings(context, thing, group, { place, name }),
  ];
  const findings = found.filter((each) => each !== undefined);
  // Without the fleets, members and routers cannot be distinguished.
  if (findings.some((each) => each.verdict === 'broken') || (!fleet && !state.fleets)) return { findings };
  const key = `${service}/${thing.port}`;
  const header = state.groupAttributes.get(group.arn)?.['proxy_protocol_v2.enabled'];
  const idle = Number(state.listenerAttributes.get(thing.arn)?.['tcp.idle_timeout.seconds']);
  const listener: Listener = {
    key,
    port: thing.port as Port,
    idleSeconds: idle || 350,
    targetGroup: {
      name: group.name,
      port,
      proxyProtocolV2: header === undefined ? router?.identity.by === 'endpoint' : header === 'true',
      health: { protocol: group.health.protocol === 'TCP' ? 'TCP' : 'HTTP', port: check },
    },
    ...(fleet ? routerForward(router, port) : directForward(context, members, port)),
  };
  return { good: { listener, ...(fleet && { join: { key, port } }) }, findings };
}

function routerForward(router: RouterListener | undefined, port: number): Pick<Listener, 'targets' | 'forward'> {
  const targets = [...new Set(router?.routes.map((each) => each.target) ?? [])].sort();
  return { targets, forward: { to: 'router', why: `port ${port} of the fleet` } };
}

function directForward(
  { state, labels }: ListenerContext,
  members: readonly MemberHealth[],
  port: number,
): { targets: string[]; forward: Forward } {
  for (const { target, brokers } of state.clusters ?? []) {
    const broker = brokers.find((each) => members.some((one) => one.id === each.address));
    if (broker && members.length === 1)
      return { targets: [target], forward: { to: 'broker', target, broker: broker.number, why: broker.host } };
  }
  const places = members.map(({ id }) => `${id}:${port}`);
  return {
    targets: [...new Set(places.map((each) => labels.addresses.get(each) ?? each))].sort(),
    forward: {
      to: 'addresses',
      members: members.map(({ id, zone }) => ({
        address: id as IpAddress,
        zone: zone === 'all' ? ('all' as const) : ('automatic' as const),
      })),
      why: 'members of the target group',
    },
  };
}

/** Members that a message names; of more, the number. */
const shownMembers = 3;

function memberFindings(
  { state }: ListenerContext,
  { balancer }: ListenerParent,
  group: TargetGroupState,
  { health, place }: { readonly health: readonly MemberHealth[]; readonly place: Place },
): readonly Finding[] {
  const members = health.filter((each) => each.state !== 'draining');
  const bad = members.filter((each) => each.state !== 'healthy');
  const states = bad
    .slice(0, shownMembers)
    .map(({ id, state: is, reason }) => `${id} is ${is}${reason ? ` (${reason})` : ''}`);
  const list = [...states, ...(bad.length > shownMembers ? [`${bad.length - shownMembers} more are not`] : [])].join(
    ', ',
  );
  if (!members.length) return [broken('LG_LIVE_MEMBERS', place, `target group ${group.name} has no members`)];
  if (bad.length === members.length)
    return [broken('LG_LIVE_MEMBERS', place, `no member of target group ${group.name} is healthy: ${list}`)];
  const findings = bad.length
    ? [risk('LG_LIVE_MEMBERS', place, `of the ${members.length} members of target group ${group.name}, ${list}`)]
    : [];
  const crossZone = state.balancerAttributes.get(balancer.arn)?.['load_balancing.cross_zone.enabled'];
  const served = members.filter((each) => each.state === 'healthy').map((each) => each.zone ?? 'all');
  const empty = balancer.zones.filter(({ name }) => !served.includes(name)).map(({ name }) => name);
  if (crossZone === 'false' && empty.length && !served.includes('all'))
    findings.push(
      risk(
        'LG_LIVE_MEMBERS',
        place,
        `${balancer.name} does not cross zones, and target group ${group.name} has no healthy member in ${empty.join(', ')}`,
      ),
    );
  return findings;
}

function attributeFindings(
  { state }: ListenerContext,
  listener: ListenerState,
  group: TargetGroupState,
  { place, name }: { readonly place: Place; readonly name: string },
): readonly Finding[] {
  const idle = Number(state.listenerAttributes.get(listener.arn)?.['tcp.idle_timeout.seconds'] ?? Number.NaN);
  const keepsAddress = state.groupAttributes.get(group.arn)?.['preserve_client_ip.enabled'] === 'true';
  return [
    ...(idle < 350
      ? [
          risk(
            'LG_LIVE_LISTENER',
            place,
            `${name} cuts connections that are silent for ${idle} s; the endpoint does so after 350 s`,
          ),
        ]
      : []),
    ...(keepsAddress
      ? [
          risk(
            'LG_LIVE_LISTENER',
            place,
            `target group ${group.name} preserves client addresses, which breaks connections whose return path bypasses the load balancer`,
          ),
        ]
      : []),
  ];
}

/** Whether the routers trust the header that this listener sends, and get one where they expect it. */
function headerFindings(
  { state, trustedNetworks }: ListenerContext,
  { balancer }: ListenerParent,
  group: TargetGroupState,
  { router, place }: { readonly router: RouterListener | undefined; readonly place: Place },
): readonly Finding[] {
  const header = state.groupAttributes.get(group.arn)?.['proxy_protocol_v2.enabled'];
  if (!router) return [];
  const wanted = router.identity.by === 'endpoint';
  if (header !== undefined && (header === 'true') !== wanted)
    return [
      broken(
        'LG_LIVE_PROXY_HEADER',
        place,
        wanted
          ? `target group ${group.name} sends no PROXY header, and the routers refuse connections without one on port ${group.port}`
          : `target group ${group.name} sends a PROXY header, which the routers do not expect on port ${group.port}`,
      ),
    ];
  const sources =
    cidrsOf(
      state,
      balancer.zones.map((each) => each.subnetId),
    ) ?? [];
  const strange = sources.filter((each) => !trustedNetworks.some((outer) => inside(each, outer)));
  if (!wanted || !strange.length) return [];
  return [
    broken(
      'LG_LIVE_PROXY_HEADER',
      place,
      `the routers do not trust a PROXY header from ${strange.join(', ')}, where load balancer ${balancer.name} is`,
    ),
  ];
}

function toFleet(
  { state }: ListenerContext,
  { balancer }: ListenerParent,
  fleet: FleetState,
  ports: readonly number[],
  place: Place,
): readonly Finding[] {
  const fromCidrs = cidrsOf(
    state,
    balancer.zones.map((each) => each.subnetId),
  );
  const toCidrs = cidrsOf(state, fleet.subnetIds);
  if (!fromCidrs || !toCidrs) return [];
  const groups = balancer.securityGroups;
  return [...new Set(ports)].flatMap((port) => {
    const out = { groups, port, peer: { cidrs: toCidrs, groups: fleet.securityGroups } };
    const inward = { groups: fleet.securityGroups, port, peer: { cidrs: fromCidrs, groups } };
    return [
      ...blocked(
        groups.length ? permits(state, 'egress', out) : { is: 'yes' },
        place,
        `${balancer.name} cannot reach the routers on port ${port}`,
      ),
      ...blocked(
        permits(state, 'ingress', inward),
        place,
        `the routers accept nothing from ${balancer.name} on port ${port}`,
      ),
    ];
  });
}

/** The path directly to a member. Of the members, only brokers of a cluster have security groups that can be read. */
function toMember(
  { state }: ListenerContext,
  { balancer }: ListenerParent,
  member: MemberHealth,
  place: Place,
): readonly Finding[] {
  const { id, port } = member;
  const cidr = `${id}/32`;
  const cluster = state.clusters?.find((each) => each.brokers.some((broker) => broker.address === id));
  const own = state.clusters && (cluster?.state.securityGroups ?? []);
  const groups = balancer.securityGroups;
  const from = cidrsOf(
    state,
    balancer.zones.map((each) => each.subnetId),
  );
  const out: PacketCheck = groups.length
    ? permits(state, 'egress', { groups, port, peer: { cidrs: [cidr], groups: own } })
    : { is: 'yes' };
  const inward: PacketCheck =
    own?.length && from
      ? permits(state, 'ingress', { groups: own, port, peer: { cidrs: from, groups } })
      : { is: 'yes' };
  return [
    ...blocked(out, place, `${balancer.name} cannot reach ${id} on port ${port}`),
    ...blocked(inward, place, `the broker at ${id} accepts nothing from ${balancer.name} on port ${port}`),
    ...balancer.zones.flatMap(({ subnetId }) =>
      blocked(routed(state, subnetId, cidr), place, `${balancer.name} cannot reach ${id}`, 'LG_LIVE_ROUTE'),
    ),
  ];
}

/** The finding for a check that does not pass. Unknown without a reason means not read, which is reported once elsewhere. */
export function blocked(
  answer: PacketCheck,
  place: Place,
  what: string,
  code: 'LG_LIVE_SECURITY_GROUP' | 'LG_LIVE_ROUTE' = 'LG_LIVE_SECURITY_GROUP',
): readonly Finding[] {
  switch (answer.is) {
    case 'yes':
      return [];
    case 'no':
      return [broken(code, place, `${what}: ${answer.why}`)];
    case 'unknown':
      return answer.why === undefined ? [] : [unknown(place, `whether ${what} was not observed: ${answer.why}`)];
    default:
      return answer satisfies never;
  }
}
