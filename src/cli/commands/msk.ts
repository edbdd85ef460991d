import { type KafkaCluster, readKafkaCluster } from '../../app/msk/index.ts';
import { command, jsonArg } from '../command.ts';
import { refuse, usage } from '../refuse.ts';

export const msk = command({
  name: 'msk',
  about:
    'Asks MSK for every broker of a cluster (kafka:DescribeClusterV2, kafka:ListNodes, kafka:GetBootstrapBrokers) and prints their names in the form of the spec. The bootstrap string of a large cluster omits brokers; this list does not. Credentials are found as the AWS tools find them. --json prints { cluster, name, state, brokers, bootstrap }; a broker has number, host, address and subnetId.',
  examples: [
    {
      line: 'lakegate msk brokers --cluster arn:aws:kafka:eu-west-1:111122223333:cluster/events/0a1b2c3d-1111-2222-3333-444455556666-3',
      does: 'prints `msk:` with the names of all brokers',
    },
  ],
  touches: 'network',
  args: {
    what: { kind: 'positional', value: 'WHAT', help: 'what to list: brokers', required: true },
    cluster: { kind: 'text', value: 'ARN', help: 'the cluster', required: true },
    region: { kind: 'text', value: 'REGION', help: 'default: the region in the ARN' },
    json: jsonArg,
  },
  async run({ what, cluster, region, json }, context) {
    if (what !== 'brokers') return usage(`'${what}' cannot be listed; only brokers can`, json, context);
    const found = await readKafkaCluster({ arn: cluster, region, env: context.env });
    if ('code' in found) return refuse(found, json, context);
    context.print(json ? JSON.stringify(found, null, 2) : yamlOf(found));
    return 0;
  },
});

function yamlOf({ cluster, name, state, brokers }: KafkaCluster): string {
  const lines = brokers.map((broker) => `    - ${broker.host}`);
  return [
    `# ${name}: ${state}, ${brokers.length} brokers. Paste this under the target.`,
    'msk:',
    `  cluster: ${cluster}`,
    '  brokers:',
    ...lines,
  ].join('\n');
}
