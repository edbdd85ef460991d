import type { Facts } from '../facts/index.ts';
import type { PlacementCounts } from '../ir/index.ts';

/** A choice that the spec could make otherwise, and what the same targets need then: the planner places them again. */
export interface OtherChoice {
  readonly choice: 'domains_per_rule' | 'port_policy' | 'mysql_by_name';
  /** How many names the choice is about. */
  readonly names: number;
  readonly counts: PlacementCounts;
}

/** What a choice saves, or would save, of a plan made from scratch. Negative never; zero is left out. */
export interface Saving extends PlacementCounts {
  readonly choice: OtherChoice['choice'];
  /** `made`: the spec has it. `open`: it could. */
  readonly is: 'made' | 'open';
  /** One sentence. */
  readonly what: string;
}

/**
 * What each choice saves against the plan, or the plan against it.
 *
 * @param objective Below zero when the first is the better plan: the order that the plan was placed by.
 */
export function savingsOf(
  now: PlacementCounts,
  others: readonly OtherChoice[],
  {
    objective,
    facts,
  }: { readonly objective: (a: PlacementCounts, b: PlacementCounts) => number; readonly facts: Facts },
): readonly Saving[] {
  return others.flatMap((other): readonly Saving[] => {
    const is = other.choice === 'mysql_by_name' ? 'made' : 'open';
    const [more, less] = is === 'made' ? [other.counts, now] : [now, other.counts];
    if (objective(less, more) >= 0) return [];
    return [
      {
        choice: other.choice,
        is,
        what: sentence(other, facts),
        endpoints: more.endpoints - less.endpoints,
        services: more.services - less.services,
        listeners: more.listeners - less.listeners,
      },
    ];
  });
}

function sentence({ choice, names }: OtherChoice, { numbers }: Facts): string {
  switch (choice) {
    case 'domains_per_rule': {
      const { value, sure, source, asOf } = numbers.domainsPerRuleReported;
      return `limits.domains_per_rule: ${value}, if your account has it (${sure}: ${source}, ${asOf})`;
    }
    case 'port_policy':
      return `port_policy: remap for the ${names} names that cannot share a port; clients of some of them would use another port`;
    case 'mysql_by_name':
      return `routing: name for ${names} MySQL names, compared with a separate listener for each`;
    default:
      return choice satisfies never;
  }
}
