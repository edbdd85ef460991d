import { counted, type Diagnostic, hasErrors, listOf, warning } from '../diagnostics/index.ts';
import { type Headroom, headroom, type MonthlyCost, monthlyCost, type Saving, savingsOf } from '../estimate/index.ts';
import { type Facts, limitsOf } from '../facts/index.ts';
import type { InfraPlan, RoutePlan } from '../ir/index.ts';
import { byText } from '../ir/index.ts';
import { grantsOf, type ProofCounts, proofDiagnostics, prove } from '../proof/index.ts';
import type { Spec } from '../spec/index.ts';
import { buildTopology } from '../topology/index.ts';
import { decideNccs, type Who } from './access/ncc-assignment.ts';
import { type SurplusPair, surplusOf } from './access/surplus.ts';
import { allocate } from './lock/allocate.ts';
import { checkLock } from './lock/file/check-lock.ts';
import type { Lock } from './lock/file/lock.ts';
import { holdNothing, holdUnits, type Moved } from './lock/locked-units.ts';
import { lockOf } from './lock/next-lock.ts';
import { alternatives } from './placement/alternatives.ts';
import { type Capacity, capacityOf } from './placement/capacity.ts';
import { privateNetworks } from './placement/direct.ts';
import { weighOf } from './placement/objective.ts';
import { place } from './placement/place.ts';
import { type Unit, unitsOf } from './placement/placement-units.ts';
import { type Apart, apartReasons } from './placement/separation-reasons.ts';
import { contradiction } from './placement/unplaceable.ts';
import { hubOf } from './write/hub.ts';
import { hubRanges, infraPlan } from './write/infra-plan.ts';
import { checkCounts, checkLimitValues } from './write/limit-checks.ts';
import { withRules } from './write/ncc-rules.ts';
import { plannedTargets } from './write/planned-targets.ts';
import { routePlan } from './write/route-plan.ts';

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
  /** Pairs that nobody granted and that an accepted merge makes reachable; sorted. */
  readonly surplus: readonly SurplusPair[];
}

/** How good the placement is. */
export interface PlacementReport {
  /** No placement is better, given what the lock holds. */
  readonly exact: boolean;
  readonly endpoints: number;
  readonly services: number;
  readonly listeners: number;
  /** No placement can have fewer than this, with or without the lock. */
  readonly lowerBound: { readonly endpoints: number; readonly services: number; readonly listeners: number };
  /** What keeps each pair of services apart; empty for plans with many services. */
  readonly apart: readonly Apart[];
}

