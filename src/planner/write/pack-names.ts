import { byText } from '../../ir/index.ts';
import type { LockedRule } from '../lock/file/lock.ts';

/** A rule before it is written: what it lists and, from the lock, its key. */
export interface RuleDraft {
  readonly key?: string;
  readonly names: readonly string[];
}

/**
 * Puts each name in a rule of one NCC for one service. A name that the lock has placed stays where it is; a rule whose
 * names are all gone goes too.
 */
export function packNames(
  names: readonly string[],
  held: readonly LockedRule[],
  namesPerRule: number,
): readonly RuleDraft[] {
  if (held.length === 0) return chunks(names, namesPerRule).map((chunk) => ({ names: chunk }));
  const wanted = new Set(names);
  const rules: { key?: string; names: string[] }[] = [];
  for (const rule of held) {
    const kept: string[] = [];
    for (const name of rule.names) if (kept.length < namesPerRule && wanted.delete(name)) kept.push(name);
    if (kept.length > 0) rules.push({ key: rule.key, names: kept });
  }
  let at = 0;
  for (const name of [...wanted].sort(byText)) {
    while (at < rules.length && (rules[at]?.names.length ?? 0) >= namesPerRule) at += 1;
    const room = rules[at];
    if (room) room.names.push(name);
    else rules.push({ names: [name] });
  }
  return rules.map((rule) => ({ ...rule, names: rule.names.sort(byText) }));
}

const chunks = (names: readonly string[], size: number): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(names.length / size) }, (_, at) => names.slice(at * size, (at + 1) * size));
