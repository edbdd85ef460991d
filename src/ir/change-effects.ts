/** What Terraform and the two clouds do when a field of an {@link InfraPlan} changes. */
export type ChangeEffect =
  /** The object is updated and nothing is cut. */
  | { readonly is: 'in-place' }
  /** An object is destroyed and a new one is made. `under`: differences below these paths are part of it. */
  | { readonly is: 'replaces'; readonly what: string; readonly cuts: string; readonly under?: readonly string[] }
  /** The object stays, or goes without a successor, and connections break. */
  | { readonly is: 'cuts'; readonly cuts: string };

const inPlace: ChangeEffect = { is: 'in-place' };
const cuts = (what: string): ChangeEffect => ({ is: 'cuts', cuts: what });
const replaces = (what: string, cut: string, under?: readonly string[]): ChangeEffect => ({
  is: 'replaces',
  what,
  cuts: cut,
  ...(under && { under }),
});

const all = 'every connection of every workspace, until all of it is built again';
const hubWithAll = replaces(
  'the hub VPC and everything in it: subnets, load balancers, listeners, target groups, routers, VPC endpoints, attachments',
  all,
  ['hub', 'endpointServices[].nlb', 'router'],
);
const everything = replaces('everything that the plan makes, in both clouds', all, ['']);
const balancers = replaces(
  'every load balancer, with its listeners',
  'every connection through the hub, until the load balancers are built again',
);
const balancer = replaces(
  'the load balancer and its listeners',
  'every connection through its endpoint service, until the load balancer is built again',
);
const targetGroup = replaces('the target group', 'connections through its listener');
const fleet = replaces('the router fleet', 'every connection that a router carries');
const cluster = replaces('the Kafka cluster and all data in it', 'every connection to its brokers');
const attachment = replaces('the attachment or peering of the network', 'every connection to targets of the network');
const natGateway = replaces('the public subnet and its NAT gateway', 'connections of routers through the NAT gateway');
const rule = replaces(
  'the rule and its endpoint',
  'connections through the endpoint, until the new one is accepted and established',
);
const certificateGone = cuts(
  'clients that read the certificate of the inspection CA at the old place, where Terraform removes it',
);
const rolling = cuts('connections of each router when its turn to be replaced comes');

/**
 * For each field of an {@link InfraPlan}: what its change does. `[]` stands for an entry of a list or map; what is said of an
 * entry is said of its removal, since adding one only creates. `**` stands for all below. Which attributes replace an object is
 * the provider's: `test/long/terraform/change-effects.test.ts` holds this table to a real Terraform plan.
 */
