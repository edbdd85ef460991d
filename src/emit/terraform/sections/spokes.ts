import type { NetworkPath } from '../../../ir/index.ts';
import type { Context } from '../context.ts';
import { address, block, expr, type Section, type Value } from '../language/value.ts';
import { data, ident, locals, resource } from '../names.ts';

/** `spokes.tf`: the spoke's side of every network whose account lakegate may act in, through a separate provider. */
export function spokeSections({ infra, hub }: Context): readonly Section[] {
  if (!hub) return [];
  return infra.networks
    .filter((network) => network.spokeSide === 'assume-role')
    .flatMap((network) =>
      spokeSide(network, infra.name, {
        provider: address(`aws.${ident(network.name)}`),
        hubCidr: hub.cidr,
        hubVpcId: hub.vpcId,
        peeringId: expr(`aws_vpc_peering_connection.${ident(network.name)}.id`),
        prefix: `${ident(network.name)}_`,
      }),
    );
}

/** How the spoke's side refers to the hub. In a separate folder it gets values instead of references. */
export interface SpokeRefs {
  readonly provider?: Value;
  readonly hubCidr: Value;
  readonly hubVpcId: Value;
  readonly peeringId: Value;
  /** Set before names where several spokes share a configuration. */
  readonly prefix: string;
}

/** Attachment or acceptance, routes back to the hub, and a security group that targets may join. */
export function spokeSide(network: NetworkPath, name: string, refs: SpokeRefs): readonly Section[] {
  const { vpc } = network;
  const provider = refs.provider === undefined ? {} : { provider: refs.provider };
  const named = (what: string): string => `${refs.prefix}${what}`;
  const zones = (network.privateZones ?? []).map((zone) =>
    resource(
      'aws_route53_vpc_association_authorization',
      refs.provider === undefined ? ident(zone) : `${ident(network.name)}_${ident(zone)}`,
      { ...provider, zone_id: zone, vpc_id: refs.hubVpcId },
    ),
  );
  if (!vpc) return zones;
  const back = returnPath(network, vpc, name, refs, provider);
  return [
    data('aws_route_tables', named('spoke'), { ...provider, vpc_id: vpc }),
    ...back.sections,
    resource('aws_route', named('spoke_to_hub'), {
      for_each: expr(`toset(data.aws_route_tables.${named('spoke')}.ids)`),
      ...provider,
      route_table_id: expr('each.value'),
      destination_cidr_block: refs.hubCidr,
      ...back.target,
    }),
    ...joinableGroup(network, vpc, name, refs, provider),
    ...zones,
  ];
}

interface ReturnPath {
  readonly sections: readonly Section[];
  readonly target: { readonly [name: string]: Value };
}

function returnPath(
  network: NetworkPath,
  vpc: string,
  name: string,
  refs: SpokeRefs,
  provider: { readonly provider?: Value },
): ReturnPath {
  const named = (what: string): string => `${refs.prefix}${what}`;
  if (network.reach === 'peering') {
    const id = named('from_hub');
    return {
      sections: [
        resource('aws_vpc_peering_connection_accepter', id, {
          ...provider,
          vpc_peering_connection_id: refs.peeringId,
          auto_accept: true,
          tags: { Name: `${name}-hub` },
        }),
      ],
      target: { vpc_peering_connection_id: expr(`aws_vpc_peering_connection_accepter.${id}.id`) },
    };
  }
  const id = named('spoke');
  return {
    sections: [
      data('aws_subnets', id, { ...provider, filter: block({ name: 'vpc-id', values: [vpc] }) }),
      data('aws_subnet', id, {
        for_each: expr(`toset(data.aws_subnets.${id}.ids)`),
        ...provider,
        id: expr('each.value'),
      }),
      locals(
        {
          [named('attachment_subnets')]: expr(
            `[for zone, ids in { for subnet in data.aws_subnet.${id} : subnet.availability_zone_id => subnet.id... } : sort(ids)[0]]`,
          ),
        },
        'One subnet of each zone: an attachment takes only one.',
      ),
      resource(
        'aws_ec2_transit_gateway_vpc_attachment',
        id,
        {
          ...provider,
          transit_gateway_id: network.transitGateway ?? '',
          vpc_id: vpc,
          subnet_ids: expr(`local.${named('attachment_subnets')}`),
          tags: { Name: `${name}-${network.name}` },
        },
        'A VPC can be attached to a transit gateway only once. If an attachment exists, import it to this address.',
      ),
    ],
    target: { transit_gateway_id: expr(`aws_ec2_transit_gateway_vpc_attachment.${id}.transit_gateway_id`) },
  };
}

/** Targets that join this group admit the hub on the granted ports; lakegate changes no group that exists. */
function joinableGroup(
  network: NetworkPath,
  vpc: string,
  name: string,
  refs: SpokeRefs,
  provider: { readonly provider?: Value },
): readonly Section[] {
  const id = `${refs.prefix}from_hub`;
  return [
    resource(
      'aws_security_group',
      id,
      {
        ...provider,
        name: `${name}-from-hub`,
        description: 'Join this group to admit the lakegate hub on the granted ports',
        vpc_id: vpc,
        tags: { Name: `${name}-from-hub` },
      },
      'Optional: attach it to the targets, or add the same rules to their existing groups.',
    ),
    ...network.ports.map((port) =>
      resource('aws_vpc_security_group_ingress_rule', `${id}_${port}`, {
        ...provider,
        security_group_id: expr(`aws_security_group.${id}.id`),
        description: 'lakegate hub',
        ip_protocol: 'tcp',
        from_port: port,
        to_port: port,
        cidr_ipv4: refs.hubCidr,
      }),
    ),
  ];
}
