import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Api } from './api.ts';
import { type Tags, tagsOf } from './tags.ts';

export interface LoadBalancerState {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly vpcId: string;
  readonly type: string;
  /** `active`, `provisioning`, `active_impaired` or `failed`. */
  readonly state: string;
  readonly securityGroups: readonly string[];
  /** Whether inbound rules are held against PrivateLink traffic. Absent without a security group. */
  readonly enforcesOnPrivateLink?: 'on' | 'off';
  readonly zones: readonly { readonly name: string; readonly subnetId: string }[];
}

export interface ListenerState {
  readonly arn: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetGroupArns: readonly string[];
}

export interface TargetGroupState {
  readonly arn: string;
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** `instance` or `ip`. */
  readonly targetType: string;
  readonly health: {
    readonly protocol: string;
    /** Absent where members are checked on their own port. */
    readonly port?: number;
    readonly path?: string;
  };
}

export interface MemberHealth {
  /** Instance id or address. */
  readonly id: string;
  readonly port: number;
  /** `all` for an address outside the VPC. */
  readonly zone?: string;
  /** `initial`, `healthy`, `unhealthy`, `unused`, `draining`, `unavailable`, … */
  readonly state: string;
  readonly reason?: string;
}

/** Attributes by the API's keys: `load_balancing.cross_zone.enabled`, `proxy_protocol_v2.enabled`. */
export type LoadBalancingAttributes = Readonly<Record<string, string>>;

/** All throw AwsCallError, also for an ARN that does not exist. */
export interface LoadBalancers {
  /** By ARN, or all of the region. */
  describe(arns?: readonly string[]): Promise<readonly LoadBalancerState[]>;
  attributes(loadBalancerArn: string): Promise<LoadBalancingAttributes>;
  listeners(loadBalancerArn: string): Promise<readonly ListenerState[]>;
  listenerAttributes(listenerArn: string): Promise<LoadBalancingAttributes>;
  /** Those that listeners of a load balancer lead to. */
  targetGroups(loadBalancerArn: string): Promise<readonly TargetGroupState[]>;
  targetGroupAttributes(targetGroupArn: string): Promise<LoadBalancingAttributes>;
  health(targetGroupArn: string): Promise<readonly MemberHealth[]>;
  /** Tags by ARN, of load balancers, listeners and target groups. */
  tags(arns: readonly string[]): Promise<ReadonlyMap<string, Tags>>;
}

/** ARNs that one DescribeTags takes. @see API elbv2 `DescribeTagsInput.ResourceArns` */
const arnsPerTagsCall = 20;

