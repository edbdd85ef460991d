import type { Diagnostic } from '../diagnostics/index.ts';
import type { Facts } from '../facts/index.ts';
import { byText } from '../ir/index.ts';
import type { Spec } from '../spec/index.ts';
import type { Lock } from './lock/file/lock.ts';
import { hostsOf, keyOfMember, relabel, workspacesOf } from './lock/relabel.ts';
import { makePlan, type Plan } from './plan.ts';

/** A fresh packing of a locked plan: what it saves and what it moves. */
export interface Repacked {
  /** The plan as the lock has it; absent when what the lock keeps no longer fits the limits. */
  readonly now?: Plan;
  /** Absent when a diagnostic is an error. Its lock keeps the keys of what stays; the rest counts on. */
  readonly plan?: Plan;
  readonly saves: { readonly endpoints: number; readonly services: number; readonly listeners: number };
  /** Names that change their endpoint service, and workspaces that change their NCC; sorted. */
  readonly moves: readonly Move[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Something that a fresh packing puts elsewhere. */
export interface Move {
  readonly what: 'name' | 'workspace';
  readonly name: string;
  /** Keys of services, or of NCCs. */
  readonly from: string;
  readonly to: string;
}

/**
 * Packs a locked plan from scratch, whatever that moves. Services and NCCs that have most in common with those of the lock keep
 * their keys, ports and names, so that as little as possible is replaced.
 */
export function repack(spec: Spec, facts: Facts, lock: Lock): Repacked {
  const nothing = { endpoints: 0, services: 0, listeners: 0 };
  const now = makePlan(spec, facts, lock);
  const fresh = makePlan(spec, facts);
  // A lock that cannot be read or that is of another spec says nothing about what could move.
  const broken = now.diagnostics.filter((each) => each.code.startsWith('LG_LOCK_'));
  if (broken.length > 0 || !fresh.plan)
    return { saves: nothing, moves: [], diagnostics: broken.length > 0 ? broken : fresh.diagnostics };
  const held = now.plan?.lock ?? lock;
  const repacked = makePlan(spec, facts, relabel(spec.name, fresh.plan.lock, held, facts));
  if (!repacked.plan) return { saves: nothing, moves: [], diagnostics: repacked.diagnostics };
  const [before, after] = [now.plan?.placement ?? repacked.plan.placement, repacked.plan.placement];
  return {
    ...(now.plan ? { now: now.plan } : {}),
    plan: repacked.plan,
    saves: {
      endpoints: before.endpoints - after.endpoints,
      services: before.services - after.services,
      listeners: before.listeners - after.listeners,
    },
    moves: movesOf(held, repacked.plan.lock),
    diagnostics: repacked.diagnostics,
  };
}

function movesOf(before: Lock, after: Lock): readonly Move[] {
  const services = keyOfMember(after.services, hostsOf);
  const nccs = keyOfMember(after.nccs, workspacesOf);
  const changed = (what: Move['what'], old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): Move[] =>
    [...old].flatMap(([name, from]) => {
      const to = now.get(name);
      return to === undefined || to === from ? [] : [{ what, name, from, to }];
    });
  return [
    ...changed('name', keyOfMember(before.services, hostsOf), services),
    ...changed('workspace', keyOfMember(before.nccs, workspacesOf), nccs),
  ].sort((a, b) => byText(a.what, b.what) || byText(a.name, b.name));
}
