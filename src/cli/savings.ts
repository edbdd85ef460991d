import type { Facts } from '../facts/index.ts';
import { makePlan, type Plan } from '../planner/index.ts';
import type { Spec } from '../spec/index.ts';

/** What a higher limit would make of the plan, placed afresh. */
export interface Savings {
  readonly domainsPerRule: number;
  readonly endpoints: number;
  readonly services: number;
  readonly fewerEndpoints: number;
  readonly fewerServices: number;
}

/** Plans again with the reported limit of names per rule. Undefined where the spec sets the limit, or no NCC has two rules. */
export function savingsOf(spec: Spec, plan: Plan, facts: Facts): Savings | undefined {
  const reported = facts.numbers.domainsPerRuleReported.value;
  const rulesOf = plan.infra.nccs.map((ncc) => ncc.rules.filter((rule) => rule.kind === 'service').length);
  if (spec.limits.domains_per_rule !== undefined || Math.max(0, ...rulesOf) < 2) return undefined;
  const other = makePlan({ ...spec, limits: { ...spec.limits, domains_per_rule: reported } }, facts).plan;
  if (!other) return undefined;
  const endpointsOf = (of: Plan): number => of.infra.nccs.reduce((sum, ncc) => sum + ncc.rules.length, 0);
  const [endpoints, services] = [endpointsOf(other), other.infra.endpointServices.length];
  return {
    domainsPerRule: reported,
    endpoints,
    services,
    fewerEndpoints: Math.max(0, endpointsOf(plan) - endpoints),
    fewerServices: Math.max(0, plan.infra.endpointServices.length - services),
  };
}
