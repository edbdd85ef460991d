import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { called, everyPage } from './errors.ts';

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
  readonly targetType: string;
  /** Keys as the API has them: `proxy_protocol_v2.enabled`, `preserve_client_ip.enabled`. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface MemberHealth {
  /** Instance id or address. */
  readonly id: string;
  readonly port: number;
  readonly zone?: string;
  /** `initial`, `healthy`, `unhealthy`, `unused`, `draining`, `unavailable`, … */
  readonly state: string;
  readonly reason?: string;
}

export interface LoadBalancers {
  /** By ARN, or all of the region. Throws AwsCallError for one that does not exist. */
  describe(arns?: readonly string[]): Promise<readonly LoadBalancerState[]>;
  listeners(loadBalancerArn: string): Promise<readonly ListenerState[]>;
  targetGroups(arns: readonly string[]): Promise<readonly TargetGroupState[]>;
  health(targetGroupArn: string): Promise<readonly MemberHealth[]>;
}

type Load = () => Promise<{
  readonly sdk: typeof import('@aws-sdk/client-elastic-load-balancing-v2');
  readonly client: ElasticLoadBalancingV2Client;
}>;

const prefix = 'elasticloadbalancing:';

export function loadBalancers(load: Load): LoadBalancers {
  return {
    async describe(arns) {
      const { sdk, client } = await load();
      const found = await everyPage(
        `${prefix}DescribeLoadBalancers`,
        (Marker) =>
          client.send(
            new sdk.DescribeLoadBalancersCommand({ ...(arns ? { LoadBalancerArns: [...arns] } : {}), Marker }),
          ),
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
    async listeners(loadBalancerArn) {
      const { sdk, client } = await load();
      const found = await everyPage(
        `${prefix}DescribeListeners`,
        (Marker) => client.send(new sdk.DescribeListenersCommand({ LoadBalancerArn: loadBalancerArn, Marker })),
        (page) => ({ items: page.Listeners, next: page.NextMarker }),
      );
      return found.map((each) => ({
        arn: each.ListenerArn ?? '',
        port: each.Port ?? 0,
        protocol: each.Protocol ?? '',
        targetGroupArns: (each.DefaultActions ?? []).flatMap((action) =>
          action.TargetGroupArn ? [action.TargetGroupArn] : [],
        ),
      }));
    },
    async targetGroups(arns) {
      const { sdk, client } = await load();
      const found = await everyPage(
        `${prefix}DescribeTargetGroups`,
        (Marker) => client.send(new sdk.DescribeTargetGroupsCommand({ TargetGroupArns: [...arns], Marker })),
        (page) => ({ items: page.TargetGroups, next: page.NextMarker }),
      );
      return Promise.all(
        found.map(async (each) => {
          const arn = each.TargetGroupArn ?? '';
          const { Attributes } = await called(`${prefix}DescribeTargetGroupAttributes`, () =>
            client.send(new sdk.DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn })),
          );
          const attributes = Object.fromEntries((Attributes ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
          return {
            arn,
            name: each.TargetGroupName ?? '',
            port: each.Port ?? 0,
            protocol: each.Protocol ?? '',
            targetType: each.TargetType ?? '',
            attributes,
          };
        }),
      );
    },
    async health(targetGroupArn) {
      const { sdk, client } = await load();
      const { TargetHealthDescriptions } = await called(`${prefix}DescribeTargetHealth`, () =>
        client.send(new sdk.DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn })),
      );
      return (TargetHealthDescriptions ?? []).map((each) => ({
        id: each.Target?.Id ?? '',
        port: each.Target?.Port ?? 0,
        ...(each.Target?.AvailabilityZone ? { zone: each.Target.AvailabilityZone } : {}),
        state: each.TargetHealth?.State ?? '',
        ...(each.TargetHealth?.Reason ? { reason: each.TargetHealth.Reason } : {}),
      }));
    },
  };
}

const enforcement = (value: string | undefined): { enforcesOnPrivateLink?: 'on' | 'off' } =>
  value === 'on' || value === 'off' ? { enforcesOnPrivateLink: value } : {};
