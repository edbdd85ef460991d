import type { Checking } from '../raw-spec.ts';

/** Rules across fields, in no particular order: each reports all it finds. */
const rules: readonly ((checking: Checking) => void)[] = [];

export function checkRules(checking: Checking): void {
  for (const rule of rules) rule(checking);
}
