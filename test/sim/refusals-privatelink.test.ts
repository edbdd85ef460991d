import { answerConnection, connectEndpoint } from '../../src/sim/aws/index.ts';
import { home } from './hub-world.ts';
import { connect, describeRefusals, remove, securityGroup } from './refusal.ts';

describeRefusals({
  'endpoint services': [
    [
      'a load balancer that is in another service',
      async (hub) => {
        const { balancer } = await hub.hub();
        return () => hub.service(balancer);
      },
      /^InvalidParameter: .*already associated/,
    ],
    [
      'a load balancer without a listener',
      async (hub) => {
        const balancer = await hub.balancer('a', await hub.subnets(await hub.vpc()));
        return () => hub.service(balancer);
      },
      /^InvalidParameter: .*no listeners/,
    ],
    [
      'an application load balancer',
      async (hub) => {
        const balancer = await hub.balancer('a', await hub.subnets(await hub.vpc()), {
          load_balancer_type: 'application',
        });
        return () => hub.service(balancer);
      },
      /^InvalidParameter: .*not a Network Load Balancer/,
    ],
    ['no load balancer', async (hub) => () => hub.service(), /^MissingParameter/],
    [
      'a principal with a path',
      async (hub) => {
        const { service } = await hub.hub();
        return () => hub.allow(service, 'arn:aws:iam::565502421330:role/path/name');
      },
      /^InvalidPrincipal/,
    ],
    [
      'an endpoint of a principal that was not let in',
      async (hub) => {
        const { service } = await hub.hub();
        return () =>
          connectEndpoint(hub.world, {
            serviceName: String(service.attributes.service_name),
            principal: 'arn:aws:iam::999999999999:role/other',
            caller: home,
          });
      },
      /^InvalidServiceName/,
    ],
    [
      'deletion while an endpoint waits',
      async (hub) => {
        const { service } = await hub.hub();
        connect(hub, service);
        return remove(hub, service);
      },
      /^ExistingVpcEndpointConnections/,
    ],
    [
      'deletion while an endpoint is connected',
      async (hub) => {
        const { service } = await hub.hub();
        answerConnection(hub.world, service.id, connect(hub, service), 'accept');
        return remove(hub, service);
      },
      /^ExistingVpcEndpointConnections/,
    ],
    [
      'acceptance of a rejected endpoint',
      async (hub) => {
        const { service } = await hub.hub();
        const id = connect(hub, service);
        answerConnection(hub.world, service.id, id, 'reject');
        return () => answerConnection(hub.world, service.id, id, 'accept');
      },
      /^InvalidState/,
    ],
    [
      'acceptance of an endpoint of another service',
      async (hub) => {
        const { service } = await hub.hub();
        return () => answerConnection(hub.world, service.id, 'vpce-0', 'accept');
      },
      /^InvalidVpcEndpointId\.NotFound/,
    ],
    [
      'a VPC endpoint to a service of another region',
      async (hub) => {
        const vpc = await hub.vpc();
        return () => hub.make('aws_vpc_endpoint', { vpc_id: vpc.id, service_name: 'com.amazonaws.us-east-1.s3' });
      },
      /^InvalidServiceName/,
    ],
    [
      'private DNS without DNS host names',
      async (hub) => {
        const vpc = await hub.vpc();
        return () =>
          hub.make('aws_vpc_endpoint', {
            vpc_id: vpc.id,
            service_name: 'com.amazonaws.eu-west-1.ssm',
            vpc_endpoint_type: 'Interface',
            private_dns_enabled: true,
          });
      },
      /^InvalidParameter: .*enableDnsHostnames/,
    ],
  ],
  'security groups': [
    [
      'a name that begins with sg-',
      async (hub) => {
        const vpc = await hub.vpc();
        return () => hub.make('aws_security_group', { name: 'sg-a', vpc_id: vpc.id });
      },
      /^InvalidParameterValue/,
    ],
    [
      'the same name in a VPC',
      async (hub) => {
        const vpc = await hub.vpc();
        await hub.make('aws_security_group', { name: 'a', vpc_id: vpc.id });
        return () => hub.make('aws_security_group', { name: 'a', vpc_id: vpc.id });
      },
      /^InvalidGroup\.Duplicate/,
    ],
    [
      'a rule to a group that does not exist',
      async (hub) => {
        const group = await securityGroup(hub);
        return () =>
          hub.make('aws_vpc_security_group_egress_rule', {
            security_group_id: group.id,
            ip_protocol: 'tcp',
            from_port: 1,
            to_port: 2,
            referenced_security_group_id: 'sg-0',
          });
      },
      /^InvalidGroup\.NotFound/,
    ],
    [
      'the same rule twice',
      async (hub) => {
        const group = await securityGroup(hub);
        const input = {
          security_group_id: group.id,
          ip_protocol: 'tcp',
          from_port: 443,
          to_port: 443,
          cidr_ipv4: '10.0.0.0/8',
        };
        await hub.make('aws_vpc_security_group_egress_rule', input);
        return () => hub.make('aws_vpc_security_group_egress_rule', input);
      },
      /^InvalidPermission\.Duplicate: .*10\.0\.0\.0\/8, TCP, from port: 443/,
    ],
    [
      'a rule with two peers',
      async (hub) => {
        const group = await securityGroup(hub);
        return () =>
          hub.make('aws_vpc_security_group_egress_rule', {
            security_group_id: group.id,
            ip_protocol: '-1',
            cidr_ipv4: '10.0.0.0/8',
            prefix_list_id: 'pl-0',
          });
      },
      /^InvalidParameterValue: Exactly one/,
    ],
    [
      'ports with protocol -1',
      async (hub) => {
        const group = await securityGroup(hub);
        return () =>
          hub.make('aws_vpc_security_group_egress_rule', {
            security_group_id: group.id,
            ip_protocol: '-1',
            from_port: 1,
            to_port: 2,
            cidr_ipv4: '10.0.0.0/8',
          });
      },
      /^InvalidParameterValue: .*protocol -1/,
    ],
    [
      'deletion of a group that a load balancer has',
      async (hub) => {
        const vpc = await hub.vpc();
        const group = await hub.make('aws_security_group', { name: 'g', vpc_id: vpc.id });
        await hub.balancer('a', await hub.subnets(vpc), { security_groups: [group.id] });
        return remove(hub, group);
      },
      /^DependencyViolation: resource sg-/,
    ],
    [
      'deletion of a group that another names',
      async (hub) => {
        const one = await securityGroup(hub);
        const two = await hub.make('aws_security_group', { name: 'two', vpc_id: String(one.attributes.vpc_id) });
        await hub.make('aws_vpc_security_group_ingress_rule', {
          security_group_id: two.id,
          ip_protocol: 'tcp',
          from_port: 1,
          to_port: 2,
          referenced_security_group_id: one.id,
        });
        return remove(hub, one);
      },
      /^DependencyViolation/,
    ],
  ],
});
