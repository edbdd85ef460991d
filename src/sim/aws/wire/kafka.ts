import { AwsError } from '../errors.ts';
import { bootstrapOf, brokersOf } from '../models/msk.ts';
import { type AwsWorld, type Caller, number, type Thing, text } from '../world.ts';
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
  return {
    clusterInfo: {
      clusterArn: cluster.id,
      clusterName: text(cluster.attributes, 'cluster_name'),
      clusterType: 'PROVISIONED',
      state: 'ACTIVE',
      currentVersion: text(cluster.attributes, 'current_version'),
      provisioned: { numberOfBrokerNodes: number(cluster.attributes, 'number_of_broker_nodes') },
    },
  };
}
