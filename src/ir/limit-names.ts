/** The limits that `limits:` of a spec may override, by the names users write. Values, units and sources are in facts. */
export const limitNames = [
  'nccs_per_region',
  'workspaces_per_ncc',
  'endpoints_per_region',
  'endpoints_in_use',
  'domains_per_rule',
  'rules_per_service_per_ncc',
  'buckets_per_rule',
  'nlbs_per_region',
  'listeners_per_nlb',
  'targets_per_nlb',
  'target_groups_per_region',
  'connections_per_target',
] as const;

export type LimitName = (typeof limitNames)[number];
