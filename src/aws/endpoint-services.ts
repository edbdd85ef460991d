import type { EC2Client } from '@aws-sdk/client-ec2';
import { type EndpointId, parseEndpointId } from '../ir/index.ts';
import { AwsCallError, called, everyPage } from './errors.ts';

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
}

export interface EndpointConnections {
  /** Every connection of a service, in any state. */
  connections(serviceId: string): Promise<readonly EndpointConnection[]>;
  /** Throws AwsCallError also where AWS answers 200 and names the endpoint as unsuccessful. */
  accept(serviceId: string, endpointId: EndpointId): Promise<void>;
  reject(serviceId: string, endpointId: EndpointId): Promise<void>;
}

export interface EndpointServices extends EndpointConnections {
  /** The services with these ids, or all of the region. Throws AwsCallError for an id that does not exist. */
  describe(serviceIds?: readonly string[]): Promise<readonly EndpointServiceState[]>;
  /** ARNs that may attach. */
  principals(serviceId: string): Promise<readonly string[]>;
}

type Load = () => Promise<{ readonly sdk: typeof import('@aws-sdk/client-ec2'); readonly client: EC2Client }>;

/** EC2's side of PrivateLink. */
export function endpointServices(load: Load): EndpointServices {
  const answer = async (verb: 'Accept' | 'Reject', serviceId: string, endpointId: EndpointId): Promise<void> => {
    const { sdk, client } = await load();
    const call = `ec2:${verb}VpcEndpointConnections`;
    const input = { ServiceId: serviceId, VpcEndpointIds: [endpointId] };
    const { Unsuccessful } = await called(call, () =>
      verb === 'Accept'
        ? client.send(new sdk.AcceptVpcEndpointConnectionsCommand(input))
        : client.send(new sdk.RejectVpcEndpointConnectionsCommand(input)),
    );
    const refused = Unsuccessful?.[0]?.Error;
    if (refused) throw new AwsCallError(call, refused.Code ?? 'Unsuccessful', refused.Message ?? endpointId);
  };
  return {
    async connections(serviceId) {
      const { sdk, client } = await load();
      const found = await everyPage(
        'ec2:DescribeVpcEndpointConnections',
        (NextToken) =>
          client.send(
            new sdk.DescribeVpcEndpointConnectionsCommand({
              Filters: [{ Name: 'service-id', Values: [serviceId] }],
              NextToken,
            }),
          ),
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
          },
        ];
      });
    },
    accept: (serviceId, endpointId) => answer('Accept', serviceId, endpointId),
    reject: (serviceId, endpointId) => answer('Reject', serviceId, endpointId),
    async describe(serviceIds) {
      const { sdk, client } = await load();
      const found = await everyPage(
        'ec2:DescribeVpcEndpointServiceConfigurations',
        (NextToken) =>
          client.send(
            new sdk.DescribeVpcEndpointServiceConfigurationsCommand({
              ...(serviceIds ? { ServiceIds: [...serviceIds] } : {}),
              NextToken,
            }),
          ),
        (page) => ({ items: page.ServiceConfigurations, next: page.NextToken }),
      );
      return found.map((each) => ({
        serviceId: each.ServiceId ?? '',
        serviceName: each.ServiceName ?? '',
        state: each.ServiceState ?? '',
        acceptanceRequired: each.AcceptanceRequired === true,
        loadBalancerArns: each.NetworkLoadBalancerArns ?? [],
        zones: each.AvailabilityZones ?? [],
      }));
    },
    async principals(serviceId) {
      const { sdk, client } = await load();
      const found = await everyPage(
        'ec2:DescribeVpcEndpointServicePermissions',
        (NextToken) =>
          client.send(new sdk.DescribeVpcEndpointServicePermissionsCommand({ ServiceId: serviceId, NextToken })),
        (page) => ({ items: page.AllowedPrincipals, next: page.NextToken }),
      );
      return found.flatMap((each) => (each.Principal ? [each.Principal] : []));
    },
  };
}

/** The API spells states with a capital in its model and without one in its answers. */
const stateOf = (text: string): EndpointConnectionState =>
  (text.charAt(0).toLowerCase() + text.slice(1)) as EndpointConnectionState;
