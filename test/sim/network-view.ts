import { cidrRange, type InfraPlan, ipv4Text, type RoutePlan } from '../../src/ir/index.ts';
import {
  actionGroups,
  allMachines,
  blocksOf,
  brokersOf,
  connectionsOf,
  listenersOf,
  registeredTargets,
  type Thing,
  text,
  texts,
} from '../../src/sim/aws/index.ts';
import { principalsOf } from '../../src/sim/aws/models/privatelink-principals.ts';
import { readConfiguration, type SimulatedAccounts } from '../../src/sim/fill/index.ts';
import { nodesOf } from '../../src/sim/network/load-balancer.ts';
import { whyDropped, whyDroppedAtEntry } from '../../src/sim/network/packet-filter.ts';

/**
 * The two accounts as far as a packet can tell: what exists and what it is joined to, under names in the place of ids, and sorted.
 * Two worlds with the same view carry the same bytes.
 */
export function networkView({ aws, databricks, caller }: SimulatedAccounts, infra: InfraPlan): unknown {
  databricks.settle();
  const name = (thing: Thing | undefined): string => text(thing?.attributes ?? {}, 'name');
  const services = aws.local('aws_vpc_endpoint_service', caller);
  const balancerOf = (service: Thing): Thing | undefined =>
    aws.get('aws_lb', texts(service.attributes, 'network_load_balancer_arns')[0] ?? '');
  /** Broker 1 of a cluster by these words, whatever AWS calls it. */
  const brokers = aws.all('aws_msk_cluster').flatMap((cluster) =>
    brokersOf(aws, cluster.id).map((each) => ({
      ...each,
      label: `broker ${each.number} of ${text(cluster.attributes, 'cluster_name')}`,
    })),
  );
  const host = (given: string): string => brokers.find((each) => each.host === given)?.label ?? given;
  const machine = (address: string): boolean =>
    aws.all('machine', (each) => each.attributes.private_ip === address).length > 0;
  const target = (address: string): string =>
    brokers.find((each) => each.address === address)?.label ?? (machine(address) ? 'a router' : address);

  const balanced = services.map((service) => {
    const balancer = balancerOf(service);
    return {
      name: name(balancer),
      principals: principalsOf(aws, service),
      acceptanceRequired: service.attributes.acceptance_required,
      zones: service.attributes.availability_zones,
      nlb: pick(balancer, [
        'internal',
        'enable_cross_zone_load_balancing',
        'enforce_security_group_inbound_rules_on_private_link_traffic',
        'enable_deletion_protection',
      ]),
      listeners: (balancer ? listenersOf(aws, balancer) : []).map((listener) => ({
        ...pick(listener, ['port', 'protocol', 'tcp_idle_timeout_seconds']),
        groups: actionGroups(listener.attributes).map((arn) => {
          const group = aws.get('aws_lb_target_group', arn);
          return {
            ...pick(group, ['name', 'port', 'protocol', 'target_type', 'proxy_protocol_v2', 'preserve_client_ip']),
            health: checksOf(group),
            targets: registeredTargets(aws, arn).map(({ address, port, zone }) => ({
              at: target(address),
              port,
              zone,
            })),
          };
        }),
      })),
    };
  });

  const nccs = [...databricks.nccs.values()].map((ncc) => ({
    name: ncc.name,
    region: ncc.region,
    workspaces: [...databricks.workspaces.values()]
      .filter((each) => each.network_connectivity_config_id === ncc.network_connectivity_config_id)
      .map((each) => [each.workspace_id, each.workspace_name]),
    rules: databricks.rulesOf(ncc.network_connectivity_config_id).map((rule) => {
      const service = services.find((each) => each.attributes.service_name === rule.endpoint_service);
      const endpoint = service && connectionsOf(aws, service.id).find((each) => each.id === rule.vpc_endpoint_id);
      return {
        to: service ? name(balancerOf(service)) : rule.endpoint_service,
        names: rule.domain_names?.map(host),
        buckets: rule.resource_names,
        state: rule.connection_state,
        enabled: rule.enabled,
        deactivated: rule.deactivated,
        endpoint: endpoint?.attributes.state,
        mappedTo: mapped(rule.vpc_endpoint_id ?? ''),
      };
    }),
  }));

  function mapped(id: string): string | undefined {
    const map = readConfiguration({ aws }, infra, 'policy');
    return (map as { endpoints: Record<string, string> } | undefined)?.endpoints[id];
  }
  const healthPortOf = (arn: string): number =>
    Number(text(blocksOf(aws.get('aws_lb_target_group', arn)?.attributes ?? {}, 'health_check')[0] ?? {}, 'port'));
  /** Security group rules between load balancers, routers, brokers and addresses. DNS and AWS APIs are not carried here. */
  function rules(): readonly unknown[] {
    const label = (id: string): string => name(aws.get('aws_security_group', id));
    return ['ingress', 'egress'].flatMap((direction) =>
      aws.all(`aws_vpc_security_group_${direction}_rule`).flatMap(({ attributes }) => {
        const owner = label(text(attributes, 'security_group_id'));
        const cidr = text(attributes, 'cidr_ipv4');
        const peer = cidr ? target(cidr.replace('/32', '')) : label(text(attributes, 'referenced_security_group_id'));
        const { ip_protocol, from_port, to_port } = attributes;
        const isCarried = ip_protocol === 'tcp' && from_port !== 53 && peer !== '';
        const isOfOthers = /-(from-hub|vpc-endpoints)$/.test(owner) || peer.endsWith('-vpc-endpoints');
        return isCarried && !isOfOthers ? [{ direction, owner, from_port, to_port, peer }] : [];
      }),
    );
  }

  /** Routes of the subnets in which load balancers and machines are. */
  function ways(): readonly unknown[] {
    const subnets = new Set(services.flatMap((service) => texts(balancerOf(service)?.attributes ?? {}, 'subnets')));
    return [...subnets].map((id) => {
      const subnet = aws.get('aws_subnet', id)?.attributes ?? {};
      const [own] = aws.all('aws_route_table_association', (each) => each.attributes.subnet_id === id);
      const vpc = aws.get('aws_vpc', text(subnet, 'vpc_id'));
      const table = own ? own.attributes.route_table_id : vpc?.attributes.main_route_table_id;
      const kinds = ['transit_gateway_id', 'vpc_peering_connection_id', 'nat_gateway_id', 'gateway_id'] as const;
      const routes = aws.all('aws_route', ({ attributes }) => attributes.route_table_id === table);
      return {
        zone: subnet.availability_zone,
        routes: routes.map(({ attributes }) =>
          [
            text(attributes, 'destination_cidr_block'),
            kinds.find((kind) => text(attributes, kind) !== ''),
            attributes.state,
          ].join(' '),
        ),
      };
    });
  }

  /** Which ways of packets the plan needs and AWS blocks: from load balancers to targets, from routers to upstreams. */
  function dropped(): readonly string[] {
    const fromBalancers = services.flatMap((service) => {
      const balancer = balancerOf(service);
      if (!balancer) return [];
      return listenersOf(aws, balancer).flatMap((listener) => [
        whyDroppedAtEntry(aws, balancer, Number(listener.attributes.port)),
        ...nodesOf(aws, balancer).flatMap((node) =>
          actionGroups(listener.attributes).flatMap((arn) =>
            registeredTargets(aws, arn).flatMap(({ address, port }) =>
              [port, healthPortOf(arn) || port].map((each) => whyDropped(aws, node, { address, port: each })),
            ),
          ),
        ),
      ]);
    });
    const upstreams = Object.values(
      (readConfiguration({ aws }, infra, 'routes') as RoutePlan | undefined)?.upstreams ?? {},
    );
    const fromRouters = allMachines(aws).flatMap((each) =>
      upstreams.flatMap(({ host: name, reach, cidrs, addresses, port }) => {
        const known = brokers.filter((broker) => broker.host === name).map(({ address }) => address);
        const inside =
          reach === 'public' ? ['1.2.3.4'] : (addresses ?? cidrs.map((cidr) => ipv4Text(cidrRange(cidr).first + 9)));
        return (known.length ? known : inside).map((address) => whyDropped(aws, each, { address, port }));
      }),
    );
    return [...new Set([...fromBalancers, ...fromRouters].filter((each) => each !== undefined))];
  }
  const routes = JSON.stringify(readConfiguration({ aws }, infra, 'routes') ?? null);
  return sorted({
    balanced,
    nccs,
    dropped: dropped(),
    rules: rules(),
    ways: ways(),
    routes: JSON.parse(brokers.reduce((all, { host: known, label }) => all.replaceAll(known, label), routes)),
  });
}

const pick = (thing: Thing | undefined, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((each) => [each, thing?.attributes[each]]));

/** The health check, without what the provider fills in where nothing was asked for. */
const checksOf = (group: Thing | undefined): unknown => {
  const [check] = (group?.attributes.health_check ?? []) as readonly Record<string, unknown>[];
  return ['protocol', 'port', 'path', 'interval', 'healthy_threshold', 'unhealthy_threshold'].map(
    (each) => check?.[each] || null,
  );
};

/** Lists in the order of their JSON: accounts have no order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
