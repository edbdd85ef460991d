import type { EC2 } from '@aws-sdk/client-ec2';
import { type EndpointId, parseEndpointId } from '../ir/index.ts';
import type { Api } from './api.ts';
import { type Tags, tagFilter, tagsOf } from './tags.ts';

/** States of an endpoint as the service's owner sees it, in the API's filter spelling. */
export type EndpointConnectionState =
  | 'pendingAcceptance'
  | 'pending'
  | 'available'
  | 'rejected'
  | 'expired'
  | 'failed'
  | 'deleting'
  | 'deleted'
  | 'partial';

export interface EndpointConnection {
  readonly serviceId: string;
  readonly endpointId: EndpointId;
  /** AWS account of the endpoint. */
  readonly owner: string;
  readonly state: EndpointConnectionState;
  /** Milliseconds since the epoch; 0 where the answer has none. */
  readonly createdAt: number;
}

export interface EndpointServiceState {
  readonly serviceId: string;
  /** `com.amazonaws.vpce.<region>.vpce-svc-…`. */
  readonly serviceName: string;
  /** `Pending`, `Available`, `Deleting`, `Deleted` or `Failed`. */
  readonly state: string;
  readonly acceptanceRequired: boolean;
  readonly loadBalancerArns: readonly string[];
  readonly zones: readonly string[];
  readonly tags: Tags;
}

/** EC2's side of PrivateLink. All throw AwsCallError. */
export interface EndpointServices {
  /** The services with these ids, those with a tag, or all of the region. Throws for an id that does not exist. */
  describe(which?: {
    readonly ids?: readonly string[];
    readonly tag?: readonly [key: string, value: string];
  }): Promise<readonly EndpointServiceState[]>;
  /** Every connection of these services, in any state. */
  connections(serviceIds: readonly string[]): Promise<readonly EndpointConnection[]>;
  /** ARNs that may attach. */
  principals(serviceId: string): Promise<readonly string[]>;
}

export function endpointServices(ec2: Api<EC2>): EndpointServices {
  return {
    async describe({ ids, tag } = {}) {
      const found = await ec2.all(
        'DescribeVpcEndpointServiceConfigurations',
        (client, NextToken) =>
          client.describeVpcEndpointServiceConfigurations({
            ...(ids ? { ServiceIds: [...ids] } : {}),
            ...(tag ? { Filters: [tagFilter(tag)] } : {}),
            NextToken,
          }),
        (page) => ({ items: page.ServiceConfigurations, next: page.NextToken }),
      );
      return found.map((each) => ({
        serviceId: each.ServiceId ?? '',
        serviceName: each.ServiceName ?? '',
        state: each.ServiceState ?? '',
        acceptanceRequired: each.AcceptanceRequired === true,
        loadBalancerArns: each.NetworkLoadBalancerArns ?? [],
        zones: each.AvailabilityZones ?? [],
        tags: tagsOf(each.Tags),
      }));
    },
    async connections(serviceIds) {
      if (!serviceIds.length) return [];
      const found = await ec2.all(
        'DescribeVpcEndpointConnections',
        (client, NextToken) =>
          client.describeVpcEndpointConnections({
            Filters: [{ Name: 'service-id', Values: [...serviceIds] }],
            NextToken,
          }),
        (page) => ({ items: page.VpcEndpointConnections, next: page.NextToken }),
      );
      return found.flatMap((each) => {
        const endpointId = parseEndpointId(each.VpcEndpointId ?? '');
        if (!endpointId) return [];
        return [
          {
            serviceId: each.ServiceId ?? '',
            endpointId,
            owner: each.VpcEndpointOwner ?? '',
            state: stateOf(each.VpcEndpointState ?? ''),
            createdAt: each.CreationTimestamp?.getTime() ?? 0,
          },
        ];
      });
    },
    async principals(serviceId) {
      const found = await ec2.all(
        'DescribeVpcEndpointServicePermissions',
        (client, NextToken) => client.describeVpcEndpointServicePermissions({ ServiceId: serviceId, NextToken }),
        (page) => ({ items: page.AllowedPrincipals, next: page.NextToken }),
      );
      return found.flatMap((each) => (each.Principal ? [each.Principal] : []));
    },
  };
}

/** The API spells states with a capital in its model and without one in its answers. */
const stateOf = (text: string): EndpointConnectionState =>
  (text.charAt(0).toLowerCase() + text.slice(1)) as EndpointConnectionState;
