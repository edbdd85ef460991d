import type { Capacity } from './capacity.ts';
import type { PlacementUnit } from './placement-units.ts';
import { ServiceBin } from './service-bin.ts';

/** Why two endpoint services are not one. */
export interface Separation {
  /** Keys; the later one first. */
  readonly service: string;
  readonly from: string;
  /** What prevents it, with the name it concerns. */
  readonly why: string;
}

/** What must be known of a service. */
export interface ServiceUnits {
  readonly key: string;
  readonly units: readonly PlacementUnit[];
}

/** Services above which no reasons are given: there is one for each pair. */
const explainedServices = 12;

/** For each pair of services the first reason that keeps them apart. Nothing for plans with many services. */
export function separationReasons(
  services: readonly ServiceUnits[],
  capacity: Capacity,
  locked: boolean,
): readonly Separation[] {
  if (services.length > explainedServices) return [];
  return services.flatMap((service, at) =>
    services.slice(0, at).map((other) => ({
      service: service.key,
      from: other.key,
      why: obstacle(other, service, capacity) ?? (locked ? 'the lock keeps them' : 'the heuristic placed them so'),
    })),
  );
}

function obstacle(one: ServiceUnits, other: ServiceUnits, capacity: Capacity): string | undefined {
  const bin = new ServiceBin(capacity);
  for (const unit of [...one.units, ...other.units]) {
    const ports = bin.ports(unit);
    if (typeof ports === 'string') return `${unit.key}: ${ports}`;
    bin.add(unit, ports);
  }
  return undefined;
}
