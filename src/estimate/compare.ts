import type { Facts, Limits } from '../facts/index.ts';
import type { InfraPlan, LimitName, PlannedTarget } from '../ir/index.ts';
import { compareKafka, type KafkaComparison } from './compare-kafka.ts';
import {
  type CostLoad,
  clusterLines,
  endpointLines,
  loadBalancerLines,
  type MonthlyCost,
  monthlyCost,
  routersPaid,
  sumCost,
} from './cost.ts';

export type StrategyName = 'per-target' | 'per-network' | 'hub';

export interface Strategy {
  readonly name: StrategyName;
  readonly title: string;
  readonly counts: StrategyCounts;
  readonly cost: MonthlyCost;
  /** Every limit that counts here, each with the number of targets (of the same mix) at which it breaks. */
  readonly limits: readonly StrategyLimit[];
  readonly fits: boolean;
  /** What the numbers do not say. */
  readonly remarks: readonly string[];
}

export interface StrategyCounts {
  readonly endpoints: number;
  readonly services: number;
  readonly nlbs: number;
  readonly listeners: number;
  readonly routers: number;
}

export interface StrategyLimit {
  readonly limit: LimitName;
  readonly used: number;
  readonly of: number;
  readonly breaks: boolean;
  /** The first number of targets of the same mix that does not fit. Absent: more than {@link searched} would. */
  readonly breaksAtTargets?: number;
}

export interface Comparison {
  /** Targets that need an endpoint service; S3 needs none in any strategy. */
  readonly targets: number;
  readonly load: CostLoad;
  readonly strategies: readonly Strategy[];
  /**
   * The first number of targets, of the same mix and at the same load, for which the hub costs less per month than one
   * endpoint per target, by what has a price. Absent: not within {@link searched}.
   */
  readonly hubCheaperFromTargets?: number;
  readonly kafka: readonly KafkaComparison[];
}

/** Beyond this many targets, compare does not look for the number at which a limit breaks. */
const searched = 1_000_000;

/** Puts the plan beside what people build without a router. Counts, not placements: linear in targets. */
export function compare(
  infra: InfraPlan,
  given: { readonly limits: Limits; readonly load: CostLoad; readonly facts: Facts },
): Comparison {
  const targets = infra.targets.filter((target) => target.services.length > 0);
  const context: Context = { ...given, infra, targets, nccsOf: nccsOf(infra) };
  const apart = perTarget(context);
  const joined = hub(context);
  const from = cheaperFrom(context, apart, joined);
  return {
    targets: targets.length,
    load: given.load,
    strategies: [apart, perNetwork(context), joined],
    ...(from === undefined ? {} : { hubCheaperFromTargets: from }),
    kafka: infra.mskClusters.map((cluster) => {
      const target = infra.targets.find((each) => each.name === cluster.target);
      return compareKafka(cluster, { ...given, infra, nccs: target ? context.nccsOf(target).length : 0 });
    }),
  };
}

interface Context {
  readonly infra: InfraPlan;
  readonly limits: Limits;
  readonly load: CostLoad;
  readonly facts: Facts;
  readonly targets: readonly PlannedTarget[];
  /** Keys of the NCCs that are granted a target, sorted. */
  readonly nccsOf: (target: PlannedTarget) => readonly string[];
}

function nccsOf(infra: InfraPlan): Context['nccsOf'] {
  const home = new Map(infra.nccs.flatMap((ncc) => ncc.workspaces.map(({ name }) => [name, ncc.key] as const)));
  // Targets of one audience share an array.
  const known = new Map<readonly string[], readonly string[]>();
  return ({ workspaces }) => {
    const before = known.get(workspaces);
    if (before) return before;
    const made = [...new Set(workspaces.flatMap((name) => home.get(name) ?? []))].sort();
    known.set(workspaces, made);
    return made;
  };
}

/** Without a router every name of a target is a place of its own: it needs a load balancer to itself. */
const placesOf = (target: PlannedTarget): number => Math.max(1, target.hosts.length);

/** What a plan without a router cannot do for targets that share a host. */
const sharedByPath = (targets: readonly PlannedTarget[]): readonly string[] =>
  targets.some(({ path }) => path !== undefined)
    ? ['targets that share a host by path need a name each, because a load balancer sees no paths; they are counted so']
    : [];

const bucketRules = (infra: InfraPlan): number =>
  infra.nccs.reduce((sum, ncc) => sum + ncc.rules.filter((rule) => rule.kind === 's3').length, 0);

