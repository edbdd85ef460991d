import type { Diagnostic } from '../../diagnostics/index.ts';
import { error } from '../../diagnostics/index.ts';
import type { EffectiveLimit, Limits } from '../../facts/index.ts';
import { limitText, raise } from '../../facts/index.ts';
import type { Ncc } from '../../ir/index.ts';
import type { AllocatedService } from '../lock/allocated-services.ts';

/** Limits that a spec sets to something nothing fits in, as errors. */
export function checkLimitValues(limits: Limits): readonly Diagnostic[] {
  return Object.values(limits).flatMap((limit: EffectiveLimit) => {
    const least = limit.name === 'endpoints_in_use' ? 0 : 1;
    if (Number.isSafeInteger(limit.value) && limit.value >= least) return [];
    return [
      error(
        'LG_LIMIT_VALUE',
        ['limits', limit.name],
        `limits.${limit.name} is ${limit.value}; it counts ${limit.unit} and must be a whole number of at least ${least}`,
        `remove it to use ${limit.fact.value}, or set the value of your account`,
      ),
    ];
  });
}

/** A whole plan, ready to be counted. */
export interface Counts {
  readonly nccs: readonly Ncc[];
  readonly services: readonly AllocatedService[];
  readonly withoutPort: number;
  /** Allocations of a lock were kept, which a fresh packing may not need. */
  readonly locked: boolean;
}

/** Where to look: the first limit that the spec sets, else what is counted. */
function placeOf(counted: 'access' | 'targets', ...limits: readonly EffectiveLimit[]): readonly string[] {
  const set = limits.find(({ overridden }) => overridden);
  return set ? ['limits', set.name] : [counted];
}

/** Counts of the whole plan against the limits of a region and account. Each error says how many are needed. */
export function checkCounts({ nccs, services, withoutPort, locked }: Counts, limits: Limits): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const repackHint = locked ? ', check whether plan --repack needs fewer' : '';
  const endpoints = nccs.reduce((sum, ncc) => sum + ncc.rules.length, 0);
  const inUse = limits.endpoints_in_use.value;
  if (endpoints + inUse > limits.endpoints_per_region.value)
    found.push(
      error(
        'LG_TOO_MANY_ENDPOINTS',
        placeOf('access', limits.endpoints_per_region, limits.endpoints_in_use),
        `the plan needs ${endpoints} endpoints${inUse > 0 ? ` in addition to ${inUse} in use` : ''}; the limit is ${limitText(limits.endpoints_per_region)}`,
        `merge access sets with share_ncc, use fewer names, set limits.${limits.domains_per_rule.name} if your account has more than ${limits.domains_per_rule.value}${repackHint}, or ${raise(limits.endpoints_per_region)}`,
      ),
    );
  if (services.length > limits.nlbs_per_region.value)
    found.push(
      error(
        'LG_TOO_MANY_SERVICES',
        placeOf('targets', limits.nlbs_per_region),
        `the plan needs ${services.length} endpoint services with a load balancer each; the limit is ${limitText(limits.nlbs_per_region)}`,
        `let clients use other ports for targets that cannot share one (port_policy: remap)${repackHint}, or ${raise(limits.nlbs_per_region)}`,
      ),
    );
  const listeners = services.reduce((sum, service) => sum + service.listeners.length, 0);
  if (listeners > limits.target_groups_per_region.value)
    found.push(
      error(
        'LG_TOO_MANY_LISTENERS',
        placeOf('targets', limits.target_groups_per_region),
        `the plan needs ${listeners} listeners with a target group each; the limit is ${limitText(limits.target_groups_per_region)}`,
        `route more targets by name${repackHint}, or ${raise(limits.target_groups_per_region)}`,
      ),
    );
  if (withoutPort > 0)
    found.push(
      error(
        'LG_NO_ROUTER_PORT',
        ['targets'],
        `${withoutPort} router listeners have no port: the router needs one for each listener, and TCP has 64511 unprivileged ports`,
        'route more targets by name, or split the spec',
      ),
    );
  return found;
}
