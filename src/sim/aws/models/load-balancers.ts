import { type Cidr, cidrContains, parseIpv4 } from '../../../ir/index.ts';
import { AwsError } from '../errors.ts';
import { type Model, type Request, referred } from '../model.ts';
import type { Attributes } from '../values.ts';
import { type AwsWorld, arnOf, blocksOf, number, type Thing, text, texts, zonesOf } from '../world.ts';
import { subnetOf, vpcOf, vpcOfSubnets } from './network.ts';
import { groupOf } from './security-groups.ts';

const service = 'Elastic Load Balancing v2';

/** The hosted zones of NLB names differ by region; only their look matters here. */
const hostedZone = 'Z2IFOLAFXWLO4F';

export const loadBalancerOf = (world: AwsWorld, arn: string): Thing =>
  referred(world, 'aws_lb', arn, 'LoadBalancerNotFound', `Load balancer '${arn}' not found`);

export const targetGroupOf = (world: AwsWorld, arn: string): Thing =>
  referred(world, 'aws_lb_target_group', arn, 'TargetGroupNotFound', `Target groups '${arn}' not found`);

function checkName(kind: 'load balancer' | 'target group', name: string): void {
  const refuse = (why: string): never => {
    throw new AwsError('ValidationError', `The ${kind} name '${name}' ${why}`);
  };
  if (name.length > 32) refuse('cannot be longer than 32 characters');
  if (!/^[a-zA-Z0-9-]+$/.test(name))
    refuse('can only contain characters that are alphanumeric characters and hyphens(-)');
  if (name.startsWith('-') || name.endsWith('-')) refuse('cannot begin or end with a hyphen(-)');
  if (kind === 'load balancer' && name.startsWith('internal-')) refuse("cannot begin with 'internal-'");
}

function checkGroups(world: AwsWorld, input: Attributes, vpc: Thing | undefined): void {
  for (const id of texts(input, 'security_groups')) {
    const group = groupOf(world, id);
    if (vpc && text(group.attributes, 'vpc_id') !== vpc.id)
      throw new AwsError('InvalidConfigurationRequest', `Security group '${id}' does not belong to VPC '${vpc.id}'`);
  }
}

const subnetsOf = (input: Attributes): readonly string[] => {
  const mapped = blocksOf(input, 'subnet_mapping').map((each) => text(each, 'subnet_id'));
  return mapped.length ? mapped : texts(input, 'subnets');
};

