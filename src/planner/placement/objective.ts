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
