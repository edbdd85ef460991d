import { AwsError } from '../errors.ts';
import { type Model, type Request, referred } from '../model.ts';
import { type AwsWorld, arnOf, type Thing, text, texts } from '../world.ts';
import { accepter, attachedTo, blocksDeletion } from './endpoint-connections.ts';
import { listenersOf } from './load-balancers.ts';
import { vpcOf, vpcOfSubnets } from './network.ts';
import { checkPrincipal, principalsOf } from './privatelink-principals.ts';
import { groupOf } from './security-groups.ts';

const service = 'EC2';

export const endpointServiceOf = (world: AwsWorld, id: string): Thing =>
  referred(
    world,
    'aws_vpc_endpoint_service',
    id,
    'InvalidVpcEndpointServiceId.NotFound',
    `The VpcEndpointService Id '${id}' does not exist`,
  );

function checkLoadBalancers({ world, input }: Request, self?: Thing): readonly Thing[] {
  const arns = texts(input, 'network_load_balancer_arns');
  if (!arns.length)
    throw new AwsError(
      'MissingParameter',
      'The request must contain the parameter NetworkLoadBalancerArns or GatewayLoadBalancerArns',
    );
  return arns.map((arn) => {
    const balancer = world.get('aws_lb', arn);
    if (!balancer || text(balancer.attributes, 'load_balancer_type') !== 'network')
      throw new AwsError(
        'InvalidParameter',
        `Network Load Balancer ${arn} was not found or is not a Network Load Balancer`,
      );
    const other = world.all(
      'aws_vpc_endpoint_service',
      (each) => each !== self && texts(each.attributes, 'network_load_balancer_arns').includes(arn),
    );
    if (other.length)
      throw new AwsError(
        'InvalidParameter',
        `Network Load Balancer ${arn} is already associated with endpoint service ${other[0]?.id}`,
      );
    if (!listenersOf(world, balancer).length)
      throw new AwsError('InvalidParameter', `Network Load Balancer ${arn} has no listeners`);
    return balancer;
  });
}

const endpointService: Model = {
  type: 'aws_vpc_endpoint_service',
  service,
  operations: {
    create: 'CreateVpcEndpointServiceConfiguration',
    update: 'ModifyVpcEndpointServiceConfiguration',
    remove: 'DeleteVpcEndpointServiceConfigurations',
  },
  create(request) {
    const { world, caller, input } = request;
    const balancers = checkLoadBalancers(request);
    for (const arn of texts(input, 'allowed_principals')) checkPrincipal(arn);
    const zones = balancers.flatMap((each) =>
      texts(each.attributes, 'subnets').map((id) =>
        text(world.get('aws_subnet', id)?.attributes ?? {}, 'availability_zone'),
      ),
    );
    const id = world.ids.id('vpce-svc');
    return {
      id,
      computed: {
        arn: arnOf(caller, 'ec2', `vpc-endpoint-service/${id}`),
        service_name: `com.amazonaws.vpce.${caller.region}.${id}`,
        service_type: 'Interface',
        state: 'Available',
        availability_zones: [...new Set(zones)].sort(),
        base_endpoint_dns_names: [`${id}.${caller.region}.vpce.amazonaws.com`],
        manages_vpc_endpoints: false,
        private_dns_name: '',
        private_dns_name_configuration: [],
        supported_ip_address_types: ['ipv4'],
        supported_regions: [caller.region],
        allowed_principals: [],
      },
    };
  },
  update(change) {
    checkLoadBalancers(change, change.thing);
    return {};
  },
  remove({ world, thing }) {
    if (attachedTo(world, thing.id).some(blocksDeletion))
      throw new AwsError(
        'ExistingVpcEndpointConnections',
        `Service ${thing.id} has existing active VPC Endpoint connections!`,
      );
    for (const each of world.all(
      'aws_vpc_endpoint_service_allowed_principal',
      ({ attributes }) => attributes.vpc_endpoint_service_id === thing.id,
    ))
      world.remove(each);
    for (const each of attachedTo(world, thing.id)) world.remove(each);
  },
  refresh({ world, thing }) {
    return { allowed_principals: principalsOf(world, thing) };
  },
};

const allowedPrincipal: Model = {
  type: 'aws_vpc_endpoint_service_allowed_principal',
  service,
  operations: { create: 'ModifyVpcEndpointServicePermissions', remove: 'ModifyVpcEndpointServicePermissions' },
  create({ world, input }) {
    endpointServiceOf(world, text(input, 'vpc_endpoint_service_id'));
    checkPrincipal(text(input, 'principal_arn'));
    return { id: world.ids.id('vpce-svc-perm'), computed: {} };
  },
};

