import { type Diagnostic, hasErrors } from '../diagnostics/index.ts';
import { type Facts, type Limits, limitsOf } from '../facts/index.ts';
import type { Hostname, InfraPlan, Ncc, PlannedTarget, RoutePlan, Rule } from '../ir/index.ts';
import type { Spec } from '../spec/index.ts';
import { buildTopology, type ProofCounts, proofDiagnostics, prove } from '../topology/index.ts';
import { byText } from './access-sets.ts';
import { allocate, privateNetworks } from './allocate.ts';
import { bucketsByNcc, s3Service } from './buckets.ts';
import { grantsOf, surplusOf } from './grants.ts';
import { holdNothing, holdUnits, type Moved } from './hold.ts';
import { hubOf } from './hub.ts';
import { hubRanges, infraPlan } from './infra.ts';
import { checkCounts, checkLimitValues } from './limits.ts';
import type { Lock } from './lock.ts';
import { checkLock } from './lock-check.ts';
import { lockOf } from './lock-write.ts';
import { boundedName } from './names.ts';
import type { Capacity } from './placement/bin.ts';
import { place } from './placement/place.ts';
import { byCount } from './placement/weigh.ts';
import { some, warning } from './problems.ts';
import { routePlan } from './routes.ts';
import { packNames } from './rules.ts';
import { namesByNcc, type ServiceDraft } from './services.ts';
import { contradiction, type Unit, unitsOf } from './units.ts';
import { decideNccs, type Who } from './who.ts';

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
}

/** Plans a spec: pure, the same bytes for the same input whatever its order. Without a lock everything is placed afresh. */
export function makePlan(spec: Spec, facts: Facts, lock?: Lock): Planned {
  const limits = limitsOf(spec.limits, facts);
  const wrong = [...checkLimitValues(limits)];
  if (lock) wrong.push(...checkLock(lock, spec.name));
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
  const placement = place(held.free, held.bins, { capacity, weigh: byCount });
  const allocation = allocate(placement.bins, held.services, lock);
  diagnostics.push(...movedDiagnostics(held.moved));
  const { services } = allocation;
  const { nccs, nextRule } = withRules(spec, who, services, limits, lock?.next.rule ?? 1, facts);
  const hub = hubOf(spec, services, limits, facts);
  diagnostics.push(...hub.diagnostics, ...checkCounts({ nccs, services, withoutPort: allocation.withoutPort }, limits));
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
  const proof = prove(buildTopology(infra, routes), grantsOf(spec, surplusOf(spec, who.merged, who.mayReach)));
  diagnostics.push(...proofDiagnostics(proof));
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
      },
    },
    diagnostics,
  };
}

function capacityOf(spec: Spec, limits: Limits, nccs: number): Capacity {
  const routers = Math.max(spec.hub?.router.max ?? 1, 1);
  return {
    namesPerRule: limits.domains_per_rule.value,
    rulesPerService: limits.rules_per_service_per_ncc.value,
    // A router behind n listeners counts n times among the members of the load balancer.
    listeners: Math.min(
      limits.listeners_per_nlb.value,
      Math.max(1, Math.floor(limits.targets_per_nlb.value / routers)),
    ),
    nccs,
  };
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
      `${some(unit.hosts.map((host) => host.name))} leaves endpoint service ${from}: ${why}`,
      'open connections to it end when the change is applied; undo the change in the spec to keep it where it is',
    ),
  );

/** Kept as long as the spec says so: a `moved` block whose origin is gone does no harm, one that is missing replaces things. */
const renamesOf = (spec: Spec): readonly { readonly from: string; readonly to: string }[] =>
  spec.targets
    .flatMap(({ name, renamedFrom }) => (renamedFrom === undefined ? [] : [{ from: renamedFrom, to: name }]))
    .sort((a, b) => byText(a.to, b.to));

interface Ruled {
  readonly nccs: readonly Ncc[];
  readonly nextRule: number;
}

function withRules(
  spec: Spec,
  who: Who,
  services: readonly ServiceDraft[],
  limits: Limits,
  firstRule: number,
  facts: Facts,
): Ruled {
  let next = firstRule;
  const keyOf = (held: string | undefined): string => {
    if (held !== undefined) return held;
    next += 1;
    return `r-${next - 1}`;
  };
  const ids = new Map(spec.workspaces.map((workspace) => [workspace.name, workspace.id]));
  const names = services.map((service) => namesByNcc(service.units, who.nccs.length));
  const buckets = bucketsByNcc(spec, who.grantsOf, who.nccs.length);
  const nccs = who.nccs.map((ncc, index): Ncc => {
    const held = ncc.held?.rules ?? [];
    const rules: Rule[] = [];
    services.forEach((service, at) => {
      const wanted = names[at]?.[index] ?? [];
      if (wanted.length === 0) return;
      const mine = held.filter((rule) => rule.service === service.key);
      for (const rule of packNames(wanted, mine, limits.domains_per_rule.value))
        rules.push({
          kind: 'service',
          key: keyOf(rule.key),
          service: service.key,
          domains: rule.names as readonly Hostname[],
        });
    });
    const mine = held.filter((rule) => rule.service === 's3');
    for (const rule of packNames(buckets[index] ?? [], mine, limits.buckets_per_rule.value))
      rules.push({
        kind: 's3',
        key: keyOf(rule.key),
        awsService: s3Service(spec.aws.region),
        buckets: rule.names,
      });
    return {
      key: ncc.key,
      name: ncc.held?.name ?? boundedName(spec.name, ncc.key, facts.numbers.nccNameMax.value),
      workspaces: ncc.workspaces.map((name) => {
        const id = ids.get(name);
        return { name, ...(id === undefined ? {} : { id }) };
      }),
      rules,
    };
  });
  return { nccs, nextRule: next };
}

function plannedTargets(spec: Spec, who: Who, services: readonly ServiceDraft[]): readonly PlannedTarget[] {
  const rows = new Map<string, { services: Set<string>; ports: Map<number, number> }>();
  for (const service of services)
    for (const listener of service.listeners)
      for (const { target, port } of listener.claims) {
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
        buckets: target.buckets,
        workspaces: who.workspacesOf(target.name),
      };
    });
}
