import { architectureOf, type EffectiveLimit, type Facts } from '../../facts/index.ts';
import type { RouterFleet } from '../../ir/index.ts';
import type { SpecHub, StatedLoad } from '../../spec/index.ts';

/** How full a router may be at the peak, in hundredths: one of a fleet can fail and the others carry its part. */
const fullPercent = 70;

/** What the spec asks for, held against its load. */
export interface FleetSize {
  readonly architecture: RouterFleet['architecture'];
  readonly min: number;
  /** For the peak of the load, whatever the spec allows. */
  readonly needed: number;
  readonly max: number;
  readonly why: string;
  /** More routers than the spec's `max` allows are needed. */
  readonly missing: number;
}

/**
 * Whether the fleet that the spec asks for carries the peak of its load: by throughput of the instance, and by connections
 * a load balancer can hold to one member. Without a published size of the instance only connections count.
 */
export function fleetSize(
  router: SpecHub['router'],
  load: StatedLoad,
  connectionsPerTarget: EffectiveLimit,
  facts: Facts,
): FleetSize {
  const instance = facts.instances[router.instance];
  const byConnections = Math.ceil(load.connections / ((connectionsPerTarget.value * fullPercent) / 100));
  const byBandwidth =
    instance === undefined ? 0 : Math.ceil(load.peakMbps / ((instance.value.baselineMbps * fullPercent) / 100));
  const needed = Math.max(byConnections, byBandwidth, 1);
  const parts = [
    `${load.connections} connections at ${connectionsPerTarget.value} ${connectionsPerTarget.unit} need ${byConnections}`,
    instance === undefined
      ? `the throughput of ${router.instance} is unknown`
      : `${load.peakMbps} Mbit/s at ${instance.value.baselineMbps} Mbit/s of ${router.instance} (baseline, ${instance.sure}) need ${byBandwidth}`,
  ];
  return {
    architecture: instance?.value.architecture ?? architectureOf(router.instance),
    min: router.min,
    needed,
    max: Math.max(router.max, router.min),
    why: `${router.min} to ${router.max} routers by the spec, ${needed} needed at the peak: ${parts.join('; ')}, with each router at most ${fullPercent} % loaded`,
    missing: Math.max(0, needed - router.max),
  };
}
