import { parseCidr } from '../../../ir/index.ts';
import { AwsError } from '../errors.ts';
import { type Model, referred } from '../model.ts';
import { type AwsWorld, arnOf, type Thing, text } from '../world.ts';
import { subnetOf, vpcOf } from './network.ts';

const service = 'EC2';

const tableOf = (world: AwsWorld, id: string): Thing =>
  referred(world, 'aws_route_table', id, 'InvalidRouteTableID.NotFound', `The routeTable ID '${id}' does not exist`);

const routeTable: Model = {
  type: 'aws_route_table',
  service,
  operations: { create: 'CreateRouteTable', remove: 'DeleteRouteTable' },
  create({ world, caller, input }) {
    vpcOf(world, text(input, 'vpc_id'));
    const id = world.ids.id('rtb');
    return {
      id,
      computed: {
        arn: arnOf(caller, 'ec2', `route-table/${id}`),
        owner_id: caller.account,
        propagating_vgws: [],
        route: [],
      },
    };
  },
  remove({ world, thing }) {
    const used = world.all(
      'aws_route_table_association',
      (each) => text(each.attributes, 'route_table_id') === thing.id,
    );
    if (used.length)
      throw new AwsError('DependencyViolation', `The routeTable '${thing.id}' has dependencies and cannot be deleted.`);
    for (const each of world.all('aws_route', (route) => text(route.attributes, 'route_table_id') === thing.id))
      world.remove(each);
  },
};

const association: Model = {
  type: 'aws_route_table_association',
  service,
  operations: {
    create: 'AssociateRouteTable',
    update: 'ReplaceRouteTableAssociation',
    remove: 'DisassociateRouteTable',
  },
  create({ world, input }) {
    const table = tableOf(world, text(input, 'route_table_id'));
    const subnet = subnetOf(world, text(input, 'subnet_id'));
    if (text(table.attributes, 'vpc_id') !== text(subnet.attributes, 'vpc_id'))
      throw new AwsError(
        'InvalidParameterValue',
        `Route table ${table.id} and subnet ${subnet.id} belong to different networks`,
      );
    const taken = world.all('aws_route_table_association', (each) => text(each.attributes, 'subnet_id') === subnet.id);
    if (taken.length)
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `the specified association for route table ${table.id} conflicts with an existing association`,
      );
    return { id: world.ids.id('rtbassoc'), computed: {} };
  },
  importId: (thing) => `${text(thing.attributes, 'subnet_id')}/${text(thing.attributes, 'route_table_id')}`,
};

/** Where a route may lead: the argument, the type it names and AWS's error for a missing one. */
const ways = [
  ['gateway_id', 'aws_internet_gateway', 'InvalidGatewayID.NotFound', 'internetGateway'],
  ['nat_gateway_id', 'aws_nat_gateway', 'InvalidNatGatewayID.NotFound', 'natGateway'],
  ['transit_gateway_id', 'aws_ec2_transit_gateway', 'InvalidTransitGatewayID.NotFound', 'transitGateway'],
  [
    'vpc_peering_connection_id',
    'aws_vpc_peering_connection',
    'InvalidVpcPeeringConnectionID.NotFound',
    'vpcPeeringConnection',
  ],
  ['vpc_endpoint_id', 'aws_vpc_endpoint', 'InvalidVpcEndpointId.NotFound', 'vpcEndpoint'],
] as const;

const route: Model = {
  type: 'aws_route',
  service,
  operations: { create: 'CreateRoute', update: 'ReplaceRoute', remove: 'DeleteRoute' },
  create({ world, input }) {
    const table = tableOf(world, text(input, 'route_table_id'));
    const destination = text(input, 'destination_cidr_block');
    if (!parseCidr(destination))
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${destination}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
      );
    const vpc = vpcOf(world, text(table.attributes, 'vpc_id'));
    if (text(vpc.attributes, 'cidr_block') === destination)
      throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
    const inTable = world.all('aws_route', (each) => text(each.attributes, 'route_table_id') === table.id);
    if (inTable.some((each) => text(each.attributes, 'destination_cidr_block') === destination))
      throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
    const given = ways.filter(([argument]) => text(input, argument) !== '');
    if (given.length !== 1)
      throw new AwsError(
        'InvalidParameterCombination',
        'The request must contain exactly one of gatewayId, natGatewayId, transitGatewayId, vpcPeeringConnectionId or vpcEndpointId',
      );
    for (const [argument, type, code, word] of given) {
      const id = text(input, argument);
      referred(world, type, id, code, `The ${word} ID '${id}' does not exist`);
      if (type === 'aws_ec2_transit_gateway' && !attached(world, id, vpc.id))
        throw new AwsError('InvalidTransitGatewayID.NotFound', `The transitGateway ID '${id}' does not exist.`);
    }
    const id = `r-${table.id}${hashOf(destination)}`;
    return {
      id,
      computed: {
        origin: 'CreateRoute',
        state: 'active',
        instance_id: '',
        instance_owner_id: '',
        network_interface_id: '',
      },
    };
  },
  importId: (thing) =>
    `${text(thing.attributes, 'route_table_id')}_${text(thing.attributes, 'destination_cidr_block')}`,
};

