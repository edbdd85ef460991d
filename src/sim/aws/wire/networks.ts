import { AwsError } from '../errors.ts';
import { type AwsWorld, blocksOf, type Caller, number, type Thing, text, texts } from '../world.ts';
import { type Action, type Filterable, filtered, listOf, pageOf, tagSet, tagsOf } from './form.ts';
import { Entries, type Xml } from './xml.ts';

/** EC2's networks, as far as lakegate reads them. Keys are the API's names for the wire. */
export const networkActions: Readonly<Record<string, Action>> = {
  DescribeVpcs: listing('vpcSet', 'VpcId', {
    things: (world, caller) => world.local('aws_vpc', caller),
    filters: { 'vpc-id': (each) => each.id, cidr: (each) => text(each.attributes, 'cidr_block') },
    write: (_, { id, attributes }) => ({
      vpcId: id,
      state: 'available',
      cidrBlock: text(attributes, 'cidr_block'),
      cidrBlockAssociationSet: [
        {
          associationId: `vpc-cidr-assoc-${id.slice(4)}`,
          cidrBlock: text(attributes, 'cidr_block'),
          cidrBlockState: { state: 'associated' },
        },
      ],
    }),
  }),
  DescribeSubnets: listing('subnetSet', 'SubnetId', {
    things: (world, caller) => world.local('aws_subnet', caller),
    filters: { 'subnet-id': (each) => each.id, 'vpc-id': vpcIdOf },
    write: (_, { id, attributes }) => ({
      subnetId: id,
      state: 'available',
      vpcId: text(attributes, 'vpc_id'),
      cidrBlock: text(attributes, 'cidr_block'),
      availabilityZone: text(attributes, 'availability_zone'),
      availabilityZoneId: text(attributes, 'availability_zone_id'),
    }),
  }),
  DescribeRouteTables: listing('routeTableSet', 'RouteTableId', {
    things: (world, caller) => world.local('aws_route_table', caller),
    filters: { 'route-table-id': (each) => each.id, 'vpc-id': vpcIdOf },
    write: (world, table) => ({
      routeTableId: table.id,
      vpcId: vpcIdOf(table),
      routeSet: routesOf(world, table),
      associationSet: associationsOf(world, table),
    }),
  }),
  DescribeSecurityGroupRules: listing('securityGroupRuleSet', 'SecurityGroupRuleId', {
    things: (world, caller) => [
      ...world.local('aws_vpc_security_group_ingress_rule', caller),
      ...world.local('aws_vpc_security_group_egress_rule', caller),
    ],
    filters: {
      'security-group-rule-id': (each) => each.id,
      'group-id': (each) => text(each.attributes, 'security_group_id'),
    },
    write: (_, rule) => ruleXml(rule),
  }),
  DescribeVpcPeeringConnections: listing('vpcPeeringConnectionSet', 'VpcPeeringConnectionId', {
    // Both sides see it.
    things: (world, caller) =>
      world.all('aws_vpc_peering_connection', (each) =>
        [each.account, text(each.attributes, 'peer_owner_id')].includes(caller.account),
      ),
    filters: {
      'vpc-peering-connection-id': (each) => each.id,
      'requester-vpc-info.vpc-id': vpcIdOf,
      'accepter-vpc-info.vpc-id': (each) => text(each.attributes, 'peer_vpc_id'),
      'status-code': (each) => text(each.attributes, 'accept_status'),
    },
    write: (_, { id, account, attributes }) => ({
      vpcPeeringConnectionId: id,
      requesterVpcInfo: { ownerId: account, vpcId: text(attributes, 'vpc_id') },
      accepterVpcInfo: { ownerId: text(attributes, 'peer_owner_id'), vpcId: text(attributes, 'peer_vpc_id') },
      status: { code: text(attributes, 'accept_status'), message: text(attributes, 'accept_status') },
    }),
  }),
  DescribeTransitGatewayAttachments: listing('transitGatewayAttachments', 'TransitGatewayAttachmentIds', {
    things: (world, caller) => world.local('aws_ec2_transit_gateway_vpc_attachment', caller),
    filters: {
      'transit-gateway-attachment-id': (each) => each.id,
      'transit-gateway-id': (each) => text(each.attributes, 'transit_gateway_id'),
      'resource-id': vpcIdOf,
      'resource-type': () => 'vpc',
      state: stateOf,
    },
    write: (_, { id, account, attributes }) => ({
      transitGatewayAttachmentId: id,
      transitGatewayId: text(attributes, 'transit_gateway_id'),
      transitGatewayOwnerId: account,
      resourceOwnerId: text(attributes, 'vpc_owner_id'),
      resourceType: 'vpc',
      resourceId: text(attributes, 'vpc_id'),
      state: text(attributes, 'state') || 'available',
    }),
  }),
  DescribeNatGateways: listing('natGatewaySet', 'NatGatewayId', {
    things: (world, caller) => world.local('aws_nat_gateway', caller),
    filters: {
      'nat-gateway-id': (each) => each.id,
      'subnet-id': (each) => text(each.attributes, 'subnet_id'),
      state: stateOf,
    },
    vpcFilter: true,
    write: (world, nat) => ({
      natGatewayId: nat.id,
      subnetId: text(nat.attributes, 'subnet_id'),
      vpcId: vpcOfNat(world, nat),
      state: stateOf(nat),
      connectivityType: text(nat.attributes, 'connectivity_type') || 'public',
    }),
  }),
  DescribeLaunchTemplateVersions(world, caller, form) {
    const id = form.get('LaunchTemplateId') ?? '';
    const template = world.local('aws_launch_template', caller).find((each) => each.id === id);
    if (!template)
      throw new AwsError(
        'InvalidLaunchTemplateId.NotFound',
        `The specified launch template, with template ID ${id}, does not exist.`,
      );
    const latest = number(template.attributes, 'latest_version') ?? 1;
    const first = number(template.attributes, 'default_version') ?? 1;
    const versions = listOf(form, 'LaunchTemplateVersion').map((each) =>
      each === '$Latest' ? latest : each === '$Default' ? first : Number(each),
    );
    // Of a template, this cloud keeps the last version alone.
    const gone = versions.find((each) => each !== latest);
    if (gone !== undefined)
      throw new AwsError(
        'InvalidLaunchTemplateId.VersionNotFound',
        `Could not find launch template version ${gone} of ${id}.`,
      );
    return { launchTemplateVersionSet: [templateXml(template, latest, first)] };
  },
};

