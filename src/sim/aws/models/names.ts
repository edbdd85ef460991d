import { parseHostname, parseIpv4 } from '../../../ir/index.ts';
import { AwsError } from '../errors.ts';
import { type Model, referred } from '../model.ts';
import { type AwsWorld, arnOf, blocksOf, type Thing, text, texts } from '../world.ts';
import { subnetOf, vpcOf } from './network.ts';
import { groupOf } from './security-groups.ts';

const service = 'Route53Resolver';

const endpoint: Model = {
  type: 'aws_route53_resolver_endpoint',
  service,
  operations: { create: 'CreateResolverEndpoint', update: 'UpdateResolverEndpoint', remove: 'DeleteResolverEndpoint' },
  create({ world, caller, input }) {
    const places = blocksOf(input, 'ip_address');
    if (places.length < 2)
      throw new AwsError('InvalidRequestException', 'Resolver endpoint needs to have at least 2 IP addresses');
    const subnets = places.map((each) => subnetOf(world, text(each, 'subnet_id')));
    const vpcs = new Set(subnets.map((each) => text(each.attributes, 'vpc_id')));
    if (vpcs.size > 1)
      throw new AwsError('InvalidRequestException', 'All subnets of a Resolver endpoint must be in one VPC');
    for (const id of texts(input, 'security_group_ids'))
      if (!vpcs.has(text(groupOf(world, id).attributes, 'vpc_id')))
        throw new AwsError('InvalidParameterException', `The security group ${id} is not in the VPC of the subnets`);
    const id = world.ids.id('rslvr-out').replace('-0', '-');
    return {
      id,
      computed: {
        arn: arnOf(caller, 'route53resolver', `resolver-endpoint/${id}`),
        host_vpc_id: [...vpcs][0] ?? '',
        protocols: ['Do53'],
        resolver_endpoint_type: 'IPV4',
        rni_enhanced_metrics_enabled: false,
        target_name_server_metrics_enabled: false,
      },
      settled: {
        ip_address: places.map((each, at) => ({
          ...each,
          ip: text(each, 'ip') || world.address(subnets[at] as Thing),
          ip_id: `rni-${world.ids.hex(17)}`,
        })),
      },
    };
  },
  remove({ world, thing }) {
    if (world.all('aws_route53_resolver_rule', (each) => each.attributes.resolver_endpoint_id === thing.id).length)
      throw new AwsError('InvalidRequestException', `Resolver endpoint ${thing.id} is still used by a rule`);
  },
};

const rule: Model = {
  type: 'aws_route53_resolver_rule',
  service,
  operations: { create: 'CreateResolverRule', update: 'UpdateResolverRule', remove: 'DeleteResolverRule' },
  create({ world, caller, input }) {
    const domain = text(input, 'domain_name');
    // Unlike a host name, a domain may have a single label.
    if (!parseHostname(domain.includes('.') ? domain : `${domain}.x`))
      throw new AwsError('InvalidParameterException', `Invalid domain name: '${domain}'`);
    if (text(input, 'rule_type') === 'FORWARD') {
      const id = text(input, 'resolver_endpoint_id');
      referred(
        world,
        'aws_route53_resolver_endpoint',
        id,
        'ResourceNotFoundException',
        `Resolver endpoint with ID '${id}' does not exist`,
      );
      const targets = blocksOf(input, 'target_ip');
      if (!targets.length)
        throw new AwsError('InvalidParameterException', 'A forward rule needs at least one target IP');
      for (const each of targets)
        if (!parseIpv4(text(each, 'ip')))
          throw new AwsError('InvalidParameterException', `Invalid target IP '${text(each, 'ip')}'`);
    }
    const id = `rslvr-rr-${world.ids.hex(17)}`;
    return {
      id,
      computed: {
        arn: arnOf(caller, 'route53resolver', `resolver-rule/${id}`),
        owner_id: caller.account,
        share_status: 'NOT_SHARED',
      },
    };
  },
  remove({ world, thing }) {
    if (
      world.all('aws_route53_resolver_rule_association', (each) => each.attributes.resolver_rule_id === thing.id).length
    )
      throw new AwsError(
        'ResourceInUseException',
        'Please disassociate this resolver rule from VPC first before deleting',
      );
  },
};

const ruleAssociation: Model = {
  type: 'aws_route53_resolver_rule_association',
  service,
  operations: { create: 'AssociateResolverRule', remove: 'DisassociateResolverRule' },
  create({ world, input }) {
    const vpc = vpcOf(world, text(input, 'vpc_id'));
    const id = text(input, 'resolver_rule_id');
    const added = referred(
      world,
      'aws_route53_resolver_rule',
      id,
      'ResourceNotFoundException',
      `Resolver rule with ID '${id}' does not exist`,
    );
    const domain = text(added.attributes, 'domain_name');
    const same = world
      .all('aws_route53_resolver_rule_association', (each) => each.attributes.vpc_id === vpc.id)
      .find(
        (each) =>
          text(
            world.get('aws_route53_resolver_rule', text(each.attributes, 'resolver_rule_id'))?.attributes ?? {},
            'domain_name',
          ) === domain,
      );
    if (same)
      throw new AwsError(
        'ResourceExistsException',
        `Cannot associate rules with same domain name '${domain}' with same VPC '${vpc.id}'`,
      );
    return { id: `rslvr-rrassoc-${world.ids.hex(17)}`, computed: {} };
  },
};

const zoneOf = (world: AwsWorld, id: string): Thing =>
  referred(world, 'aws_route53_zone', id, 'NoSuchHostedZone', `No hosted zone found with ID: ${id}`);

const authorization: Model = {
  type: 'aws_route53_vpc_association_authorization',
  service: 'Route 53',
  operations: { create: 'CreateVPCAssociationAuthorization', remove: 'DeleteVPCAssociationAuthorization' },
  create({ world, caller, input }) {
    const zone = zoneOf(world, text(input, 'zone_id'));
    if (zone.account !== caller.account)
      throw new AwsError('AccessDenied', `User is not authorized to access this resource: ${zone.id}`, 403);
    vpcOf(world, text(input, 'vpc_id'));
    return { id: `${zone.id}:${text(input, 'vpc_id')}`, computed: { vpc_region: caller.region } };
  },
};

const zoneAssociation: Model = {
  type: 'aws_route53_zone_association',
  service: 'Route 53',
  operations: { create: 'AssociateVPCWithHostedZone', remove: 'DisassociateVPCFromHostedZone' },
  create({ world, caller, input }) {
    const zone = zoneOf(world, text(input, 'zone_id'));
    const vpc = vpcOf(world, text(input, 'vpc_id'));
    const id = `${zone.id}:${vpc.id}`;
    if (zone.account !== caller.account && !world.get('aws_route53_vpc_association_authorization', id))
      throw new AwsError(
        'NotAuthorizedException',
        `The VPC: ${vpc.id} has not authorized to associate with your hosted zone.`,
        401,
      );
    if (world.get('aws_route53_zone_association', id))
      throw new AwsError(
        'ConflictingDomainExists',
        `The VPC ${vpc.id} in region ${vpc.region} has already been associated with the hosted zone ${zone.id}`,
      );
    return { id, computed: { owning_account: zone.account, vpc_region: vpc.region } };
  },
};

export const nameModels = [endpoint, rule, ruleAssociation, authorization, zoneAssociation];