function perTarget(context: Context): Strategy {
  const { infra, targets } = context;
  let [endpoints, services, listeners] = [bucketRules(infra), 0, 0];
  for (const target of targets) {
    const places = placesOf(target);
    services += places;
    listeners += places * target.ports.length;
    endpoints += places * context.nccsOf(target).length;
  }
  return strategy(context, {
    name: 'per-target',
    title: 'one endpoint per target',
    counts: { endpoints, services, nlbs: services, listeners, routers: 0 },
    remarks: [
      'a load balancer forwards to addresses, not names: something must update it when the address of a target changes',
      'a target with several names needs one endpoint for each name',
      ...sharedByPath(targets),
    ],
  });
}

/** By account where it is known, else by network; within one, targets of equal access share while their ports differ. */
function perNetwork(context: Context): Strategy {
  const { infra, targets, limits } = context;
  const accountOf = new Map(infra.networks.map((network) => [network.name, network.account ?? network.name]));
  const groups = new Map<string, { nccs: number; names: number; listeners: number; byPort: Map<number, number> }>();
  for (const target of targets) {
    const nccs = context.nccsOf(target);
    const key = `${accountOf.get(target.network ?? '') ?? ''}|${nccs.join(' ')}`;
    let group = groups.get(key);
    if (!group) {
      group = { nccs: nccs.length, names: 0, listeners: 0, byPort: new Map() };
      groups.set(key, group);
    }
    const places = placesOf(target);
    group.names += places;
    group.listeners += places * target.ports.length;
    for (const { port } of target.ports) group.byPort.set(port, (group.byPort.get(port) ?? 0) + places);
  }
  const namesPerService = Math.max(1, limits.domains_per_rule.value * limits.rules_per_service_per_ncc.value);
  let [endpoints, services, listeners] = [bucketRules(infra), 0, 0];
  for (const group of groups.values()) {
    const busiest = Math.max(...group.byPort.values());
    const needed = Math.max(
      busiest,
      Math.ceil(group.listeners / Math.max(1, limits.listeners_per_nlb.value)),
      Math.ceil(group.names / namesPerService),
    );
    services += needed;
    listeners += group.listeners;
    endpoints += needed * group.nccs;
  }
  return strategy(context, {
    name: 'per-network',
    title: 'one endpoint per network or account',
    counts: { endpoints, services, nlbs: services, listeners, routers: 0 },
    remarks: [
      'two targets on one port of a network need two load balancers, because a load balancer cannot route by name',
      'targets with different grants are on different endpoints, because a listener without a router accepts every NCC with a rule to it',
      'each network pays for its load balancers; something must update them when addresses change',
      ...sharedByPath(targets),
    ],
  });
}

function hub(context: Context): Strategy {
  const { infra } = context;
  const services = infra.endpointServices.length;
  return strategy(context, {
    name: 'hub',
    title: 'one hub (this plan)',
    counts: {
      endpoints: infra.nccs.reduce((sum, ncc) => sum + ncc.rules.length, 0),
      services,
      nlbs: services,
      listeners: infra.endpointServices.reduce((sum, each) => sum + each.listeners.length, 0),
      routers: infra.router ? routersPaid(infra.router) : 0,
    },
    remarks: infra.router ? [infra.router.why] : [],
  });
}

function strategy(context: Context, made: Omit<Strategy, 'cost' | 'limits' | 'fits'>): Strategy {
  const limits = limitsHit(context, made.name, made.counts);
  return { ...made, cost: costOf(context, made), limits, fits: limits.every((limit) => !limit.breaks) };
}

function costOf({ infra, load, facts }: Context, { name, counts }: Pick<Strategy, 'name' | 'counts'>): MonthlyCost {
  const whole = monthlyCost(infra, load, facts);
  if (name === 'hub') return whole;
  // What the others save: the routers and the traffic to them. Ways into the networks: none from a hub, each network has its own.
  const lines = [
    ...loadBalancerLines(counts.nlbs, load, facts),
    ...endpointLines(counts.endpoints, load, facts),
    ...infra.mskClusters.flatMap((cluster) => clusterLines(cluster, facts)),
  ];
  return sumCost(lines, {
    region: infra.aws.region,
    load,
    remarks: whole.remarks.filter((remark) => !remark.startsWith('the router')),
  });
}

function limitsHit(context: Context, name: StrategyName, counts: StrategyCounts): readonly StrategyLimit[] {
  const { limits, targets } = context;
  const rows: readonly [LimitName, number][] = [
    ['endpoints_per_region', counts.endpoints + limits.endpoints_in_use.value],
    ['nlbs_per_region', counts.nlbs],
    ['target_groups_per_region', counts.listeners],
  ];
  return rows.map(([limit, used]) => {
    const of = limits[limit].value;
    const breaks = used > of;
    const first = firstBreak(context, name, limit, used);
    // The growth is even, the mix is not: what fits now fits, what does not does not.
    const at =
      first === undefined ? undefined : breaks ? Math.min(first, targets.length) : Math.max(first, targets.length + 1);
    return { limit, used, of, breaks, ...(at === undefined ? {} : { breaksAtTargets: at }) };
  });
}

