import type { PlannedTarget } from '../../ir/index.ts';
import { byText } from '../../ir/index.ts';
import type { Spec } from '../../spec/index.ts';
import type { NccAssignment } from '../access/ncc-assignment.ts';
import type { AllocatedService } from '../lock/allocated-services.ts';

/** Every target as its clients see it, also those that no workspace may reach; sorted by name. */
export function plannedTargets(
  spec: Spec,
  assignment: NccAssignment,
  services: readonly AllocatedService[],
): readonly PlannedTarget[] {
  const rows = new Map<string, { services: Set<string>; ports: Map<number, number> }>();
  for (const service of services)
    for (const listener of service.listeners)
      for (const { target, port } of listener.demands) {
        const row = rows.get(target.name) ?? { services: new Set<string>(), ports: new Map<number, number>() };
        rows.set(target.name, row);
        row.services.add(service.key);
        row.ports.set(port, listener.port);
      }
  return [...spec.targets]
    .sort((a, b) => byText(a.name, b.name))
    .map((target) => {
      const row = rows.get(target.name);
      return {
        name: target.name,
        type: target.type,
        ...(target.network === undefined ? {} : { network: target.network }),
        hosts: target.hosts,
        ports: target.ports.map((port) => ({ port, clientPort: (row?.ports.get(port) ?? port) as typeof port })),
        services: [...(row?.services ?? [])],
        routing: target.routing,
        tls: target.tls,
        ...(target.path === undefined ? {} : { path: target.path }),
        buckets: target.buckets,
        workspaces: assignment.workspacesOf(target.name),
      };
    });
}
