import type { RoutePlan } from '../ir/index.ts';
import { type Finding, unknown } from './finding.ts';
import type { AwsState, Unread } from './state.ts';

/** Calls and what they return; the first match counts. */
const callTexts: readonly (readonly [RegExp, string])[] = [
  [/DescribeVpcEndpointServiceConfigurations$/, 'which endpoint services there are'],
  [/DescribeVpcEndpointConnections$/, 'whether the endpoints of Databricks are accepted'],
  [/DescribeVpcEndpointServicePermissions$/, 'who may attach to an endpoint service'],
  [/DescribeLoadBalancers$/, 'which load balancers there are'],
  [/DescribeLoadBalancerAttributes$/, 'whether load balancers cross zones'],
  [/DescribeListeners$/, 'which ports load balancers listen on'],
  [/DescribeListenerAttributes$/, 'after which idle time listeners close a connection'],
  [/DescribeTargetGroups$/, 'where listeners lead to'],
  [/DescribeTargetGroupAttributes$/, 'whether target groups send the PROXY header'],
  [/DescribeTargetHealth$/, 'whether members of target groups are healthy'],
  [/DescribeAutoScalingGroups$/, 'which routers there are'],
  [/^ecs:/, 'which routers there are'],
  [/DescribeLaunchTemplateVersions$/, 'which security groups the routers have'],
  [/DescribeSecurityGroupRules$/, 'whether security groups let traffic through'],
  [/Describe(Subnets|Vpcs|RouteTables)$/, 'whether subnets have a route to targets'],
  [/DescribeVpcPeeringConnections$/, 'whether peerings are accepted'],
  [/DescribeTransitGatewayAttachments$/, 'whether attachments to transit gateways are accepted'],
  [/DescribeNatGateways$/, 'whether NAT gateways work'],
  [/GetObject$/, 'the configuration of the routers'],
  [/^kafka:/, 'which brokers a cluster has'],
  [/private-endpoint-rules$/, 'which rules an NCC has'],
  [/network-connectivity-configs$/, 'which NCCs there are'],
  [/workspaces$/, 'which NCC workspaces are attached to'],
];

/** What could not be read, because a call returned nothing. */
export const unreadFindings = (unread: readonly Unread[]): readonly Finding[] =>
  unread.map(({ call, refusal, message, times }) => {
    const what = callTexts.find(([form]) => form.test(call))?.[1] ?? 'what this call returns';
    const why = refusal === 'not-asked' ? 'it was not asked for' : message;
    return unknown({ at: 'call', call }, `${what} was not observed${times > 1 ? ` (${times} calls)` : ''}: ${why}`);
  });

/** What no call to the two clouds returns. Always reported, so that it is not taken for checked. */
export function neverObserved({ fleets }: AwsState, routes: RoutePlan): readonly Finding[] {
  const used = Object.values(routes.upstreams);
  const networks = [...new Set(used.filter((each) => each.reach === 'private').map((each) => each.network))].sort();
  const byName = used.filter((each) => !each.addresses?.length).map((each) => each.key);
  return [
    ...(fleets?.length
      ? [
          unknown({ at: 'fleet' }, 'which version of the routes each router serves was not observed'),
          unknown({ at: 'fleet' }, 'whether network ACLs of the hub let traffic through was not observed'),
        ]
      : []),
    ...(byName.length
      ? [unknown({ at: 'upstream', upstreams: byName }, 'which addresses these upstreams resolve to was not observed')]
      : []),
    ...networks.map((network) =>
      unknown(
        { at: 'network', network },
        `whether network ${network} lets the routers in, has a route back, and its targets answer was not observed`,
      ),
    ),
  ];
}
