import type { InfraPlan } from '../../ir/index.ts';
import type { Who } from '../access/ncc-assignment.ts';
import type { ServiceDraft } from './allocated-services.ts';
import { sealLock, sealNcc, sealService } from './file/checksum.ts';
import type { Lock, LockedClaim } from './file/lock.ts';

/** What the next plan must know of this one. */
export function lockOf(infra: InfraPlan, services: readonly ServiceDraft[], next: Lock['next'], who: Who): Lock {
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
        ...(who.nccs[index]?.merged ? { merged: true as const } : {}),
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
          const way = draft?.way;
          return {
            port: listener.port,
            ...(way?.by === 'router' ? { routerPort: way.routerPort } : {}),
            targetGroup: listener.targetGroup.name,
            holds: (draft?.claims ?? []).flatMap((claim) =>
              claim.hosts.map(
                (host): LockedClaim => ({
                  target: claim.target.name,
                  host,
                  ...(claim.port === listener.port ? {} : { port: claim.port }),
                }),
              ),
            ),
          };
        }),
      }),
    ),
  });
}
