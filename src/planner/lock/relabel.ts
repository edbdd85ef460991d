import type { Facts } from '../../facts/index.ts';
import { boundedName } from '../naming/bounded-name.ts';
import { keyNumber } from '../naming/keys.ts';
import { sealLock, sealNcc, sealService } from './file/checksum.ts';
import type { Lock, LockedListener, LockedNcc, LockedRule, LockedService } from './file/lock.ts';
import { RouterPorts } from './router-ports.ts';

/** What a service is recognised by. */
export const hostsOf = (service: LockedService): readonly string[] =>
  service.listeners.flatMap((listener) => listener.holds.map((demand) => demand.host));
/** What an NCC is recognised by. */
export const workspacesOf = (ncc: LockedNcc): readonly string[] => ncc.workspaces.map((workspace) => workspace.name);

/** By member: the key of the item that has it. */
export function keyOfMember<T extends { readonly key: string }>(
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
  const oldKeyOf = keyOfMember(old, membersOf);
  const byKey = new Map(old.map((item) => [item.key, item]));
  const votes: { readonly fresh: string; readonly old: string; readonly count: number }[] = [];
  for (const item of fresh) {
    for (const [key, members] of Map.groupBy(new Set(membersOf(item)), (member) => oldKeyOf.get(member)))
      if (key !== undefined) votes.push({ fresh: item.key, old: key, count: members.length });
  }
  votes.sort(
    (a, b) => b.count - a.count || keyNumber(a.old) - keyNumber(b.old) || keyNumber(a.fresh) - keyNumber(b.fresh),
  );
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

/** A fresh lock under the keys, ports and names of the old one: what has most in common keeps them. */
export function relabel(spec: string, fresh: Lock, old: Lock, facts: Facts): Lock {
  const next = { ...old.next };
  const ports = new RouterPorts(old);
  const { nlbNameMax, nccNameMax } = facts.numbers;
  const services = matched(fresh.services, old.services, hostsOf);
  const nccs = matched(fresh.nccs, old.nccs, workspacesOf);
  const keyOfService = new Map<string, string>();
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
        // S3 has no service: its rules keep their word for it.
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
  keyNumber(a.key) - keyNumber(b.key);

interface RelabelledService {
  readonly before: LockedService | undefined;
  readonly key: string;
  readonly spec: string;
  readonly ports: RouterPorts;
  readonly facts: Facts;
}

function listenerOf(listener: LockedListener, { before, key, spec, ports, facts }: RelabelledService): LockedListener {
  const held = before?.listeners.find((each) => each.port === listener.port);
  const { routerPort: _, ...rest } = listener;
  const { targetGroupNameMax } = facts.numbers;
  return {
    ...rest,
    ...(listener.routerPort === undefined ? {} : { routerPort: ports.take(held?.routerPort) }),
    targetGroup: held?.targetGroup ?? boundedName(spec, `${key}-${listener.port}`, targetGroupNameMax.value),
  };
}
