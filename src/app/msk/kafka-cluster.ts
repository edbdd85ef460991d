import {
  AwsCallError,
  awsClients,
  type BrokerNode,
  type KafkaClusterState,
  settingsFromEnvironment,
} from '../../aws/index.ts';
import { type Diagnostic, usageProblem } from '../../diagnostics/index.ts';

export interface KafkaCluster extends Pick<KafkaClusterState, 'name' | 'state'> {
  /** Its ARN. */
  readonly cluster: string;
  readonly brokers: readonly BrokerNode[];
  readonly bootstrap: Readonly<Record<string, string>>;
}

export interface KafkaClusterQuery {
  readonly arn: string;
  /** Default: the region in the ARN. */
  readonly region?: string | undefined;
  /** Where credentials and another address of AWS are found. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const arnForm = /^arn:[a-z-]+:kafka:([a-z0-9-]+):\d{12}:cluster\/[^/]+\/[^/]+$/;

/** Asks MSK for a cluster and all of its brokers. A refusal of AWS is a problem. */
export async function readKafkaCluster({ arn, region, env }: KafkaClusterQuery): Promise<KafkaCluster | Diagnostic> {
  const found = arnForm.exec(arn);
  if (!found) return usageProblem(`'${arn}' is not the ARN of an MSK cluster; add --help for an example`);
  const clients = awsClients({ region: region ?? found[1] ?? '', ...settingsFromEnvironment(env, 'KAFKA') });
  try {
    const [{ name, state }, brokers, bootstrap] = await Promise.all([
      clients.kafka.describe(arn),
      clients.kafka.brokers(arn),
      clients.kafka.bootstrap(arn),
    ]);
    return { cluster: arn, name, state, brokers, bootstrap };
  } catch (error) {
    if (!(error instanceof AwsCallError)) throw error;
    return { code: 'LG_AWS_CALL', severity: 'error', path: [], message: error.message };
  } finally {
    clients.close();
  }
}
