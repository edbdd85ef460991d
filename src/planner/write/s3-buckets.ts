import { byText } from '../../ir/index.ts';
import type { Spec } from '../../spec/index.ts';
import { type Bits, membersOf } from '../access/bits.ts';

/** The buckets that each NCC lists, by its index; sorted, each once. They need no hub: the rule names the buckets themselves. */
export function bucketsByNcc(
  spec: Spec,
  grantsOf: (target: string) => Bits,
  nccs: number,
): readonly (readonly string[])[] {
  const buckets: Set<string>[] = Array.from({ length: nccs }, () => new Set());
  for (const target of spec.targets)
    if (target.routing === 'bucket')
      for (const ncc of membersOf(grantsOf(target.name)))
        for (const bucket of target.buckets) buckets[ncc]?.add(bucket);
  return buckets.map((row) => [...row].sort(byText));
}

/** What a rule for S3 names as its endpoint service. @see facts: databricks, rule kinds (2026-11-20) */
export const s3Service = (region: string): string => `com.amazonaws.${region}.s3`;
