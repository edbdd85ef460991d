import type { Ncc } from '../../ir/index.ts';
import type { Capacity } from './capacity.ts';
import type { Placement } from './place.ts';
import { type Separation, type ServiceUnits, separationReasons } from './separation-reasons.ts';

/** How good the placement is. */
export interface PlacementReport {
  /** No placement is better, given what the lock holds. */
  readonly exact: boolean;
  readonly endpoints: number;
  readonly services: number;
  readonly listeners: number;
  /** No placement can have fewer than this, with or without the lock. */
  readonly lowerBound: { readonly endpoints: number; readonly services: number; readonly listeners: number };
  /** What keeps each pair of services apart; empty for plans with many services. */
  readonly apart: readonly Separation[];
}

/** What the rules and services of a plan count, next to what no placement can go below. A rule for S3 buckets is an endpoint too. */
export function placementReport(
  { exact, counts, bound }: Placement,
  { nccs, services, capacity, locked }: ReportOptions,
): PlacementReport {
  const rules = nccs.flatMap((ncc) => ncc.rules);
  const buckets = rules.filter((rule) => rule.kind === 's3').length;
  return {
    exact,
    endpoints: rules.length,
    services: counts.services,
    listeners: counts.listeners,
    lowerBound: { endpoints: bound.endpoints + buckets, services: bound.services, listeners: bound.listeners },
    apart: separationReasons(services, capacity, locked),
  };
}

/** The plan that is reported on. */
export interface ReportOptions {
  readonly nccs: readonly Ncc[];
  readonly services: readonly ServiceUnits[];
  readonly capacity: Capacity;
  /** Allocations of a lock were kept. */
  readonly locked: boolean;
}
