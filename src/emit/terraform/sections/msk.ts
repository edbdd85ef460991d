import { brokerSubnets, type InfraPlan, type MskCluster } from '../../../ir/index.ts';
import type { Context, HubRefs } from '../context.ts';
import { address, block, expr, type Section, type Value, why } from '../language/value.ts';
import { data, ident, locals, resource } from '../names.ts';

type Created = Extract<MskCluster['source'], { kind: 'create' }>;

/** `msk.tf`: clusters that the plan creates, and the names and addresses of brokers that only AWS knows. */
export function mskSections({ infra, hub, routes }: Context): readonly Section[] {
  if (!hub) return [];
  return infra.mskClusters.flatMap((cluster) => {
    const { source } = cluster;
    switch (source.kind) {
      case 'create':
        return [
          ...createdCluster(cluster, source, infra, hub, brokerPorts(cluster, infra, routes)),
          ...brokerNodes(cluster, expr(`aws_msk_cluster.${ident(cluster.target)}.arn`)),
        ];
      case 'existing':
        return source.clusterArn !== undefined && cluster.listeners === 'per-broker'
          ? brokerNodes(cluster, source.clusterArn)
          : [];
      default:
        return source satisfies never;
    }
  });
}

/** Names and addresses by broker number. */
function brokerNodes(cluster: MskCluster, arn: Value): readonly Section[] {
  const id = ident(cluster.target);
  const nodes = `data.aws_msk_broker_nodes.${id}.node_info_list`;
  return [
    data('aws_msk_broker_nodes', id, { cluster_arn: arn }),
    locals(
      {
        [`${id}_broker_hosts`]: expr(
          `{ for node in ${nodes} : tostring(node.broker_id) => tolist(node.endpoints)[0] }`,
        ),
        [`${id}_broker_addresses`]: expr(
          `{ for node in ${nodes} : tostring(node.broker_id) => node.client_vpc_ip_address }`,
        ),
      },
      'The bootstrap string may omit brokers; this list has all of them.',
    ),
  ];
}

function createdCluster(
  cluster: MskCluster,
  source: Created,
  infra: InfraPlan,
  hub: HubRefs,
  ports: readonly number[],
): readonly Section[] {
  const id = ident(cluster.target);
  const { auth } = cluster;
  const { cloudwatchDays, logGroup } = source.logs;
  const plaintext = source.encryption.inTransit === 'tls_plaintext';
  return [
    ...securityGroup(cluster, infra, hub, ports),
    ...(cloudwatchDays === undefined
      ? []
      : [
          resource('aws_cloudwatch_log_group', id, {
            name: logGroup,
            retention_in_days: cloudwatchDays,
            ...(source.encryption.atRest === 'kms' && { kms_key_id: expr('aws_kms_key.hub.arn') }),
            lifecycle: keepsName('name'),
          }),
        ]),
    resource('aws_msk_cluster', id, {
      cluster_name: cluster.name,
      kafka_version: source.version,
      number_of_broker_nodes: why('MSK requires a multiple of the number of subnets.', cluster.brokers.length),
      enhanced_monitoring: 'PER_BROKER',
      broker_node_group_info: block({
        instance_type: source.instance,
        client_subnets: brokerSubnets(hub.subnetIds, cluster.brokers.length),
        security_groups: [expr(`aws_security_group.${id}_brokers.id`)],
        storage_info: block({ ebs_storage_info: block({ volume_size: source.storageGb }) }),
      }),
      client_authentication: block({
        ...(auth.some((kind) => kind !== 'tls') && {
          sasl: block({
            ...(auth.includes('iam') && { iam: true }),
            ...(auth.includes('scram') && { scram: true }),
          }),
        }),
        ...(auth.includes('tls') && {
          tls: why('Encrypted, without client certificates of a private CA.', block({})),
        }),
        unauthenticated: auth.includes('tls'),
      }),
      encryption_info: block({
        ...(source.encryption.atRest === 'kms' && { encryption_at_rest_kms_key_arn: expr('aws_kms_key.hub.arn') }),
        encryption_in_transit: block({ client_broker: plaintext ? 'TLS_PLAINTEXT' : 'TLS', in_cluster: true }),
      }),
      ...(cloudwatchDays !== undefined && {
        logging_info: block({
          broker_logs: block({
            cloudwatch_logs: block({ enabled: true, log_group: expr(`aws_cloudwatch_log_group.${id}.name`) }),
          }),
        }),
      }),
      lifecycle: keepsName('cluster_name'),
    }),
  ];
}

/** A target that is renamed keeps its cluster: its name in AWS stays what it was. */
const keepsName = (...attributes: readonly string[]): ReturnType<typeof block> =>
  block({
    ignore_changes: why(
      'A renamed target keeps its resources: a new name here would replace them.',
      attributes.map((attribute) => address(attribute)),
    ),
  });

/** What clients of the cluster dial: the upstreams of its brokers, or the members of their own load balancers. */
function brokerPorts(cluster: MskCluster, infra: InfraPlan, routes: Context['routes']): readonly number[] {
  const hosts = new Set<string>(cluster.brokers.map(({ host }) => host));
  const upstreams = Object.values(routes.upstreams).filter((upstream) => hosts.has(upstream.host));
  const members = infra.endpointServices
    .flatMap((service) => service.listeners)
    .filter(({ forward }) => forward.to === 'broker' && forward.target === cluster.target);
  return [
    ...new Set([...upstreams.map(({ port }) => port), ...members.map(({ targetGroup }) => targetGroup.port)]),
  ].sort((a, b) => a - b);
}

/** In from whoever carries connections to the brokers: the routers, or each broker's own load balancer. */
function securityGroup(
  cluster: MskCluster,
  infra: InfraPlan,
  hub: HubRefs,
  ports: readonly number[],
): readonly Section[] {
  const id = ident(cluster.target);
  const sources =
    cluster.listeners === 'sni'
      ? [{ key: 'router', group: expr('aws_security_group.router.id') }]
      : infra.endpointServices
          .filter((service) =>
            service.listeners.some(({ forward }) => forward.to === 'broker' && forward.target === cluster.target),
          )
          .map((service) => ({
            key: ident(service.key),
            group: expr(`aws_security_group.${ident(service.key)}_nlb.id`),
          }));
  const rule = (key: string, port: number, group: Value): Section =>
    resource('aws_vpc_security_group_ingress_rule', `${id}_brokers_from_${key}_${port}`, {
      security_group_id: expr(`aws_security_group.${id}_brokers.id`),
      description: `Kafka clients, from ${key}`,
      ip_protocol: 'tcp',
      from_port: port,
      to_port: port,
      referenced_security_group_id: group,
    });
  return [
    resource('aws_security_group', `${id}_brokers`, {
      name: `${cluster.name}-brokers`,
      description: `Brokers of ${cluster.name}`,
      vpc_id: hub.vpcId,
      lifecycle: keepsName('name', 'description'),
    }),
    ...sources.flatMap(({ key, group }) => ports.map((port) => rule(key, port, group))),
  ];
}
