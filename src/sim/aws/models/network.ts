import { type Cidr, cidrRange, parseCidr } from '../../../ir/index.ts';
import { AwsError } from '../errors.ts';
import { type Model, type Request, referred } from '../model.ts';
import type { Attributes } from '../values.ts';
import { type AwsWorld, arnOf, overlaps, type Thing, text, zonesOf } from '../world.ts';
import { usersOfSubnet } from './use.ts';

const service = 'EC2';

export const vpcOf = (world: AwsWorld, id: string): Thing =>
  referred(world, 'aws_vpc', id, 'InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);

export const subnetOf = (world: AwsWorld, id: string): Thing =>
  referred(world, 'aws_subnet', id, 'InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);

/** The network, or AWS's refusal of one that is malformed or has host bits. */
function cidrIn(input: Attributes, shortest: number, longest: number, code: string): Cidr {
  const given = text(input, 'cidr_block');
  const cidr = parseCidr(given);
  const { length } = cidr ? cidrRange(cidr) : { length: -1 };
  if (!cidr || length < shortest || length > longest) throw new AwsError(code, `The CIDR '${given}' is invalid.`);
  return cidr;
}

const vpc: Model = {
  type: 'aws_vpc',
  service,
  operations: { create: 'CreateVpc', update: 'ModifyVpcAttribute', remove: 'DeleteVpc' },
  create({ world, caller, input }) {
    const cidr = cidrIn(input, 16, 28, 'InvalidVpc.Range');
    const id = world.ids.id('vpc');
    const group = world.ids.id('sg');
    const table = world.ids.id('rtb');
    const base = { ...caller };
    world.put({
      ...base,
      type: 'aws_security_group',
      id: group,
      attributes: {
        id: group,
        name: 'default',
        vpc_id: id,
        is_default: true,
        arn: arnOf(caller, 'ec2', `security-group/${group}`),
      },
    });
    world.put({ ...base, type: 'aws_route_table', id: table, attributes: { id: table, vpc_id: id, is_main: true } });
    return {
      id,
      computed: {
        arn: arnOf(caller, 'ec2', `vpc/${id}`),
        cidr_block: cidr,
        owner_id: caller.account,
        default_security_group_id: group,
        default_route_table_id: table,
        main_route_table_id: table,
        default_network_acl_id: world.ids.id('acl'),
        dhcp_options_id: world.ids.id('dopt'),
        enable_dns_hostnames: false,
        enable_network_address_usage_metrics: false,
        instance_tenancy: 'default',
        ipv6_association_id: '',
        ipv6_cidr_block: '',
        ipv6_cidr_block_network_border_group: '',
      },
    };
  },
  remove({ world, thing }) {
    const inVpc = (each: Thing): boolean => text(each.attributes, 'vpc_id') === thing.id && each !== thing;
    const holds = ['aws_subnet', 'aws_internet_gateway', 'aws_vpc_endpoint', 'aws_ec2_transit_gateway_vpc_attachment']
      .flatMap((type) => world.all(type, inVpc))
      .concat(world.all('aws_security_group', (each) => inVpc(each) && each.attributes.is_default !== true))
      .concat(world.all('aws_route_table', (each) => inVpc(each) && each.attributes.is_main !== true));
    if (holds.length)
      throw new AwsError('DependencyViolation', `The vpc '${thing.id}' has dependencies and cannot be deleted.`);
    for (const type of ['aws_security_group', 'aws_route_table'])
      for (const each of world.all(type, inVpc)) world.remove(each);
  },
};

const subnet: Model = {
  type: 'aws_subnet',
  service,
  operations: { create: 'CreateSubnet', update: 'ModifySubnetAttribute', remove: 'DeleteSubnet' },
  create({ world, caller, input }) {
    const parent = vpcOf(world, text(input, 'vpc_id'));
    const cidr = cidrIn(input, 16, 28, 'InvalidSubnet.Range');
    const outer = cidrRange(text(parent.attributes, 'cidr_block') as Cidr);
    const inner = cidrRange(cidr);
    if (inner.first < outer.first || inner.last > outer.last)
      throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
    const other = world
      .all('aws_subnet', (each) => text(each.attributes, 'vpc_id') === parent.id)
      .find((each) => overlaps(text(each.attributes, 'cidr_block'), cidr));
    if (other) throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`);
    const zones = zonesOf(caller.region);
    const name = text(input, 'availability_zone');
    const zone = zones.find((each) => each.name === name || each.id === text(input, 'availability_zone_id'));
    if ((name || text(input, 'availability_zone_id')) && !zone) {
      const known = zones.map((each) => each.name).join(', ');
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${name}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${known}.`,
      );
    }
    const id = world.ids.id('subnet');
    const chosen = zone ?? zones[0];
    return {
      id,
      computed: {
        arn: arnOf(caller, 'ec2', `subnet/${id}`),
        owner_id: caller.account,
        availability_zone: chosen?.name ?? '',
        availability_zone_id: chosen?.id ?? '',
        ipv6_cidr_block_association_id: '',
        private_dns_hostname_type_on_launch: 'ip-name',
      },
    };
  },
  remove({ world, thing }) {
    if (usersOfSubnet(world, thing.id).length)
      throw new AwsError('DependencyViolation', `The subnet '${thing.id}' has dependencies and cannot be deleted.`);
  },
};

