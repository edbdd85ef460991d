import type { EC2 } from '@aws-sdk/client-ec2';
import type { Api } from './api.ts';

export interface SubnetState {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly zone: string;
}

export interface VpcState {
  readonly id: string;
  readonly cidrs: readonly string[];
}

export interface RouteTableState {
  readonly id: string;
  readonly vpcId: string;
  /** For every subnet of the VPC without an explicit table. */
  readonly isMain: boolean;
  readonly subnetIds: readonly string[];
  readonly routes: readonly RouteState[];
}

export interface RouteState {
  /** An IPv4 network. Absent for a route to a prefix list or an IPv6 network. */
  readonly cidr?: string;
  /** `local`, or the id of what it leads to: `nat-…`, `tgw-…`, `pcx-…`, `igw-…`, `vpce-…`. */
  readonly to: string;
  /** `active` or `blackhole`. */
  readonly state: string;
}

export interface GroupRuleState {
  readonly groupId: string;
  readonly direction: 'ingress' | 'egress';
  /** `tcp`, `udp`, `icmp`, or `-1` for all. */
  readonly protocol: string;
  /** Both -1 for all ports. */
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer:
    | { readonly is: 'cidr'; readonly cidr: string }
    | { readonly is: 'group'; readonly groupId: string }
    /** A prefix list or an IPv6 network. */
    | { readonly is: 'other'; readonly name: string };
}

export interface PeeringState {
  readonly id: string;
  /** `active`, `pending-acceptance`, `rejected`, `expired`, … */
  readonly state: string;
}

export interface AttachmentState {
  readonly id: string;
  readonly transitGatewayId: string;
  readonly vpcId: string;
  /** `available`, `pendingAcceptance`, `rejected`, `deleted`, … */
  readonly state: string;
}

export interface NatGatewayState {
  readonly id: string;
  /** `available`, `pending`, `failed`, `deleting` or `deleted`. */
  readonly state: string;
}

/** What packets meet on their way inside and out of a VPC. All throw AwsCallError; what does not exist is left out. */
export interface Networks {
  subnets(ids: readonly string[]): Promise<readonly SubnetState[]>;
  vpcs(ids: readonly string[]): Promise<readonly VpcState[]>;
  routeTables(vpcIds: readonly string[]): Promise<readonly RouteTableState[]>;
  groupRules(groupIds: readonly string[]): Promise<readonly GroupRuleState[]>;
  /** Peerings that a VPC has asked for or was asked for. */
  peerings(vpcId: string): Promise<readonly PeeringState[]>;
  /** A VPC's attachments to transit gateways. */
  attachments(vpcId: string): Promise<readonly AttachmentState[]>;
  natGateways(vpcId: string): Promise<readonly NatGatewayState[]>;
  /** The security groups that instances of a launch template get. */
  templateGroups(template: { readonly id: string; readonly version: string }): Promise<readonly string[]>;
}