export function loadBalancers(elb: Api<ElasticLoadBalancingV2>): LoadBalancers {
  return {
    async describe(arns) {
      const found = await elb.all(
        'DescribeLoadBalancers',
        (client, Marker) => client.describeLoadBalancers({ ...(arns ? { LoadBalancerArns: [...arns] } : {}), Marker }),
        (page) => ({ items: page.LoadBalancers, next: page.NextMarker }),
      );
      return found.map((each) => ({
        arn: each.LoadBalancerArn ?? '',
        name: each.LoadBalancerName ?? '',
        dnsName: each.DNSName ?? '',
        vpcId: each.VpcId ?? '',
        type: each.Type ?? '',
        state: each.State?.Code ?? '',
        securityGroups: each.SecurityGroups ?? [],
        ...enforcement(each.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic),
        zones: (each.AvailabilityZones ?? []).map((zone) => ({
          name: zone.ZoneName ?? '',
          subnetId: zone.SubnetId ?? '',
        })),
      }));
    },
    async attributes(LoadBalancerArn) {
      const { Attributes } = await elb.call('DescribeLoadBalancerAttributes', (client) =>
        client.describeLoadBalancerAttributes({ LoadBalancerArn }),
      );
      return tagsOf(Attributes);
    },
    async listeners(LoadBalancerArn) {
      const found = await elb.all(
        'DescribeListeners',
        (client, Marker) => client.describeListeners({ LoadBalancerArn, Marker }),
        (page) => ({ items: page.Listeners, next: page.NextMarker }),
      );
      return found.map((each) => ({
        arn: each.ListenerArn ?? '',
        port: each.Port ?? 0,
        protocol: each.Protocol ?? '',
        targetGroupArns: [...new Set((each.DefaultActions ?? []).flatMap(groupsOf))],
      }));
    },
    async listenerAttributes(ListenerArn) {
      const { Attributes } = await elb.call('DescribeListenerAttributes', (client) =>
        client.describeListenerAttributes({ ListenerArn }),
      );
      return tagsOf(Attributes);
    },
    async targetGroups(LoadBalancerArn) {
      const found = await elb.all(
        'DescribeTargetGroups',
        (client, Marker) => client.describeTargetGroups({ LoadBalancerArn, Marker }),
        (page) => ({ items: page.TargetGroups, next: page.NextMarker }),
      );
      return found.map((each) => ({
        arn: each.TargetGroupArn ?? '',
        name: each.TargetGroupName ?? '',
        port: each.Port ?? 0,
        protocol: each.Protocol ?? '',
        targetType: each.TargetType ?? '',
        health: {
          protocol: each.HealthCheckProtocol ?? '',
          ...(Number(each.HealthCheckPort) ? { port: Number(each.HealthCheckPort) } : {}), // else `traffic-port`
          ...(each.HealthCheckPath ? { path: each.HealthCheckPath } : {}),
        },
      }));
    },
    async targetGroupAttributes(TargetGroupArn) {
      const { Attributes } = await elb.call('DescribeTargetGroupAttributes', (client) =>
        client.describeTargetGroupAttributes({ TargetGroupArn }),
      );
      return tagsOf(Attributes);
    },
    async health(TargetGroupArn) {
      const { TargetHealthDescriptions } = await elb.call('DescribeTargetHealth', (client) =>
        client.describeTargetHealth({ TargetGroupArn }),
      );
      return (TargetHealthDescriptions ?? []).map((each) => ({
        id: each.Target?.Id ?? '',
        port: each.Target?.Port ?? 0,
        ...(each.Target?.AvailabilityZone ? { zone: each.Target.AvailabilityZone } : {}),
        state: each.TargetHealth?.State ?? '',
        ...(each.TargetHealth?.Reason ? { reason: each.TargetHealth.Reason } : {}),
      }));
    },
    async tags(arns) {
      const chunks = Array.from({ length: Math.ceil(arns.length / arnsPerTagsCall) }, (_, at) =>
        arns.slice(at * arnsPerTagsCall, (at + 1) * arnsPerTagsCall),
      );
      const answers = await Promise.all(
        chunks.map((chunk) => elb.call('DescribeTags', (client) => client.describeTags({ ResourceArns: chunk }))),
      );
      return new Map(
        answers.flatMap(({ TagDescriptions }) =>
          (TagDescriptions ?? []).map((each) => [each.ResourceArn ?? '', tagsOf(each.Tags)] as const),
        ),
      );
    },
  };
}

interface Action {
  readonly TargetGroupArn?: string | undefined;
  readonly ForwardConfig?:
    | { readonly TargetGroups?: readonly { readonly TargetGroupArn?: string | undefined }[] | undefined }
    | undefined;
}

/** An action names one group, or several with weights. */
const groupsOf = ({ TargetGroupArn, ForwardConfig }: Action): readonly string[] =>
  [TargetGroupArn, ...(ForwardConfig?.TargetGroups ?? []).map((each) => each.TargetGroupArn)].filter(
    (arn) => arn !== undefined,
  );

const enforcement = (value: string | undefined): { enforcesOnPrivateLink?: 'on' | 'off' } =>
  value === 'on' || value === 'off' ? { enforcesOnPrivateLink: value } : {};
