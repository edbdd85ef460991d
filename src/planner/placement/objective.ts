import type { Facts } from '../../facts/index.ts';
import type { PlacementCounts } from '../../ir/index.ts';
import type { Spec } from '../../spec/index.ts';

/** Below zero when the first is the better plan. */
export type Objective = (a: PlacementCounts, b: PlacementCounts) => number;

/** Fewest endpoints, then services, then listeners. */
const fewestFirst: Objective = (a, b) =>
  a.endpoints - b.endpoints || a.services - b.services || a.listeners - b.listeners;

/** Lowest monthly price; where prices are equal, by count. A price that is not published counts nothing. */
const cheapestFirst =
  (endpointUsd: number, serviceUsd: number): Objective =>
  (a, b) => {
    const difference = (a.endpoints - b.endpoints) * endpointUsd + (a.services - b.services) * serviceUsd;
    return Math.abs(difference) > 1e-9 ? difference : fewestFirst(a, b);
  };

/** What the spec asks to have least of. Endpoints are billed by Databricks at no published price: then only load balancers count. */
export function objectiveOf(spec: Spec, { prices, numbers }: Facts): Objective {
  if (spec.optimize !== 'cost') return fewestFirst;
  const monthly = ({ amount }: { readonly amount: number | 'unknown' }): number =>
    amount === 'unknown' ? 0 : amount * numbers.hoursPerMonth.value;
  return cheapestFirst(monthly(prices.databricksEndpoint), monthly(prices.nlb));
}