export function networks(ec2: Api<EC2>): Networks {
  return {
    async subnets(ids) {
      if (!ids.length) return [];
      const found = await ec2.all(
        'DescribeSubnets',
        (client, NextToken) => client.describeSubnets({ Filters: [filter('subnet-id', ids)], NextToken }),
        (page) => ({ items: page.Subnets, next: page.NextToken }),
      );
      return found.map((each) => ({
        id: each.SubnetId ?? '',
        vpcId: each.VpcId ?? '',
        cidr: each.CidrBlock ?? '',
        zone: each.AvailabilityZone ?? '',
      }));
    },
    async vpcs(ids) {
      if (!ids.length) return [];
      const found = await ec2.all(
        'DescribeVpcs',
        (client, NextToken) => client.describeVpcs({ Filters: [filter('vpc-id', ids)], NextToken }),
        (page) => ({ items: page.Vpcs, next: page.NextToken }),
      );
      return found.map((each) => {
        const associated = (each.CidrBlockAssociationSet ?? [])
          .filter(({ CidrBlockState }) => CidrBlockState?.State === 'associated')
          .flatMap(({ CidrBlock }) => CidrBlock ?? []);
        return { id: each.VpcId ?? '', cidrs: [...new Set([each.CidrBlock ?? '', ...associated])].filter(Boolean) };
      });
    },
    async routeTables(vpcIds) {
      if (!vpcIds.length) return [];
      const found = await ec2.all(
        'DescribeRouteTables',
        (client, NextToken) => client.describeRouteTables({ Filters: [filter('vpc-id', vpcIds)], NextToken }),
        (page) => ({ items: page.RouteTables, next: page.NextToken }),
      );
      return found.map((each) => ({
        id: each.RouteTableId ?? '',
        vpcId: each.VpcId ?? '',
        isMain: (each.Associations ?? []).some(({ Main }) => Main === true),
        subnetIds: (each.Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
        routes: (each.Routes ?? []).map((route) => ({
          ...(route.DestinationCidrBlock ? { cidr: route.DestinationCidrBlock } : {}),
          to:
            route.NatGatewayId ??
            route.TransitGatewayId ??
            route.VpcPeeringConnectionId ??
            route.NetworkInterfaceId ??
            route.GatewayId ??
            '',
          state: route.State ?? '',
        })),
      }));
    },
    async groupRules(groupIds) {
      if (!groupIds.length) return [];
      const found = await ec2.all(
        'DescribeSecurityGroupRules',
        (client, NextToken) =>
          client.describeSecurityGroupRules({ Filters: [filter('group-id', groupIds)], NextToken }),
        (page) => ({ items: page.SecurityGroupRules, next: page.NextToken }),
      );
      return found.map((each) => ({
        groupId: each.GroupId ?? '',
        direction: each.IsEgress === true ? ('egress' as const) : ('ingress' as const),
        protocol: each.IpProtocol ?? '',
        fromPort: each.FromPort ?? -1,
        toPort: each.ToPort ?? -1,
        peer: peerOf(each),
      }));
    },
    async peerings(vpcId) {
      const sides = ['requester-vpc-info.vpc-id', 'accepter-vpc-info.vpc-id'];
      const found = await Promise.all(
        sides.map((side) =>
          ec2.all(
            'DescribeVpcPeeringConnections',
            (client, NextToken) =>
              client.describeVpcPeeringConnections({ Filters: [filter(side, [vpcId])], NextToken }),
            (page) => ({ items: page.VpcPeeringConnections, next: page.NextToken }),
          ),
        ),
      );
      return found.flat().map((each) => ({ id: each.VpcPeeringConnectionId ?? '', state: each.Status?.Code ?? '' }));
    },
    async attachments(vpcId) {
      const found = await ec2.all(
        'DescribeTransitGatewayAttachments',
        (client, NextToken) =>
          client.describeTransitGatewayAttachments({ Filters: [filter('resource-id', [vpcId])], NextToken }),
        (page) => ({ items: page.TransitGatewayAttachments, next: page.NextToken }),
      );
      return found.map((each) => ({
        id: each.TransitGatewayAttachmentId ?? '',
        transitGatewayId: each.TransitGatewayId ?? '',
        vpcId: each.ResourceId ?? '',
        state: each.State ?? '',
      }));
    },
    async natGateways(vpcId) {
      const found = await ec2.all(
        'DescribeNatGateways',
        (client, NextToken) => client.describeNatGateways({ Filter: [filter('vpc-id', [vpcId])], NextToken }),
        (page) => ({ items: page.NatGateways, next: page.NextToken }),
      );
      return found.map((each) => ({ id: each.NatGatewayId ?? '', state: each.State ?? '' }));
    },
    async templateGroups({ id, version }) {
      const { LaunchTemplateVersions } = await ec2.call('DescribeLaunchTemplateVersions', (client) =>
        client.describeLaunchTemplateVersions({ LaunchTemplateId: id, Versions: [version] }),
      );
      const data = LaunchTemplateVersions?.[0]?.LaunchTemplateData;
      const ofInterfaces = (data?.NetworkInterfaces ?? []).flatMap((each) => each.Groups ?? []);
      return [...new Set([...(data?.SecurityGroupIds ?? []), ...ofInterfaces])];
    },
  };
}

const filter = (name: string, values: readonly string[]): { Name: string; Values: string[] } => ({
  Name: name,
  Values: [...values],
});

interface Rule {
  readonly CidrIpv4?: string | undefined;
  readonly CidrIpv6?: string | undefined;
  readonly PrefixListId?: string | undefined;
  readonly ReferencedGroupInfo?: { readonly GroupId?: string | undefined } | undefined;
}

function peerOf({ CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo }: Rule): GroupRuleState['peer'] {
  if (CidrIpv4) return { is: 'cidr', cidr: CidrIpv4 };
  if (ReferencedGroupInfo?.GroupId) return { is: 'group', groupId: ReferencedGroupInfo.GroupId };
  return { is: 'other', name: PrefixListId ?? CidrIpv6 ?? '' };
}
