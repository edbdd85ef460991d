import type { Kafka } from '@aws-sdk/client-kafka';
import { type Hostname, parseHostname } from '../ir/index.ts';
import type { Api } from './api.ts';

export interface BrokerNode {
  readonly number: number;
  /** The broker's own name: what clients use, and what a rule lists. */
  readonly host: Hostname;
  readonly address: string;
  readonly subnetId: string;
}

export interface KafkaClusterState {
  readonly arn: string;
  readonly name: string;
  /** `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`, … */
  readonly state: string;
  /** Of the brokers. */
  readonly securityGroups: readonly string[];
}

/** All throw AwsCallError, also for an ARN that does not exist. */
export interface KafkaClusters {
  /** Clusters of the region whose names begin so. */
  named(prefix: string): Promise<readonly KafkaClusterState[]>;
  describe(clusterArn: string): Promise<KafkaClusterState>;
  /** All brokers, by number. The bootstrap string may leave some out; this list does not. */
  brokers(clusterArn: string): Promise<readonly BrokerNode[]>;
  /** Bootstrap strings by the API's name without `BootstrapBrokerString`, such as `SaslIam`; empty ones left out. */
  bootstrap(clusterArn: string): Promise<Readonly<Record<string, string>>>;
}

export function kafkaClusters(kafka: Api<Kafka>): KafkaClusters {
  return {
    async named(prefix) {
      const found = await kafka.all(
        'ListClustersV2',
        (client, NextToken) => client.listClustersV2({ ClusterNameFilter: prefix, NextToken }),
        (page) => ({ items: page.ClusterInfoList, next: page.NextToken }),
      );
      return found.map(clusterOf);
    },
    async describe(ClusterArn) {
      const { ClusterInfo } = await kafka.call('DescribeClusterV2', (client) =>
        client.describeClusterV2({ ClusterArn }),
      );
      return { ...clusterOf(ClusterInfo ?? {}), arn: ClusterInfo?.ClusterArn ?? ClusterArn };
    },
    async brokers(ClusterArn) {
      const nodes = await kafka.all(
        'ListNodes',
        (client, NextToken) => client.listNodes({ ClusterArn, NextToken }),
        (page) => ({ items: page.NodeInfoList, next: page.NextToken }),
      );
      return nodes
        .flatMap(({ BrokerNodeInfo: broker }) => {
          const host = parseHostname(broker?.Endpoints?.[0] ?? '');
          if (!broker || !host) return [];
          return [
            {
              number: broker.BrokerId ?? 0,
              host,
              address: broker.ClientVpcIpAddress ?? '',
              subnetId: broker.ClientSubnet ?? '',
            },
          ];
        })
        .sort((a, b) => a.number - b.number);
    },
    async bootstrap(ClusterArn) {
      const { $metadata: _, ...strings } = await kafka.call('GetBootstrapBrokers', (client) =>
        client.getBootstrapBrokers({ ClusterArn }),
      );
      const named = Object.entries(strings).filter(
        (each): each is [string, string] => typeof each[1] === 'string' && each[1] !== '',
      );
      return Object.fromEntries(
        named.map(([name, value]) => [name.replace('BootstrapBrokerString', '') || 'Plaintext', value]),
      );
    },
  };
}

interface Cluster {
  readonly ClusterArn?: string | undefined;
  readonly ClusterName?: string | undefined;
  readonly State?: string | undefined;
  readonly Provisioned?:
    | { readonly BrokerNodeGroupInfo?: { readonly SecurityGroups?: readonly string[] | undefined } | undefined }
    | undefined;
}

const clusterOf = ({ ClusterArn, ClusterName, State, Provisioned }: Cluster): KafkaClusterState => ({
  arn: ClusterArn ?? '',
  name: ClusterName ?? '',
  state: State ?? '',
  securityGroups: Provisioned?.BrokerNodeGroupInfo?.SecurityGroups ?? [],
});
