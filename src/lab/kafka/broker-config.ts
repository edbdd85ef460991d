/** What one broker's configuration depends on. Ports without a host are of 127.0.0.1. */
export interface BrokerConfig {
  /** From 1. */
  readonly id: number;
  /** The name clients use: it is in the certificate and in what the broker advertises. */
  readonly host: string;
  /** The port clients dial at that name. */
  readonly advertisedPort: number;
  /** Where its client listener binds. */
  readonly client: { readonly host: string; readonly port: number };
  readonly ports: { readonly internal: number; readonly controller: number };
  /** Controller ports of all brokers, in order of their ids. */
  readonly quorum: readonly number[];
  /** PEM files: key and certificate chain in one, and the CA. */
  readonly keystore: string;
  readonly truststore: string;
  readonly dataFolder: string;
}

/**
 * server.properties of a KRaft node that is broker and controller: TLS with SCRAM for clients, plaintext on loopback
 * between brokers. What is advertised is the broker's own name, as MSK does; nothing is rewritten for the way there.
 * Offsets move at once and rebalances do not wait: a lab is not a production cluster.
 */
export function brokerProperties(config: BrokerConfig): string {
  const { id, ports } = config;
  const replicas = Math.min(3, config.quorum.length);
  const entries: Readonly<Record<string, string | number>> = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': config.quorum.map((port, index) => `${index + 1}@127.0.0.1:${port}`).join(','),
    listeners: `CLIENT://${config.client.host}:${config.client.port},INTERNAL://127.0.0.1:${ports.internal},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `CLIENT://${config.host}:${config.advertisedPort},INTERNAL://127.0.0.1:${ports.internal}`,
    'listener.security.protocol.map': 'CLIENT:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.client.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': config.keystore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': config.truststore,
    'log.dirs': config.dataFolder,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 6,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': Math.max(1, replicas - 1),
    'transaction.state.log.num.partitions': 6,
    'default.replication.factor': replicas,
    'min.insync.replicas': Math.max(1, replicas - 1),
    'num.partitions': 6,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': 'false',
    'broker.session.timeout.ms': 6000,
    'controlled.shutdown.enable': 'true',
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024 + 1,
  };
  return `${Object.entries(entries)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;
}

/** Log to standard output, where the cluster reads that the broker has started. */
export const brokerLogging = [
  'log4j.rootLogger=WARN, stdout',
  'log4j.appender.stdout=org.apache.log4j.ConsoleAppender',
  'log4j.appender.stdout.layout=org.apache.log4j.PatternLayout',
  'log4j.appender.stdout.layout.ConversionPattern=%p %c{1} %m%n',
  'log4j.logger.kafka.server.KafkaRaftServer=INFO',
  '',
].join('\n');
