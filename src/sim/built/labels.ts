import type { AwsPlan, FleetNames, Hostname, InfraPlan, PlannedTarget } from '../../ir/index.ts';
import { symbolicBroker } from '../../ir/index.ts';
import type { AwsWorld } from '../aws/index.ts';
import { brokersOf } from '../aws/models/msk.ts';
import { text } from '../aws/world.ts';

/**
 * What things are called in the plan: keys for names, so that what was built can be set beside what was planned.
 * Labels only: whether anything exists, and what it is joined to, is read from the clouds.
 */
export interface Labels {
  /** Key of an NCC by its name. */
  readonly ncc: ReadonlyMap<string, string>;
  /** Key of an endpoint service by the name of its load balancer. */
  readonly service: ReadonlyMap<string, string>;
  /** Target of the spec by the name of its cluster. */
  readonly cluster: ReadonlyMap<string, string>;
  /** Target of the spec by `address:port`, where clients go straight to addresses. */
  readonly address: ReadonlyMap<string, string>;
  readonly targets: readonly PlannedTarget[];
  readonly planTag: AwsPlan['planTag'];
  /** Where what the routers follow is looked for. Absent without routers. */
  readonly fleet?: FleetNames;
}

export function labelsOf(plan: InfraPlan): Labels {
  const straight = plan.endpointServices.flatMap(({ listeners }) =>
    listeners.flatMap(({ forward, targetGroup, targets }) =>
      forward.to === 'addresses'
        ? forward.members.map((each) => [`${each.address}:${targetGroup.port}`, targets[0] ?? ''] as const)
        : [],
    ),
  );
  return {
    ncc: new Map(plan.nccs.map((each) => [each.name, each.key])),
    service: new Map(plan.endpointServices.map((each) => [each.nlb.name, each.key])),
    cluster: new Map(plan.mskClusters.map((each) => [each.name, each.target])),
    address: new Map(straight),
    targets: plan.targets,
    planTag: plan.aws.planTag,
    ...(plan.router && { fleet: plan.router.names }),
  };
}

/** The names that brokers got, by the symbolic names that stood for them in the plan. */
export function brokerNames(world: AwsWorld, labels: Labels): ReadonlyMap<string, Hostname> {
  const names = world.all('aws_msk_cluster').flatMap((cluster) => {
    const target = labels.cluster.get(text(cluster.attributes, 'cluster_name'));
    if (target === undefined) return [];
    return brokersOf(world, cluster.id).map(
      (each) => [symbolicBroker(target, each.number), each.host as Hostname] as const,
    );
  });
  return new Map(names);
}
