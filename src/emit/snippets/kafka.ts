import { isSymbolic } from '../../ir/index.ts';
import { kafkaIdleMs, type Snippet, type SnippetSource, sqlName } from './snippet.ts';

/** Kafka: the brokers' own names and port, so IAM signing, certificates and metadata stay as they are. */
export function kafkaSnippets(source: SnippetSource): readonly Snippet[] {
  const cluster = source.plan.mskClusters.find((each) => each.target === source.target.name);
  const auth = cluster?.auth[0] ?? 'iam';
  const view = { ...source, bootstrap: bootstrapOf(source), auth, credential: credentialOf(source) };
  return auth === 'iam'
    ? [streaming(view), readKafka(view), confluentIam(view), kafkaPythonIam(view), reachable(view)]
    : [streaming(view), readKafka(view), confluentPassword(view), kafkaPythonPassword(view), reachable(view)];
}

interface View extends SnippetSource {
  /** `host:port` of each broker, by comma; a placeholder while the names are unknown. */
  readonly bootstrap: string;
  readonly auth: 'iam' | 'scram' | 'tls';
  readonly credential: string;
}

function bootstrapOf({ target }: SnippetSource): string {
  if (target.hosts.some(isSymbolic)) return `<terraform output -raw ${sqlName(target)}_bootstrap>`;
  const port = target.ports[0]?.clientPort ?? 0;
  return target.hosts.map((host) => `${host}:${port}`).join(',');
}

/** The service credential of the plan that is for this cluster. */
const credentialOf = ({ plan, target }: SnippetSource): string =>
  plan.credentials.find((each) => each.kafka?.target === target.name)?.name ?? '<service credential>';

const saslOptions = (view: View): readonly string[] => {
  switch (view.auth) {
    case 'iam':
      return [`    .option("databricks.serviceCredential", "${view.credential}")  # no kafka.sasl.* beside it`];
    case 'scram':
      return [
        '    .option("kafka.security.protocol", "SASL_SSL")',
        '    .option("kafka.sasl.mechanism", "SCRAM-SHA-512")',
        '    .option("kafka.sasl.jaas.config", jaas)',
      ];
    case 'tls':
      return ['    .option("kafka.security.protocol", "SSL")'];
    default:
      return view.auth satisfies never;
  }
};

const jaas = [
  'user = dbutils.secrets.get("<scope>", "<user key>")',
  'password = dbutils.secrets.get("<scope>", "<password key>")',
  'jaas = (',
  '    "kafkashaded.org.apache.kafka.common.security.scram.ScramLoginModule required "',
  '    f\'username="{user}" password="{password}";\'',
  ')',
];

function streaming(view: View): Snippet {
  return {
    id: 'structured-streaming',
    title: 'Structured Streaming, everything that is there now (the trigger that serverless compute allows)',
    language: 'python',
    pip: [],
    text: [
      ...(view.auth === 'scram' ? jaas : []),
      'stream = (',
      '    spark.readStream.format("kafka")',
      `    .option("kafka.bootstrap.servers", "${view.bootstrap}")`,
      '    .option("subscribe", "<topic>")',
      '    .option("startingOffsets", "earliest")',
      ...saslOptions(view),
      `    .option("kafka.connections.max.idle.ms", "${kafkaIdleMs}")  # the endpoint drops idle connections after 350 s`,
      '    .option("kafka.client.dns.lookup", "use_all_dns_ips")  # never resolve_canonical_bootstrap_servers_only',
      '    .load()',
      ')',
      '(',
      '    stream.writeStream.trigger(availableNow=True)',
      '    .option("checkpointLocation", "/Volumes/<catalog>/<schema>/<volume>/checkpoints/<name>")',
      '    .toTable("<catalog>.<schema>.<table>")',
      ')',
    ].join('\n'),
  };
}

function readKafka(view: View): Snippet {
  const sasl = {
    iam: [`  serviceCredential => '${view.credential}',`],
    scram: [
      "  `kafka.security.protocol` => 'SASL_SSL',",
      "  `kafka.sasl.mechanism` => 'SCRAM-SHA-512',",
      "  `kafka.sasl.jaas.config` => secret('<scope>', '<key of the whole JAAS line>'),",
    ],
    tls: ["  `kafka.security.protocol` => 'SSL',"],
  }[view.auth];
  return {
    id: 'read-kafka',
    title: 'SQL: read_kafka',
    language: 'sql',
    pip: [],
    text: [
      'SELECT key::string, value::string, topic, partition, offset, timestamp',
      'FROM read_kafka(',
      `  bootstrapServers => '${view.bootstrap}',`,
      "  subscribe => '<topic>',",
      ...sasl,
      `  \`kafka.connections.max.idle.ms\` => '${kafkaIdleMs}',`,
      "  startingOffsets => 'earliest'",
      ')',
      'LIMIT 10;',
    ].join('\n'),
  };
}

/** How both Python clients get an IAM token from the service credential. */
const iamToken = (view: View): readonly string[] => [
  'import boto3',
  'from aws_msk_iam_sasl_signer import MSKAuthTokenProvider',
  '',
  `region = "${view.plan.aws.region}"`,
  'session = boto3.Session(',
  `    botocore_session=dbutils.credentials.getServiceCredentialsProvider("${view.credential}"), region_name=region`,
  ')',
  '',
  '',
  'class FromServiceCredential:',
  '    """What the signer asks for credentials: the session renews them."""',
  '',
  '    def load(self):',
  '        return session.get_credentials()',
  '',
];

