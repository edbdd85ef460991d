import { type Diagnostic, listOf, warning } from '../../diagnostics/index.ts';
import type { Port } from '../../ir/index.ts';
import type { Target } from '../../spec/index.ts';
import type { Bits } from '../access/bits.ts';
import type { Capacity } from '../placement/capacity.ts';
import { demandsByPort } from '../placement/demands-by-port.ts';
import { canGoDirect } from '../placement/direct.ts';
import type { Demand, PlacementUnit } from '../placement/placement-units.ts';
import { ServiceBin } from '../placement/service-bin.ts';
import { audienceConflict } from './audience-conflict.ts';
import type { Lock, LockedService } from './file/lock.ts';

/** What the lock says of the units of a spec. */
export interface LockedAllocations {
  /** Services of the lock that still carry a unit, in its order. */
  readonly services: readonly LockedService[];
  /** The same with what they carry: new bins at each call. */
  readonly bins: () => ServiceBin[];
  /** Units to be placed: new ones, and those that cannot stay. */
  readonly free: readonly PlacementUnit[];
  readonly moved: readonly MovedUnit[];
}

/** A unit that the lock has placed and that cannot stay there. */
export interface MovedUnit {
  readonly unit: PlacementUnit;
  /** Key of the service it leaves. */
  readonly from: string;
  readonly why: string;
}

/** A unit that stays, with its ports in the order of its demands. */
interface KeptUnit {
  readonly unit: PlacementUnit;
  readonly ports: readonly Port[];
}

/** Nothing is locked: every unit is free. */
export const noAllocations = (units: readonly PlacementUnit[]): LockedAllocations => ({
  services: [],
  bins: () => [],
  free: units,
  moved: [],
});

/**
 * Puts each unit where the lock has it. One stays unless it would break the plan: ports that exclude each other now, a
 * listener without identity within reach of another NCC, limits that were lowered. Then as few as possible leave, those
 * first whose own grants or ports have changed.
 *
 * @param nccKeys Keys of the NCCs by index.
 */
export function lockedAllocations(
  units: readonly PlacementUnit[],
  lock: Lock,
  nccKeys: readonly string[],
  capacity: Capacity,
): LockedAllocations {
  const index = new LockIndex(lock, units, nccKeys);
  const mine = new Map<string, PlacementUnit[]>();
  const free: PlacementUnit[] = [];
  for (const unit of units) {
    const service = index.serviceOf(unit);
    if (service === undefined) free.push(unit);
    else {
      const row = mine.get(service);
      if (row) row.push(unit);
      else mine.set(service, [unit]);
    }
  }
  const kept: { readonly service: LockedService; readonly staying: readonly KeptUnit[] }[] = [];
  const moved: MovedUnit[] = [];
  for (const service of lock.services) {
    const { staying, leaving } = settleService(service, mine.get(service.key) ?? [], index, capacity);
    moved.push(...leaving);
    free.push(...leaving.map((each) => each.unit));
    if (staying.length > 0) kept.push({ service, staying });
  }
  const bins = () =>
    kept.map(({ service, staying }) => {
      const bin = new ServiceBin(capacity);
      for (const { unit, ports } of staying) bin.add(unit, ports);
      fixAudienceOfDirect(bin, service);
      return bin;
    });
  return { services: kept.map(({ service }) => service), bins, free, moved };
}

/** A warning for each unit that leaves its service. */
export const movedDiagnostics = (moved: readonly MovedUnit[]): readonly Diagnostic[] =>
  moved.map(({ unit, from, why }) =>
    warning(
      'LG_MOVED',
      ['targets', ...unit.demands.slice(0, 1).map((demand) => demand.target.name)],
      `${listOf(unit.hosts.map((host) => host.name))} leaves endpoint service ${from}: ${why}`,
      'its open connections end when the change is applied; undo the change in the spec to avoid that',
    ),
  );

/** A listener that bypasses the router limits the service to the NCCs that were granted its target. */
function fixAudienceOfDirect(bin: ServiceBin, service: LockedService): void {
  const direct = new Set(service.listeners.filter((each) => each.routerPort === undefined).map((each) => each.port));
  for (const [port, demands] of demandsByPort(bin))
    for (const demand of demands) if (direct.has(port) && canGoDirect(bin, demand)) bin.fixAudience(demand.grants);
}

