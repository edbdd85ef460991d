import type { Capacity } from './capacity.ts';
import type { Weigh } from './objective.ts';
import { place } from './place.ts';
import type { Unit } from './placement-units.ts';
import type { Tally } from './service-bin.ts';

/** A choice that the spec could make otherwise, and what the same units need then. */
export interface Alternative {
  readonly choice: 'domains_per_rule' | 'port_policy' | 'mysql_by_name';
  /** How many names the choice is about. */
  readonly names: number;
  readonly tally: Tally;
}

/** What to place by, and the names per rule that some accounts are said to have. */
export interface AlternativesOptions {
  readonly capacity: Capacity;
  readonly weigh: Weigh;
  readonly namesPerRuleReported: number;
}

/** Units above which only the number of names per rule is tried, which matters most. */
const everyChoice = 2_000;

/** Places units under other choices, without a lock. Linear in units. */
export function alternatives(
  units: readonly Unit[],
  { capacity, weigh, namesPerRuleReported }: AlternativesOptions,
): readonly Alternative[] {
  const found: Alternative[] = [];
  const tally = (others: readonly Unit[], other: Capacity = capacity): Tally =>
    place(others, () => [], { capacity: other, weigh }).tally;
  if (units.length > 0 && capacity.namesPerRule < namesPerRuleReported)
    found.push({
      choice: 'domains_per_rule',
      names: units.length,
      tally: tally(units, { ...capacity, namesPerRule: namesPerRuleReported }),
    });
  if (units.length > everyChoice) return found;
  const alone = (unit: Unit): boolean => unit.claims.some((claim) => claim.sharing === 'alone' && !claim.remap);
  const stuck = units.filter((unit) => alone(unit) && !unit.lone);
  if (stuck.length > 1)
    found.push({
      choice: 'port_policy',
      names: stuck.length,
      tally: tally(units.map((unit) => (unit.lone ? unit : withClaims(unit, 'remap')))),
    });
  const mysql = units.filter((unit) =>
    unit.claims.some((each) => each.sharing === 'mysql' || each.sharing === 'mariadb'),
  );
  if (mysql.length > 1)
    found.push({
      choice: 'mysql_by_name',
      names: mysql.length,
      tally: tally(units.map((unit) => withClaims(unit, 'alone'))),
    });
  return found;
}

/** The unit as it would be with another choice for all its claims that have it. */
function withClaims(unit: Unit, choice: 'remap' | 'alone'): Unit {
  const claims = unit.claims.map((claim) => {
    if (choice === 'remap') return claim.sharing === 'alone' ? { ...claim, remap: true } : claim;
    return claim.sharing === 'by-name' ? claim : { ...claim, sharing: 'alone' as const };
  });
  return { ...unit, claims, signature: `${unit.signature}${choice}` };
}
