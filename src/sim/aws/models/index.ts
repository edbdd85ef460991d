import type { Model } from '../model.ts';
import { containerModels } from './containers.ts';
import { fleetModels } from './fleet.ts';
import { identityModels } from './identity.ts';
import { loadBalancerModels } from './load-balancers.ts';
import { mskModels } from './msk.ts';
import { nameModels } from './names.ts';
import { networkModels } from './network.ts';
import { observationModels } from './observation.ts';
import { privateLinkModels } from './privatelink.ts';
import { routeModels } from './routes.ts';
import { securityGroupModels } from './security-groups.ts';
import { storageModels } from './storage.ts';

/** The rules of every type that the provider can make, by type. */
export const models: Readonly<Record<string, Model>> = Object.fromEntries(
  [
    ...networkModels,
    ...routeModels,
    ...securityGroupModels,
    ...loadBalancerModels,
    ...privateLinkModels,
    ...fleetModels,
    ...identityModels,
    ...storageModels,
    ...containerModels,
    ...observationModels,
    ...nameModels,
    ...mskModels,
  ].map((model) => [model.type, model]),
);
