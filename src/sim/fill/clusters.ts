import type { InfraPlan, MskCluster, RoutePlan } from '../../ir/index.ts';
import { type AwsWorld, type Broker, brokersOf, text } from '../aws/index.ts';
import type { HubNetwork, Make } from './hub.ts';
import { createAllow, type SecurityGroups } from './security-groups.ts';

/**
 * The clusters that the plan makes. Their brokers keep the names that stand for them in the plan: AWS would make up others, and whoever
 * follows the plan could not find them.
 */
export async function fillClusters(
  aws: AwsWorld,
  { infra, routes }: { readonly infra: InfraPlan; readonly routes: RoutePlan },
  hub: HubNetwork,
  groups: SecurityGroups,
  make: Make,
): Promise<void> {
  for (const cluster of infra.mskClusters) {
    if (cluster.source.kind !== 'create') continue;
    const { id } = await make('aws_security_group', { name: `${cluster.name}-brokers`, vpc_id: hub.vpcId });
    const allow = createAllow(make);
    for (const from of clientGroups(cluster, infra, groups))
      for (const port of brokerPorts(cluster, infra, routes))
        await allow('ingress', id, port, { referenced_security_group_id: from });
    const made = await make('aws_msk_cluster', {
      cluster_name: cluster.name,
      kafka_version: cluster.source.version,
      number_of_broker_nodes: cluster.brokers.length,
      broker_node_group_info: [
        {
          instance_type: cluster.source.instance,
          client_subnets: [...brokerSubnets(hub.subnetIds, cluster.brokers.length)],
          security_groups: [id],
        },
      ],
    });
    for (const { number, host } of cluster.brokers) {
      const broker = aws.get('broker', `${made.id}/${number}`);
      if (broker) broker.attributes = { ...broker.attributes, host };
    }
  }
}

/** The broker that a listener forwards to. Throws where the accounts have none. */
export function brokerOf(aws: AwsWorld, { mskClusters }: InfraPlan, target: string, broker: number): Broker {
  const name = mskClusters.find((each) => each.target === target)?.name;
  const [cluster] = aws.all('aws_msk_cluster', (each) => text(each.attributes, 'cluster_name') === name);
  const found = cluster && brokersOf(aws, cluster.id).find((each) => each.number === broker);
  if (!found) throw new Error(`the cluster of ${target} has no broker ${broker}`);
  return found;
}

/** As many zones as divide the brokers evenly, three at most. */
function brokerSubnets(subnets: readonly string[], brokers: number): readonly string[] {
  const count = [3, 2].find((each) => each <= subnets.length && brokers % each === 0) ?? 1;
  return subnets.slice(0, count);
}

/** Who connects to brokers: the routers, or the load balancer of each broker. */
const clientGroups = (
  { target, listeners }: MskCluster,
  infra: InfraPlan,
  groups: SecurityGroups,
): readonly string[] =>
  listeners === 'sni'
    ? [groups.router ?? []].flat()
    : infra.endpointServices
        .filter((service) =>
          service.listeners.some(({ forward }) => forward.to === 'broker' && forward.target === target),
        )
        .flatMap((service) => groups.balancers.get(service.key) ?? []);

function brokerPorts({ target, brokers }: MskCluster, infra: InfraPlan, routes: RoutePlan): readonly number[] {
  const hosts = new Set<string>(brokers.map(({ host }) => host));
  const upstreams = Object.values(routes.upstreams).filter(({ host }) => hosts.has(host));
  const listeners = infra.endpointServices
    .flatMap((service) => service.listeners)
    .filter(({ forward }) => forward.to === 'broker' && forward.target === target);
  return [...upstreams.map(({ port }) => port), ...listeners.map(({ targetGroup }) => targetGroup.port)];
}
