import type { Bits } from '../access-sets.ts';
import type { Unit } from '../units.ts';
import type { Capacity, Tally } from './bin.ts';

/** What no placement can go below, with the endpoints of each NCC. */
export interface Bound extends Tally {
  readonly perNcc: Int32Array;
}

/**
 * A placement needs at least this. Per NCC: room for its names; as many services as some port has claims that stand
 * alone there; and services with different grants behind listeners without identity are different services.
 */
export function lowerBound(units: readonly Unit[], capacity: Capacity): Bound {
  const perNcc = new Int32Array(capacity.nccs);
  const names = new Int32Array(capacity.nccs);
  for (const unit of units) for (const { ncc, count } of unit.names) names[ncc] = (names[ncc] ?? 0) + count;
  const all = new Pressure();
  const ofNcc = Array.from({ length: capacity.nccs }, () => new Pressure());
  for (const unit of units) {
    all.add(unit);
    for (const { ncc } of unit.names) ofNcc[ncc]?.add(unit);
  }
  for (let ncc = 0; ncc < capacity.nccs; ncc += 1)
    perNcc[ncc] = Math.max(Math.ceil((names[ncc] ?? 0) / capacity.namesPerRule), ofNcc[ncc]?.services() ?? 0);
  const rules = Math.max(0, ...perNcc.map((rulesNeeded) => Math.ceil(rulesNeeded / capacity.rulesPerService)));
  const listeners = all.listeners();
  return {
    perNcc,
    endpoints: perNcc.reduce((sum, each) => sum + each, 0),
    services: Math.max(all.services(), rules, Math.ceil(listeners / capacity.listeners)),
    listeners,
  };
}

/** How much the units that one NCC (or everybody) needs get in each other's way. */
class Pressure {
  #lone = 0;
  /** Claims that stand alone, by anchor and port; no anchor for those with identity. */
  readonly #alone = new Map<Bits | undefined, Map<number, number>>();
  /** Ports shared by name, by who shares there. */
  readonly #shared = new Map<string, Set<number>>();
  #aloneClaims = 0;
  #loneListeners = 0;

  add(unit: Unit): void {
    if (unit.lone) {
      this.#lone += 1;
      this.#loneListeners += new Set(unit.claims.map((claim) => claim.port)).size;
      return;
    }
    if (unit.anchor !== undefined && !this.#alone.has(unit.anchor)) this.#alone.set(unit.anchor, new Map());
    for (const claim of unit.claims) {
      if (claim.sharing === 'alone') this.#aloneClaims += 1;
      if (claim.remap) continue;
      if (claim.sharing === 'alone') {
        const ports = this.#alone.get(unit.anchor) ?? new Map<number, number>();
        ports.set(claim.port, (ports.get(claim.port) ?? 0) + 1);
        this.#alone.set(unit.anchor, ports);
      } else {
        const who = claim.sharing === 'by-name' ? 'by-name' : `${claim.sharing}/${unit.anchor?.toString(36) ?? ''}`;
        const ports = this.#shared.get(who) ?? new Set<number>();
        this.#shared.set(who, ports.add(claim.port));
      }
    }
  }

  /** Services needed at least. Different anchors never share; units without one may sit with any. */
  services(): number {
    let anchored = 0;
    const total = new Map<number, number>();
    for (const [anchor, ports] of this.#alone) {
      if (anchor !== undefined) anchored += Math.max(1, ...ports.values());
      for (const [port, count] of ports) total.set(port, (total.get(port) ?? 0) + count);
    }
    for (const ports of this.#shared.values()) for (const port of ports) total.set(port, (total.get(port) ?? 0) + 1);
    return this.#lone + Math.max(anchored, 0, ...total.values());
  }

  listeners(): number {
    let shared = 0;
    for (const ports of this.#shared.values()) shared += ports.size;
    return this.#loneListeners + this.#aloneClaims + shared;
  }
}
