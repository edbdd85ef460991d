import type { Hub, Subnet } from '../../../ir/index.ts';
import type { Context, HubRefs } from '../context.ts';
import { address, block, call, expr, policy, type Section, template, type Value, why } from '../language/value.ts';
import { data, ident, locals, resource } from '../names.ts';

type Created = Extract<Hub['vpc'], { kind: 'create' }>;
type Existing = Extract<Hub['vpc'], { kind: 'existing' }>;

/** `network.tf`: the hub VPC, or the existing one, and the AWS APIs the fleet needs from inside it. */
export function networkSections(context: Context): readonly Section[] {
  const { infra, hub: refs } = context;
  if (!infra.hub || !refs) return [];
  const { vpc } = infra.hub;
  const base = vpc.kind === 'create' ? createdVpc(vpc, infra.name) : existingVpc(vpc);
  return [...base, ...vpcEndpoints(context, infra.hub, refs)];
}

function createdVpc(vpc: Created, name: string): readonly Section[] {
  const privates = vpc.subnets.filter((subnet) => subnet.role === 'private');
  const publics = vpc.internet === 'nat' ? vpc.subnets.filter((subnet) => subnet.role === 'public') : [];
  return [
    data('aws_availability_zones', 'available', {
      state: 'available',
      filter: why(
        'Availability Zones only: Local Zones and Wavelength Zones do not support this kind of load balancer.',
        block({ name: 'opt-in-status', values: ['opt-in-not-required'] }),
      ),
    }),
    resource('aws_vpc', 'hub', {
      cidr_block: vpc.cidr,
      enable_dns_support: true,
      enable_dns_hostnames: why('Required by the private DNS names of the VPC endpoints.', true),
      tags: { Name: `${name}-hub` },
    }),
    resource(
      'aws_default_security_group',
      'hub',
      { vpc_id: expr('aws_vpc.hub.id') },
      'No rules: what is launched without another security group reaches nothing.',
    ),
    ...[...privates, ...publics].map((subnet) => subnetSection(subnet, name)),
    ...publicSubnets(publics, name),
    ...privates.flatMap((subnet) => privateTable(subnet, publics, name)),
    locals(
      {
        hub_route_tables: Object.fromEntries(
          privates.map((subnet) => [subnet.key, expr(`aws_route_table.${ident(subnet.key)}.id`)]),
        ),
      },
      'Each of these gets the routes to the other networks.',
    ),
  ];
}

const subnetSection = ({ key, role, zone, cidr }: Subnet, name: string): Section =>
  resource('aws_subnet', ident(key), {
    vpc_id: expr('aws_vpc.hub.id'),
    availability_zone: expr(`data.aws_availability_zones.available.names[${zone - 1}]`),
    cidr_block: cidr,
    tags: { Name: `${name}-${key}`, role },
  });

function publicSubnets(publics: readonly Subnet[], name: string): readonly Section[] {
  if (publics.length === 0) return [];
  return [
    resource('aws_internet_gateway', 'hub', { vpc_id: expr('aws_vpc.hub.id'), tags: { Name: `${name}-hub` } }),
    resource('aws_route_table', 'public', { vpc_id: expr('aws_vpc.hub.id'), tags: { Name: `${name}-public` } }),
    resource('aws_route', 'public_internet', {
      route_table_id: expr('aws_route_table.public.id'),
      destination_cidr_block: '0.0.0.0/0',
      gateway_id: expr('aws_internet_gateway.hub.id'),
    }),
    ...publics.flatMap((subnet): Section[] => {
      const id = ident(subnet.key);
      return [
        resource('aws_route_table_association', id, {
          subnet_id: expr(`aws_subnet.${id}.id`),
          route_table_id: expr('aws_route_table.public.id'),
        }),
        resource('aws_eip', id, { domain: 'vpc', tags: { Name: `${name}-nat-${subnet.zone}` } }),
        resource('aws_nat_gateway', id, {
          allocation_id: expr(`aws_eip.${id}.id`),
          subnet_id: expr(`aws_subnet.${id}.id`),
          tags: { Name: `${name}-nat-${subnet.zone}` },
          depends_on: [address('aws_internet_gateway.hub')],
        }),
      ];
    }),
  ];
}

