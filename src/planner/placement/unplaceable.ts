import type { Diagnostic } from '../../diagnostics/index.ts';
import { error, listOf } from '../../diagnostics/index.ts';
import type { Capacity } from './capacity.ts';
import type { PlacementUnit } from './placement-units.ts';
import { ServiceBin } from './service-bin.ts';

/** An error for each unit that no service can carry. */
export function unplaceableUnits(units: readonly PlacementUnit[], capacity: Capacity): readonly Diagnostic[] {
  return units.flatMap((unit) => unplaceable(unit, capacity) ?? []);
}

function unplaceable(unit: PlacementUnit, capacity: Capacity): Diagnostic | undefined {
  const alone = new ServiceBin(capacity);
  if (typeof alone.ports(unit) !== 'string') return undefined;
  const first = unit.demands[0];
  const path = ['targets', first?.target.name ?? ''];
  const names = listOf(unit.hosts.map((host) => host.name));
  const unidentified = unit.demands.find((each) => !each.identified);
  const other = unit.demands.find((each) => unidentified !== undefined && each.grants !== unidentified.grants);
  if (unidentified && other)
    return error(
      'LG_HOST_MIXED_GRANTS',
      ['targets', unidentified.target.name],
      `${unidentified.target.name} and ${other.target.name} have the name ${names} and therefore one endpoint service, but are granted to different workspaces; the listener on port ${unidentified.port} cannot tell NCCs apart`,
      'grant both to the same workspaces, or give one of them another host name',
    );
  const ports = new Set(unit.demands.map((each) => each.port)).size;
  if (ports > capacity.listeners)
    return error(
      'LG_TOO_MANY_PORTS',
      path,
      `${names} needs ${ports} ports on one load balancer; with this fleet it can have ${capacity.listeners} listeners`,
      'use another host name for some of the ports, or lower hub.router.max',
    );
  return error(
    'LG_PORT_CONFLICT',
    path,
    `targets with the name ${names} must share an endpoint service, but cannot: ${alone.ports(unit)}`,
    'give one of them another host name or port, or set port_policy: remap',
  );
}
