import { defaultFacts } from '../../facts/index.ts';

/** How many of something may exist. The numbers are facts; a test may lower one to see it refused. */
export interface Quotas {
  readonly nlbsPerRegion: number;
  readonly listenersPerNlb: number;
  readonly targetsPerNlb: number;
  readonly targetGroupsPerRegion: number;
  readonly endpointsPerVpc: number;
}

export function quotasFrom(overrides: Partial<Quotas>): Quotas {
  const { limits, numbers } = defaultFacts;
  return {
    nlbsPerRegion: limits.nlbs_per_region.value,
    listenersPerNlb: limits.listeners_per_nlb.value,
    targetsPerNlb: limits.targets_per_nlb.value,
    targetGroupsPerRegion: limits.target_groups_per_region.value,
    endpointsPerVpc: numbers.endpointsPerVpc.value,
    ...overrides,
  };
}
