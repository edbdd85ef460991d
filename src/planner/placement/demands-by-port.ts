import { byText, type Port } from '../../ir/index.ts';
import type { Demand } from './placement-units.ts';
import type { ServiceBin } from './service-bin.ts';

/** Listeners of a bin: its demands by port. */
export function demandsByPort(bin: ServiceBin): ReadonlyMap<Port, readonly Demand[]> {
  const byPort = new Map<Port, Demand[]>();
  for (const [unit, ports] of bin.units)
    unit.demands.forEach((demand, at) => {
      const port = ports[at] ?? demand.port;
      const row = byPort.get(port);
      if (row) row.push(demand);
      else byPort.set(port, [demand]);
    });
  for (const row of byPort.values()) row.sort(inOrder);
  return new Map([...byPort].sort(([a], [b]) => a - b));
}

const inOrder = (a: Demand, b: Demand): number =>
  byText(a.target.name, b.target.name) || byText(a.hosts[0] ?? '', b.hosts[0] ?? '');
