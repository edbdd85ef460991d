import { pathText, patternOf } from './differences.ts';

/**
 * Fields of a plan in words, by the pattern of their path. What is not here is told by the names of its fields, in words of
 * their own: `storageGb` is `storage gb`.
 */
const words: Readonly<Record<string, string>> = {
  'infra.version': 'version of the plan',
  'infra.name': 'name of the spec',
  'infra.aws.region': 'AWS region',
  'infra.aws.account': 'AWS account',
  'infra.aws.partition': 'AWS partition',
  'infra.aws.tags': 'tags',
  'infra.aws.planTag': 'tag that names the spec',
  'infra.aws.backend': 'Terraform backend',
  'infra.databricks.accountId': 'Databricks account',
  'infra.databricks.partition': 'Databricks partition',
  'infra.databricks.accountHost': 'address of the Databricks account',
  'infra.databricks.principalArn': 'principal of Databricks',
  'infra.databricks.networkPolicy': 'network policy of Databricks',
  'infra.encryptionKey': 'encryption key',
  'infra.renames': 'renamed targets',

  'infra.nccs[].rules[].service': 'endpoint service',
  'infra.nccs[].rules[].awsService': 'AWS service',
  'infra.nccs[].rules[].domains': 'names',

  'infra.endpointServices[].allowedPrincipals': 'allowed principals',
  'infra.endpointServices[].nlb.name': 'name of the load balancer',
  'infra.endpointServices[].nlb.crossZone': 'cross-zone load balancing',
  'infra.endpointServices[].nlb.deletionProtection': 'deletion protection of the load balancer',
  'infra.endpointServices[].listeners[].idleSeconds': 'idle timeout in seconds',
  'infra.endpointServices[].listeners[].targetGroup': 'target group',
  'infra.endpointServices[].listeners[].targetGroup.name': 'name of the target group',
  'infra.endpointServices[].listeners[].targetGroup.port': 'port of the target group',
  'infra.endpointServices[].listeners[].targetGroup.proxyProtocolV2': 'PROXY protocol v2',
  'infra.endpointServices[].listeners[].targetGroup.health': 'health check',
  'infra.endpointServices[].listeners[].forward': 'destination',
  'infra.endpointServices[].listeners[].forward.why': 'reason of its destination',
  'infra.endpointServices[].listeners[].forward.members': 'target addresses',

  'infra.targets[].ports[].clientPort': 'client port',

  'infra.networks[].transitGateway': 'transit gateway',
  'infra.networks[].dns': 'DNS servers',
  'infra.networks[].domains': 'target names',
  'infra.networks[].ports': 'target ports',
  'infra.networks[].privateZones': 'private hosted zones',
  'infra.networks[].spokeSide': 'who makes the side of the network',
  'infra.networks[].assumeRole': 'role in the account of the network',

  'infra.hub.vpc': 'VPC',
  'infra.hub.vpc.id': 'VPC',
  'infra.hub.vpc.cidr': 'CIDR of the VPC',
  'infra.hub.vpc.subnetIds': 'subnets',
  'infra.hub.vpc.internet': 'internet access',
  'infra.hub.vpcEndpoints': 'VPC endpoints',

  'infra.router.run': 'form (instances or containers)',
  'infra.router.instance': 'instance type',
  'infra.router.min': 'least number of routers',
  'infra.router.max': 'largest number of routers',
  'infra.router.needed': 'number of routers that the load needs',
  'infra.router.why': 'why there are routers',
  'infra.router.readinessPort': 'port of the readiness check',
  'infra.router.names': 'names of what the fleet uses',
  'infra.router.ports': 'listening ports',
  'infra.router.egress[].cidrs': 'address ranges',

  'infra.mskClusters[].auth': 'authentication',
  'infra.mskClusters[].listeners': 'listeners',
  'infra.mskClusters[].source': 'cluster',
  'infra.mskClusters[].source.clusterArn': 'ARN',
  'infra.mskClusters[].source.version': 'Kafka version',
  'infra.mskClusters[].source.instance': 'instance type',
  'infra.mskClusters[].source.storageGb': 'storage in GB',
  'infra.mskClusters[].source.encryption.inTransit': 'encryption in transit',
  'infra.mskClusters[].source.encryption.atRest': 'encryption at rest',
  'infra.mskClusters[].source.logs': 'logs',

  'infra.credentials[].roleName': 'role',
  'infra.credentials[].externalId': 'external ID',
  'infra.credentials[].kafka': 'access to Kafka',

  'infra.inspection': 'TLS inspection',
  'infra.inspection.ca': 'root CA of TLS inspection',
  'infra.inspection.ca.subject': 'subject of the root CA of TLS inspection',
  'infra.inspection.ca.days': 'lifetime in days of the root CA of TLS inspection',
  'infra.inspection.ca.keyAlias': 'alias of the key of the root CA of TLS inspection',
  'infra.inspection.signer': 'signer of TLS inspection',
  'infra.inspection.secret': 'secret with the issuer of TLS inspection',
  'infra.inspection.names': 'names whose TLS is inspected',
  'infra.inspection.deliver': 'delivery of the root CA of TLS inspection',

  'routes.version': 'version of the routes',
  'routes.name': 'name of the spec in the routes',
  'routes.trustedNetworks': 'trusted load balancer subnets',
  'routes.inspection': 'TLS inspection by the routers',
  'routes.inspection.issuer': 'where routers read the issuer of their certificates',
  'routes.inspection.names': 'names that routers issue certificates for',
  'routes.inspection.flows': 'record of requests',
  'routes.inspection.flows.workspaces': 'workspaces in the record of requests',
  'routes.inspection.flows.redact': 'what the record of requests hides',
  'routes.inspection.flows.sample': 'share of requests that is recorded',
  'routes.inspection.flows.bodies': 'targets whose bodies are recorded',

  'routes.listeners[].clientPort': 'client port',
  'routes.listeners[].speaks': 'protocols',
  'routes.listeners[].identity': 'how NCCs are told apart',
  'routes.listeners[].identity.nccs': 'NCCs',
  'routes.listeners[].mysqlFamily': 'family of MySQL',
  'routes.listeners[].routes[].match': 'match',
  'routes.listeners[].routes[].match.name': 'matched name',
  'routes.listeners[].routes[].match.path': 'matched path',
  'routes.listeners[].routes[].match.speech': 'matched protocol',
  'routes.listeners[].routes[].allow': 'allowed NCCs',
  'routes.listeners[].routes[].action.upstream': 'upstream',
  'routes.listeners[].routes[].action.tls': 'TLS',
  'routes.listeners[].routes[].action.paths': 'limits of paths',
  'routes.listeners[].routes[].action.paths.allow': 'allowed paths',
  'routes.listeners[].routes[].action.paths.deny': 'denied paths',
  'routes.listeners[].routes[].action.rewrite': 'path that its prefix becomes',
  'routes.listeners[].routes[].action.isDefault': 'whether it takes clients without a name',
  'routes.listeners[].routes[].action.unavailable': 'answer while no upstream is there',
  'routes.upstreams[].addresses': 'fixed addresses',
  'routes.upstreams[].cidrs': 'address ranges',
  'routes.upstreams[].resolvers': 'DNS servers',
  'routes.upstreams[].health': 'health check',
  'routes.upstreams[].maxConnections': 'most connections',
  'routes.upstreams[].onMove': 'what happens to connections when its address changes',
  'routes.upstreams[].tls': 'TLS',
  'routes.upstreams[].tls.name': 'name in its certificate',
  'routes.upstreams[].tls.ca': 'CAs of its certificate',
};

/**
 * A field in words.
 *
 * @param depth How many steps of the path name the object that the field is of: they are not part of the words.
 */
export function fieldWords(path: readonly string[], depth: number): string {
  for (let end = path.length; end > depth; end--) {
    const known = words[patternOf(path.slice(0, end))];
    if (known !== undefined) return [known, ...plain(path.slice(end))].join(', ');
  }
  const from = depth === 0 && ['infra', 'routes'].includes(path[0] ?? '') ? 1 : depth;
  return plain(path.slice(from)).join(', ');
}

const plain = (path: readonly string[]): readonly string[] =>
  pathText(path)
    .split('.')
    .filter((step) => step !== '')
    .map((step) =>
      step
        .replace(/\[([^\]]*)\]/g, ' $1')
        .replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`)
        .trim(),
    );
