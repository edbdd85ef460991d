import type { NetworkPath } from '../../../ir/index.ts';
import type { Context, HubRefs } from '../context.ts';
import { address, block, call, expr, type Section, type Value, why } from '../language/value.ts';
import { ident, resource } from '../names.ts';

/** `network-paths.tf`: how the hub reaches the other networks: its attachments, peerings and routes. */
export function networkPathSections({ infra, hub }: Context): readonly Section[] {
  if (!hub) return [];
  const gateways = [...new Set(infra.networks.flatMap((network) => transitGatewayOf(network) ?? []))].sort();
  return [
    ...gateways.map((gateway) => hubAttachment(gateway, hub, infra.name)),
    ...infra.networks.flatMap((network) => pathSections(network, hub, infra.name)),
  ];
}

const transitGatewayOf = (network: NetworkPath): string | undefined =>
  network.reach === 'transit-gateway' ? network.transitGateway : undefined;

const attachmentName = (gateway: string): string => `hub_to_${ident(gateway)}`;

const hubAttachment = (gateway: string, hub: HubRefs, name: string): Section =>
  resource(
    'aws_ec2_transit_gateway_vpc_attachment',
    attachmentName(gateway),
    {
      transit_gateway_id: gateway,
      vpc_id: hub.vpcId,
      subnet_ids: why(
        'Every zone that has routers: nothing can be reached from a zone without an attachment.',
        hub.subnetIds,
      ),
      tags: { Name: `${name}-hub` },
    },
    'A VPC can be attached to a transit gateway only once. If an attachment exists, import it to this address. If another account owns the gateway, it may have to accept the attachment.',
  );

function pathSections(network: NetworkPath, hub: HubRefs, name: string): readonly Section[] {
  const id = ident(network.name);
  switch (network.reach) {
    case 'hub':
    case 'internet':
      return [];
    case 'transit-gateway':
      return network.transitGateway
        ? [
            hubRoutes(id, network, {
              // Through the attachment, so that the route waits for it.
              transit_gateway_id: expr(
                `aws_ec2_transit_gateway_vpc_attachment.${attachmentName(network.transitGateway)}.transit_gateway_id`,
              ),
            }),
          ]
        : [];
    case 'peering':
      return [
        resource('aws_vpc_peering_connection', id, {
          vpc_id: hub.vpcId,
          peer_vpc_id: network.vpc ?? '',
          peer_owner_id: network.account,
          auto_accept: network.account === undefined ? true : undefined,
          tags: { Name: `${name}-${network.name}` },
        }),
        hubRoutes(id, network, { vpc_peering_connection_id: expr(`aws_vpc_peering_connection.${id}.id`) }),
      ];
    default:
      return network.reach satisfies never;
  }
}

const hubRoutes = (id: string, network: NetworkPath, to: { readonly [name: string]: Value }): Section =>
  resource('aws_route', id, {
    for_each: forEachTableAndCidr('local.hub_route_tables', network.cidrs),
    route_table_id: expr('local.hub_route_tables[each.value[0]]'),
    destination_cidr_block: expr('each.value[1]'),
    ...to,
  });

/** Keys are `<table> <cidr>`: known before apply and independent of order. */
const forEachTableAndCidr = (tables: string, cidrs: readonly string[]): Value =>
  expr(
    `{ for pair in setproduct(keys(${tables}), [${cidrs.map((cidr) => `"${cidr}"`).join(', ')}]) : join(" ", pair) => pair }`,
  );

/** `name-resolution.tf`: private zones of the networks, and resolver rules where the routers do not ask a network's resolvers themselves. */
export function nameResolutionSections({ infra, routes, hub }: Context): readonly Section[] {
  if (!hub) return [];
  const zones = infra.networks.flatMap((network) =>
    (network.privateZones ?? []).map((zone) => zoneAssociation(network, zone, hub)),
  );
  const asked = new Set(
    Object.values(routes.upstreams).flatMap((upstream) => (upstream.resolvers?.length ? [upstream.network] : [])),
  );
  const forwarded = infra.networks.filter(
    (network) => network.dns.length > 0 && network.domains.length > 0 && !asked.has(network.name),
  );
  if (forwarded.length === 0) return zones;
  return [
    ...zones,
    ...outboundEndpoint(hub, infra.name),
    ...forwarded.flatMap((network) => forwardRules(network, hub, infra.name)),
  ];
}

const zoneAssociation = (network: NetworkPath, zone: string, hub: HubRefs): Section => {
  const id = `${ident(network.name)}_${ident(zone)}`;
  return resource('aws_route53_zone_association', id, {
    zone_id: zone,
    vpc_id: hub.vpcId,
    ...(network.spokeSide === 'assume-role' && {
      depends_on: why('A zone of another account can be associated only after that account authorizes it.', [
        address(`aws_route53_vpc_association_authorization.${id}`),
      ]),
    }),
  });
};

const outboundEndpoint = (hub: HubRefs, name: string): readonly Section[] => [
  resource('aws_security_group', 'resolver', {
    name: `${name}-resolver`,
    description: 'Route 53 Resolver: out to the resolvers of the networks',
    vpc_id: hub.vpcId,
    tags: { Name: `${name}-resolver` },
  }),
  resource(
    'aws_route53_resolver_endpoint',
    'outbound',
    {
      name: `${name}-outbound`,
      direction: 'OUTBOUND',
      security_group_ids: [expr('aws_security_group.resolver.id')],
      ip_address: hub.subnetIds.slice(0, 2).map((subnet) => block({ subnet_id: subnet })),
    },
    'Addresses in two zones, the minimum of Route 53. Each is billed by the hour.',
  ),
];

function forwardRules(network: NetworkPath, hub: HubRefs, name: string): readonly Section[] {
  const id = ident(network.name);
  return [
    resource('aws_vpc_security_group_egress_rule', `resolver_to_${id}`, {
      for_each: Object.fromEntries(
        network.dns.flatMap((dns) =>
          ['tcp', 'udp'].map((protocol) => [`${dns}/${protocol}`, { cidr: `${dns}/32`, protocol }]),
        ),
      ),
      security_group_id: expr('aws_security_group.resolver.id'),
      description: `resolvers of the network ${network.name}`,
      ip_protocol: expr('each.value.protocol'),
      from_port: 53,
      to_port: 53,
      cidr_ipv4: expr('each.value.cidr'),
    }),
    resource(
      'aws_route53_resolver_rule',
      id,
      {
        for_each: call('toset', network.domains),
        name: expr(`"${name}-${network.name}-\${replace(each.key, ".", "-")}"`),
        domain_name: expr('each.key'),
        rule_type: 'FORWARD',
        resolver_endpoint_id: expr('aws_route53_resolver_endpoint.outbound.id'),
        target_ip: network.dns.map((ip) => block({ ip })),
      },
      'Only the exact names of the targets: other names of the domain resolve as before.',
    ),
    resource('aws_route53_resolver_rule_association', id, {
      for_each: expr(`aws_route53_resolver_rule.${id}`),
      resolver_rule_id: expr('each.value.id'),
      vpc_id: hub.vpcId,
    }),
  ];
}
