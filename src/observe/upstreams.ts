import type { RoutePlan, Upstream } from '../ir/index.ts';
import { type Finding, risk } from './finding.ts';
import { blocked } from './listeners.ts';
import { blackholes, type PacketCheck, permits, routed } from './packet-paths.ts';
import type { AwsState, FleetState } from './state.ts';

export interface ObservedUpstreams {
  /** Those that the fleet can reach as far as the hub's side goes. */
  readonly upstreams: Readonly<Record<string, Upstream>>;
  readonly findings: readonly Finding[];
}

/** Follows each upstream out of the hub: security groups of the fleet, and routes of its subnets. */
export function readUpstreams(state: AwsState, routes: RoutePlan): ObservedUpstreams {
  const { fleets } = state;
  const all = Object.entries(routes.upstreams);
  if (!fleets) return { upstreams: routes.upstreams, findings: [] };
  const byMessage = new Map<string, Finding>();
  const good = all.filter(([key, upstream]) => {
    const found = fleets.flatMap((fleet) =>
      networksOf(upstream).flatMap((cidr) => toNetwork(state, fleet, cidr, upstream.port)),
    );
    for (const each of found) {
      const before = byMessage.get(each.message)?.place;
      const upstreams = [...(before?.at === 'upstream' ? before.upstreams : []), key];
      byMessage.set(each.message, { ...each, place: { at: 'upstream', upstreams: [...new Set(upstreams)] } });
    }
    return !found.some((each) => each.verdict === 'broken');
  });
  return { upstreams: Object.fromEntries(good), findings: [...byMessage.values()] };
}

const networksOf = ({ reach, cidrs }: Upstream): readonly string[] => (reach === 'public' ? ['0.0.0.0/0'] : cidrs);

const place = { at: 'upstream', upstreams: [] } as const;

function toNetwork(state: AwsState, fleet: FleetState, cidr: string, port: number): readonly Finding[] {
  const out: PacketCheck = permits(state, 'egress', {
    groups: fleet.securityGroups,
    port,
    peer: { cidrs: [cidr], groups: [] },
  });
  return [
    ...blocked(out, place, `the routers cannot reach ${cidr} on port ${port}`),
    ...fleet.subnetIds.flatMap((subnet) => [
      ...blocked(routed(state, subnet, cidr), place, `the routers cannot reach ${cidr}`, 'LG_LIVE_ROUTE'),
      ...blackholes(state, subnet, cidr).map((part) =>
        risk('LG_LIVE_ROUTE', place, `the routers cannot reach ${part}: the route of subnet ${subnet} is a blackhole`),
      ),
    ]),
  ];
}
