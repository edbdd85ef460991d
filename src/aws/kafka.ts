import type { KafkaClient } from '@aws-sdk/client-kafka';
import { type Hostname, parseHostname } from '../ir/index.ts';
import { called, everyPage } from './errors.ts';

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
}

export interface KafkaClusters {
  describe(clusterArn: string): Promise<KafkaClusterState>;
  /** All brokers, by number. The bootstrap string may leave some out; this list does not. */
  brokers(clusterArn: string): Promise<readonly BrokerNode[]>;
  /** Bootstrap strings by the API's name without `BootstrapBrokerString`, such as `SaslIam`; empty ones left out. */
  bootstrap(clusterArn: string): Promise<Readonly<Record<string, string>>>;
}

type Load = () => Promise<{ readonly sdk: typeof import('@aws-sdk/client-kafka'); readonly client: KafkaClient }>;

export function kafkaClusters(load: Load): KafkaClusters {
  return {
    async describe(clusterArn) {
      const { sdk, client } = await load();
      const { ClusterInfo: found } = await called('kafka:DescribeClusterV2', () =>
        client.send(new sdk.DescribeClusterV2Command({ ClusterArn: clusterArn })),
      );
      return { arn: found?.ClusterArn ?? clusterArn, name: found?.ClusterName ?? '', state: found?.State ?? '' };
    },
    async brokers(clusterArn) {
      const { sdk, client } = await load();
      const nodes = await everyPage(
        'kafka:ListNodes',
        (NextToken) => client.send(new sdk.ListNodesCommand({ ClusterArn: clusterArn, NextToken })),
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
    async bootstrap(clusterArn) {
      const { sdk, client } = await load();
      const { $metadata: _, ...strings } = await called('kafka:GetBootstrapBrokers', () =>
        client.send(new sdk.GetBootstrapBrokersCommand({ ClusterArn: clusterArn })),
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
