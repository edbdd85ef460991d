import type { Limits } from '../../facts/index.ts';
import type { Spec } from '../../spec/index.ts';

/** What one service can hold. */
export interface Capacity {
  /** Names per private endpoint rule. */
  readonly namesPerRule: number;
  /** Rules of one NCC to one service. */
  readonly rulesPerService: number;
  readonly listeners: number;
  readonly nccs: number;
}

/** The limits of one service, for the fleet at its largest. */
export function capacityOf(spec: Spec, limits: Limits, nccs: number): Capacity {
  const routers = Math.max(spec.hub?.router.max ?? 1, 1);
  return {
    namesPerRule: limits.domains_per_rule.value,
    rulesPerService: limits.rules_per_service_per_ncc.value,
    // A router behind n listeners counts n times among the members of the load balancer.
    listeners: Math.min(
      limits.listeners_per_nlb.value,
      Math.max(1, Math.floor(limits.targets_per_nlb.value / routers)),
    ),
    nccs,
  };
}
