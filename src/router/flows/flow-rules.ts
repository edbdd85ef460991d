import type { RoutePlan } from '../../ir/index.ts';
import { Redactor } from './redaction/redactor.ts';

/** What the plan says of records, ready for use. A request keeps the rules under which it began. */
export interface FlowRules {
  readonly redactor: Redactor;
  /** Part of the answered requests that is kept, 0 to 1. */
  readonly sample: number;
  /** Names of the workspaces that have an NCC. */
  workspacesOf(nccs: readonly string[]): readonly string[];
  /** Whether bodies of the target are kept now. */
  keepsBodies(target: string, nowMs: number): boolean;
}

/** @param key Of the hashes that stand for secrets. */
export function flowRules(plan: RoutePlan, key: () => Uint8Array): FlowRules {
  const { redact = [], sample = 1, bodies = [], workspaces = {} } = plan.inspection?.flows ?? {};
  const until = new Map(bodies.map(({ target, until }) => [target, Date.parse(until)]));
  return {
    redactor: new Redactor(key, redact),
    sample,
    workspacesOf: (nccs) => [...new Set(nccs.flatMap((ncc) => workspaces[ncc] ?? []))],
    keepsBodies: (target, nowMs) => nowMs < (until.get(target) ?? 0),
  };
}
