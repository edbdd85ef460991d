import type { Headroom, MonthlyCost } from '../../estimate/index.ts';

/** Of {@link MonthlyCost}, what is compared. */
export interface ComparedCost extends Pick<MonthlyCost, 'totalUsd' | 'unknown'> {
  readonly lines: readonly Pick<MonthlyCost['lines'][number], 'what' | 'monthlyUsd'>[];
}

/** What a plan costs a month, before and after, with the lines that differ. */
export interface CostChange {
  /** Without what has no published price. */
  readonly beforeUsd: number;
  readonly afterUsd: number;
  /** Some lines have no published price: both totals are lower bounds. */
  readonly isLowerBound: boolean;
  readonly lines: readonly {
    readonly what: string;
    /** Absent: there was no such line. */
    readonly beforeUsd?: number | 'unknown';
    readonly afterUsd?: number | 'unknown';
  }[];
}

/** A limit that is used otherwise, or that has another value. */
export interface LimitChange {
  readonly limit: Headroom['limit'];
  /** What it is counted over: `region`, `NCC n-1`. */
  readonly scope: string;
  /** Absent: it was counted nowhere there. */
  readonly before?: Pick<Headroom, 'used' | 'of'>;
  readonly after?: Pick<Headroom, 'used' | 'of'>;
}

/** Undefined where nothing costs more, less or otherwise. */
export function costChange(before: ComparedCost, after: ComparedCost): CostChange | undefined {
  const [old, next] = [amounts(before), amounts(after)];
  const lines = [...new Set([...next.keys(), ...old.keys()])]
    .filter((what) => old.get(what) !== next.get(what))
    .map((what) => {
      const [beforeUsd, afterUsd] = [old.get(what), next.get(what)];
      return { what, ...(beforeUsd !== undefined && { beforeUsd }), ...(afterUsd !== undefined && { afterUsd }) };
    });
  if (lines.length === 0 && before.totalUsd === after.totalUsd) return undefined;
  return {
    beforeUsd: before.totalUsd,
    afterUsd: after.totalUsd,
    isLowerBound: before.unknown.length + after.unknown.length > 0,
    lines,
  };
}

/** Lines of the same name are one: what they cost together. */
function amounts({ lines }: ComparedCost): ReadonlyMap<string, number | 'unknown'> {
  const sums = new Map<string, number | 'unknown'>();
  for (const { what, monthlyUsd } of lines) {
    const sum = sums.get(what) ?? 0;
    const isKnown = sum !== 'unknown' && monthlyUsd !== 'unknown';
    sums.set(what, isKnown ? Math.round((sum + monthlyUsd) * 100) / 100 : 'unknown');
  }
  return sums;
}

/** Limits whose value or use differs, in the order of the second. */
export function limitChanges(before: readonly Headroom[], after: readonly Headroom[]): readonly LimitChange[] {
  const [old, next] = [rows(before), rows(after)];
  return [...new Set([...next.keys(), ...old.keys()])].flatMap((key) => {
    const [from, to] = [old.get(key), next.get(key)];
    const row = to ?? from;
    if (!row || (from?.used === to?.used && from?.of === to?.of)) return [];
    return [
      {
        limit: row.limit,
        scope: row.scope,
        ...(from && { before: { used: from.used, of: from.of } }),
        ...(to && { after: { used: to.used, of: to.of } }),
      },
    ];
  });
}

const rows = (headroom: readonly Headroom[]): ReadonlyMap<string, Headroom> =>
  new Map(headroom.map((row) => [`${row.limit} ${row.scope}`, row]));
