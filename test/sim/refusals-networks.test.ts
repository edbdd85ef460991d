import { describeRefusals, remove, routes, thing, transitGateway } from './refusal.ts';

describeRefusals({
  networks: [
    ['a VPC larger than /16', async (hub) => () => hub.vpc('10.0.0.0/8'), /^InvalidVpc\.Range/],
    ['a VPC with host bits', async (hub) => () => hub.vpc('10.40.0.1/22'), /^InvalidVpc\.Range/],
    [
      'a subnet outside the VPC',
      async (hub) => {
        const vpc = await hub.vpc();
        return () => hub.make('aws_subnet', { vpc_id: vpc.id, cidr_block: '10.41.0.0/24' });
      },
      /^InvalidSubnet\.Range/,
    ],
    [
      'a subnet over another',
      async (hub) => {
        const vpc = await hub.vpc();
        await hub.subnets(vpc);
        return () => hub.make('aws_subnet', { vpc_id: vpc.id, cidr_block: '10.40.0.128/25' });
      },
      /^InvalidSubnet\.Conflict/,
    ],
    [
      'a subnet of no VPC',
      async (hub) => () => hub.make('aws_subnet', { vpc_id: 'vpc-0', cidr_block: '10.40.0.0/24' }),
      /^InvalidVpcID\.NotFound/,
    ],
    [
      'a zone of another region',
      async (hub) => {
        const vpc = await hub.vpc();
        return () =>
          hub.make('aws_subnet', { vpc_id: vpc.id, cidr_block: '10.40.0.0/24', availability_zone: 'us-east-1a' });
      },
      /^InvalidParameterValue: .*eu-west-1a, eu-west-1b/,
    ],
    [
      'a subnet that runs out of addresses',
      async (hub) => {
        const vpc = await hub.vpc();
        const small = await hub.make('aws_subnet', {
          vpc_id: vpc.id,
          cidr_block: '10.40.0.0/28',
          availability_zone: 'eu-west-1a',
        });
        for (let at = 0; at < 11; at += 1) await hub.balancer(`b${at}`, [small.id]);
        return () => hub.balancer('last', [small.id]);
      },
      /^InsufficientFreeAddressesInSubnet/,
    ],
    [
      'deletion of a VPC with subnets',
      async (hub) => {
        const vpc = await hub.vpc();
        await hub.subnets(vpc);
        return remove(hub, vpc);
      },
      /^DependencyViolation: The vpc/,
    ],
    [
      'deletion of a subnet with a load balancer',
      async (hub) => {
        const { subnets } = await hub.hub();
        return remove(hub, thing(hub, 'aws_subnet', subnets[0] ?? ''));
      },
      /^DependencyViolation: The subnet/,
    ],
    [
      'a second route to the same place',
      async (hub) => {
        const { table, gateway } = await routes(hub);
        const input = { route_table_id: table, destination_cidr_block: '0.0.0.0/0', gateway_id: gateway };
        await hub.make('aws_route', input);
        return () => hub.make('aws_route', input);
      },
      /^RouteAlreadyExists/,
    ],
    [
      'a route to the VPC itself',
      async (hub) => {
        const { table, gateway } = await routes(hub);
        return () =>
          hub.make('aws_route', { route_table_id: table, destination_cidr_block: '10.40.0.0/22', gateway_id: gateway });
      },
      /^RouteAlreadyExists/,
    ],
    [
      'a route to a transit gateway that the VPC is not attached to',
      async (hub) => {
        const { table } = await routes(hub);
        transitGateway(hub);
        return () =>
          hub.make('aws_route', {
            route_table_id: table,
            destination_cidr_block: '10.0.0.0/8',
            transit_gateway_id: 'tgw-0',
          });
      },
      /^InvalidTransitGatewayID\.NotFound/,
    ],
    [
      'a second attachment of the VPC',
      async (hub) => {
        const vpc = await hub.vpc();
        const subnet_ids = await hub.subnets(vpc);
        transitGateway(hub);
        const input = { vpc_id: vpc.id, transit_gateway_id: 'tgw-0', subnet_ids };
        await hub.make('aws_ec2_transit_gateway_vpc_attachment', input);
        return () => hub.make('aws_ec2_transit_gateway_vpc_attachment', input);
      },
      /^DuplicateTransitGatewayAttachment/,
    ],
    [
      'an attachment with two subnets of a zone',
      async (hub) => {
        const vpc = await hub.vpc();
        const [one = ''] = await hub.subnets(vpc);
        const two = await hub.make('aws_subnet', {
          vpc_id: vpc.id,
          cidr_block: '10.40.3.0/24',
          availability_zone: 'eu-west-1a',
        });
        transitGateway(hub);
        return () =>
          hub.make('aws_ec2_transit_gateway_vpc_attachment', {
            vpc_id: vpc.id,
            transit_gateway_id: 'tgw-0',
            subnet_ids: [one, two.id],
          });
      },
      /^DuplicateSubnetsInSameZone/,
    ],
    [
      'peering of networks that overlap',
      async (hub) => {
        const one = await hub.vpc();
        const two = await hub.vpc('10.40.2.0/24');
        return () => hub.make('aws_vpc_peering_connection', { vpc_id: one.id, peer_vpc_id: two.id });
      },
      /^OverlappingCidr/,
    ],
    [
      'a second association of a subnet',
      async (hub) => {
        const { table, vpc } = await routes(hub);
        const [subnet_id = ''] = await hub.subnets(vpc);
        const input = { route_table_id: table, subnet_id };
        await hub.make('aws_route_table_association', input);
        return () => hub.make('aws_route_table_association', input);
      },
      /^Resource\.AlreadyAssociated/,
    ],
  ],
});