const loadBalancer: Model = {
  type: 'aws_lb',
  service,
  operations: { create: 'CreateLoadBalancer', update: 'ModifyLoadBalancerAttributes', remove: 'DeleteLoadBalancer' },
  create(request) {
    const { world, caller, input } = request;
    const name = text(input, 'name');
    checkName('load balancer', name);
    const existing = world.local('aws_lb', caller);
    if (existing.some((each) => text(each.attributes, 'name') === name))
      throw new AwsError(
        'DuplicateLoadBalancerName',
        `A load balancer with the same name '${name}' exists, but with different settings`,
      );
    if (existing.length >= world.quotas.nlbsPerRegion)
      throw new AwsError('TooManyLoadBalancers', 'The maximum number of load balancers has been reached');
    const kind = text(input, 'load_balancer_type') || 'application';
    const subnets = subnetsOf(input);
    if (!subnets.length) throw new AwsError('ValidationError', 'Either SubnetMappings or Subnets must be specified');
    const vpc = vpcOfSubnets(request, subnets, 'InvalidConfigurationRequest');
    checkGroups(world, input, vpc);
    const suffix = `${kind === 'network' ? 'net' : 'app'}/${name}/${world.ids.hex(16)}`;
    const arn = arnOf(caller, 'elasticloadbalancing', `loadbalancer/${suffix}`);
    const addresses = subnets.map((id) => ({ subnet_id: id, address: world.address(subnetOf(world, id)) }));
    const id = world.ids.hex(16);
    return {
      id: arn,
      computed: {
        arn,
        arn_suffix: suffix,
        dns_name: `${name}-${id}.elb.${caller.region}.amazonaws.com`,
        zone_id: hostedZone,
        vpc_id: vpc?.id ?? '',
        subnets: [...subnets],
        internal: input.internal === true,
        ip_address_type: 'ipv4',
        security_groups: texts(input, 'security_groups'),
        name_prefix: '',
        enable_prefix_for_ipv6_source_nat: 'off',
        secondary_ips_auto_assigned_per_subnet: 0,
        // The default that cuts PrivateLink traffic where a security group does not let the clients in.
        enforce_security_group_inbound_rules_on_private_link_traffic: texts(input, 'security_groups').length
          ? 'on'
          : '',
        // What no provider attribute shows: an NLB made without a group can never have one; addresses of its nodes.
        had_security_group: texts(input, 'security_groups').length > 0,
        node_addresses: addresses,
      },
    };
  },
  update(change) {
    const { world, thing, input } = change;
    const wanted = texts(input, 'security_groups');
    if (wanted.length && thing.attributes.had_security_group !== true)
      throw new AwsError(
        'InvalidConfigurationRequest',
        'You cannot associate security groups to a Network Load Balancer that was created without a security group',
      );
    if (!wanted.length && thing.attributes.had_security_group === true)
      throw new AwsError('ValidationError', 'A Network Load Balancer with security groups must keep at least one');
    const vpc = vpcOfSubnets(change, subnetsOf(input), 'InvalidConfigurationRequest');
    checkGroups(world, input, vpc);
    const before = blocksOf(thing.attributes, 'node_addresses');
    const kept = subnetsOf(input).map(
      (id) =>
        before.find((each) => each.subnet_id === id) ?? {
          subnet_id: id,
          address: world.address(subnetOf(world, id)),
        },
    );
    return { node_addresses: kept };
  },
  remove({ world, thing }) {
    if (thing.attributes.enable_deletion_protection === true)
      throw new AwsError(
        'OperationNotPermitted',
        `Load balancer '${thing.id}' cannot be deleted because deletion protection is enabled`,
      );
    const services = world.all('aws_vpc_endpoint_service', (each) =>
      texts(each.attributes, 'network_load_balancer_arns').includes(thing.id),
    );
    if (services.length)
      throw new AwsError(
        'ResourceInUse',
        `Load balancer '${thing.id}' cannot be deleted because it is currently associated with another service`,
      );
    for (const each of world.all('aws_lb_listener', ({ attributes }) => attributes.load_balancer_arn === thing.id))
      world.remove(each);
  },
};

const actionGroups = (input: Attributes): readonly string[] =>
  blocksOf(input, 'default_action').flatMap((action) => [
    ...(text(action, 'target_group_arn') ? [text(action, 'target_group_arn')] : []),
    ...blocksOf(action, 'forward').flatMap((forward) =>
      blocksOf(forward, 'target_group').map((each) => text(each, 'arn')),
    ),
  ]);

