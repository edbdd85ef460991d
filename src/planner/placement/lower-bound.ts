import type { PlacementCounts } from '../../ir/index.ts';
import type { Bits } from '../access/bits.ts';
import type { Capacity } from './capacity.ts';
import type { PlacementUnit } from './placement-units.ts';

/** What no placement can go below, with the endpoints of each NCC. */
export interface LowerBound extends PlacementCounts {
  readonly perNcc: Int32Array;
}

/**
 * A placement needs at least this. Per NCC: room for its names; as many services as one port has demands that cannot share
 * it; services with different fixed audiences are different services; and a unit whose grants fit none of these needs
 * another one.
 */
export function lowerBound(units: readonly PlacementUnit[], capacity: Capacity): LowerBound {
  const { nccs, namesPerRule, rulesPerService } = capacity;
  const outside = outsideFixed(units);
  const all = new Contention(namesPerRule * rulesPerService);
  const ofNcc = Array.from({ length: nccs }, () => new Contention(namesPerRule * rulesPerService));
  for (const unit of units) {
    const apart = outside(unit);
    all.add(unit, { names: 0, outside: apart });
    for (const { ncc, count } of unit.names) ofNcc[ncc]?.add(unit, { names: count, outside: apart });
  }
  const perNcc = Int32Array.from(ofNcc, (contention) => contention.rules(namesPerRule, rulesPerService));
  const services = Math.max(0, ...Array.from(perNcc, (rules) => Math.ceil(rules / rulesPerService)));
  const listeners = all.listeners();
  return {
    perNcc,
    endpoints: perNcc.reduce((sum, each) => sum + each, 0),
    services: Math.max(all.services(), services, Math.ceil(listeners / capacity.listeners)),
    listeners,
  };
}

/** Fixed audiences above which none is compared: each distinct set of grants is compared with each of them. */
const audiencesCompared = 500;

/** Whether a unit fits no service with a fixed audience, because it is granted to an NCC outside of each. */
function outsideFixed(units: readonly PlacementUnit[]): (unit: PlacementUnit) => boolean {
  const fixedAudiences = new Set<Bits>();
  for (const unit of units)
    if (unit.fixedAudience !== undefined && !unit.ownService) fixedAudiences.add(unit.fixedAudience);
  const known = new Map<Bits, boolean>();
  return (unit) => {
    if (
      unit.fixedAudience !== undefined ||
      unit.ownService ||
      fixedAudiences.size === 0 ||
      fixedAudiences.size > audiencesCompared
    )
      return false;
    let apart = known.get(unit.grants);
    if (apart === undefined) {
      apart = ![...fixedAudiences].some((audience) => (unit.grants & ~audience) === 0n);
      known.set(unit.grants, apart);
    }
    return apart;
  };
}

/** How the units that one NCC (or all of them) needs compete for rules, ports and services. */
class Contention {
  #names = 0;
  #ownServiceNames = 0;
  #ownService = 0;
  #outsideNames = 0;
  /** Demands that cannot share a port, by fixed audience (undefined: none) and port. */
  readonly #alone = new Map<Bits | undefined, Map<number, number>>();
  readonly #outsidePorts = new Map<number, number>();
  /** Demands that share a port: how many, by what can share and port. */
  readonly #shared = new Map<string, Map<number, number>>();
  readonly #perService: number;
  #exclusiveDemands = 0;
  #ownServiceListeners = 0;

  /** @param perService Names of one NCC that one service can carry. */
  constructor(perService: number) {
    this.#perService = perService;
  }

  add(unit: PlacementUnit, { names, outside }: { readonly names: number; readonly outside: boolean }): void {
    this.#names += names;
    if (unit.ownService) {
      this.#ownService += 1;
      this.#ownServiceNames += names;
      this.#ownServiceListeners += new Set(unit.demands.map((demand) => demand.port)).size;
      return;
    }
    if (outside) {
      this.#outsideNames += Math.max(names, 1);
      for (const demand of unit.demands)
        if (demand.sharing === 'alone' && !demand.remap)
          this.#outsidePorts.set(demand.port, (this.#outsidePorts.get(demand.port) ?? 0) + 1);
    }
    if (unit.fixedAudience !== undefined && !this.#alone.has(unit.fixedAudience))
      this.#alone.set(unit.fixedAudience, new Map());
    for (const demand of unit.demands) {
      if (demand.sharing === 'alone') this.#exclusiveDemands += 1;
      if (demand.remap) continue;
      if (demand.sharing === 'alone') {
        const ports = this.#alone.get(unit.fixedAudience) ?? new Map<number, number>();
        ports.set(demand.port, (ports.get(demand.port) ?? 0) + 1);
        this.#alone.set(unit.fixedAudience, ports);
      } else {
        const sharers =
          demand.sharing === 'by-name' ? 'by-name' : `${demand.sharing}/${unit.fixedAudience?.toString(36) ?? ''}`;
        const ports = this.#shared.get(sharers) ?? new Map<number, number>();
        this.#shared.set(sharers, ports.set(demand.port, (ports.get(demand.port) ?? 0) + (names > 0 ? 1 : 0)));
      }
    }
  }

  /** Services needed at least, without those of brokers. Different fixed audiences never share; units without one may join any. */
  #shares(outsideServices: number): number {
    let fixed = 0;
    const total = new Map<number, number>();
    for (const [fixedAudience, ports] of this.#alone) {
      if (fixedAudience !== undefined) fixed += Math.max(1, ...ports.values());
      for (const [port, count] of ports) total.set(port, (total.get(port) ?? 0) + count);
    }
    for (const ports of this.#shared.values())
      for (const [port, names] of ports)
        total.set(port, (total.get(port) ?? 0) + Math.max(1, Math.ceil(names / this.#perService)));
    return Math.max(fixed + outsideServices, 0, ...total.values());
  }

  services(): number {
    const outside = Math.max(this.#outsideNames > 0 ? 1 : 0, ...this.#outsidePorts.values());
    return this.#ownService + this.#shares(outside);
  }

  /** Rules that one NCC needs at least. */
  rules(namesPerRule: number, rulesPerService: number): number {
    const outside = Math.max(
      Math.ceil(this.#outsideNames / namesPerRule / rulesPerService),
      ...this.#outsidePorts.values(),
    );
    const names = Math.ceil((this.#names - this.#ownServiceNames) / namesPerRule);
    return (
      Math.max(this.#ownService, Math.ceil(this.#ownServiceNames / namesPerRule)) +
      Math.max(names, this.#shares(outside))
    );
  }

  listeners(): number {
    let shared = 0;
    for (const ports of this.#shared.values()) shared += ports.size;
    return this.#ownServiceListeners + this.#exclusiveDemands + shared;
  }
}
