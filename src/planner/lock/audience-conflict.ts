import { listOf } from '../../diagnostics/index.ts';
import { type Bits, membersOf } from '../access/bits.ts';
import type { PlacementUnit } from '../placement/placement-units.ts';

/** The endpoint service that a unit leaves: who stays there, and the NCCs that those with listeners without identity are for. */
export interface ServiceAudience {
  readonly staying: readonly PlacementUnit[];
  readonly fixedAudience: Bits | undefined;
  /** Keys of the NCCs by index. */
  readonly nccKeys: readonly string[];
}

/** Why a unit cannot stay with others: a listener that cannot tell NCCs apart, whose it is, and which NCC is on one side only. */
export function audienceConflict(unit: PlacementUnit, { staying, fixedAudience, nccKeys }: ServiceAudience): string {
  const keys = (set: Bits): string => {
    const members = membersOf(set);
    return `NCC${members.length === 1 ? '' : 's'} ${listOf(members.map((at) => nccKeys[at] ?? String(at)))}`;
  };
  const others = staying.filter((each) => each !== unit);
  const fixing = others.filter((each) => each.fixedAudience !== undefined);
  if (unit.fixedAudience === undefined) {
    const beyond = unit.grants & ~(fixedAudience ?? 0n);
    return `${keys(beyond)} may reach ${namesOf([unit])} and not ${namesOf(fixing)}, and a listener of ${namesOf(fixing)} cannot tell NCCs apart`;
  }
  const own = `a listener of ${namesOf([unit])} cannot tell NCCs apart`;
  if (fixedAudience !== undefined)
    return `${own}, one of ${namesOf(fixing)} cannot either, and they are for different NCCs`;
  const audience = unit.fixedAudience;
  const further = others.filter(({ grants }) => (grants & ~audience) !== 0n);
  const beyond = further.reduce((set, { grants }) => set | (grants & ~audience), 0n);
  return `${own}, and ${keys(beyond)} may reach ${namesOf(further)} and not ${namesOf([unit])}`;
}

/** Targets of units, each once. With listeners without identity, only those are meant. */
function namesOf(units: readonly PlacementUnit[]): string {
  const demands = units.flatMap((unit) => {
    const unidentified = unit.demands.filter(({ identified }) => !identified);
    return unidentified.length > 0 ? unidentified : unit.demands;
  });
  return listOf([...new Set(demands.map(({ target }) => target.name))], 3);
}
