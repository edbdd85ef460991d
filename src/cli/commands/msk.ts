import { AwsCallError, awsClients, type BrokerNode, type KafkaClusterState } from '../../aws/index.ts';
import { command, jsonArg } from '../command.ts';
import { usage } from '../usage.ts';
import type { World } from '../world.ts';

export const msk = command({
  name: 'msk',
  summary: 'List the brokers of an MSK cluster, to paste into the spec',
  about:
    'Asks MSK for every broker of a cluster (kafka:DescribeClusterV2, kafka:ListNodes, kafka:GetBootstrapBrokers) and prints their own names as the spec wants them. The bootstrap string of a large cluster leaves brokers out; this list does not. Credentials are found as the AWS tools find them. --json prints { cluster, name, state, brokers, bootstrap }; a broker has number, host, address and subnetId.',
  examples: [
    {
      line: 'lakegate msk brokers --cluster arn:aws:kafka:eu-west-1:111122223333:cluster/events/0a1b2c3d-1111-2222-3333-444455556666-3',
      does: 'prints `msk:` with the names of all brokers',
    },
  ],
  touches: 'network',
  args: {
    what: { kind: 'positional', value: 'brokers', help: 'what to list', required: true },
    cluster: { kind: 'text', value: 'ARN', help: 'the cluster', required: true },
    region: { kind: 'text', value: 'REGION', help: 'default: the region in the ARN' },
    json: jsonArg,
  },
  async run({ what, cluster, region, json }, world) {
    const found = /^arn:[a-z-]+:kafka:([a-z0-9-]+):\d{12}:cluster\/[^/]+\/[^/]+$/.exec(cluster);
    if (what !== 'brokers') return usage(world, `'${what}' is not something to list; add --help for an example`);
    if (!found) return usage(world, `'${cluster}' is not the ARN of an MSK cluster; add --help for an example`);
    const clients = awsClients({ region: region ?? found[1] ?? '', ...fromEnvironment(world) });
    try {
      const [described, brokers, bootstrap] = await Promise.all([
        clients.kafka.describe(cluster),
        clients.kafka.brokers(cluster),
        clients.kafka.bootstrap(cluster),
      ]);
      const { name, state } = described;
      world.print(
        json ? JSON.stringify({ cluster, name, state, brokers, bootstrap }, null, 2) : yamlOf(described, brokers),
      );
      return 0;
    } catch (error) {
      if (!(error instanceof AwsCallError)) throw error;
      world.note(`LG_AWS_CALL ${error.message}`);
      return 1;
    } finally {
      clients.close();
    }
  },
});

function yamlOf({ arn, name, state }: KafkaClusterState, brokers: readonly BrokerNode[]): string {
  const lines = brokers.map((broker) => `    - ${broker.host}`);
  return [
    `# ${name}: ${state}, ${brokers.length} brokers. Goes under the target.`,
    'msk:',
    `  cluster: ${arn}`,
    '  brokers:',
    ...lines,
  ].join('\n');
}

/** The SDK reads the process's environment by itself; a world that is not the process's is read here. */
function fromEnvironment({ env }: World): {
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
} {
  const endpoint = env.AWS_ENDPOINT_URL_KAFKA ?? env.AWS_ENDPOINT_URL;
  const [accessKeyId, secretAccessKey, sessionToken] = [
    env.AWS_ACCESS_KEY_ID,
    env.AWS_SECRET_ACCESS_KEY,
    env.AWS_SESSION_TOKEN,
  ];
  return {
    ...(endpoint ? { endpoint } : {}),
    ...(accessKeyId && secretAccessKey
      ? { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } }
      : {}),
  };
}
