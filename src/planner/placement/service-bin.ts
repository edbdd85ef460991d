import type { Port, Speech } from '../../ir/index.ts';
import type { Bits } from '../access/bits.ts';
import type { Capacity } from './capacity.ts';
import type { Claim, Sharing, Unit } from './placement-units.ts';

/** What a placement costs, in units that add up. */
export interface Tally {
  readonly endpoints: number;
  readonly services: number;
  readonly listeners: number;
}

/** Where counting begins. */
export const nothing: Tally = { endpoints: 0, services: 0, listeners: 0 };

/** Both together. */
export const plus = (a: Tally, b: Tally): Tally => ({
  endpoints: a.endpoints + b.endpoints,
  services: a.services + b.services,
  listeners: a.listeners + b.listeners,
});

interface Slot {
  readonly sharing: Sharing;
  claims: number;
  /** Speeches whose nameless clients already have a target here. */
  defaults: Speech[];
}

/** A service while units are placed on it. Adding a unit only ever narrows what else fits. */
export class Bin {
  readonly units = new Map<Unit, readonly Port[]>();
  readonly #capacity: Capacity;
  readonly #slots = new Map<Port, Slot>();
  readonly #names: Int32Array;
  /** NCCs that can dial the service, with the number of units that bring each. */
  readonly #bringers: Int32Array;
  #audience: Bits = 0n;
  #count = 0;
  #anchored = 0;
  #anchor: Bits = 0n;
  #lone = false;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
    this.#names = new Int32Array(capacity.nccs);
    this.#bringers = new Int32Array(capacity.nccs);
  }

  get audience(): Bits {
    return this.#audience;
  }

  /** The NCCs that the service is kept for, where something on it has no identity. */
  get anchor(): Bits | undefined {
    return this.#anchored > 0 ? this.#anchor : undefined;
  }

  /** How many NCCs can dial it. */
  get dialers(): number {
    return this.#count;
  }

  get listeners(): number {
    return this.#slots.size;
  }

  /**
   * The port of each claim if the unit were added, in the order of its claims; a sentence when it does not fit.
   *
   * @param held The port that the lock gave a claim, which it keeps while it may.
   */
  ports(unit: Unit, held?: (claim: Claim) => Port | undefined): readonly Port[] | string {
    if (unit.torn) return 'its listeners carry no identity and are granted differently';
    if (this.units.size > 0 && (this.#lone || unit.lone)) return 'a broker has its service to itself';
    const anchor = this.#anchored > 0 ? this.#anchor : unit.anchor;
    if (unit.anchor !== undefined && anchor !== unit.anchor)
      return 'its listener carries no identity and others are granted differently';
    if (anchor !== undefined && ((this.#audience | unit.grants) & ~anchor) !== 0n)
      return 'a listener without identity would be within reach of an NCC that was not granted it';
    const chosen: Port[] = [];
    const own = new Map<Port, Slot>();
    for (const claim of unit.claims) {
      const port = this.#portFor(claim, own, held?.(claim));
      if (port === undefined) return `port ${claim.port} is taken`;
      chosen.push(port);
      own.set(port, { sharing: claim.sharing, claims: 1, defaults: claim.isDefault ? [claim.target.speaks] : [] });
    }
    let fresh = 0;
    for (const port of own.keys()) if (!this.#slots.has(port)) fresh += 1;
    if (this.#slots.size + fresh > this.#capacity.listeners) return 'the load balancer has no listener left';
    return this.#namesFit(unit) ? chosen : 'a rule has no room for the name';
  }

  #portFor(claim: Claim, own: ReadonlyMap<Port, Slot>, held: Port | undefined): Port | undefined {
    const free = (port: number) => joins(this.#slots.get(port as Port), claim) && joins(own.get(port as Port), claim);
    if (held !== undefined && claim.remap && free(held)) return held;
    if (free(claim.port)) return claim.port;
    return claim.remap ? remapped(claim.port, free) : undefined;
  }

  #namesFit(unit: Unit): boolean {
    const most = this.#capacity.namesPerRule * this.#capacity.rulesPerService;
    return unit.names.every(({ ncc, count }) => (this.#names[ncc] ?? 0) + count <= most);
  }

  /** What adding a unit at these ports costs. */
  cost(unit: Unit, ports: readonly Port[]): Tally {
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
  tally(): Tally {
    let endpoints = 0;
    for (const names of this.#names) endpoints += Math.ceil(names / this.#capacity.namesPerRule);
    return { endpoints, services: this.units.size === 0 ? 0 : 1, listeners: this.#slots.size };
  }

  /** Adds the rules that each NCC has here to `totals`, or takes them off. */
  countRules(totals: Int32Array, sign: 1 | -1, nccs: Unit['names']): void {
    for (const { ncc } of nccs)
      totals[ncc] = (totals[ncc] ?? 0) + sign * Math.ceil((this.#names[ncc] ?? 0) / this.#capacity.namesPerRule);
  }

  add(unit: Unit, ports: readonly Port[]): void {
    this.units.set(unit, ports);
    this.#lone ||= unit.lone;
    if (unit.anchor !== undefined) {
      this.#anchored += 1;
      this.#anchor = unit.anchor;
    }
    unit.claims.forEach((claim, at) => {
      const port = ports[at] ?? claim.port;
      const slot = this.#slots.get(port) ?? { sharing: claim.sharing, claims: 0, defaults: [] };
      slot.claims += 1;
      if (claim.isDefault) slot.defaults.push(claim.target.speaks);
      this.#slots.set(port, slot);
    });
    this.#weigh(unit, 1);
  }

  /** Keeps the service for these NCCs: what goes past the router here reaches everyone who can dial it. */
  anchorTo(grants: Bits): void {
    this.#anchored += 1;
    this.#anchor = grants;
  }

  remove(unit: Unit): void {
    const ports = this.units.get(unit) ?? [];
    this.units.delete(unit);
    if (unit.lone) this.#lone = false;
    if (unit.anchor !== undefined) this.#anchored -= 1;
    unit.claims.forEach((claim, at) => {
      const port = ports[at] ?? claim.port;
      const slot = this.#slots.get(port);
      if (!slot) return;
      slot.claims -= 1;
      if (claim.isDefault) slot.defaults.splice(slot.defaults.indexOf(claim.target.speaks), 1);
      if (slot.claims === 0) this.#slots.delete(port);
    });
    this.#weigh(unit, -1);
  }

  #weigh(unit: Unit, by: 1 | -1): void {
    for (const { ncc, count } of unit.names) {
      this.#names[ncc] = (this.#names[ncc] ?? 0) + by * count;
      const left = (this.#bringers[ncc] ?? 0) + by;
      this.#bringers[ncc] = left;
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

/** Whether a claim may use a port that a slot already uses. */
function joins(slot: Slot | undefined, claim: Claim): boolean {
  if (!slot) return true;
  if (slot.sharing === 'alone' || slot.sharing !== claim.sharing) return false;
  return !(claim.isDefault && slot.defaults.includes(claim.target.speaks));
}

/** Another port for a client that may use one: the same digits with 10000 added as often as needed, then the first free one from 30000. */
function remapped(port: number, free: (port: number) => boolean): Port | undefined {
  for (let candidate = port + 10_000; candidate <= 65_535; candidate += 10_000)
    if (free(candidate)) return candidate as Port;
  for (let candidate = 30_000; candidate <= 65_535; candidate += 1) if (free(candidate)) return candidate as Port;
  return undefined;
}