/** A VPC can route to a transit gateway only while it is attached to it. */
const attached = (world: AwsWorld, gateway: string, vpc: string): boolean =>
  world.all(
    'aws_ec2_transit_gateway_vpc_attachment',
    ({ attributes }) => text(attributes, 'transit_gateway_id') === gateway && text(attributes, 'vpc_id') === vpc,
  ).length > 0;

/** The provider makes ids of routes from the table and a number of the destination. */
const hashOf = (destination: string): number =>
  [...destination].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 4_294_967_296, 7);

const defaultGroup: Model = {
  type: 'aws_default_security_group',
  service,
  operations: { create: 'DescribeSecurityGroups', remove: 'DescribeSecurityGroups' },
  create({ world, caller, input }) {
    const vpc = vpcOf(world, text(input, 'vpc_id'));
    const id = text(vpc.attributes, 'default_security_group_id');
    return {
      id,
      computed: {
        arn: arnOf(caller, 'ec2', `security-group/${id}`),
        name: 'default',
        name_prefix: '',
        description: 'default VPC security group',
        owner_id: caller.account,
        ingress: [],
        egress: [],
      },
    };
  },
};

const attachment: Model = {
  type: 'aws_ec2_transit_gateway_vpc_attachment',
  service,
  operations: {
    create: 'CreateTransitGatewayVpcAttachment',
    update: 'ModifyTransitGatewayVpcAttachment',
    remove: 'DeleteTransitGatewayVpcAttachment',
  },
  create({ world, caller, input }) {
    const gatewayId = text(input, 'transit_gateway_id');
    const missing = `Transit Gateway ${gatewayId} was deleted or does not exist.`;
    const gateway = referred(world, 'aws_ec2_transit_gateway', gatewayId, 'InvalidTransitGatewayID.NotFound', missing);
    if (gateway.region !== caller.region) throw new AwsError('InvalidTransitGatewayID.NotFound', missing);
    const vpc = vpcOf(world, text(input, 'vpc_id'));
    if (attached(world, gatewayId, vpc.id))
      throw new AwsError(
        'DuplicateTransitGatewayAttachment',
        `${gatewayId} has non-deleted Transit Gateway Attachments with same VPC ID.`,
      );
    checkAttachmentSubnets(world, vpc, input.subnet_ids);
    const id = world.ids.id('tgw-attach');
    return {
      id,
      computed: {
        arn: arnOf(caller, 'ec2', `transit-gateway-attachment/${id}`),
        vpc_owner_id: vpc.account,
        security_group_referencing_support: 'disable',
      },
    };
  },
  update({ world, thing, input }) {
    checkAttachmentSubnets(world, vpcOf(world, text(thing.attributes, 'vpc_id')), input.subnet_ids);
    return {};
  },
  remove({ world, thing }) {
    const gateway = text(thing.attributes, 'transit_gateway_id');
    const vpc = text(thing.attributes, 'vpc_id');
    // The routes stay and lead nowhere: AWS calls them blackholes.
    for (const each of world.all('aws_route', ({ attributes }) => text(attributes, 'transit_gateway_id') === gateway)) {
      const table = world.get('aws_route_table', text(each.attributes, 'route_table_id'));
      if (text(table?.attributes ?? {}, 'vpc_id') === vpc) each.attributes = { ...each.attributes, state: 'blackhole' };
    }
  },
};

function checkAttachmentSubnets(world: AwsWorld, vpc: Thing, given: unknown): void {
  const ids = Array.isArray(given) ? given.map(String) : [];
  const subnets = ids.map((id) => subnetOf(world, id));
  const foreign = subnets.find((each) => text(each.attributes, 'vpc_id') !== vpc.id);
  if (foreign)
    throw new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${foreign.id}' does not exist in ${vpc.id}`);
  const zones = subnets.map((each) => text(each.attributes, 'availability_zone'));
  if (new Set(zones).size < zones.length)
    throw new AwsError('DuplicateSubnetsInSameZone', `Duplicate Subnets for same AZ: ${ids.join(', ')}`);
}

export const routeModels = [routeTable, association, route, defaultGroup, attachment];
