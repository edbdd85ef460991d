import type { LimitName } from '../ir/index.ts';
import { type Fact, fromPage } from './fact.ts';

const day = '2026-11-20';
const databricks = fromPage(
  'https://docs.databricks.com/aws/en/security/network/serverless-network-security/pl-to-internal-network',
  day,
);
const nlb = fromPage('https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html', day);
const unpublished = fromPage('not published; the value is the careful choice', day, 'assumption');

/** The limits that a spec may override, each as the vendor sets it. */
export const limitFacts: Readonly<Record<LimitName, Fact<number>>> = {
  nccs_per_region: databricks('nccs_per_region', 10, 'NCCs per region and account'),
  workspaces_per_ncc: databricks('workspaces_per_ncc', 50, 'workspaces per NCC'),
  endpoints_per_region: databricks('endpoints_per_region', 30, 'endpoints per region, over all NCCs'),
  endpoints_in_use: unpublished('endpoints_in_use', 0, 'endpoints of the region that exist outside this file', {
    remark: 'stated by the user; they count against endpoints_per_region',
  }),
  domains_per_rule: databricks('domains_per_rule', 10, 'names per private endpoint rule', {
    remark: 'newer third-party reports say 100; see domainsPerRuleReported',
  }),
  rules_per_service_per_ncc: unpublished('rules_per_service_per_ncc', 1, 'rules of one NCC to one endpoint service', {
    remark: 'whether one NCC may hold two rules to the same endpoint service is not documented; one always works',
  }),
  buckets_per_rule: unpublished('buckets_per_rule', 10, 'buckets per S3 rule', {
    remark: 'no limit is published; taken to be that of names per rule',
  }),
  nlbs_per_region: nlb('nlbs_per_region', 50, 'load balancers per region', { adjustable: true }),
  listeners_per_nlb: nlb('listeners_per_nlb', 50, 'listeners per load balancer'),
  targets_per_nlb: nlb('targets_per_nlb', 500, 'members per load balancer with cross-zone on', {
    adjustable: true,
    remark: '3000 with cross-zone off, and then 500 per zone; a member in several target groups counts in each',
  }),
  target_groups_per_region: nlb('target_groups_per_region', 3000, 'target groups per region', {
    adjustable: true,
    remark: 'shared with application load balancers',
  }),
  connections_per_target: fromPage(
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html',
    day,
  )('connections_per_target', 55_000, 'simultaneous connections per member address and port', {
    remark: 'over PrivateLink the source is always the load balancer, so this always holds',
  }),
};

/** A limit as it holds for one spec. */
export interface EffectiveLimit {
  readonly name: LimitName;
  readonly value: number;
  readonly unit: string;
  /** The spec's `limits:` sets it. */
  readonly overridden: boolean;
  /** What it would be without the override, and where that comes from. */
  readonly fact: Fact<number>;
}

/** Every overridable limit as it holds for one spec, by the name users write. */
export type Limits = Readonly<Record<LimitName, EffectiveLimit>>;

/**
 * The limits that hold: what the spec's `limits:` says, else the facts.
 * The values of `overrides` were checked by the spec reader (whole numbers in range).
 */
export function limitsOf(
  overrides: Readonly<Partial<Record<LimitName, number>>>,
  facts: { readonly limits: Readonly<Record<LimitName, Fact<number>>> },
): Limits {
  const effective = (name: LimitName): EffectiveLimit => {
    const fact = facts.limits[name];
    const own = overrides[name];
    return { name, value: own ?? fact.value, unit: fact.unit, overridden: own !== undefined, fact };
  };
  return {
    nccs_per_region: effective('nccs_per_region'),
    workspaces_per_ncc: effective('workspaces_per_ncc'),
    endpoints_per_region: effective('endpoints_per_region'),
    endpoints_in_use: effective('endpoints_in_use'),
    domains_per_rule: effective('domains_per_rule'),
    rules_per_service_per_ncc: effective('rules_per_service_per_ncc'),
    buckets_per_rule: effective('buckets_per_rule'),
    nlbs_per_region: effective('nlbs_per_region'),
    listeners_per_nlb: effective('listeners_per_nlb'),
    targets_per_nlb: effective('targets_per_nlb'),
    target_groups_per_region: effective('target_groups_per_region'),
    connections_per_target: effective('connections_per_target'),
  };
}