export const changeEffects: Readonly<Record<string, ChangeEffect>> = {
  version: inPlace,
  name: everything,
  'aws.region': everything,
  'aws.account': everything,
  'aws.partition': everything,
  'aws.tags[]': inPlace,
  'aws.planTag.key': inPlace,
  'aws.planTag.value': inPlace,
  'aws.backend': inPlace,
  'aws.backend.**': inPlace,
  'databricks.accountId': everything,
  'databricks.partition': everything,
  'databricks.accountHost': inPlace,
  'databricks.principalArn': inPlace,
  'databricks.networkPolicy': inPlace,
  'databricks.networkPolicy.mode': inPlace,

  'nccs[]': cuts('every connection of its workspaces'),
  'nccs[].name': replaces('the NCC with all its rules and endpoints', 'every connection of its workspaces'),
  'nccs[].workspaces[]': cuts('every private connection of the workspace through this NCC'),
  'nccs[].workspaces[].id': replaces(
    'the binding of the workspace to the NCC',
    'every private connection of the workspace that was bound',
  ),
  'nccs[].rules[]': cuts('connections through the endpoint of the rule'),
  'nccs[].rules[].service': rule,
  'nccs[].rules[].domains[]': cuts('new connections to the name'),
  'nccs[].rules[].awsService': rule,
  'nccs[].rules[].buckets[]': cuts('new connections to the bucket'),

  'endpointServices[]': cuts('every connection through the endpoint service'),
  'endpointServices[].name': inPlace,
  'endpointServices[].allowedPrincipals[]': replaces(
    'the permission of Databricks to connect to the endpoint service',
    'the making of new endpoints until the new permission is there',
  ),
  'endpointServices[].nlb.name': balancer,
  'endpointServices[].nlb.crossZone': inPlace,
  'endpointServices[].nlb.deletionProtection': inPlace,
  'endpointServices[].listeners[]': cuts('every connection to the port'),
  'endpointServices[].listeners[].port': cuts('every connection to the old port'),
  'endpointServices[].listeners[].idleSeconds': inPlace,
  'endpointServices[].listeners[].targets[]': inPlace,
  'endpointServices[].listeners[].forward': replaces(
    'the members of the target group, and the target group where members were instances or become instances',
    'connections through the listener',
    ['endpointServices[].listeners[].targetGroup'],
  ),
  'endpointServices[].listeners[].forward.why': inPlace,
  'endpointServices[].listeners[].forward.members[]': cuts('connections to the address'),
  'endpointServices[].listeners[].forward.members[].zone': replaces(
    'the member of the target group',
    'connections to the address',
  ),
  'endpointServices[].listeners[].forward.target': replaces(
    'the member of the target group',
    'connections to the broker',
  ),
  'endpointServices[].listeners[].forward.broker': replaces(
    'the member of the target group',
    'connections to the broker',
  ),
  'endpointServices[].listeners[].targetGroup.name': targetGroup,
  'endpointServices[].listeners[].targetGroup.port': targetGroup,
  'endpointServices[].listeners[].targetGroup.proxyProtocolV2': cuts(
    'new connections through the listener, until routers and load balancer agree again',
  ),
  'endpointServices[].listeners[].targetGroup.health.**': inPlace,

  'targets[]': inPlace,
  'targets[].**': inPlace,

  'networks[]': cuts('every connection to targets of the network'),
  'networks[].reach': attachment,
  'networks[].transitGateway': attachment,
  'networks[].account': attachment,
  'networks[].vpc': attachment,
  'networks[].cidrs[]': cuts('connections to addresses of the range'),
  'networks[].dns[]': inPlace,
  'networks[].domains[]': inPlace,
  'networks[].privateZones': inPlace,
  'networks[].privateZones[]': cuts('the resolution of names of the zone from the hub'),
  'networks[].spokeSide': inPlace,
  'networks[].assumeRole': inPlace,
  'networks[].ports[]': cuts('connections to the port in the network'),

  hub: cuts('every connection through the hub'),
  'hub.vpc': hubWithAll,
  'hub.vpc.cidr': hubWithAll,
  'hub.vpc.id': hubWithAll,
  'hub.vpc.subnetIds[]': balancers,
  'hub.vpc.subnets[]': balancers,
  'hub.vpc.subnets[].role': balancers,
  'hub.vpc.subnets[].zone': balancers,
  'hub.vpc.subnets[].cidr': balancers,
  'hub.vpc.internet': cuts('connections of routers through the NAT gateways, where these go'),
  'hub.vpcEndpoints[]': cuts('calls of the routers to that AWS API'),

  encryptionKey: cuts('reading of what the key encrypts'),
  'encryptionKey.alias': replaces('the alias of the key', 'nothing: the key stays'),
  'encryptionKey.logGroups': inPlace,

  router: cuts('every connection that a router carries'),
  'router.engine': rolling,
  'router.run': fleet,
  'router.instance': rolling,
  'router.architecture': rolling,
  'router.min': inPlace,
  'router.needed': inPlace,
  'router.max': inPlace,
  'router.why': inPlace,
  'router.readinessPort': rolling,
  'router.names.fleet': fleet,
  'router.names.bucket': replaces('the configuration bucket', 'nothing that is established: routers read it again'),
  'router.names.keys.**': replaces('the objects of the configuration bucket', 'nothing that is established'),
  'router.names.logGroup': replaces('the log group and the logs in it', 'no connection'),
  'router.names.metrics': inPlace,
  'router.names.alarms': replaces('the topic of the alarms, with its subscriptions', 'no connection'),
  'router.ports[]': inPlace,
  'router.egress[]': cuts('connections of routers to the network'),
  'router.egress[].cidrs[]': cuts('connections of routers to the range'),
  'router.egress[].ports[]': cuts('connections of routers to the port'),

  'mskClusters[]': cuts('every connection to the brokers; a cluster that the plan had made is destroyed with its data'),
  'mskClusters[].name': cluster,
  'mskClusters[].listeners': inPlace,
  'mskClusters[].auth[]': cuts('clients that authenticate in this way'),
  'mskClusters[].brokers[]': cuts('connections to the broker'),
  'mskClusters[].brokers[].host': inPlace,
  'mskClusters[].source': cluster,
  'mskClusters[].source.clusterArn': inPlace,
  'mskClusters[].source.version': cuts('connections to each broker when it restarts'),
  'mskClusters[].source.instance': cuts('connections to each broker when it restarts'),
  'mskClusters[].source.storageGb': inPlace,
  'mskClusters[].source.encryption.inTransit': cuts('connections to each broker when it restarts'),
  'mskClusters[].source.encryption.atRest': cluster,
  'mskClusters[].source.logs.**': inPlace,

  'credentials[]': cuts('whatever uses the service credential'),
  'credentials[].roleName': replaces(
    'the role of the service credential',
    'whatever uses it, until the new role is there',
  ),
  'credentials[].externalId': inPlace,
  'credentials[].kafka': inPlace,
  'credentials[].kafka.**': inPlace,

  inspection: inPlace,
  'inspection.**': inPlace,
  'inspection.deliver': certificateGone,
  'inspection.deliver.volume': certificateGone,
  'inspection.deliver.file': certificateGone,
  'inspection.deliver.create': certificateGone,

  renames: inPlace,
  'renames[]': inPlace,
};

/**
 * A public subnet of the hub holds a NAT gateway and no load balancer: its rows, by the same patterns as those of all subnets,
 * which speak of the private ones.
 */
const publicSubnetEffects: Readonly<Record<string, ChangeEffect>> = {
  'hub.vpc.subnets[]': cuts('connections of routers through its NAT gateway'),
  'hub.vpc.subnets[].role': balancers,
  'hub.vpc.subnets[].zone': natGateway,
  'hub.vpc.subnets[].cidr': natGateway,
};

/** The effect of a change in a subnet of the hub that the first plan has. */
export const subnetEffect = (role: 'private' | 'public', pattern: string): ChangeEffect | undefined =>
  (role === 'public' ? publicSubnetEffects[pattern] : undefined) ?? changeEffect(pattern);

/**
 * What a change at a path does; undefined where the table has no row for it.
 *
 * @param pattern Field names with dots between them, `[]` for the entry of a list: `nccs[].rules[].domains[]`.
 */
export function changeEffect(pattern: string): ChangeEffect | undefined {
  const exact = changeEffects[pattern];
  if (exact) return exact;
  for (let at = pattern.lastIndexOf('.'); at > 0; at = pattern.lastIndexOf('.', at - 1)) {
    const above = changeEffects[`${pattern.slice(0, at)}.**`];
    if (above) return above;
  }
  return undefined;
}
