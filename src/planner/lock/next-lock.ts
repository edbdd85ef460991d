import type { InfraPlan } from '../../ir/index.ts';
import type { NccAssignment } from '../access/ncc-assignment.ts';
import type { AllocatedService } from './allocated-services.ts';
import { sealLock, sealNcc, sealService } from './file/checksum.ts';
import type { Lock, LockedDemand } from './file/lock.ts';

/** What the next plan must know of this one. */
export function nextLock(
  infra: InfraPlan,
  services: readonly AllocatedService[],
  next: Lock['next'],
  assignment: NccAssignment,
): Lock {
  return sealLock({
    version: 1,
    name: infra.name,
    region: infra.aws.region,
    account: infra.aws.account,
    next,
    nccs: infra.nccs.map((ncc, index) =>
      sealNcc({
        key: ncc.key,
        name: ncc.name,
        workspaces: ncc.workspaces,
        ...(assignment.nccs[index]?.merged ? { merged: true as const } : {}),
        rules: ncc.rules.map((rule) =>
          rule.kind === 's3'
            ? { key: rule.key, service: 's3', names: rule.buckets }
            : { key: rule.key, service: rule.service, names: rule.domains },
        ),
      }),
    ),
    services: infra.endpointServices.map((service, index) =>
      sealService({
        key: service.key,
        name: service.nlb.name,
        listeners: service.listeners.map((listener, at) => {
          const draft = services[index]?.listeners[at];
          const forwarding = draft?.forwarding;
          return {
            port: listener.port,
            ...(forwarding?.by === 'router' ? { routerPort: forwarding.routerPort } : {}),
            targetGroup: listener.targetGroup.name,
            holds: (draft?.demands ?? []).flatMap((demand) =>
              demand.hosts.map(
                (host): LockedDemand => ({
                  target: demand.target.name,
                  host,
                  ...(demand.port === listener.port ? {} : { port: demand.port }),
                }),
              ),
            ),
          };
        }),
      }),
    ),
  });
}
