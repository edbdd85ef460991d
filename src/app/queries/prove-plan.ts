import type { InfraPlan, RoutePlan } from '../../ir/index.ts';
import { grantsOf, type Proof, prove } from '../../proof/index.ts';
import { buildTopology } from '../../topology/index.ts';
import type { PlannedSpec } from '../planning/index.ts';

/**
 * Holds a plan to what the spec grants.
 *
 * @param kept A plan that was kept, or changed by hand, in place of the one that was just made.
 */
export const provePlan = (
  { spec, plan }: PlannedSpec,
  kept: { readonly infra: InfraPlan; readonly routes: RoutePlan } = plan,
): Proof => prove(buildTopology(kept.infra, kept.routes), grantsOf(spec, surplusByWorkspace(plan.surplus)));

/** What the user has accepted beside the grants. */
function surplusByWorkspace(surplus: PlannedSpec['plan']['surplus']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { workspace, target } of surplus) {
    const row = found.get(workspace);
    if (row) row.push(target);
    else found.set(workspace, [target]);
  }
  return found;
}
