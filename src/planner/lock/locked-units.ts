import type { Port } from '../../ir/index.ts';
import type { Bits } from '../access/bits.ts';
import type { Capacity } from '../placement/capacity.ts';
import { listenersOf } from '../placement/claims-by-port.ts';
import { canGoDirect } from '../placement/direct.ts';
import type { Claim, Unit } from '../placement/placement-units.ts';
import { Bin } from '../placement/service-bin.ts';
import type { Lock, LockedService } from './file/lock.ts';

/** What the lock says of the units of a spec. */
export interface Held {
  /** Services that still carry something, in the order of the lock. */
  readonly services: readonly LockedService[];
  /** The same with what they carry: new bins at each call. */
  readonly bins: () => Bin[];
  /** Units to be placed: new ones, and those that cannot stay. */
  readonly free: readonly Unit[];
  readonly moved: readonly Moved[];
}

/** A unit that the lock has placed and that cannot stay there. */
export interface Moved {
  readonly unit: Unit;
  /** Key of the service it leaves. */
  readonly from: string;
  readonly why: string;
}

interface Stay {
  readonly unit: Unit;
  readonly ports: readonly Port[];
}

/** Nothing held: every unit is free. */
export const holdNothing = (units: readonly Unit[]): Held => ({ services: [], bins: () => [], free: units, moved: [] });

/**
 * Puts each unit where the lock has it. One stays unless it would break the plan: ports that exclude each other now, a
 * listener without identity within reach of someone new, limits that were lowered. Then as few as possible leave, those
 * first whose own grants or ports have changed.
 *
 * @param nccKeys Keys of the NCCs by index.
 */
export function holdUnits(units: readonly Unit[], lock: Lock, nccKeys: readonly string[], capacity: Capacity): Held {
  const memory = new Memory(lock, units, nccKeys);
  const mine = new Map<string, Unit[]>();
  const free: Unit[] = [];
  for (const unit of units) {
    const service = memory.serviceOf(unit);
    if (service === undefined) free.push(unit);
    else {
      const row = mine.get(service);
      if (row) row.push(unit);
      else mine.set(service, [unit]);
    }
  }
  const services: LockedService[] = [];
  const stays: (readonly Stay[])[] = [];
  const moved: Moved[] = [];
  for (const service of lock.services) {
    const { staying, leaving } = settle(service, mine.get(service.key) ?? [], memory, capacity);
    moved.push(...leaving);
    free.push(...leaving.map((each) => each.unit));
    if (staying.length === 0) continue;
    services.push(service);
    stays.push(staying);
  }
  const bins = () =>
    stays.map((staying, at) => {
      const bin = new Bin(capacity);
      for (const { unit, ports } of staying) bin.add(unit, ports);
      const service = services[at];
      if (service) anchorDirect(bin, service);
      return bin;
    });
  return { services, bins, free, moved };
}

/** A listener that goes past the router keeps the service for those who were granted its target. */
function anchorDirect(bin: Bin, service: LockedService): void {
  const direct = new Set(service.listeners.filter((each) => each.routerPort === undefined).map((each) => each.port));
  if (direct.size === 0) return;
  for (const [port, [claim, ...others]] of listenersOf(bin))
    if (claim && others.length === 0 && direct.has(port) && canGoDirect(bin, claim)) bin.anchorTo(claim.grants);
}

function settle(
  service: LockedService,
  units: readonly Unit[],
  memory: Memory,
  capacity: Capacity,
): { readonly staying: readonly Stay[]; readonly leaving: readonly Moved[] } {
  const anchor = bestAnchor(units, memory, service);
  const leaving: Moved[] = [];
  const staying: Stay[] = [];
  const bin = new Bin(capacity);
  const leave = (unit: Unit, why: string) => leaving.push({ unit, from: service.key, why });
  // What has not changed comes first, so that the changed gives way. Sorting is stable: names decide among equals.
  const inTurn = [...units].sort((a, b) => memory.changed(a, service) - memory.changed(b, service));
  for (const unit of inTurn) {
    if (!fits(unit, anchor)) {
      leave(unit, 'a listener without identity would be within reach of an NCC that was not granted it');
      continue;
    }
    const ports = bin.ports(unit, (claim) => memory.portOf(service, claim));
    if (typeof ports === 'string') {
      leave(unit, ports);
      continue;
    }
    bin.add(unit, ports);
    staying.push({ unit, ports });
  }
  return { staying, leaving };
}

