import type { InfraPlan, RoutePlan } from '../../ir/index.ts';
import { createThing } from '../aws/index.ts';
import { acceptEndpoints } from './accept.ts';
import type { SimulatedAccounts } from './accounts.ts';
import { fillClusters } from './clusters.ts';
import { fillConfiguration } from './configuration.ts';
import { fillDatabricks } from './databricks.ts';
import { fillHub, type Make } from './hub.ts';
import { fillSecurityGroups } from './security-groups.ts';
import { fillServices } from './services.ts';

/**
 * Puts everything that carries bytes in a plan into accounts that hold what existed before: as after Terraform, the spokes' owners, and
 * whoever accepts endpoints have done their part. Rejects with AwsError or ApiError where an account refuses.
 */
export async function fillFromPlan(
  accounts: SimulatedAccounts,
  { infra, routes }: { readonly infra: InfraPlan; readonly routes: RoutePlan },
): Promise<void> {
  const { aws, caller } = accounts;
  const { key, value } = infra.aws.planTag;
  const make: Make = (type, input) => createThing(aws, caller, type, { ...input, tags_all: { [key]: value } });
  if (infra.router) await fillConfiguration(routes, infra.router, make);
  const hub = await fillHub(aws, infra, make);
  if (hub) {
    const groups = await fillSecurityGroups(infra, hub, make);
    await fillClusters(aws, { infra, routes }, hub, groups, make);
    await fillServices(aws, infra, hub, groups, make);
  }
  fillDatabricks(accounts, infra);
  await acceptEndpoints(accounts, infra);
}
