import type { Capacity } from './capacity.ts';
import type { Unit } from './placement-units.ts';
import { Bin } from './service-bin.ts';

/** Why two endpoint services are not one. */
export interface Apart {
  /** Keys; the later one first. */
  readonly service: string;
  readonly from: string;
  /** What stands in the way, with the name it concerns. */
  readonly why: string;
}

/** What must be known of a service. */
export interface Placed {
  readonly key: string;
  readonly units: readonly Unit[];
}

/** Services above which nobody reads the reasons: there is one for each pair. */
const explainedServices = 12;

/** For each pair of services the first thing that keeps them apart. Nothing for plans with many services. */
export function apartReasons(services: readonly Placed[], capacity: Capacity, locked: boolean): readonly Apart[] {
  if (services.length > explainedServices) return [];
  return services.flatMap((service, at) =>
    services.slice(0, at).map((other) => ({
      service: service.key,
      from: other.key,
      why: inTheWay(other, service, capacity) ?? (locked ? 'the lock keeps them where they are' : 'the heuristic did'),
    })),
  );
}

function inTheWay(one: Placed, other: Placed, capacity: Capacity): string | undefined {
  const bin = new Bin(capacity);
  for (const unit of [...one.units, ...other.units]) {
    const ports = bin.ports(unit);
    if (typeof ports === 'string') return `${unit.key}: ${ports}`;
    bin.add(unit, ports);
  }
  return undefined;
}
