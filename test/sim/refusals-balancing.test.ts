import { describeRefusals, long, remove, update } from './refusal.ts';

describeRefusals({
  'load balancers': [
    [
      'a name of 33 characters',
      async (hub) => {
        const s = await hub.subnets(await hub.vpc());
        return () => hub.balancer(long, s);
      },
      /^ValidationError: .*32 characters/,
    ],
    [
      'a name with an underscore',
      async (hub) => {
        const s = await hub.subnets(await hub.vpc());
        return () => hub.balancer('a_b', s);
      },
      /^ValidationError: .*alphanumeric/,
    ],
    [
      'a name that ends in a hyphen',
      async (hub) => {
        const s = await hub.subnets(await hub.vpc());
        return () => hub.balancer('a-', s);
      },
      /^ValidationError: .*hyphen/,
    ],
    [
      'a name that begins with internal-',
      async (hub) => {
        const s = await hub.subnets(await hub.vpc());
        return () => hub.balancer('internal-a', s);
      },
      /^ValidationError: .*internal-/,
    ],
    [
      'the same name twice',
      async (hub) => {
        const s = await hub.subnets(await hub.vpc());
        await hub.balancer('a', s);
        return () => hub.balancer('a', s);
      },
      /^DuplicateLoadBalancerName/,
    ],
    [
      'a subnet that does not exist',
      async (hub) => () => hub.balancer('a', ['subnet-0']),
      /^InvalidSubnetID\.NotFound/,
    ],
    [
      'two subnets of one zone',
      async (hub) => {
        const vpc = await hub.vpc();
        const [one = ''] = await hub.subnets(vpc);
        const two = await hub.make('aws_subnet', {
          vpc_id: vpc.id,
          cidr_block: '10.40.2.0/24',
          availability_zone: 'eu-west-1a',
        });
        return () => hub.balancer('a', [one, two.id]);
      },
      /^InvalidConfigurationRequest: .*same Availability Zone/,
    ],
    [
      'subnets of two VPCs',
      async (hub) => {
        const [one = ''] = await hub.subnets(await hub.vpc());
        const other = await hub.vpc('10.50.0.0/22');
        const two = await hub.make('aws_subnet', {
          vpc_id: other.id,
          cidr_block: '10.50.0.0/24',
          availability_zone: 'eu-west-1b',
        });
        return () => hub.balancer('a', [one, two.id]);
      },
      /^InvalidConfigurationRequest: .*same VPC/,
    ],
    [
      'a security group of another VPC',
      async (hub) => {
        const s = await hub.subnets(await hub.vpc());
        const other = await hub.vpc('10.50.0.0/22');
        const group = await hub.make('aws_security_group', { name: 'g', vpc_id: other.id });
        return () => hub.balancer('a', s, { security_groups: [group.id] });
      },
      /^InvalidConfigurationRequest: .*does not belong/,
    ],
    [
      'a first security group after creation',
      async (hub) => {
        const { vpc, balancer } = await hub.hub();
        const group = await hub.make('aws_security_group', { name: 'g', vpc_id: vpc.id });
        return update(hub, balancer, { security_groups: [group.id] });
      },
      /^InvalidConfigurationRequest: .*created without a security group/,
    ],
    [
      'the last security group taken away',
      async (hub) => {
        const vpc = await hub.vpc();
        const group = await hub.make('aws_security_group', { name: 'g', vpc_id: vpc.id });
        const balancer = await hub.balancer('a', await hub.subnets(vpc), { security_groups: [group.id] });
        return update(hub, balancer, { security_groups: [] });
      },
      /^ValidationError: .*at least one/,
    ],
    [
      'deletion under protection',
      async (hub) => {
        const balancer = await hub.balancer('a', await hub.subnets(await hub.vpc()), {
          enable_deletion_protection: true,
        });
        return remove(hub, balancer);
      },
      /^OperationNotPermitted: .*deletion protection/,
    ],
    [
      'deletion under an endpoint service',
      async (hub) => {
        const { balancer } = await hub.hub();
        return remove(hub, balancer);
      },
      /^ResourceInUse/,
    ],
  ],
  'listeners and target groups': [
    [
      'a second listener on the port',
      async (hub) => {
        const { balancer, group } = await hub.hub();
        return () => hub.listener(balancer, group, 443);
      },
      /^DuplicateListener/,
    ],
    [
      'a listener to a group that does not exist',
      async (hub) => {
        const { balancer, group } = await hub.hub();
        return () => hub.listener(balancer, { ...group, id: 'arn:none' }, 80);
      },
      /^TargetGroupNotFound/,
    ],
    [
      'a group of another load balancer',
      async (hub) => {
        const { group, subnets } = await hub.hub();
        const other = await hub.balancer('b', subnets);
        return () => hub.listener(other, group, 443);
      },
      /^TargetGroupAssociationLimit/,
    ],
    [
      'port 0',
      async (hub) => {
        const { balancer, group } = await hub.hub();
        return () => hub.listener(balancer, group, 0);
      },
      /^ValidationError: .*port/,
    ],
    [
      'TLS without a certificate',
      async (hub) => {
        const { balancer, group } = await hub.hub();
        return () => hub.listener(balancer, group, 80, { protocol: 'TLS' });
      },
      /^ValidationError: .*certificate/,
    ],
    [
      'an idle timeout of 59 seconds',
      async (hub) => {
        const { balancer, group } = await hub.hub();
        return () => hub.listener(balancer, group, 80, { tcp_idle_timeout_seconds: 59 });
      },
      /^ValidationError: .*60 and 6000/,
    ],
    [
      'an idle timeout of 6001 seconds',
      async (hub) => {
        const { listener } = await hub.hub();
        return update(hub, listener, { tcp_idle_timeout_seconds: 6001 });
      },
      /^ValidationError: .*60 and 6000/,
    ],
    [
      'a group name of 33 characters',
      async (hub) => {
        const vpc = await hub.vpc();
        return () => hub.group(long, vpc);
      },
      /^ValidationError: .*32 characters/,
    ],
    [
      'the same group name twice',
      async (hub) => {
        const vpc = await hub.vpc();
        await hub.group('a', vpc);
        return () => hub.group('a', vpc);
      },
      /^DuplicateTargetGroupName/,
    ],
    [
      'a path on a TCP health check',
      async (hub) => {
        const vpc = await hub.vpc();
        return () => hub.group('a', vpc, 443, { health_check: [{ protocol: 'TCP', path: '/' }] });
      },
      /^InvalidConfigurationRequest: .*path/,
    ],
    [
      'deletion of a group in use',
      async (hub) => {
        const { group } = await hub.hub();
        return remove(hub, group);
      },
      /^ResourceInUse/,
    ],
    [
      'a public address as a member',
      async (hub) => {
        const { group } = await hub.hub();
        return () =>
          hub.make('aws_lb_target_group_attachment', {
            target_group_arn: group.id,
            target_id: '8.8.8.8',
            availability_zone: 'all',
          });
      },
      /^InvalidTarget/,
    ],
    [
      'an address outside the VPC without zone all',
      async (hub) => {
        const { group } = await hub.hub();
        return () =>
          hub.make('aws_lb_target_group_attachment', { target_group_arn: group.id, target_id: '192.168.1.1' });
      },
      /^ValidationError: .*'all'/,
    ],
    [
      'a name as a member',
      async (hub) => {
        const { group } = await hub.hub();
        return () =>
          hub.make('aws_lb_target_group_attachment', { target_group_arn: group.id, target_id: 'db.corp.acme.com' });
      },
      /^ValidationError: .*IPv4/,
    ],
  ],
});
