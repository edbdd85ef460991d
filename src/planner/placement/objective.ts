import type { Facts } from '../../facts/index.ts';
import type { Spec } from '../../spec/index.ts';
import type { Tally } from './service-bin.ts';

/** Below zero when the first is the better plan. */
export type Weigh = (a: Tally, b: Tally) => number;

/** Fewest endpoints, then services, then listeners. */
export const byCount: Weigh = (a, b) =>
  a.endpoints - b.endpoints || a.services - b.services || a.listeners - b.listeners;

/** Lowest monthly price; where prices are equal, by count. A price that nobody publishes counts nothing. */
export const byPrice =
  (endpointUsd: number, serviceUsd: number): Weigh =>
  (a, b) => {
    const difference = (a.endpoints - b.endpoints) * endpointUsd + (a.services - b.services) * serviceUsd;
    return Math.abs(difference) > 1e-9 ? difference : byCount(a, b);
  };

/** What the spec asks to have least of. Endpoints are billed by Databricks at no published price: then only load balancers count. */
export function weighOf(spec: Spec, { prices, numbers }: Facts): Weigh {
  if (spec.optimize !== 'cost') return byCount;
  const monthly = ({ amount }: { readonly amount: number | 'unknown' }): number =>
    amount === 'unknown' ? 0 : amount * numbers.hoursPerMonth.value;
  return byPrice(monthly(prices.databricksEndpoint), monthly(prices.nlb));
}
