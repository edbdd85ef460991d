import { AwsError } from '../errors.ts';
import { bootstrapOf, brokersOf } from '../models/msk.ts';
import { type AwsWorld, blocksOf, type Caller, number, type Thing, text, texts } from '../world.ts';
import { type Form, pageOf } from './form.ts';

const names: Readonly<Record<string, string>> = {
  bootstrap_brokers: 'bootstrapBrokerString',
  bootstrap_brokers_tls: 'bootstrapBrokerStringTls',
  bootstrap_brokers_sasl_scram: 'bootstrapBrokerStringSaslScram',
  bootstrap_brokers_sasl_iam: 'bootstrapBrokerStringSaslIam',
};

function clusterOf(world: AwsWorld, caller: Caller, arn: string): Thing {
  const found = world.get('aws_msk_cluster', arn);
  if (!/^arn:[a-z-]+:kafka:[a-z0-9-]+:\d{12}:cluster\//.test(arn))
    throw new AwsError('BadRequestException', 'Invalid cluster ARN');
  if (found?.account !== caller.account || found.region !== caller.region)
    throw new AwsError('NotFoundException', `Could not find the cluster ${arn}`, 404);
  return found;
}

/** The Kafka calls that lakegate makes, by their paths. Gives undefined for a path of another service. */
export function kafkaAnswer(world: AwsWorld, caller: Caller, path: string, query: Form): unknown {
  if (/^\/(?:api\/v2|v1)\/clusters$/.test(path)) return clusterList(world, caller, query);
  const [, arn = '', what = ''] =
    /^\/(?:api\/v2|v1)\/clusters\/([^/]+)(?:\/(nodes|bootstrap-brokers))?$/.exec(path) ?? [];
  if (!arn) return undefined;
  const cluster = clusterOf(world, caller, decodeURIComponent(arn));
  if (what === 'nodes') {
    const { items, next } = pageOf(brokersOf(world, cluster.id), query, 'maxResults', 'nextToken');
    return {
      nodeInfoList: items.map((each) => ({
        nodeARN: each.arn,
        nodeType: 'BROKER',
        brokerNodeInfo: {
          attachedENIId: each.interfaceId,
          brokerId: each.number,
          clientSubnet: each.subnet,
          clientVpcIpAddress: each.address,
          endpoints: [each.host],
        },
      })),
      ...(next ? { nextToken: next } : {}),
    };
  }
  if (what === 'bootstrap-brokers') {
    const strings = bootstrapOf(world, cluster);
    return Object.fromEntries(
      Object.entries(names).flatMap(([mine, theirs]) => (strings[mine] ? [[theirs, strings[mine]]] : [])),
    );
  }
  return { clusterInfo: clusterInfo(cluster) };
}

function clusterList(world: AwsWorld, caller: Caller, query: Form): unknown {
  const prefix = query.get('clusterNameFilter') ?? '';
  const found = world
    .local('aws_msk_cluster', caller)
    .filter((each) => text(each.attributes, 'cluster_name').startsWith(prefix));
  const { items, next } = pageOf(found, query, 'maxResults', 'nextToken');
  return { clusterInfoList: items.map(clusterInfo), ...(next ? { nextToken: next } : {}) };
}

function clusterInfo({ id, attributes }: Thing): unknown {
  const [nodes = {}] = blocksOf(attributes, 'broker_node_group_info');
  return {
    clusterArn: id,
    clusterName: text(attributes, 'cluster_name'),
    clusterType: 'PROVISIONED',
    state: 'ACTIVE',
    currentVersion: text(attributes, 'current_version'),
    provisioned: {
      numberOfBrokerNodes: number(attributes, 'number_of_broker_nodes'),
      brokerNodeGroupInfo: {
        clientSubnets: texts(nodes, 'client_subnets'),
        instanceType: text(nodes, 'instance_type'),
        securityGroups: texts(nodes, 'security_groups'),
      },
    },
  };
}