const internetGateway: Model = {
  type: 'aws_internet_gateway',
  service,
  operations: { create: 'AttachInternetGateway', remove: 'DetachInternetGateway' },
  create({ world, caller, input }) {
    const id = world.ids.id('igw');
    const parent = text(input, 'vpc_id');
    if (parent) {
      vpcOf(world, parent);
      const taken = world.all('aws_internet_gateway', (each) => text(each.attributes, 'vpc_id') === parent);
      if (taken.length)
        throw new AwsError(
          'Resource.AlreadyAssociated',
          `resource ${parent} is already attached to an internet gateway`,
        );
    }
    return { id, computed: { arn: arnOf(caller, 'ec2', `internet-gateway/${id}`), owner_id: caller.account } };
  },
  remove({ world, thing }) {
    const parent = text(thing.attributes, 'vpc_id');
    const mapped = world.all('aws_nat_gateway').filter((each) => {
      const subnetId = text(each.attributes, 'subnet_id');
      return text(world.get('aws_subnet', subnetId)?.attributes ?? {}, 'vpc_id') === parent;
    });
    if (mapped.length)
      throw new AwsError(
        'DependencyViolation',
        `Network ${parent} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
      );
  },
};

const elasticAddress: Model = {
  type: 'aws_eip',
  service,
  operations: { create: 'AllocateAddress', remove: 'ReleaseAddress' },
  create({ world, caller }) {
    const id = world.ids.id('eipalloc');
    const last = Number.parseInt(world.ids.hex(4), 16);
    const address = `203.0.113.${last % 256}`; // RFC 5737: reserved for documentation
    return {
      id,
      computed: {
        allocation_id: id,
        arn: arnOf(caller, 'ec2', `elastic-ip/${id}`),
        domain: 'vpc',
        public_ip: address,
        public_dns: `ec2-${address.replaceAll('.', '-')}.${caller.region}.compute.amazonaws.com`,
        network_border_group: caller.region,
        public_ipv4_pool: 'amazon',
      },
    };
  },
  remove({ world, thing }) {
    const user = world.all('aws_nat_gateway', (each) => text(each.attributes, 'allocation_id') === thing.id);
    if (user.length)
      throw new AwsError('InvalidIPAddress.InUse', `The address '${thing.id}' is in use by ${user[0]?.id}.`);
  },
};

const natGateway: Model = {
  type: 'aws_nat_gateway',
  service,
  operations: { create: 'CreateNatGateway', remove: 'DeleteNatGateway' },
  create({ world, input }) {
    const id = world.ids.id('nat');
    const inside = text(input, 'subnet_id');
    const allocation = text(input, 'allocation_id');
    const computed: Record<string, string> = {
      association_id: world.ids.id('eipassoc'),
      network_interface_id: world.ids.id('eni'),
    };
    if (inside) computed.private_ip = world.address(subnetOf(world, inside));
    if (allocation) {
      const missing = `The allocation ID '${allocation}' does not exist`;
      const address = referred(world, 'aws_eip', allocation, 'InvalidAllocationID.NotFound', missing);
      const taken = world.all('aws_nat_gateway', (each) => text(each.attributes, 'allocation_id') === allocation);
      if (taken.length)
        throw new AwsError('Resource.AlreadyAssociated', `Elastic IP address [${allocation}] is already associated`);
      computed.public_ip = text(address.attributes, 'public_ip');
    }
    return { id, computed };
  },
};

const peering: Model = {
  type: 'aws_vpc_peering_connection',
  service,
  operations: { create: 'CreateVpcPeeringConnection', remove: 'DeleteVpcPeeringConnection' },
  create({ world, caller, input }) {
    const own = vpcOf(world, text(input, 'vpc_id'));
    const peer = vpcOf(world, text(input, 'peer_vpc_id'));
    const id = world.ids.id('pcx');
    if (overlaps(text(own.attributes, 'cidr_block'), text(peer.attributes, 'cidr_block')))
      throw new AwsError(
        'OverlappingCidr',
        `VpcPeeringConnection ${id} failed: the CIDR of ${own.id} overlaps with the CIDR of ${peer.id}`,
      );
    const local = peer.account === caller.account && peer.region === caller.region;
    if (input.auto_accept === true && !local)
      throw new AwsError('OperationNotPermitted', `User ${caller.account} cannot accept peering ${id}`);
    const accepted = input.auto_accept === true;
    return {
      id,
      computed: {
        accept_status: accepted ? 'active' : 'pending-acceptance',
        peer_owner_id: peer.account,
        peer_region: peer.region,
      },
    };
  },
};

const accepter: Model = {
  type: 'aws_vpc_peering_connection_accepter',
  service,
  operations: { create: 'AcceptVpcPeeringConnection', remove: 'DeleteVpcPeeringConnection' },
  create({ world, caller, input }) {
    const id = text(input, 'vpc_peering_connection_id');
    const connection = peeringOf(world, id);
    const peer = vpcOf(world, text(connection.attributes, 'peer_vpc_id'));
    if (peer.account !== caller.account)
      throw new AwsError('OperationNotPermitted', `User ${caller.account} cannot accept peering ${id}`);
    connection.attributes = { ...connection.attributes, accept_status: 'active' };
    const own = vpcOf(world, text(connection.attributes, 'vpc_id'));
    return {
      id,
      computed: {
        accept_status: 'active',
        vpc_id: peer.id,
        peer_vpc_id: own.id,
        peer_owner_id: own.account,
        peer_region: own.region,
      },
    };
  },
};

const options: Model = {
  type: 'aws_vpc_peering_connection_options',
  service,
  operations: { create: 'ModifyVpcPeeringConnectionOptions', remove: 'ModifyVpcPeeringConnectionOptions' },
  create({ world, input }) {
    const id = text(input, 'vpc_peering_connection_id');
    const connection = peeringOf(world, id);
    if (connection.attributes.accept_status !== 'active')
      throw new AwsError('OperationNotPermitted', `Peering pcx options cannot be changed: ${id} is not active`);
    return { id, computed: {} };
  },
};

const peeringOf = (world: AwsWorld, id: string): Thing =>
  referred(
    world,
    'aws_vpc_peering_connection',
    id,
    'InvalidVpcPeeringConnectionID.NotFound',
    `The vpcPeeringConnection ID '${id}' does not exist`,
  );

/** Subnets that must lie in one VPC and in zones of their own. Gives the VPC. */
export function vpcOfSubnets(
  request: Request,
  ids: readonly string[],
  oneInEachZone: string | undefined,
): Thing | undefined {
  const subnets = ids.map((id) => subnetOf(request.world, id));
  const vpcs = new Set(subnets.map((each) => text(each.attributes, 'vpc_id')));
  if (vpcs.size > 1) throw new AwsError('InvalidConfigurationRequest', 'All subnets must belong to the same VPC');
  const zones = subnets.map((each) => text(each.attributes, 'availability_zone'));
  if (oneInEachZone && new Set(zones).size < zones.length)
    throw new AwsError(
      oneInEachZone,
      'A load balancer or attachment cannot be attached to multiple subnets in the same Availability Zone',
    );
  const [first] = vpcs;
  return first === undefined ? undefined : vpcOf(request.world, first);
}

export const networkModels = [vpc, subnet, internetGateway, elasticAddress, natGateway, peering, accepter, options];
