import type { Bits } from '../access/bits.ts';
import type { Capacity } from './capacity.ts';
import type { Unit } from './placement-units.ts';
import type { Tally } from './service-bin.ts';

/** What no placement can go below, with the endpoints of each NCC. */
export interface Bound extends Tally {
  readonly perNcc: Int32Array;
}

/**
 * A placement needs at least this. Per NCC: room for its names; as many services as some port has claims that stand
 * alone there; services with different grants behind listeners without identity are different services; and what fits
 * none of these by its own grants needs more beside them.
 */
export function lowerBound(units: readonly Unit[], capacity: Capacity): Bound {
  const { nccs, namesPerRule, rulesPerService } = capacity;
  const homeless = homelessIn(units);
  const all = new Pressure(namesPerRule * rulesPerService);
  const ofNcc = Array.from({ length: nccs }, () => new Pressure(namesPerRule * rulesPerService));
  for (const unit of units) {
    const apart = homeless(unit);
    all.add(unit, { names: 0, homeless: apart });
    for (const { ncc, count } of unit.names) ofNcc[ncc]?.add(unit, { names: count, homeless: apart });
  }
  const perNcc = Int32Array.from(ofNcc, (pressure) => pressure.rules(namesPerRule, rulesPerService));
  const services = Math.max(0, ...Array.from(perNcc, (rules) => Math.ceil(rules / rulesPerService)));
  const listeners = all.listeners();
  return {
    perNcc,
    endpoints: perNcc.reduce((sum, each) => sum + each, 0),
    services: Math.max(all.services(), services, Math.ceil(listeners / capacity.listeners)),
    listeners,
  };
}

/** Anchors above which nobody is looked at for being homeless: each kind of grants is held against each anchor. */
const anchorsCompared = 500;

/** Whether a unit with identity can sit on no service that is kept for some NCCs, because it has others beside them. */
function homelessIn(units: readonly Unit[]): (unit: Unit) => boolean {
  const anchors = new Set<Bits>();
  for (const unit of units) if (unit.anchor !== undefined && !unit.lone) anchors.add(unit.anchor);
  const known = new Map<Bits, boolean>();
  return (unit) => {
    if (unit.anchor !== undefined || unit.lone || anchors.size === 0 || anchors.size > anchorsCompared) return false;
    let apart = known.get(unit.grants);
    if (apart === undefined) {
      apart = ![...anchors].some((anchor) => (unit.grants & ~anchor) === 0n);
      known.set(unit.grants, apart);
    }
    return apart;
  };
}

/** How much the units that one NCC (or everybody) needs get in each other's way. */
class Pressure {
  #names = 0;
  #loneNames = 0;
  #lone = 0;
  #homelessNames = 0;
  /** Claims that stand alone, by anchor and port; no anchor for those with identity. */
  readonly #alone = new Map<Bits | undefined, Map<number, number>>();
  readonly #homeless = new Map<number, number>();
  /** Ports shared by name, by who shares there, with the names that do. */
  readonly #shared = new Map<string, Map<number, number>>();
  readonly #perService: number;
  #aloneClaims = 0;
  #loneListeners = 0;

  /** @param perService Names of one NCC that one service can carry. */
  constructor(perService: number) {
    this.#perService = perService;
  }

  add(unit: Unit, { names, homeless }: { readonly names: number; readonly homeless: boolean }): void {
    this.#names += names;
    if (unit.lone) {
      this.#lone += 1;
      this.#loneNames += names;
      this.#loneListeners += new Set(unit.claims.map((claim) => claim.port)).size;
      return;
    }
    if (homeless) {
      this.#homelessNames += Math.max(names, 1);
      for (const claim of unit.claims)
        if (claim.sharing === 'alone' && !claim.remap)
          this.#homeless.set(claim.port, (this.#homeless.get(claim.port) ?? 0) + 1);
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
        const ports = this.#shared.get(who) ?? new Map<number, number>();
        this.#shared.set(who, ports.set(claim.port, (ports.get(claim.port) ?? 0) + (names > 0 ? 1 : 0)));
      }
    }
  }

  /** Services needed at least, beside those of brokers. Different anchors never share; units without one may sit with any. */
  #shares(homelessServices: number): number {
    let anchored = 0;
    const total = new Map<number, number>();
    for (const [anchor, ports] of this.#alone) {
      if (anchor !== undefined) anchored += Math.max(1, ...ports.values());
      for (const [port, count] of ports) total.set(port, (total.get(port) ?? 0) + count);
    }
    for (const ports of this.#shared.values())
      for (const [port, names] of ports)
        total.set(port, (total.get(port) ?? 0) + Math.max(1, Math.ceil(names / this.#perService)));
    return Math.max(anchored + homelessServices, 0, ...total.values());
  }

  services(): number {
    const homeless = Math.max(this.#homelessNames > 0 ? 1 : 0, ...this.#homeless.values());
    return this.#lone + this.#shares(homeless);
  }

  /** Rules that one NCC needs at least. */
  rules(namesPerRule: number, rulesPerService: number): number {
    const homeless = Math.max(
      Math.ceil(this.#homelessNames / namesPerRule / rulesPerService),
      ...this.#homeless.values(),
    );
    const names = Math.ceil((this.#names - this.#loneNames) / namesPerRule);
    return Math.max(this.#lone, Math.ceil(this.#loneNames / namesPerRule)) + Math.max(names, this.#shares(homeless));
  }

  listeners(): number {
    let shared = 0;
    for (const ports of this.#shared.values()) shared += ports.size;
    return this.#loneListeners + this.#aloneClaims + shared;
  }
}
