import { type Diagnostic, hasErrors } from '../diagnostics/index.ts';
import { type Headroom, headroom, type MonthlyCost, monthlyCost, type Saving, savingsOf } from '../estimate/index.ts';
import { type Facts, limitsOf } from '../facts/index.ts';
import type { InfraPlan, RoutePlan } from '../ir/index.ts';
import { byText } from '../ir/index.ts';
import { grantsOf, type ProofCounts, proofDiagnostics, prove } from '../proof/index.ts';
import type { Spec } from '../spec/index.ts';
import { buildTopology } from '../topology/index.ts';
import { assignNccs } from './access/ncc-assignment.ts';
import { type SurplusPair, surplusDiagnostics, surplusOf } from './access/surplus.ts';
import { allocate } from './lock/allocate.ts';
import { checkLock } from './lock/file/check-lock.ts';
import type { Lock } from './lock/file/lock.ts';
import { lockedAllocations, movedDiagnostics, noAllocations } from './lock/locked-allocations.ts';
import { nextLock } from './lock/next-lock.ts';
import { alternatives } from './placement/alternatives.ts';
import { capacityOf } from './placement/capacity.ts';
import { privateNetworks } from './placement/direct.ts';
import { objectiveOf } from './placement/objective.ts';
import { place } from './placement/place.ts';
import { type PlacementReport, placementReport } from './placement/placement-report.ts';
import { placementUnits } from './placement/placement-units.ts';
import { unplaceableUnits } from './placement/unplaceable.ts';
import { hubOf } from './write/hub.ts';
import { hubRanges, infraPlan } from './write/infra-plan.ts';
import { checkCounts, checkLimitValues } from './write/limit-checks.ts';
import { nccsWithRules } from './write/ncc-rules.ts';
import { plannedTargets } from './write/planned-targets.ts';
import { routePlan } from './write/route-plan.ts';
import { unknownNames } from './write/unknown-names.ts';

/** What the planner gives: no plan where a diagnostic is an error. */
export interface Planned {
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/** A plan that its proof has passed. */
export interface Plan {
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
  /** To be kept; the next plan starts from it. */
  readonly lock: Lock;
  readonly proof: ProofCounts;
  readonly placement: PlacementReport;
  readonly cost: MonthlyCost;
  readonly headroom: readonly Headroom[];
  readonly savings: readonly Saving[];
  /** Pairs that are not granted and that an accepted merge makes reachable; sorted. */
  readonly surplus: readonly SurplusPair[];
}

/** Plans a spec: pure, the same bytes for the same input whatever its order. Without a lock everything is placed from scratch. */
export function makePlan(spec: Spec, facts: Facts, lock?: Lock): Planned {
  const limits = limitsOf(spec.limits, facts);
  const wrong = [...checkLimitValues(limits)];
  if (lock) wrong.push(...checkLock(lock, spec));
  if (wrong.length > 0) return { diagnostics: wrong };
  const assignment = assignNccs(spec, limits, lock);
  const capacity = capacityOf(spec, limits, assignment.nccs.length);
  const targets = [...spec.targets].sort((a, b) => byText(a.name, b.name));
  const units = placementUnits(targets, {
    grantsOf: assignment.grantsOf,
    namesPerService: capacity.namesPerRule * capacity.rulesPerService,
  });
  const diagnostics: Diagnostic[] = [
    ...unknownNames(spec, facts),
    ...assignment.diagnostics,
    ...unplaceableUnits(units, capacity),
  ];
  if (hasErrors(diagnostics)) return { diagnostics };
  const nccKeys = assignment.nccs.map((ncc) => ncc.key);
  const held = lock ? lockedAllocations(units, lock, nccKeys, capacity) : noAllocations(units);
  const objective = objectiveOf(spec, facts);
  const placement = place(held.free, held.bins, { capacity, objective });
  const allocation = allocate(placement.bins, held.services, lock);
  diagnostics.push(...movedDiagnostics(held.moved));
  const { services } = allocation;
  const { nccs, nextRule } = nccsWithRules(spec, assignment, services, limits, lock?.next.rule ?? 1, facts);
  const hub = hubOf(spec, services, limits, facts);
  diagnostics.push(
    ...hub.diagnostics,
    ...checkCounts({ nccs, services, withoutPort: allocation.withoutPort, locked: lock !== undefined }, limits),
  );
  if (hasErrors(diagnostics)) return { diagnostics };
  const { diagnostics: _, ...built } = hub;
  const infra = infraPlan(spec, facts, {
    ...built,
    services,
    nccs,
    targets: plannedTargets(spec, assignment, services),
  });
  const subnets = infra.hub?.vpc.kind === 'create' ? infra.hub.vpc.subnets.map((subnet) => subnet.cidr) : undefined;
  const ranges = hubRanges(spec, privateNetworks);
  const routes = routePlan(spec, {
    services,
    nccs,
    trustedNetworks: subnets ?? ranges,
    hubCidrs: ranges,
  });
  const surplus = surplusOf(spec, assignment.merged, assignment.mayReach);
  const proof = prove(buildTopology(infra, routes), grantsOf(spec, surplus));
  diagnostics.push(...proofDiagnostics(proof), ...surplusDiagnostics(surplus));
  if (hasErrors(diagnostics)) return { diagnostics };
  const next = {
    ncc: assignment.nextNcc,
    service: allocation.next.service,
    rule: nextRule,
    routerPort: allocation.next.routerPort,
  };
  return {
    plan: {
      infra,
      routes,
      lock: nextLock(infra, services, next, assignment),
      proof: proof.counts,
      placement: placementReport(placement, { nccs, services, capacity, locked: lock !== undefined }),
      cost: monthlyCost(infra, spec.load, facts),
      headroom: headroom(infra, limits, spec.load.connections),
      savings: savingsOf(
        lock ? place(units, () => [], { capacity, objective }).counts : placement.counts,
        alternatives(units, { capacity, objective, namesPerRuleReported: facts.numbers.domainsPerRuleReported.value }),
        { objective, facts, ...(lock && { locked: placement.counts }) },
      ),
      surplus: [...surplus].flatMap(([workspace, more]) => more.map((target) => ({ workspace, target }))),
    },
    diagnostics,
  };
}
