import { readThing } from '../cloud.ts';
import { AwsError } from '../errors.ts';
import { actionGroups, listenersOf, loadBalancerOf, targetGroupOf } from '../models/load-balancers.ts';
import { targetHealth } from '../models/targets.ts';
import { type AwsWorld, blocksOf, number, type Thing, text, texts } from '../world.ts';
import { type Action, listOf, pageOf, tagsOf } from './form.ts';
import type { Xml } from './xml.ts';

/** The Elastic Load Balancing calls that lakegate makes. */
export const balancingActions: Readonly<Record<string, Action>> = {
  DescribeLoadBalancers(world, caller, form) {
    const arns = listOf(form, 'LoadBalancerArn');
    const names = listOf(form, 'Name');
    for (const arn of arns) loadBalancerOf(world, arn);
    const found = world
      .local('aws_lb', caller)
      .filter(
        (each) =>
          (!arns.length || arns.includes(each.id)) && (!names.length || names.includes(text(each.attributes, 'name'))),
      );
    const { items, next } = pageOf(found, form, 'PageSize', 'Marker');
    return { LoadBalancers: items.map((each) => loadBalancer(world, each)), NextMarker: next };
  },
  DescribeLoadBalancerAttributes(world, _, form) {
    const { attributes } = loadBalancerOf(world, form.get('LoadBalancerArn') ?? '');
    return keysAndValues({
      'access_logs.s3.enabled': 'false',
      'deletion_protection.enabled': String(attributes.enable_deletion_protection === true),
      'dns_record.client_routing_policy':
        text(attributes, 'dns_record_client_routing_policy') || 'any_availability_zone',
      'load_balancing.cross_zone.enabled': String(attributes.enable_cross_zone_load_balancing === true),
      'zonal_shift.config.enabled': String(attributes.enable_zonal_shift === true),
    });
  },
  DescribeListenerAttributes(world, _, form) {
    const arn = form.get('ListenerArn') ?? '';
    const listener = world.get('aws_lb_listener', arn);
    if (!listener) throw new AwsError('ListenerNotFound', `One or more listeners not found: ${arn}`);
    return keysAndValues({
      'tcp.idle_timeout.seconds': String(number(listener.attributes, 'tcp_idle_timeout_seconds') ?? 350),
    });
  },
  DescribeTags(world, caller, form) {
    const arns = listOf(form, 'ResourceArns');
    if (arns.length > 20) throw new AwsError('ValidationError', 'Cannot have more than 20 resource ARNs in a request');
    const types = { loadbalancer: 'aws_lb', listener: 'aws_lb_listener', targetgroup: 'aws_lb_target_group' };
    return {
      TagDescriptions: arns.map((arn) => {
        const [, kind = ''] = /:(loadbalancer|listener|targetgroup)\//.exec(arn) ?? [];
        const type = types[kind as keyof typeof types] ?? '';
        const found = world.get(type, arn);
        if (found?.account !== caller.account) {
          const words = { aws_lb: 'LoadBalancer', aws_lb_listener: 'Listener', aws_lb_target_group: 'TargetGroup' };
          throw new AwsError(`${words[type as keyof typeof words] ?? 'LoadBalancer'}NotFound`, `${arn} not found`);
        }
        return {
          ResourceArn: arn,
          Tags: Object.entries(tagsOf(found)).map(([Key, Value]) => ({ Key, Value })),
        };
      }),
    };
  },
  DescribeListeners(world, _, form) {
    const balancer = loadBalancerOf(world, form.get('LoadBalancerArn') ?? '');
    const { items, next } = pageOf(listenersOf(world, balancer), form, 'PageSize', 'Marker');
    return {
      Listeners: items.map((each) => ({
        ListenerArn: each.id,
        LoadBalancerArn: balancer.id,
        Port: number(each.attributes, 'port'),
        Protocol: text(each.attributes, 'protocol'),
        DefaultActions: actionGroups(each.attributes).map((arn) => ({ Type: 'forward', TargetGroupArn: arn })),
      })),
      NextMarker: next,
    };
  },
  DescribeTargetGroups(world, caller, form) {
    const arns = listOf(form, 'TargetGroupArn');
    for (const arn of arns) targetGroupOf(world, arn);
    const balancer = form.get('LoadBalancerArn');
    if (balancer !== undefined) loadBalancerOf(world, balancer);
    const found = world.local('aws_lb_target_group', caller).filter((each) => {
      const users = texts(readThing(world, each), 'load_balancer_arns');
      return (!arns.length || arns.includes(each.id)) && (balancer === undefined || users.includes(balancer));
    });
    const { items, next } = pageOf(found, form, 'PageSize', 'Marker');
    return { TargetGroups: items.map((each) => targetGroup(world, each)), NextMarker: next };
  },
  DescribeTargetGroupAttributes(world, _, form) {
    const { attributes } = targetGroupOf(world, form.get('TargetGroupArn') ?? '');
    return keysAndValues({
      'proxy_protocol_v2.enabled': String(attributes.proxy_protocol_v2 === true),
      'preserve_client_ip.enabled': text(attributes, 'preserve_client_ip'),
      'deregistration_delay.timeout_seconds': text(attributes, 'deregistration_delay') || '300',
      'deregistration_delay.connection_termination.enabled': String(attributes.connection_termination === true),
      'load_balancing.cross_zone.enabled': text(attributes, 'load_balancing_cross_zone_enabled'),
      'stickiness.enabled': 'false',
    });
  },
  DescribeTargetHealth(world, _, form) {
    return {
      TargetHealthDescriptions: targetHealth(world, form.get('TargetGroupArn') ?? '').map((each) => ({
        Target: { Id: each.id, Port: each.port, AvailabilityZone: each.zone || undefined },
        HealthCheckPort: String(each.port),
        TargetHealth: { State: each.state, Reason: each.reason },
      })),
    };
  },
};