/** Plans a spec: pure, the same bytes for the same input whatever its order. Without a lock everything is placed afresh. */
export function makePlan(spec: Spec, facts: Facts, lock?: Lock): Planned {
  const limits = limitsOf(spec.limits, facts);
  const wrong = [...checkLimitValues(limits)];
  if (lock) wrong.push(...checkLock(lock, spec));
  if (wrong.length > 0) return { diagnostics: wrong };
  const who = decideNccs(spec, limits, lock);
  const capacity = capacityOf(spec, limits, who.nccs.length);
  const targets = [...spec.targets].sort((a, b) => byText(a.name, b.name));
  const units = unitsOf(targets, {
    grantsOf: who.grantsOf,
    namesPerService: capacity.namesPerRule * capacity.rulesPerService,
  });
  const diagnostics: Diagnostic[] = [...who.diagnostics, ...unreachable(spec, who), ...contradictions(units, capacity)];
  if (hasErrors(diagnostics)) return { diagnostics };
  const nccKeys = who.nccs.map((ncc) => ncc.key);
  const held = lock ? holdUnits(units, lock, nccKeys, capacity) : holdNothing(units);
  const weigh = weighOf(spec, facts);
  const placement = place(held.free, held.bins, { capacity, weigh });
  const allocation = allocate(placement.bins, held.services, lock);
  diagnostics.push(...movedDiagnostics(held.moved));
  const { services } = allocation;
  const { nccs, nextRule } = withRules(spec, who, services, limits, lock?.next.rule ?? 1, facts);
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
    targets: plannedTargets(spec, who, services),
    renames: renamesOf(spec),
  });
  const subnets = infra.hub?.vpc.kind === 'create' ? infra.hub.vpc.subnets.map((subnet) => subnet.cidr) : undefined;
  const ranges = hubRanges(spec, privateNetworks);
  const routes = routePlan(spec, {
    services,
    nccKeys,
    trustedNetworks: subnets ?? ranges,
    hubCidrs: ranges,
  });
  const surplus = surplusOf(spec, who.merged, who.mayReach);
  const proof = prove(buildTopology(infra, routes), grantsOf(spec, surplus));
  diagnostics.push(...proofDiagnostics(proof), ...surplusDiagnostics(surplus));
  if (hasErrors(diagnostics)) return { diagnostics };
  const next = {
    ncc: who.nextNcc,
    service: allocation.next.service,
    rule: nextRule,
    routerPort: allocation.next.routerPort,
  };
  const rules = nccs.flatMap((ncc) => ncc.rules);
  const buckets = rules.filter((rule) => rule.kind === 's3').length;
  return {
    plan: {
      infra,
      routes,
      lock: lockOf(infra, services, next, who),
      proof: proof.counts,
      placement: {
        exact: placement.exact,
        endpoints: rules.length,
        services: placement.tally.services,
        listeners: placement.tally.listeners,
        lowerBound: {
          endpoints: placement.bound.endpoints + buckets,
          services: placement.bound.services,
          listeners: placement.bound.listeners,
        },
        apart: apartReasons(services, capacity, lock !== undefined),
      },
      cost: monthlyCost(infra, spec.load, facts),
      headroom: headroom(infra, limits, spec.load.connections),
      savings: savingsOf(
        lock ? place(units, () => [], { capacity, weigh }).tally : placement.tally,
        alternatives(units, { capacity, weigh, namesPerRuleReported: facts.numbers.domainsPerRuleReported.value }),
        { weigh, facts },
      ),
      surplus: [...surplus].flatMap(([workspace, more]) => more.map((target) => ({ workspace, target }))),
    },
    diagnostics,
  };
}

function surplusDiagnostics(surplus: ReadonlyMap<string, readonly string[]>): readonly Diagnostic[] {
  const pairs = [...surplus].flatMap(([workspace, more]) => more.map((target) => `${workspace} → ${target}`));
  if (pairs.length === 0) return [];
  return [
    warning(
      'LG_SURPLUS',
      ['access'],
      `${counted(pairs.length, 'pair')} reachable that nobody granted, because a merge was accepted: ${listOf(pairs, 10)}`,
      'grant them under access:, or take the merge back',
    ),
  ];
}

function unreachable(spec: Spec, who: Who): readonly Diagnostic[] {
  return spec.targets
    .filter((target) => who.grantsOf(target.name) === 0n)
    .map((target) =>
      warning(
        'LG_TARGET_WITHOUT_ACCESS',
        ['targets', target.name],
        `nobody may reach ${target.name}, so nothing is built for it`,
        'grant it to a workspace under access:, or remove it',
      ),
    );
}

function contradictions(units: readonly Unit[], capacity: Capacity): readonly Diagnostic[] {
  return units.flatMap((unit) => {
    const found = contradiction(unit, capacity);
    return found ? [found] : [];
  });
}

const movedDiagnostics = (moved: readonly Moved[]): readonly Diagnostic[] =>
  moved.map(({ unit, from, why }) =>
    warning(
      'LG_MOVED',
      ['targets', unit.claims[0]?.target.name ?? ''],
      `${listOf(unit.hosts.map((host) => host.name))} leaves endpoint service ${from}: ${why}`,
      'open connections to it end when the change is applied; undo the change in the spec to keep it where it is',
    ),
  );

/** Kept as long as the spec says so: a `moved` block whose origin is gone does no harm, one that is missing replaces things. */
const renamesOf = (spec: Spec): readonly { readonly from: string; readonly to: string }[] =>
  spec.targets
    .flatMap(({ name, renamedFrom }) => (renamedFrom === undefined ? [] : [{ from: renamedFrom, to: name }]))
    .sort((a, b) => byText(a.to, b.to));