/** Services of AWS itself that have gateway endpoints. */
const gatewayServices: readonly string[] = ['s3', 'dynamodb'];

const endpoint: Model = {
  type: 'aws_vpc_endpoint',
  service,
  operations: { create: 'CreateVpcEndpoint', update: 'ModifyVpcEndpoint', remove: 'DeleteVpcEndpoints' },
  create(request) {
    const { world, caller, input } = request;
    const vpc = vpcOf(world, text(input, 'vpc_id'));
    const name = text(input, 'service_name');
    const kind = text(input, 'vpc_endpoint_type') || 'Gateway';
    const own = new RegExp(`^com\\.amazonaws\\.${caller.region}\\.([a-z0-9.-]+)$`).exec(name)?.[1];
    if (!own || (kind === 'Gateway' && !gatewayServices.includes(own)))
      throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
    if (kind === 'Interface') {
      checkInterface(request, vpc);
      const same = world.all(
        'aws_vpc_endpoint',
        ({ attributes }) =>
          attributes.vpc_id === vpc.id && attributes.service_name === name && attributes.private_dns_enabled === true,
      );
      if (input.private_dns_enabled === true && same.length)
        throw new AwsError(
          'InvalidParameter',
          `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${own}.${caller.region}.amazonaws.com in the VPC ${vpc.id}`,
        );
      if (input.private_dns_enabled === true && vpc.attributes.enable_dns_hostnames !== true)
        throw new AwsError(
          'InvalidParameter',
          `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpc.id}`,
        );
      const count = world.all(
        'aws_vpc_endpoint',
        ({ attributes }) => attributes.vpc_id === vpc.id && attributes.vpc_endpoint_type === 'Interface',
      ).length;
      if (count >= world.quotas.endpointsPerVpc)
        throw new AwsError(
          'VpcEndpointLimitExceeded',
          `The maximum number of VPC endpoints has been reached for ${vpc.id}`,
        );
    } else {
      for (const id of texts(input, 'route_table_ids'))
        referred(
          world,
          'aws_route_table',
          id,
          'InvalidRouteTableId.NotFound',
          `The routeTable ID '${id}' does not exist`,
        );
    }
    const id = world.ids.id('vpce');
    const dns = `${id}-${world.ids.hex(8)}.${own}.${caller.region}.vpce.amazonaws.com`;
    return {
      id,
      computed: {
        arn: arnOf(caller, 'ec2', `vpc-endpoint/${id}`),
        state: 'available',
        owner_id: caller.account,
        requester_managed: false,
        ip_address_type: 'ipv4',
        service_region: caller.region,
        policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }],
        }),
        private_dns_enabled: false,
        subnet_ids: [],
        route_table_ids: [],
        security_group_ids: [text(vpc.attributes, 'default_security_group_id')].filter(() => kind === 'Interface'),
        network_interface_ids: texts(input, 'subnet_ids').map(() => world.ids.id('eni')),
        dns_entry: kind === 'Interface' ? [{ dns_name: dns, hosted_zone_id: 'Z38GZ743OKFT7T' }] : [],
        cidr_blocks: kind === 'Gateway' ? ['52.218.0.0/17'] : [],
        prefix_list_id: kind === 'Gateway' ? prefixListOf(caller.region) : '',
      },
    };
  },
  update(change) {
    if (text(change.thing.attributes, 'vpc_endpoint_type') === 'Interface')
      checkInterface(change, vpcOf(change.world, text(change.thing.attributes, 'vpc_id')));
    return {};
  },
};

/** The S3 prefix list of a region: always the same one. */
export const prefixListOf = (region: string): string =>
  `pl-${[...region]
    .reduce((sum, letter) => (sum * 33 + letter.charCodeAt(0)) % 0xffffffff, 5381)
    .toString(16)
    .padStart(8, '0')}`;

function checkInterface(request: Request, vpc: Thing): void {
  const subnets = texts(request.input, 'subnet_ids');
  const home = vpcOfSubnets(request, subnets, 'DuplicateSubnetsInSameZone');
  if (home && home.id !== vpc.id)
    throw new AwsError('InvalidSubnetId.NotFound', `The subnets ${subnets.join(', ')} are not in ${vpc.id}`);
  for (const id of texts(request.input, 'security_group_ids')) {
    const group = groupOf(request.world, id);
    if (text(group.attributes, 'vpc_id') !== vpc.id)
      throw new AwsError('InvalidGroup.NotFound', `The security group '${id}' does not exist in VPC '${vpc.id}'`);
  }
}

export const privateLinkModels = [endpointService, allowedPrincipal, accepter, endpoint];
