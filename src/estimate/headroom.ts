import type { EffectiveLimit, Limits } from '../facts/index.ts';
import type { EndpointService, InfraPlan, LimitName } from '../ir/index.ts';

/** How much of one limit is used, and by what. */
export interface Headroom {
  readonly limit: LimitName;
  /** What it is counted over: `region`, `NCC n-1`, `rule r-1`, `load balancer acme-s-1`. */
  readonly scope: string;
  readonly used: number;
  readonly of: number;
  readonly unit: string;
  /** The spec's `limits:` sets it. */
  readonly overridden: boolean;
}

/**
 * Every limit at every place where it is counted, in the order of {@link Limits} and of the plan. Linear.
 *
 * @param connections Simultaneous connections, `load.connections` of the spec.
 */
export function headroom(infra: InfraPlan, limits: Limits, connections: number): readonly Headroom[] {
  const rows: Headroom[] = [];
  const add = (limit: EffectiveLimit, scope: string, used: number): void => {
    rows.push({ limit: limit.name, scope, used, of: limit.value, unit: limit.unit, overridden: limit.overridden });
  };
  const rules = infra.nccs.flatMap((ncc) => ncc.rules);
  add(limits.nccs_per_region, 'region', infra.nccs.length);
  for (const ncc of infra.nccs) add(limits.workspaces_per_ncc, `NCC ${ncc.key}`, ncc.workspaces.length);
  add(limits.endpoints_per_region, 'region', rules.length + limits.endpoints_in_use.value);
  for (const rule of rules)
    if (rule.kind === 'service') add(limits.domains_per_rule, `rule ${rule.key}`, rule.domains.length);
  for (const ncc of infra.nccs)
    add(limits.rules_per_service_per_ncc, `NCC ${ncc.key}`, mostRulesToOneService(ncc.rules));
  for (const rule of rules)
    if (rule.kind === 's3') add(limits.buckets_per_rule, `rule ${rule.key}`, rule.buckets.length);
  add(limits.nlbs_per_region, 'region', infra.endpointServices.length);
  for (const { nlb, listeners } of infra.endpointServices)
    add(limits.listeners_per_nlb, `load balancer ${nlb.name}`, listeners.length);
  for (const service of infra.endpointServices)
    add(limits.targets_per_nlb, `load balancer ${service.nlb.name}`, membersOf(service, infra.router?.max ?? 0));
  add(
    limits.target_groups_per_region,
    'region',
    infra.endpointServices.reduce((sum, each) => sum + each.listeners.length, 0),
  );
  if (infra.router)
    add(
      limits.connections_per_target,
      `one of ${infra.router.max} routers, all connections on one port`,
      Math.ceil(connections / infra.router.max),
    );
  return rows;
}

function mostRulesToOneService(rules: InfraPlan['nccs'][number]['rules']): number {
  const counts = new Map<string, number>();
  for (const rule of rules) if (rule.kind === 'service') counts.set(rule.service, (counts.get(rule.service) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

/** A member counts once in each target group: every router in each listener's, with the fleet at its largest. */
const membersOf = (service: EndpointService, routers: number): number =>
  service.listeners.reduce((sum, { forward }) => {
    if (forward.to === 'router') return sum + routers;
    return sum + (forward.to === 'addresses' ? forward.members.length : 1);
  }, 0);
