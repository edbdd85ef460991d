import type { PlacementCounts } from '../../ir/index.ts';
import type { Capacity } from './capacity.ts';
import type { Objective } from './objective.ts';
import { place } from './place.ts';
import type { PlacementUnit } from './placement-units.ts';

/** A choice that the spec could make otherwise, and what the same units need then. */
export interface Alternative {
  readonly choice: 'domains_per_rule' | 'port_policy' | 'mysql_by_name';
  /** How many names the choice is about. */
  readonly names: number;
  readonly counts: PlacementCounts;
}

/** What to place by, and the names per rule that some accounts are said to have. */
export interface AlternativesOptions {
  readonly capacity: Capacity;
  readonly objective: Objective;
  readonly namesPerRuleReported: number;
}

/** Units above which only the number of names per rule is tried, which matters most. */
const everyChoice = 2_000;

/** Places units under other choices, without a lock. Linear in units. */
export function alternatives(
  units: readonly PlacementUnit[],
  { capacity, objective, namesPerRuleReported }: AlternativesOptions,
): readonly Alternative[] {
  const found: Alternative[] = [];
  const counts = (others: readonly PlacementUnit[], other: Capacity = capacity): PlacementCounts =>
    place(others, () => [], { capacity: other, objective }).counts;
  if (units.length > 0 && capacity.namesPerRule < namesPerRuleReported)
    found.push({
      choice: 'domains_per_rule',
      names: units.length,
      counts: counts(units, { ...capacity, namesPerRule: namesPerRuleReported }),
    });
  if (units.length > everyChoice) return found;
  const alone = (unit: PlacementUnit): boolean =>
    unit.demands.some((demand) => demand.sharing === 'alone' && !demand.remap);
  const stuck = units.filter((unit) => alone(unit) && !unit.ownService);
  if (stuck.length > 1)
    found.push({
      choice: 'port_policy',
      names: stuck.length,
      counts: counts(units.map((unit) => (unit.ownService ? unit : withDemands(unit, 'remap')))),
    });
  const mysql = units.filter((unit) =>
    unit.demands.some((each) => each.sharing === 'mysql' || each.sharing === 'mariadb'),
  );
  if (mysql.length > 1)
    found.push({
      choice: 'mysql_by_name',
      names: mysql.length,
      counts: counts(units.map((unit) => withDemands(unit, 'alone'))),
    });
  return found;
}

/** The unit as it would be with another choice for all its demands that have it. */
function withDemands(unit: PlacementUnit, choice: 'remap' | 'alone'): PlacementUnit {
  const demands = unit.demands.map((demand) => {
    if (choice === 'remap') return demand.sharing === 'alone' ? { ...demand, remap: true } : demand;
    return demand.sharing === 'by-name' ? demand : { ...demand, sharing: 'alone' as const };
  });
  return { ...unit, demands, signature: `${unit.signature}${choice}` };
}