function settleService(
  service: LockedService,
  units: readonly PlacementUnit[],
  index: LockIndex,
  capacity: Capacity,
): { readonly staying: readonly KeptUnit[]; readonly leaving: readonly MovedUnit[] } {
  const fixedAudience = bestFixedAudience(units, index, service);
  const leaving: MovedUnit[] = [];
  const staying: KeptUnit[] = [];
  const bin = new ServiceBin(capacity);
  const leave = (unit: PlacementUnit, why: string) => leaving.push({ unit, from: service.key, why });
  const fitting = units.filter((unit) => fits(unit, fixedAudience));
  // What has not changed comes first, so that the changed leave first. Sorting is stable: names decide among equals.
  const inTurn = [...units].sort((a, b) => index.changed(a, service) - index.changed(b, service));
  for (const unit of inTurn) {
    if (!fits(unit, fixedAudience)) {
      leave(unit, audienceConflict(unit, { staying: fitting, fixedAudience, nccKeys: index.nccKeys }));
      continue;
    }
    const ports = bin.ports(unit, (demand) => index.portOf(service, demand));
    if (typeof ports === 'string') {
      leave(unit, ports);
      continue;
    }
    bin.add(unit, ports);
    staying.push({ unit, ports });
  }
  return { staying, leaving };
}

const fits = (unit: PlacementUnit, fixedAudience: Bits | undefined): boolean =>
  unit.fixedAudience === undefined
    ? fixedAudience === undefined || (unit.grants & ~fixedAudience) === 0n
    : unit.fixedAudience === fixedAudience; // a unit granted beyond its own audience fits nowhere and was reported

/** The audience to keep for the service's listeners without identity, so that the fewest units leave; undefined: these leave. */
function bestFixedAudience(
  units: readonly PlacementUnit[],
  index: LockIndex,
  service: LockedService,
): Bits | undefined {
  let best: Bits | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  // Sorting puts undefined last: of equal costs, a listener without identity stays.
  for (const fixedAudience of [...new Set(units.map((unit) => unit.fixedAudience))].sort()) {
    const leaving = units.filter((unit) => !fits(unit, fixedAudience));
    const unchanged = leaving.filter((unit) => index.changed(unit, service) === 0);
    // An unchanged unit that leaves costs more than any number of changed ones.
    const cost = leaving.length + units.length * unchanged.length;
    if (cost < lowest) [best, lowest] = [fixedAudience, cost];
  }
  return best;
}

/** The name of a target, and the one that it had before. */
const namesOf = ({ name, renamedFrom }: Target): readonly string[] =>
  renamedFrom === undefined ? [name] : [name, renamedFrom];

/** The lock, asked by host and by target. */
class LockIndex {
  readonly #serviceOfHost = new Map<string, string>();
  /** By target: where it was, for one whose names have all changed. */
  readonly #serviceOfTarget = new Map<string, string>();
  /** By service, target, host and own port: the listener's port. */
  readonly #ports = new Map<string, number>();
  /** By service and host: the NCCs that listed it. */
  readonly #listed = new Map<string, string>();
  readonly nccKeys: readonly string[];

  constructor(lock: Lock, units: readonly PlacementUnit[], nccKeys: readonly string[]) {
    this.nccKeys = nccKeys;
    const hosts = new Set<string>();
    for (const unit of units) for (const host of unit.hosts) hosts.add(host.name);
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
    for (const [key, row] of lists) this.#listed.set(key, row.join());
  }

  serviceOf(unit: PlacementUnit): string | undefined {
    for (const host of unit.hosts) {
      const service = this.#serviceOfHost.get(host.name);
      if (service !== undefined) return service;
    }
    for (const { target } of unit.demands)
      for (const name of namesOf(target)) {
        const service = this.#serviceOfTarget.get(name);
        if (service !== undefined) return service;
      }
    return undefined;
  }

  portOf(service: LockedService, { target, hosts, port }: Demand): Port | undefined {
    const found = namesOf(target).map((name) => this.#ports.get(`${service.key} ${name} ${hosts[0]} ${port}`));
    return found.find((at) => at !== undefined) as Port | undefined;
  }

  /** 0 when the unit is as the lock knows it, 1 when its grants differ, 2 when its ports do. */
  changed(unit: PlacementUnit, service: LockedService): 0 | 1 | 2 {
    if (unit.demands.some((demand) => this.portOf(service, demand) === undefined)) return 2;
    for (const host of unit.hosts) {
      const now: (string | undefined)[] = [];
      for (let rest = host.grants, at = 0; rest !== 0n; rest >>= 1n, at += 1)
        if ((rest & 1n) !== 0n) now.push(this.nccKeys[at]);
      if (now.join() !== this.#listed.get(`${service.key} ${host.name}`)) return 1;
    }
    return 0;
  }
}
