import type { PlacementCounts, Port, Speech } from '../../ir/index.ts';
import type { Bits } from '../access/bits.ts';
import type { Capacity } from './capacity.ts';
import type { Demand, PlacementUnit, Sharing } from './placement-units.ts';

export const noCounts: PlacementCounts = { endpoints: 0, services: 0, listeners: 0 };

export const addCounts = (a: PlacementCounts, b: PlacementCounts): PlacementCounts => ({
  endpoints: a.endpoints + b.endpoints,
  services: a.services + b.services,
  listeners: a.listeners + b.listeners,
});

interface Slot {
  readonly sharing: Sharing;
  demands: number;
  /** Speeches whose nameless clients already have a target here. */
  defaults: Speech[];
}

/** A service while units are placed on it. Adding a unit only ever narrows what else fits. */
export class ServiceBin {
  readonly units = new Map<PlacementUnit, readonly Port[]>();
  readonly #capacity: Capacity;
  readonly #slots = new Map<Port, Slot>();
  readonly #names: Int32Array;
  /** How many units on the service each NCC has a rule for. */
  readonly #unitsPerNcc: Int32Array;
  #audience: Bits = 0n;
  #count = 0;
  #unitsFixingAudience = 0;
  #fixedAudience: Bits = 0n;
  #ownService = false;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
    this.#names = new Int32Array(capacity.nccs);
    this.#unitsPerNcc = new Int32Array(capacity.nccs);
  }

  get audience(): Bits {
    return this.#audience;
  }

  /** Exactly the NCCs that may have rules to the service, where a listener on it carries no identity. */
  get fixedAudience(): Bits | undefined {
    return this.#unitsFixingAudience > 0 ? this.#fixedAudience : undefined;
  }

  /** How many NCCs have a rule to it. */
  get nccCount(): number {
    return this.#count;
  }

  get listeners(): number {
    return this.#slots.size;
  }

  /**
   * The port of each demand if the unit were added, in the order of its demands; a sentence when it does not fit.
   *
   * @param held The port that the lock gave a demand, which it keeps while it may.
   */
  ports(unit: PlacementUnit, held?: (demand: Demand) => Port | undefined): readonly Port[] | string {
    if (unit.conflictingGrants) return 'its listeners cannot tell NCCs apart, and are granted to different NCCs';
    if (this.units.size > 0 && (this.#ownService || unit.ownService))
      return 'a broker does not share its endpoint service';
    const fixedAudience = this.#unitsFixingAudience > 0 ? this.#fixedAudience : unit.fixedAudience;
    if (unit.fixedAudience !== undefined && fixedAudience !== unit.fixedAudience)
      return 'its listener cannot tell NCCs apart, and the endpoint service is for other NCCs';
    if (fixedAudience !== undefined && ((this.#audience | unit.grants) & ~fixedAudience) !== 0n)
      return 'an NCC that was not granted the target could reach a listener that cannot tell NCCs apart';
    const chosen: Port[] = [];
    const own = new Map<Port, Slot>();
    for (const demand of unit.demands) {
      const port = this.#portFor(demand, own, held?.(demand));
      if (port === undefined) return `port ${demand.port} is in use`;
      chosen.push(port);
      own.set(port, { sharing: demand.sharing, demands: 1, defaults: demand.isDefault ? [demand.target.speaks] : [] });
    }
    let fresh = 0;
    for (const port of own.keys()) if (!this.#slots.has(port)) fresh += 1;
    if (this.#slots.size + fresh > this.#capacity.listeners) return 'the load balancer has no free listener';
    return this.#namesFit(unit) ? chosen : 'a rule has no space for the name';
  }

  #portFor(demand: Demand, own: ReadonlyMap<Port, Slot>, held: Port | undefined): Port | undefined {
    const free = (port: number) => joins(this.#slots.get(port as Port), demand) && joins(own.get(port as Port), demand);
    if (held !== undefined && demand.remap && free(held)) return held;
    if (free(demand.port)) return demand.port;
    return demand.remap ? remapped(demand.port, free) : undefined;
  }

  #namesFit(unit: PlacementUnit): boolean {
    const most = this.#capacity.namesPerRule * this.#capacity.rulesPerService;
    return unit.names.every(({ ncc, count }) => (this.#names[ncc] ?? 0) + count <= most);
  }

  /** What adding a unit at these ports costs. */
  cost(unit: PlacementUnit, ports: readonly Port[]): PlacementCounts {
    const { namesPerRule } = this.#capacity;
    let endpoints = 0;
    for (const { ncc, count } of unit.names) {
      const before = this.#names[ncc] ?? 0;
      endpoints += Math.ceil((before + count) / namesPerRule) - Math.ceil(before / namesPerRule);
    }
    let listeners = 0;
    ports.forEach((port, at) => {
      if (!this.#slots.has(port) && ports.indexOf(port) === at) listeners += 1;
    });
    return { endpoints, services: this.units.size === 0 ? 1 : 0, listeners };
  }

  /** What the bin costs as it is. */
  counts(): PlacementCounts {
    let endpoints = 0;
    for (const names of this.#names) endpoints += Math.ceil(names / this.#capacity.namesPerRule);
    return { endpoints, services: this.units.size === 0 ? 0 : 1, listeners: this.#slots.size };
  }

  /** Adds the rules that each NCC has here to `totals`, or takes them off. */
  countRules(totals: Int32Array, sign: 1 | -1, nccs: PlacementUnit['names']): void {
    for (const { ncc } of nccs)
      totals[ncc] = (totals[ncc] ?? 0) + sign * Math.ceil((this.#names[ncc] ?? 0) / this.#capacity.namesPerRule);
  }

  add(unit: PlacementUnit, ports: readonly Port[]): void {
    this.units.set(unit, ports);
    this.#ownService ||= unit.ownService;
    if (unit.fixedAudience !== undefined) {
      this.#unitsFixingAudience += 1;
      this.#fixedAudience = unit.fixedAudience;
    }
    unit.demands.forEach((demand, at) => {
      const port = ports[at] ?? demand.port;
      const slot = this.#slots.get(port) ?? { sharing: demand.sharing, demands: 0, defaults: [] };
      slot.demands += 1;
      if (demand.isDefault) slot.defaults.push(demand.target.speaks);
      this.#slots.set(port, slot);
    });
    this.#countNames(unit, 1);
  }

  /** Lets no other NCC have a rule to the service: one of its listeners bypasses the router. */
  fixAudience(grants: Bits): void {
    this.#unitsFixingAudience += 1;
    this.#fixedAudience = grants;
  }

  remove(unit: PlacementUnit): void {
    const ports = this.units.get(unit) ?? [];
    this.units.delete(unit);
    if (unit.ownService) this.#ownService = false;
    if (unit.fixedAudience !== undefined) this.#unitsFixingAudience -= 1;
    unit.demands.forEach((demand, at) => {
      const port = ports[at] ?? demand.port;
      const slot = this.#slots.get(port);
      if (!slot) return;
      slot.demands -= 1;
      if (demand.isDefault) slot.defaults.splice(slot.defaults.indexOf(demand.target.speaks), 1);
      if (slot.demands === 0) this.#slots.delete(port);
    });
    this.#countNames(unit, -1);
  }

  #countNames(unit: PlacementUnit, by: 1 | -1): void {
    for (const { ncc, count } of unit.names) {
      this.#names[ncc] = (this.#names[ncc] ?? 0) + by * count;
      const left = (this.#unitsPerNcc[ncc] ?? 0) + by;
      this.#unitsPerNcc[ncc] = left;
      if (left === 0) {
        this.#audience &= ~(1n << BigInt(ncc));
        this.#count -= 1;
      } else if (left === 1 && by === 1) {
        this.#audience |= 1n << BigInt(ncc);
        this.#count += 1;
      }
    }
  }
}

/** Whether a demand may use a port that a slot already uses. */
function joins(slot: Slot | undefined, demand: Demand): boolean {
  if (!slot) return true;
  if (slot.sharing === 'alone' || slot.sharing !== demand.sharing) return false;
  return !(demand.isDefault && slot.defaults.includes(demand.target.speaks));
}

/** Another port, for a client that may use one: the same digits with 10000 added as often as needed, then the first free one from 30000. */
function remapped(port: number, free: (port: number) => boolean): Port | undefined {
  for (let candidate = port + 10_000; candidate <= 65_535; candidate += 10_000)
    if (free(candidate)) return candidate as Port;
  for (let candidate = 30_000; candidate <= 65_535; candidate += 1) if (free(candidate)) return candidate as Port;
  return undefined;
}
