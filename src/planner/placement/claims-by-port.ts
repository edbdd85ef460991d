import { byText, type Port } from '../../ir/index.ts';
import type { Claim } from './placement-units.ts';
import type { Bin } from './service-bin.ts';

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
