import type { Facts, Limits } from '../facts/index.ts';
import type { Weigh } from './placement/objective.ts';
import { place } from './placement/place.ts';
import type { Unit } from './placement/placement-units.ts';
import type { Capacity, Tally } from './placement/service-bin.ts';

/** What a choice saves, or would save, of a plan made afresh. Negative never; zero is left out. */
export interface Saving {
  readonly choice: 'domains_per_rule' | 'port_policy' | 'mysql_by_name';
  /** `made`: the spec has it. `open`: it could. */
  readonly is: 'made' | 'open';
  /** One sentence. */
  readonly what: string;
  readonly endpoints: number;
  readonly services: number;
  readonly listeners: number;
}

/** Units above which only the number of names per rule is tried, which matters most. */
const everyChoice = 2_000;

/** Places the same units under other choices, and says what differs. Linear in units. */
export function savingsOf(
  units: readonly Unit[],
  now: Tally,
  { capacity, weigh, limits, facts }: { capacity: Capacity; weigh: Weigh; limits: Limits; facts: Facts },
): readonly Saving[] {
  const found: Saving[] = [];
  const add = (choice: Saving['choice'], is: Saving['is'], what: string, more: Tally, less: Tally): void => {
    const saving = {
      endpoints: more.endpoints - less.endpoints,
      services: more.services - less.services,
      listeners: more.listeners - less.listeners,
    };
    if (weigh(less, more) < 0) found.push({ choice, is, what, ...saving });
  };
  const tally = (others: readonly Unit[], other: Capacity = capacity): Tally =>
    place(others, () => [], { capacity: other, weigh }).tally;

  const reported = facts.numbers.domainsPerRuleReported;
  if (units.length > 0 && limits.domains_per_rule.value < reported.value)
    add(
      'domains_per_rule',
      'open',
      `limits.domains_per_rule: ${reported.value}, if your account has it (${reported.sure}: ${reported.source}, ${reported.asOf})`,
      now,
      tally(units, { ...capacity, namesPerRule: reported.value }),
    );
  if (units.length > everyChoice) return found;
  const alone = (unit: Unit): boolean => unit.claims.some((claim) => claim.sharing === 'alone' && !claim.remap);
  const stuck = units.filter((unit) => alone(unit) && !unit.lone);
  if (stuck.length > 1)
    add(
      'port_policy',
      'open',
      `port_policy: remap for the ${stuck.length} names that stand alone on a port: clients of some would use another one`,
      now,
      tally(units.map((unit) => (unit.lone ? unit : withClaims(unit, 'remap')))),
    );
  const mysql = units.filter((unit) =>
    unit.claims.some((each) => each.sharing === 'mysql' || each.sharing === 'mariadb'),
  );
  if (mysql.length > 1)
    add(
      'mysql_by_name',
      'made',
      `routing: name of ${mysql.length} MySQL names, against a port for each`,
      tally(units.map((unit) => withClaims(unit, 'alone'))),
      now,
    );
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
