import type { Diagnostic } from '../diagnostics/index.ts';
import type { Facts } from '../facts/index.ts';
import { byText } from '../ir/index.ts';
import type { Spec } from '../spec/index.ts';
import { numberOf } from './access/nccs.ts';
import { RouterPorts } from './lock/allocate.ts';
import {
  type Lock,
  type LockedListener,
  type LockedNcc,
  type LockedRule,
  type LockedService,
  sealLock,
  sealNcc,
  sealService,
} from './lock/lock.ts';
import { makePlan, type Plan } from './plan.ts';
import { boundedName } from './write/names.ts';

/** A fresh packing of a locked plan: what it saves and what it moves. */
export interface Repacked {
  /** The plan as the lock has it; absent when what the lock keeps no longer fits the limits. */
  readonly now?: Plan;
  /** Absent when a diagnostic is an error. Its lock keeps the keys of what stays; the rest counts on. */
  readonly afresh?: Plan;
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
 * Packs a locked plan afresh, whatever that moves. Services and NCCs that have most in common with those of the lock keep
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
  const afresh = makePlan(spec, facts, relabel(spec.name, fresh.plan.lock, held, facts));
  if (!afresh.plan) return { saves: nothing, moves: [], diagnostics: afresh.diagnostics };
  const [before, after] = [now.plan?.placement ?? afresh.plan.placement, afresh.plan.placement];
  return {
    ...(now.plan ? { now: now.plan } : {}),
    afresh: afresh.plan,
    saves: {
      endpoints: before.endpoints - after.endpoints,
      services: before.services - after.services,
      listeners: before.listeners - after.listeners,
    },
    moves: movesOf(held, afresh.plan.lock),
    diagnostics: afresh.diagnostics,
  };
}

function movesOf(before: Lock, after: Lock): readonly Move[] {
  const services = homes(after.services, hostsOf);
  const nccs = homes(after.nccs, workspacesOf);
  const changed = (what: Move['what'], old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): Move[] =>
    [...old].flatMap(([name, from]) => {
      const to = now.get(name);
      return to === undefined || to === from ? [] : [{ what, name, from, to }];
    });
  return [
    ...changed('name', homes(before.services, hostsOf), services),
    ...changed('workspace', homes(before.nccs, workspacesOf), nccs),
  ].sort((a, b) => byText(a.what, b.what) || byText(a.name, b.name));
}

const hostsOf = (service: LockedService): readonly string[] =>
  service.listeners.flatMap((listener) => listener.holds.map((claim) => claim.host));
const workspacesOf = (ncc: LockedNcc): readonly string[] => ncc.workspaces.map((workspace) => workspace.name);

/** The key of what holds each member. */
function homes<T extends { readonly key: string }>(
  items: readonly T[],
  membersOf: (item: T) => readonly string[],
): ReadonlyMap<string, string> {
  return new Map(items.flatMap((item) => membersOf(item).map((member) => [member, item.key] as const)));
}

/** Gives each new item the key of the old one with which it shares most members; each old key once. */
function matched<T extends { readonly key: string }>(
  fresh: readonly T[],
  old: readonly T[],
  membersOf: (item: T) => readonly string[],
): ReadonlyMap<string, T> {
  const home = homes(old, membersOf);
  const byKey = new Map(old.map((item) => [item.key, item]));
  const votes: { readonly fresh: string; readonly old: string; readonly count: number }[] = [];
  for (const item of fresh) {
    const counts = new Map<string, number>();
    for (const member of new Set(membersOf(item))) {
      const key = home.get(member);
      if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const [key, count] of counts) votes.push({ fresh: item.key, old: key, count });
  }
  votes.sort((a, b) => b.count - a.count || numberOf(a.old) - numberOf(b.old) || numberOf(a.fresh) - numberOf(b.fresh));
  const found = new Map<string, T>();
  const given = new Set<string>();
  for (const vote of votes) {
    const item = byKey.get(vote.old);
    if (!item || found.has(vote.fresh) || given.has(vote.old)) continue;
    found.set(vote.fresh, item);
    given.add(vote.old);
  }
  return found;
}

/** The fresh lock under the keys, ports and names of the old one. */
function relabel(spec: string, fresh: Lock, old: Lock, facts: Facts): Lock {
  const next = { ...old.next };
  const ports = new RouterPorts(old);
  const { nlbNameMax, nccNameMax } = facts.numbers;
  const services = matched(fresh.services, old.services, hostsOf);
  const nccs = matched(fresh.nccs, old.nccs, workspacesOf);
  const keyOfService = new Map<string, string>([['s3', 's3']]);
  const relabelled = fresh.services.map((service) => {
    const before = services.get(service.key);
    const key = before?.key ?? `s-${next.service++}`;
    keyOfService.set(service.key, key);
    return sealService({
      key,
      name: before?.name ?? boundedName(spec, key, nlbNameMax.value),
      listeners: service.listeners.map((listener) => listenerOf(listener, { before, key, spec, ports, facts })),
    });
  });
  return sealLock({
    version: 1,
    name: fresh.name,
    region: fresh.region,
    account: fresh.account,
    nccs: fresh.nccs
      .map((ncc) => {
        const before = nccs.get(ncc.key);
        const key = before?.key ?? `n-${next.ncc++}`;
        const rules = ncc.rules.map((rule) => ({ ...rule, service: keyOfService.get(rule.service) ?? rule.service }));
        const held = matched(rules, before?.rules ?? [], (rule: LockedRule) =>
          rule.names.map((name) => `${rule.service} ${name}`),
        );
        return sealNcc({
          key,
          name: before?.name ?? boundedName(spec, key, nccNameMax.value),
          workspaces: ncc.workspaces,
          ...(ncc.merged ? { merged: ncc.merged } : {}),
          rules: rules.map((rule) => ({ ...rule, key: held.get(rule.key)?.key ?? `r-${next.rule++}` })),
        });
      })
      .sort(byNumber),
    services: relabelled.sort(byNumber),
    next: { ...next, routerPort: ports.next },
  });
}

const byNumber = (a: { readonly key: string }, b: { readonly key: string }): number =>
  numberOf(a.key) - numberOf(b.key);

interface Service {
  readonly before: LockedService | undefined;
  readonly key: string;
  readonly spec: string;
  readonly ports: RouterPorts;
  readonly facts: Facts;
}

function listenerOf(listener: LockedListener, { before, key, spec, ports, facts }: Service): LockedListener {
  const held = before?.listeners.find((each) => each.port === listener.port);
  const { routerPort: _, ...rest } = listener;
  const { targetGroupNameMax } = facts.numbers;
  return {
    ...rest,
    ...(listener.routerPort === undefined ? {} : { routerPort: ports.take(held?.routerPort) }),
    targetGroup: held?.targetGroup ?? boundedName(spec, `${key}-${listener.port}`, targetGroupNameMax.value),
  };
}