function confluentIam(view: View): Snippet {
  return {
    id: 'confluent-kafka',
    title: 'Python: confluent-kafka (librdkafka) with the MSK IAM signer',
    language: 'python',
    pip: ['confluent-kafka', 'aws-msk-iam-sasl-signer-python', 'boto3'],
    text: [
      'from confluent_kafka import Consumer',
      ...iamToken(view),
      '',
      'def token(_config):',
      '    value, expires_ms = MSKAuthTokenProvider.generate_auth_token_from_credentials_provider(',
      '        region, FromServiceCredential()',
      '    )',
      '    return value, expires_ms / 1000',
      '',
      '',
      ...consumerOf(view, ['    "sasl.mechanism": "OAUTHBEARER",', '    "oauth_cb": token,']),
    ].join('\n'),
  };
}

function confluentPassword(view: View): Snippet {
  const sasl =
    view.auth === 'scram'
      ? [
          '    "sasl.mechanism": "SCRAM-SHA-512",',
          '    "sasl.username": dbutils.secrets.get("<scope>", "<user key>"),',
          '    "sasl.password": dbutils.secrets.get("<scope>", "<password key>"),',
        ]
      : [];
  return {
    id: 'confluent-kafka',
    title: 'Python: confluent-kafka (librdkafka)',
    language: 'python',
    pip: ['confluent-kafka'],
    text: ['from confluent_kafka import Consumer', '', ...consumerOf(view, sasl)].join('\n'),
  };
}

const consumerOf = (view: View, sasl: readonly string[]): readonly string[] => [
  'consumer = Consumer({',
  `    "bootstrap.servers": "${view.bootstrap}",`,
  `    "security.protocol": "${view.auth === 'tls' ? 'SSL' : 'SASL_SSL'}",`,
  ...sasl,
  '    "group.id": "databricks-<name>",',
  '    "auto.offset.reset": "earliest",',
  `    "connections.max.idle.ms": ${kafkaIdleMs},`,
  '    "socket.keepalive.enable": True,',
  '})',
  'consumer.subscribe(["<topic>"])',
  'try:',
  '    message = consumer.poll(30)',
  '    if message is None:',
  '        print("nothing in 30 s")',
  '    else:',
  '        print(message.error() or message.value())',
  'finally:',
  '    consumer.close()',
];

function kafkaPythonIam(view: View): Snippet {
  return {
    id: 'kafka-python',
    title: 'Python: kafka-python with the MSK IAM signer',
    language: 'python',
    pip: ['kafka-python', 'aws-msk-iam-sasl-signer-python', 'boto3'],
    text: [
      'from kafka import KafkaConsumer',
      'from kafka.sasl.oauth import AbstractTokenProvider',
      ...iamToken(view),
      '',
      'class Token(AbstractTokenProvider):',
      '    def token(self):',
      '        value, _ = MSKAuthTokenProvider.generate_auth_token_from_credentials_provider(',
      '            region, FromServiceCredential()',
      '        )',
      '        return value',
      '',
      '',
      ...kafkaPythonOf(view, ['    sasl_mechanism="OAUTHBEARER",', '    sasl_oauth_token_provider=Token(),']),
    ].join('\n'),
  };
}

function kafkaPythonPassword(view: View): Snippet {
  const sasl =
    view.auth === 'scram'
      ? [
          '    sasl_mechanism="SCRAM-SHA-512",',
          '    sasl_plain_username=dbutils.secrets.get("<scope>", "<user key>"),',
          '    sasl_plain_password=dbutils.secrets.get("<scope>", "<password key>"),',
        ]
      : [];
  return {
    id: 'kafka-python',
    title: 'Python: kafka-python',
    language: 'python',
    pip: ['kafka-python'],
    text: ['from kafka import KafkaConsumer', '', ...kafkaPythonOf(view, sasl)].join('\n'),
  };
}

const kafkaPythonOf = (view: View, sasl: readonly string[]): readonly string[] => [
  'consumer = KafkaConsumer(',
  '    "<topic>",',
  `    bootstrap_servers="${view.bootstrap}".split(","),`,
  `    security_protocol="${view.auth === 'tls' ? 'SSL' : 'SASL_SSL'}",`,
  ...sasl,
  '    group_id="databricks-<name>",',
  '    auto_offset_reset="earliest",',
  `    connections_max_idle_ms=${kafkaIdleMs},`,
  '    consumer_timeout_ms=30000,',
  ')',
  'for message in consumer:',
  '    print(message.value)',
  '    break',
  'consumer.close()',
];

/** Does each broker answer under its own name and certificate? Needs no Kafka client. */
function reachable(view: View): Snippet {
  return {
    id: 'reachable',
    title: 'Does every broker answer under its own name? (no Kafka client needed)',
    language: 'python',
    pip: [],
    text: [
      'import socket',
      'import ssl',
      '',
      `for broker in "${view.bootstrap}".split(","):`,
      '    host, port = broker.rsplit(":", 1)',
      '    try:',
      '        with socket.create_connection((host, int(port)), timeout=10) as plain:',
      '            with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as tls:',
      '                print(broker, "answers with", tls.getpeercert()["subject"])',
      '    except OSError as error:',
      '        print(broker, "does not answer:", error)',
    ].join('\n'),
  };
}