/** A table for each private subnet, whether or not there is NAT: addresses stay when NAT comes later. */
function privateTable(subnet: Subnet, publics: readonly Subnet[], name: string): readonly Section[] {
  const id = ident(subnet.key);
  const nat = publics.find(({ zone }) => zone === subnet.zone) ?? publics[0];
  return [
    resource('aws_route_table', id, { vpc_id: expr('aws_vpc.hub.id'), tags: { Name: `${name}-${subnet.key}` } }),
    resource('aws_route_table_association', id, {
      subnet_id: expr(`aws_subnet.${id}.id`),
      route_table_id: expr(`aws_route_table.${id}.id`),
    }),
    ...(nat
      ? [
          resource('aws_route', `${id}_internet`, {
            route_table_id: expr(`aws_route_table.${id}.id`),
            destination_cidr_block: '0.0.0.0/0',
            nat_gateway_id: expr(`aws_nat_gateway.${ident(nat.key)}.id`),
          }),
        ]
      : []),
  ];
}

function existingVpc(vpc: Existing): readonly Section[] {
  return [
    data(
      'aws_vpc',
      'hub',
      { id: vpc.id },
      'The existing hub VPC: lakegate adds to it and changes nothing that is there.',
    ),
    data('aws_route_tables', 'hub', {
      for_each: call('toset', vpc.subnetIds),
      vpc_id: vpc.id,
      filter: block({ name: 'association.subnet-id', values: [expr('each.key')] }),
    }),
    locals(
      {
        hub_route_tables: expr(
          '{ for id in distinct([for found in data.aws_route_tables.hub : try(found.ids[0], data.aws_vpc.hub.main_route_table_id)]) : id => id }',
        ),
      },
      'A subnet without an explicit table uses the main one. Subnets may share a table, and a table takes a route only once.',
    ),
  ];
}

function vpcEndpoints({ infra }: Context, hub: Hub, refs: HubRefs): readonly Section[] {
  const services = [...hub.vpcEndpoints].sort();
  const interfaces = services.filter((service) => service !== 's3');
  const named = (service: string): Value => `com.amazonaws.${infra.aws.region}.${service}`;
  const gateway = services.includes('s3')
    ? [
        resource(
          'aws_vpc_endpoint',
          's3',
          {
            vpc_id: refs.vpcId,
            service_name: named('s3'),
            vpc_endpoint_type: 'Gateway',
            route_table_ids: expr('values(local.hub_route_tables)'),
            ...(refs.created && infra.router && { policy: configBucketOnly }),
            tags: { Name: `${infra.name}-s3` },
          },
          'Free of charge. The routers read their artifact and their configuration through it.',
        ),
      ]
    : [];
  return [
    ...gateway,
    ...interfaces.map((service) =>
      resource('aws_vpc_endpoint', ident(service), {
        vpc_id: refs.vpcId,
        service_name: named(service),
        vpc_endpoint_type: 'Interface',
        subnet_ids: refs.subnetIds,
        security_group_ids: [expr('aws_security_group.vpc_endpoints.id')],
        private_dns_enabled: true,
        tags: { Name: `${infra.name}-${service}` },
      }),
    ),
  ];
}

/** The S3 endpoint of the hub admits lakegate's bucket only, so that data cannot leave through it. */
const configBucketOnly = policy([
  {
    Sid: 'OnlyTheConfigBucket',
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'],
    Resource: [expr('aws_s3_bucket.config.arn'), template(expr('aws_s3_bucket.config.arn'), '/*')],
  },
]);
