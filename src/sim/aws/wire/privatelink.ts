import { readThing } from '../cloud.ts';
import { AwsError } from '../errors.ts';
import { answerConnection, connectionsOf, stateWord } from '../models/endpoint-connections.ts';
import { endpointServiceOf } from '../models/privatelink.ts';
import { principalsOf } from '../models/privatelink-principals.ts';
import { type AwsWorld, type Caller, type Thing, text, texts } from '../world.ts';
import { type Action, type Form, filtered, listOf, pageOf, tagSet, tagsOf } from './form.ts';
import type { Xml } from './xml.ts';

/** EC2's side of PrivateLink. Keys are the API's names for the wire. */
export const privateLinkActions: Readonly<Record<string, Action>> = {
  DescribeVpcEndpointConnections(world, caller, form) {
    const all = world
      .local('aws_vpc_endpoint_service', caller)
      .flatMap((service) => connectionsOf(world, service.id).map((each) => ({ service, ...connection(each) })));
    const rows = filtered(all, form, {
      'service-id': (row) => row.service.id,
      'vpc-endpoint-id': (row) => row.endpoint,
      'vpc-endpoint-owner': (row) => row.owner,
      'vpc-endpoint-state': (row) => row.state,
    });
    const { items, next } = pageOf(rows, form, 'MaxResults', 'NextToken');
    return {
      vpcEndpointConnectionSet: items.map((row) => ({
        serviceId: row.service.id,
        vpcEndpointId: row.endpoint,
        vpcEndpointOwner: row.owner,
        vpcEndpointState: row.state,
        creationTimestamp: row.created,
        networkLoadBalancerArnSet: texts(row.service.attributes, 'network_load_balancer_arns'),
        ipAddressType: 'ipv4',
        vpcEndpointRegion: caller.region,
      })),
      nextToken: next,
    };
  },
  AcceptVpcEndpointConnections: (world, caller, form) => answered(world, caller, form, 'accept'),
  RejectVpcEndpointConnections: (world, caller, form) => answered(world, caller, form, 'reject'),
  DescribeVpcEndpointServiceConfigurations(world, caller, form) {
    const wanted = listOf(form, 'ServiceId');
    for (const id of wanted) endpointServiceOf(world, id);
    const local = world
      .local('aws_vpc_endpoint_service', caller)
      .filter((each) => !wanted.length || wanted.includes(each.id));
    const known = {
      'service-id': (each: Thing) => each.id,
      'service-name': (each: Thing) => text(each.attributes, 'service_name'),
      'service-state': (each: Thing) => text(each.attributes, 'state'),
    };
    const found = filtered(local, form, known, tagsOf);
    const { items, next } = pageOf(found, form, 'MaxResults', 'NextToken');
    return { serviceConfigurationSet: items.map((each) => configuration(world, each)), nextToken: next };
  },
  DescribeVpcEndpointServicePermissions(world, caller, form) {
    const service = endpointServiceOf(world, form.get('ServiceId') ?? '');
    if (service.account !== caller.account)
      throw new AwsError('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403);
    const { items, next } = pageOf(principalsOf(world, service), form, 'MaxResults', 'NextToken');
    const kind = (arn: string): string =>
      arn === '*' ? 'All' : arn.endsWith(':root') ? 'Account' : arn.includes(':role/') ? 'Role' : 'User';
    return {
      allowedPrincipals: items.map((principal) => ({
        principalType: kind(principal),
        principal,
        serviceId: service.id,
      })),
      nextToken: next,
    };
  },
};

function connection(thing: Thing): { endpoint: string; owner: string; state: string; created: string } {
  return {
    endpoint: thing.id,
    owner: text(thing.attributes, 'owner'),
    state: stateWord(thing),
    created: text(thing.attributes, 'created'),
  };
}

function answered(world: AwsWorld, caller: Caller, form: Form, answer: 'accept' | 'reject'): Xml {
  const service = endpointServiceOf(world, form.get('ServiceId') ?? '');
  if (service.account !== caller.account)
    throw new AwsError('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403);
  const unsuccessful: Xml[] = [];
  for (const endpoint of listOf(form, 'VpcEndpointId')) {
    try {
      answerConnection(world, service.id, endpoint, answer);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      unsuccessful.push({ resourceId: endpoint, error: { code: error.code, message: error.message } });
    }
  }
  return { unsuccessful };
}

function configuration(world: AwsWorld, thing: Thing): Xml {
  const attributes = readThing(world, thing);
  return {
    serviceType: [{ serviceType: 'Interface' }],
    serviceId: thing.id,
    serviceName: text(attributes, 'service_name'),
    serviceState: text(attributes, 'state'),
    availabilityZoneSet: texts(attributes, 'availability_zones'),
    acceptanceRequired: attributes.acceptance_required === true,
    managesVpcEndpoints: false,
    networkLoadBalancerArnSet: texts(attributes, 'network_load_balancer_arns'),
    baseEndpointDnsNameSet: texts(attributes, 'base_endpoint_dns_names'),
    supportedIpAddressTypeSet: texts(attributes, 'supported_ip_address_types'),
    tagSet: tagSet(thing),
  };
}