const keysAndValues = (values: Readonly<Record<string, string>>): Xml => ({
  Attributes: Object.entries(values).map(([Key, Value]) => ({ Key, Value })),
});

function loadBalancer(world: AwsWorld, thing: Thing): Xml {
  const { attributes } = thing;
  const groups = texts(attributes, 'security_groups');
  return {
    LoadBalancerArn: thing.id,
    DNSName: text(attributes, 'dns_name'),
    CanonicalHostedZoneId: text(attributes, 'zone_id'),
    LoadBalancerName: text(attributes, 'name'),
    Scheme: attributes.internal === true ? 'internal' : 'internet-facing',
    VpcId: text(attributes, 'vpc_id'),
    State: { Code: 'active' },
    Type: text(attributes, 'load_balancer_type'),
    AvailabilityZones: texts(attributes, 'subnets').map((SubnetId) => ({
      ZoneName: text(world.get('aws_subnet', SubnetId)?.attributes ?? {}, 'availability_zone'),
      SubnetId,
    })),
    SecurityGroups: groups.length ? groups : undefined,
    IpAddressType: 'ipv4',
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: groups.length
      ? text(attributes, 'enforce_security_group_inbound_rules_on_private_link_traffic') || 'on'
      : undefined,
  };
}

function targetGroup(world: AwsWorld, thing: Thing): Xml {
  const { attributes } = thing;
  const [check = {}] = blocksOf(attributes, 'health_check');
  return {
    TargetGroupArn: thing.id,
    TargetGroupName: text(attributes, 'name'),
    Protocol: text(attributes, 'protocol'),
    Port: number(attributes, 'port'),
    VpcId: text(attributes, 'vpc_id'),
    HealthCheckProtocol: text(check, 'protocol') || 'TCP',
    HealthCheckPort: text(check, 'port') || 'traffic-port',
    HealthCheckPath: text(check, 'path') || undefined,
    TargetType: text(attributes, 'target_type'),
    LoadBalancerArns: texts(readThing(world, thing), 'load_balancer_arns'),
    IpAddressType: 'ipv4',
  };
}