interface Listing {
  things(world: AwsWorld, caller: Caller): readonly Thing[];
  readonly filters: Filterable<Thing>;
  /** For NAT gateways, whose VPC is that of their subnet. */
  readonly vpcFilter?: true;
  write(world: AwsWorld, thing: Thing): { readonly [name: string]: Xml };
}

/** A call that lists objects by ids (`VpcId.1`), filters and pages, each with its tags. */
function listing(set: string, ids: string, { things, filters, vpcFilter, write }: Listing): Action {
  return (world, caller, form) => {
    const wanted = listOf(form, ids);
    const all = things(world, caller);
    const missing = wanted.find((id) => !all.some((each) => each.id === id));
    if (missing !== undefined)
      throw new AwsError(`Invalid${ids.replace(/Ids?$/, 'ID')}.NotFound`, `The ID '${missing}' does not exist`);
    const found = filtered(
      all.filter((each) => !wanted.length || wanted.includes(each.id)),
      form,
      vpcFilter ? { ...filters, 'vpc-id': (each) => vpcOfNat(world, each) } : filters,
      tagsOf,
    );
    const { items, next } = pageOf(found, form, 'MaxResults', 'NextToken');
    return { [set]: items.map((each) => ({ ...write(world, each), tagSet: tagSet(each) })), nextToken: next };
  };
}

