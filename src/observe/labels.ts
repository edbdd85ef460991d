import type { FleetNames, InfraPlan, PlannedTarget } from '../ir/index.ts';

/**
 * The names of the plan, with which live objects are matched to planned ones. Names only: whether an object exists, and what
 * it is connected to, is read from the clouds.
 */
export interface Labels {
  readonly name: string;
  readonly region: string;
  /** The role that Databricks attaches with. */
  readonly principal: string;
  /** The tag that everything of this configuration has in AWS. */
  readonly tag: readonly [key: string, value: string];
  /** Key of an NCC by its name. */
  readonly nccs: ReadonlyMap<string, string>;
  /** Keys of rules by the keys of their NCC and endpoint service, or of their NCC and `s3`. */
  readonly rules: ReadonlyMap<string, readonly string[]>;
  /** Name of a workspace by its id. */
  readonly workspaces: ReadonlyMap<string, string>;
  /** Key of an endpoint service by the name of its load balancer. */
  readonly services: ReadonlyMap<string, string>;
  /** Target of the spec by `address:port`, where clients go straight to addresses. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly clusters: readonly ClusterLabel[];
  readonly targets: readonly PlannedTarget[];
  /** Absent: no listener needs a router. */
  readonly fleet?: { readonly run: 'instances' | 'containers'; readonly names: FleetNames };
}

/** A Kafka cluster, by its ARN or, where the plan makes it, by its name. */
export interface ClusterLabel {
  readonly target: string;
  readonly name: string;
  readonly arn?: string;
}

export function labelsOf(plan: InfraPlan): Labels {
  const direct = plan.endpointServices.flatMap(({ listeners }) =>
    listeners.flatMap(({ forward, targetGroup, targets }) =>
      forward.to === 'addresses'
        ? forward.members.map((each) => [`${each.address}:${targetGroup.port}`, targets[0] ?? ''] as const)
        : [],
    ),
  );
  const rules = new Map<string, string[]>();
  for (const ncc of plan.nccs)
    for (const rule of ncc.rules) {
      const place = rulePlace(ncc.key, rule.kind === 's3' ? 's3' : rule.service);
      rules.set(place, [...(rules.get(place) ?? []), rule.key]);
    }
  return {
    name: plan.name,
    region: plan.aws.region,
    principal: plan.databricks.principalArn,
    tag: [plan.aws.planTag.key, plan.aws.planTag.value],
    nccs: new Map(plan.nccs.map((each) => [each.name, each.key])),
    rules,
    workspaces: new Map(
      plan.nccs.flatMap((ncc) =>
        ncc.workspaces.flatMap(({ id, name }) => (id === undefined ? [] : [[id, name] as const])),
      ),
    ),
    services: new Map(plan.endpointServices.map((each) => [each.nlb.name, each.key])),
    addresses: new Map(direct),
    clusters: plan.mskClusters.flatMap(({ target, name, source }): readonly ClusterLabel[] => {
      if (source.kind === 'create') return [{ target, name }];
      return source.clusterArn === undefined ? [] : [{ target, name, arn: source.clusterArn }];
    }),
    targets: plan.targets,
    ...(plan.router ? { fleet: { run: plan.router.run, names: plan.router.names } } : {}),
  };
}

/** The NCC and destination of a rule. Only their order distinguishes rules with the same place. */
export const rulePlace = (ncc: string, service: string): string => `${ncc} ${service}`;