/** The first number of targets whose need, with today's mix, is over the limit. */
function firstBreak(context: Context, name: StrategyName, limit: LimitName, used: number): number | undefined {
  const { limits, targets } = context;
  const of = limits[limit].value;
  if (targets.length === 0) return undefined;
  const need = name === 'hub' ? hubNeed(context, limit) : (n: number) => evenNeed(context, limit, used, n);
  return firstWhere((n) => need(n) > of);
}

function evenNeed({ limits, targets, infra }: Context, limit: LimitName, used: number, n: number): number {
  const fixed = limit === 'endpoints_per_region' ? limits.endpoints_in_use.value + bucketRules(infra) : 0;
  return fixed + Math.ceil(((used - fixed) * n) / targets.length - 1e-9);
}

/** A hub needs another endpoint when the names of an NCC fill its rules, or when one more target wants a port for itself. */
function hubNeed(context: Context, limit: LimitName): (n: number) => number {
  const { infra, limits, targets } = context;
  const grow = (count: number, n: number): number => Math.ceil((count * n) / targets.length - 1e-9);
  const alone = aloneByPort(infra);
  const namesPerService = Math.max(1, limits.domains_per_rule.value * limits.rules_per_service_per_ncc.value);
  const namesOf = infra.nccs.map((ncc) =>
    ncc.rules.reduce((sum, rule) => sum + (rule.kind === 'service' ? rule.domains.length : 0), 0),
  );
  const servicesAt = (n: number): number =>
    Math.max(
      ...alone.map((count) => grow(count, n)),
      ...namesOf.map((names) => Math.ceil(grow(names, n) / namesPerService)),
      1,
    );
  switch (limit) {
    case 'endpoints_per_region': {
      const fixed = limits.endpoints_in_use.value + bucketRules(infra);
      const dialled = infra.nccs.map((ncc) => ({
        names: ncc.rules.reduce((sum, rule) => sum + (rule.kind === 'service' ? rule.domains.length : 0), 0),
        services: new Set(ncc.rules.flatMap((rule) => (rule.kind === 'service' ? [rule.service] : []))),
      }));
      const busiest = dialled.map(({ names, services }) => ({
        names,
        alone: Math.max(0, ...aloneByPort(infra, services)),
      }));
      return (n) =>
        fixed +
        busiest.reduce(
          (sum, { names, alone: own }) =>
            sum + Math.max(Math.ceil(grow(names, n) / Math.max(1, limits.domains_per_rule.value)), grow(own, n)),
          0,
        );
    }
    case 'nlbs_per_region':
      return servicesAt;
    default: {
      const listeners = infra.endpointServices.reduce((sum, each) => sum + each.listeners.length, 0);
      const sharing = new Set(infra.endpointServices.flatMap((each) => each.listeners.map((listener) => listener.port)))
        .size;
      const exclusive = Math.max(0, listeners - sharing);
      return (n) => sharing * servicesAt(n) + grow(exclusive, n);
    }
  }
}

/** Load balancers are what grows: one for each place without a hub, one for each service with it. */
function cheaperFrom(context: Context, apart: Strategy, joined: Strategy): number | undefined {
  const count = context.targets.length;
  const each = loadBalancerLines(1, { connections: 0, gbPerMonth: 0 }, context.facts)[0]?.monthlyUsd;
  if (count === 0 || each === undefined || each === 'unknown') return undefined;
  const servicesAt = hubNeed(context, 'nlbs_per_region');
  const saves = (n: number): boolean => {
    const more = Math.ceil((apart.counts.nlbs * n) / count - 1e-9) - apart.counts.nlbs;
    const withHub = joined.cost.totalUsd + each * (servicesAt(n) - servicesAt(count));
    return apart.cost.totalUsd + each * more > withHub;
  };
  return firstWhere(saves);
}

/** The least number for which a claim holds that, once true, stays true. */
function firstWhere(holds: (n: number) => boolean): number | undefined {
  if (!holds(searched)) return undefined;
  let [no, yes] = [0, searched];
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

/** For each client port, how many listeners carry one target only: each needs another service. */
function aloneByPort(infra: InfraPlan, among?: ReadonlySet<string>): readonly number[] {
  const routing = new Map(infra.targets.map((target) => [target.name, target.routing]));
  const counts = new Map<number, number>();
  for (const service of infra.endpointServices) {
    if (among && !among.has(service.key)) continue;
    for (const { port, targets, forward } of service.listeners)
      if (forward.to === 'broker' || targets.some((target) => routing.get(target) === 'port'))
        counts.set(port, (counts.get(port) ?? 0) + 1);
  }
  return [...counts.values()];
}
