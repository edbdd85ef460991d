import type { Capacity } from '../../src/planner/placement/capacity.ts';
import { type PlacementUnit, placementUnits } from '../../src/planner/placement/placement-units.ts';
import { ServiceBin } from '../../src/planner/placement/service-bin.ts';
import type { Target } from '../../src/spec/index.ts';

/** The units of targets with the NCCs that each is granted to, as bits. */
export const unitsOf = (
  ...granted: readonly (readonly [target: Target, grants: bigint])[]
): readonly PlacementUnit[] => {
  const grants = new Map(granted.map(([{ name }, bits]) => [name, bits]));
  return placementUnits(
    granted.map(([target]) => target),
    { grantsOf: (name) => grants.get(name) ?? 0n, namesPerService: 100 },
  );
};

/** A bin with these units. */
export function binOf(capacity: Capacity, units: readonly PlacementUnit[]): ServiceBin {
  const bin = new ServiceBin(capacity);
  for (const unit of units) {
    const ports = bin.ports(unit);
    if (typeof ports === 'string') throw new Error(`${unit.key}: ${ports}`);
    bin.add(unit, ports);
  }
  return bin;
}

/** What is in each bin, by the first names of the units. */
export const contentOf = (bins: readonly ServiceBin[]): readonly string[] =>
  bins.map(({ units }) =>
    [...units.keys()]
      .map(({ key }) => key.replace(/\.test$/, ''))
      .sort()
      .join(' '),
  );