const fits = (unit: Unit, anchor: Bits | undefined): boolean =>
  unit.anchor === undefined
    ? anchor === undefined || (unit.grants & ~anchor) === 0n
    : unit.anchor === anchor && (unit.grants & ~anchor) === 0n;

/** The grants that the service's listeners without identity keep, so that the fewest leave; undefined when they all go. */
function bestAnchor(units: readonly Unit[], memory: Memory, service: LockedService): Bits | undefined {
  const anchors = new Set<Bits>();
  for (const unit of units) if (unit.anchor !== undefined) anchors.add(unit.anchor);
  if (anchors.size === 0) return undefined;
  let best: { anchor: Bits | undefined; cost: number } | undefined;
  for (const anchor of [...[...anchors].sort((a, b) => (a < b ? -1 : 1)), undefined]) {
    let cost = 0;
    // One that is itself unchanged weighs more than any number that changed.
    for (const unit of units)
      if (!fits(unit, anchor)) cost += memory.changed(unit, service) === 0 ? units.length + 1 : 1;
    if (!best || cost < best.cost) best = { anchor, cost };
  }
  return best?.anchor;
}

/** The lock, asked by host and by target. */
class Memory {
  readonly #serviceOfHost = new Map<string, string>();
  /** By target: where it was, for one whose names have all changed. */
  readonly #serviceOfTarget = new Map<string, string>();
  /** By service, target, host and own port: the listener's port. */
  readonly #ports = new Map<string, number>();
  /** By service and host: the NCCs that listed it. */
  readonly #listed = new Map<string, string>();
  readonly #nccKeys: readonly string[];
  readonly #formerly = new Map<string, string>();

  constructor(lock: Lock, units: readonly Unit[], nccKeys: readonly string[]) {
    this.#nccKeys = nccKeys;
    const hosts = new Set<string>();
    for (const unit of units) {
      for (const host of unit.hosts) hosts.add(host.name);
      for (const { target } of unit.claims)
        if (target.renamedFrom !== undefined) this.#formerly.set(target.name, target.renamedFrom);
    }
    const present = new Set<string>();
    for (const service of lock.services)
      for (const listener of service.listeners)
        for (const { target, host, port } of listener.holds) {
          this.#serviceOfHost.set(host, service.key);
          this.#ports.set(`${service.key} ${target} ${host} ${port ?? listener.port}`, listener.port);
          if (hosts.has(host)) present.add(target);
          if (!this.#serviceOfTarget.has(target)) this.#serviceOfTarget.set(target, service.key);
        }
    for (const target of present) this.#serviceOfTarget.delete(target);
    const lists = new Map<string, string[]>();
    for (const ncc of lock.nccs)
      for (const rule of ncc.rules)
        for (const name of rule.names) {
          const key = `${rule.service} ${name}`;
          const row = lists.get(key);
          if (row) row.push(ncc.key);
          else lists.set(key, [ncc.key]);
        }
    for (const [key, row] of lists) this.#listed.set(key, [...new Set(row)].join());
  }

  #nameThen(target: string): string {
    return this.#formerly.get(target) ?? target;
  }

  serviceOf(unit: Unit): string | undefined {
    for (const host of unit.hosts) {
      const service = this.#serviceOfHost.get(host.name);
      if (service !== undefined) return service;
    }
    for (const { target } of unit.claims) {
      const service = this.#serviceOfTarget.get(target.name) ?? this.#serviceOfTarget.get(this.#nameThen(target.name));
      if (service !== undefined) return service;
    }
    return undefined;
  }

  portOf(service: LockedService, { target, hosts, port }: Claim): Port | undefined {
    const host = hosts[0] ?? '';
    const at =
      this.#ports.get(`${service.key} ${target.name} ${host} ${port}`) ??
      this.#ports.get(`${service.key} ${this.#nameThen(target.name)} ${host} ${port}`);
    return at as Port | undefined;
  }

  /** 0 when the unit is as the lock knows it, 1 when its grants differ, 2 when its ports do. */
  changed(unit: Unit, service: LockedService): 0 | 1 | 2 {
    if (unit.claims.some((claim) => this.portOf(service, claim) === undefined)) return 2;
    for (const host of unit.hosts) {
      let now = '';
      for (let rest = host.grants, at = 0; rest !== 0n; rest >>= 1n, at += 1)
        if ((rest & 1n) !== 0n) now += `${now === '' ? '' : ','}${this.#nccKeys[at] ?? ''}`;
      if (now !== (this.#listed.get(`${service.key} ${host.name}`) ?? '')) return 1;
    }
    return 0;
  }
}
