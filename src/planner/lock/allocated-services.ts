import type { Hostname, Port } from '../../ir/index.ts';
import { byText } from '../../ir/index.ts';
import type { Target } from '../../spec/index.ts';
import type { Bits } from '../access/access-sets.ts';
import type { Claim, Unit } from '../placement/placement-units.ts';
import type { Bin } from '../placement/service-bin.ts';
import type { LockedListener, LockedService } from './lock.ts';

/** An endpoint service before it has names and addresses. */
export interface ServiceDraft {
  readonly key: string;
  readonly units: readonly Unit[];
  /** NCCs that can dial it. */
  readonly audience: Bits;
  /** Rising by port. */
  readonly listeners: readonly ListenerDraft[];
  readonly held?: LockedService;
}

/** A listener of a service before it has a name. */
export interface ListenerDraft {
  /** `<service>/<port>`. */
  readonly key: string;
  readonly port: Port;
  /** By target, then first host. */
  readonly claims: readonly Claim[];
  readonly way: Way;
  readonly held?: LockedListener;
}

/** How the listener's bytes go on. */
export type Way =
  | { readonly by: 'router'; readonly routerPort: Port }
  | { readonly by: 'addresses'; readonly target: Target }
  | { readonly by: 'broker'; readonly target: Target; readonly broker: number };

/** Listeners of a bin: its claims by port. */
export function listenersOf(bin: Bin): ReadonlyMap<Port, readonly Claim[]> {
  const byPort = new Map<Port, Claim[]>();
  for (const [unit, ports] of bin.units)
    unit.claims.forEach((claim, at) => {
      const port = ports[at] ?? claim.port;
      const row = byPort.get(port);
      if (row) row.push(claim);
      else byPort.set(port, [claim]);
    });
  for (const row of byPort.values()) row.sort(inOrder);
  return new Map([...byPort].sort(([a], [b]) => a - b));
}

const inOrder = (a: Claim, b: Claim): number =>
  byText(a.target.name, b.target.name) || byText(a.hosts[0] ?? '', b.hosts[0] ?? '');

/** The names that each NCC must list for a service, by the NCC's index; sorted. */
export function namesByNcc(units: readonly Unit[], nccs: number): readonly (readonly Hostname[])[] {
  const names: Hostname[][] = Array.from({ length: nccs }, () => []);
  for (const unit of units)
    for (const { ncc } of unit.names) {
      const bit = 1n << BigInt(ncc);
      for (const host of unit.hosts)
        if (unit.hosts.length === 1 || (host.grants & bit) !== 0n) names[ncc]?.push(host.name);
    }
  for (const row of names) row.sort(byText);
  return names;
}