function checkListener({ world, input }: Request, balancer: Thing, self?: Thing): void {
  const port = number(input, 'port') ?? 0;
  const protocol = text(input, 'protocol');
  if (port < 1 || port > 65_535)
    throw new AwsError('ValidationError', `'${port}' is not a valid port: it must be between 1 and 65535`);
  if (!['TCP', 'TLS', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC'].includes(protocol))
    throw new AwsError(
      'ValidationError',
      `Listener protocol '${protocol}' must be one of 'TCP_QUIC, TCP, QUIC, TCP_UDP, UDP, TLS'`,
    );
  const others = listenersOf(world, balancer).filter((each) => each !== self);
  if (others.some((each) => each.attributes.port === port))
    throw new AwsError(
      'DuplicateListener',
      `A listener already exists on this port for this load balancer '${balancer.id}'`,
    );
  if (protocol === 'TLS' && !text(input, 'certificate_arn'))
    throw new AwsError('ValidationError', 'A certificate must be specified for TLS listeners');
  const idle = number(input, 'tcp_idle_timeout_seconds');
  if (idle !== undefined && (idle < 60 || idle > 6000))
    throw new AwsError(
      'ValidationError',
      `'${idle}' is not a valid value for 'tcp.idle_timeout.seconds': it must be between 60 and 6000`,
    );
  for (const arn of actionGroups(input)) {
    const group = targetGroupOf(world, arn);
    if (!['TCP', 'TLS', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC'].includes(text(group.attributes, 'protocol')))
      throw new AwsError(
        'InvalidConfigurationRequest',
        `Target group protocol '${text(group.attributes, 'protocol')}' is incompatible with listener protocol '${protocol}'`,
      );
    if (text(group.attributes, 'vpc_id') !== text(balancer.attributes, 'vpc_id'))
      throw new AwsError(
        'InvalidConfigurationRequest',
        `The target group '${arn}' and load balancer '${balancer.id}' are not in the same VPC`,
      );
    const user = world.all(
      'aws_lb_listener',
      (each) => each.attributes.load_balancer_arn !== balancer.id && actionGroups(each.attributes).includes(arn),
    );
    if (user.length)
      throw new AwsError(
        'TargetGroupAssociationLimit',
        `The following target groups cannot be associated with more than one load balancer: ${arn}`,
      );
  }
  const groups = new Set([...others, { attributes: input }].flatMap((each) => actionGroups(each.attributes)));
  checkTargetCount(world, [...groups], 0);
}

/** Members of all groups of one load balancer, each counted once for every group. */
function checkTargetCount(world: AwsWorld, groups: readonly string[], more: number): void {
  const count =
    world.all('aws_lb_target_group_attachment', (each) => groups.includes(text(each.attributes, 'target_group_arn')))
      .length + more;
  if (count > world.quotas.targetsPerNlb)
    throw new AwsError(
      'TooManyTargets',
      `The maximum number of targets per load balancer (${world.quotas.targetsPerNlb}) has been reached`,
    );
}

export const listenersOf = (world: AwsWorld, balancer: Thing): readonly Thing[] =>
  world.all('aws_lb_listener', (each) => each.attributes.load_balancer_arn === balancer.id);

const listener: Model = {
  type: 'aws_lb_listener',
  service,
  operations: { create: 'CreateListener', update: 'ModifyListener', remove: 'DeleteListener' },
  create(request) {
    const { world, input } = request;
    const balancer = loadBalancerOf(world, text(input, 'load_balancer_arn'));
    checkListener(request, balancer);
    if (listenersOf(world, balancer).length >= world.quotas.listenersPerNlb)
      throw new AwsError(
        'TooManyListeners',
        `The maximum number of listeners has been reached on load balancer '${balancer.id}'`,
      );
    const arn = `${balancer.id.replace(':loadbalancer/', ':listener/')}/${world.ids.hex(16)}`;
    return {
      id: arn,
      computed: { arn, ...(text(input, 'protocol') === 'TCP' ? { tcp_idle_timeout_seconds: 350 } : {}) },
    };
  },
  update(change) {
    checkListener(
      change,
      loadBalancerOf(change.world, text(change.thing.attributes, 'load_balancer_arn')),
      change.thing,
    );
    return {};
  },
};

const targetGroup: Model = {
  type: 'aws_lb_target_group',
  service,
  operations: { create: 'CreateTargetGroup', update: 'ModifyTargetGroup', remove: 'DeleteTargetGroup' },
  create({ world, caller, input }) {
    const name = text(input, 'name');
    checkName('target group', name);
    const existing = world.local('aws_lb_target_group', caller);
    if (existing.some((each) => text(each.attributes, 'name') === name))
      throw new AwsError(
        'DuplicateTargetGroupName',
        `A target group with the same name '${name}' exists, but with different settings`,
      );
    if (existing.length >= world.quotas.targetGroupsPerRegion)
      throw new AwsError('TooManyTargetGroups', 'The maximum number of target groups has been reached');
    vpcOf(world, text(input, 'vpc_id'));
    checkHealth(input);
    const suffix = `targetgroup/${name}/${world.ids.hex(16)}`;
    const arn = arnOf(caller, 'elasticloadbalancing', suffix);
    const tcp = ['TCP', 'TLS'].includes(text(input, 'protocol'));
    return {
      id: arn,
      computed: {
        arn,
        arn_suffix: suffix,
        name_prefix: '',
        ip_address_type: 'ipv4',
        load_balancer_arns: [],
        // Off for addresses over TCP and TLS, on for everything else.
        preserve_client_ip: String(!(tcp && text(input, 'target_type') === 'ip')),
        connection_termination: !tcp,
        load_balancing_cross_zone_enabled: 'use_load_balancer_configuration',
        load_balancing_algorithm_type: '',
        load_balancing_anomaly_mitigation: '',
        protocol_version: '',
      },
    };
  },
  update({ input }) {
    checkHealth(input);
    return {};
  },
  remove({ world, thing }) {
    const users = world.all('aws_lb_listener', (each) => actionGroups(each.attributes).includes(thing.id));
    if (users.length)
      throw new AwsError('ResourceInUse', `Target group '${thing.id}' is currently in use by a listener or a rule`);
    for (const each of world.all(
      'aws_lb_target_group_attachment',
      ({ attributes }) => attributes.target_group_arn === thing.id,
    ))
      world.remove(each);
    for (const each of world.all('target_health', ({ attributes }) => attributes.group === thing.id))
      world.remove(each);
  },
  refresh({ world, thing }) {
    const users = world.all('aws_lb_listener', (each) => actionGroups(each.attributes).includes(thing.id));
    return { load_balancer_arns: [...new Set(users.map((each) => text(each.attributes, 'load_balancer_arn')))].sort() };
  },
};

function checkHealth(input: Attributes): void {
  for (const check of blocksOf(input, 'health_check')) {
    const interval = number(check, 'interval') ?? 30;
    if (interval < 5 || interval > 300)
      throw new AwsError('ValidationError', 'Health check interval must be between 5 and 300 seconds');
    if (!['HTTP', 'HTTPS', 'TCP'].includes(text(check, 'protocol') || 'HTTP'))
      throw new AwsError(
        'ValidationError',
        `Health check protocol '${text(check, 'protocol')}' must be one of 'HTTP, HTTPS, TCP'`,
      );
    if (text(check, 'protocol') === 'TCP' && text(check, 'path'))
      throw new AwsError(
        'InvalidConfigurationRequest',
        'Health check path is not supported for health checks with TCP protocol',
      );
  }
}

const attachment: Model = {
  type: 'aws_lb_target_group_attachment',
  service,
  operations: { create: 'RegisterTargets', remove: 'DeregisterTargets' },
  create({ world, caller, input }) {
    const group = targetGroupOf(world, text(input, 'target_group_arn'));
    const member = text(input, 'target_id');
    const port = number(input, 'port') ?? number(group.attributes, 'port') ?? 0;
    if (text(group.attributes, 'target_type') === 'ip')
      checkAddress(world, caller.region, group, member, text(input, 'availability_zone'));
    else if (text(group.attributes, 'target_type') === 'instance' && !/^i-[0-9a-f]{8,17}$/.test(member))
      throw new AwsError('ValidationError', `Instance ID '${member}' is not valid`);
    const id = `${group.id}-${world.ids.suffix()}`;
    const same = world.all(
      'aws_lb_target_group_attachment',
      ({ attributes }) =>
        attributes.target_group_arn === group.id &&
        attributes.target_id === member &&
        attributes.registered_port === port,
    );
    const balancers = world
      .all('aws_lb_listener', (each) => actionGroups(each.attributes).includes(group.id))
      .map((each) => loadBalancerOf(world, text(each.attributes, 'load_balancer_arn')));
    for (const balancer of new Set(balancers))
      checkTargetCount(
        world,
        listenersOf(world, balancer).flatMap((each) => actionGroups(each.attributes)),
        same.length ? 0 : 1,
      );
    return { id, computed: { registered_port: port } };
  },
};

const insideSpaces = [
  [10, 0, 8],
  [172, 16, 12],
  [192, 168, 16],
  [100, 64, 10],
] as const;

function checkAddress(world: AwsWorld, region: string, group: Thing, member: string, zone: string): void {
  const address = parseIpv4(member);
  if (!address) throw new AwsError('ValidationError', `The IP address '${member}' is not a valid IPv4 address`);
  const [first = 0, second = 0] = member.split('.').map(Number);
  const inSpace = insideSpaces.some(
    ([a, b, length]) => first === a && (length === 8 || (second & (0xff << (16 - length))) === b),
  );
  const vpc = world.get('aws_vpc', text(group.attributes, 'vpc_id'));
  const inVpc = vpc !== undefined && cidrContains(text(vpc.attributes, 'cidr_block') as Cidr, member);
  if (!inSpace && !inVpc)
    throw new AwsError(
      'InvalidTarget',
      `The IP address '${member}' is not within the VPC or the ranges 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16`,
    );
  if (!inVpc && zone !== 'all')
    throw new AwsError(
      'ValidationError',
      `You must specify an Availability Zone of 'all' for targets outside the VPC: '${member}'`,
    );
  if (zone && zone !== 'all' && !zonesOf(region).some((each) => each.name === zone))
    throw new AwsError('ValidationError', `Availability zone '${zone}' is not valid`);
}

export { actionGroups };
export const loadBalancerModels = [loadBalancer, listener, targetGroup, attachment];
