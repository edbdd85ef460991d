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
  /** `repack`: the spec stays as it is, and what the lock keeps apart is placed again. */
  readonly choice: OtherChoice['choice'] | 'repack';
  /** `made`: the spec has it. `open`: it could. */
  readonly is: 'made' | 'open';
  /** One sentence. */
  readonly what: string;
}

/** What savings are held against. */
export interface SavingsOptions {
  /** Below zero when the first is the better plan: the order that the plan was placed by. */
  readonly objective: (a: PlacementCounts, b: PlacementCounts) => number;
  readonly facts: Facts;
  /** The plan with what a lock keeps. Absent without a lock. */
  readonly locked?: PlacementCounts | undefined;
}

/**
 * What a plan without the lock saves, and what each choice saves against that plan, or that plan against it.
 *
 * @param now The plan from scratch.
 */
export function savingsOf(
  now: PlacementCounts,
  others: readonly OtherChoice[],
  { objective, facts, locked }: SavingsOptions,
): readonly Saving[] {
  const again = locked && saving(now, locked, { choice: 'repack', is: 'open', what: repackSentence, objective });
  const choices = others.map((other) => {
    const is = other.choice === 'mysql_by_name' ? ('made' as const) : ('open' as const);
    const [more, less] = is === 'made' ? [other.counts, now] : [now, other.counts];
    const by = is === 'open' && locked ? `; with plan --repack, as the lock keeps each target where it is` : '';
    return saving(less, more, { choice: other.choice, is, what: `${sentence(other, facts)}${by}`, objective });
  });
  return [again, ...choices].filter((each) => each !== undefined);
}

const repackSentence = 'plan --repack: places again what the lock keeps apart; it shows what that moves';

/** Undefined where the first is not better. */
function saving(
  less: PlacementCounts,
  more: PlacementCounts,
  { objective, ...of }: Pick<Saving, 'choice' | 'is' | 'what'> & Pick<SavingsOptions, 'objective'>,
): Saving | undefined {
  if (objective(less, more) >= 0) return undefined;
  return {
    ...of,
    endpoints: more.endpoints - less.endpoints,
    services: more.services - less.services,
    listeners: more.listeners - less.listeners,
  };
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