function vpcIdOf(thing: Thing): string {
  return text(thing.attributes, 'vpc_id');
}

function stateOf(thing: Thing): string {
  return text(thing.attributes, 'state') || 'available';
}

function vpcOfNat(world: AwsWorld, nat: Thing): string {
  const subnet = world.get('aws_subnet', text(nat.attributes, 'subnet_id'));
  return text(subnet?.attributes ?? {}, 'vpc_id');
}

/** Every table has the VPC's own network first; a gateway endpoint is a gateway here, as in AWS. */
function routesOf(world: AwsWorld, table: Thing): readonly Xml[] {
  const vpc = world.get('aws_vpc', vpcIdOf(table));
  const own = world.all('aws_route', (each) => text(each.attributes, 'route_table_id') === table.id);
  return [
    {
      destinationCidrBlock: text(vpc?.attributes ?? {}, 'cidr_block'),
      gatewayId: 'local',
      state: 'active',
      origin: 'CreateRouteTable',
    },
    ...own.map(({ attributes }) => ({
      destinationCidrBlock: text(attributes, 'destination_cidr_block'),
      gatewayId: text(attributes, 'gateway_id') || text(attributes, 'vpc_endpoint_id') || undefined,
      natGatewayId: text(attributes, 'nat_gateway_id') || undefined,
      transitGatewayId: text(attributes, 'transit_gateway_id') || undefined,
      vpcPeeringConnectionId: text(attributes, 'vpc_peering_connection_id') || undefined,
      state: text(attributes, 'state'),
      origin: 'CreateRoute',
    })),
  ];
}

function associationsOf(world: AwsWorld, table: Thing): readonly Xml[] {
  const main = table.attributes.is_main === true;
  const own = world.all('aws_route_table_association', (each) => text(each.attributes, 'route_table_id') === table.id);
  return [
    ...(main ? [{ routeTableAssociationId: `rtbassoc-${table.id.slice(4)}`, routeTableId: table.id, main: true }] : []),
    ...own.map((each) => ({
      routeTableAssociationId: each.id,
      routeTableId: table.id,
      subnetId: text(each.attributes, 'subnet_id'),
      main: false,
      associationState: { state: 'associated' },
    })),
  ];
}

function ruleXml({ id, account, type, attributes }: Thing): { readonly [name: string]: Xml } {
  const named = text(attributes, 'referenced_security_group_id');
  return {
    securityGroupRuleId: id,
    groupId: text(attributes, 'security_group_id'),
    groupOwnerId: account,
    isEgress: type === 'aws_vpc_security_group_egress_rule',
    ipProtocol: text(attributes, 'ip_protocol'),
    fromPort: number(attributes, 'from_port') ?? -1,
    toPort: number(attributes, 'to_port') ?? -1,
    cidrIpv4: text(attributes, 'cidr_ipv4') || undefined,
    cidrIpv6: text(attributes, 'cidr_ipv6') || undefined,
    prefixListId: text(attributes, 'prefix_list_id') || undefined,
    referencedGroupInfo: named ? { groupId: named, userId: account } : undefined,
    description: text(attributes, 'description') || undefined,
  };
}

function templateXml(template: Thing, version: number, first: number): Xml {
  const { attributes } = template;
  return {
    launchTemplateId: template.id,
    launchTemplateName: text(attributes, 'name'),
    versionNumber: version,
    defaultVersion: version === first,
    launchTemplateData: {
      imageId: text(attributes, 'image_id') || undefined,
      instanceType: text(attributes, 'instance_type') || undefined,
      securityGroupIdSet: texts(attributes, 'vpc_security_group_ids'),
      networkInterfaceSet: blocksOf(attributes, 'network_interfaces').map((each) => ({
        groupSet: new Entries('groupId', texts(each, 'security_groups')),
      })),
    },
  };
}
