import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hostname, Port } from '../../ir/index.ts';
import { type Client, type ConnectionAttempt, connectTls } from '../clients/client.ts';
import type { LabExtension } from '../extension.ts';
import type { ServerConfig, TargetServer } from '../targets/index.ts';
import { type ClientView, clientProperties, user } from './client-view.ts';
import { type KafkaCluster, startKafka } from './cluster.ts';
import { type KafkaJars, kafkaJars } from './jars.ts';
import { type JavaRun, javaClient } from './java-client.ts';
import { asLoopback, ownLoopback } from './loopback.ts';

/** A running cluster. */
interface LiveCluster {
  readonly target: string;
  readonly kafka: KafkaCluster;
  readonly hosts: readonly Hostname[];
  /** The port its brokers advertise. */
  readonly port: Port;
}

/** A Java client that has not finished by then is killed: by itself it would retry for minutes. */
const runDeadlineMs = 18_000;
/** Records that each run writes and reads back. */
const recordsPerRun = 50;

/**
 * `--with kafka`: Apache Kafka brokers (KRaft, TLS, SCRAM in place of IAM) for each Kafka target, and the Java client. Jars
 * come through Maven on first use, into `.lakegate/tools` of the working directory (or LAKEGATE_TOOLS).
 */
export function kafkaExtension(cwd: string, env: Readonly<Record<string, string | undefined>>): LabExtension {
  const clusters: LiveCluster[] = [];
  let jars: Promise<KafkaJars> | undefined;
  let runs = 0;
  const getJars = (): Promise<KafkaJars> => {
    jars ??= kafkaJars(env.LAKEGATE_TOOLS ?? join(cwd, '.lakegate', 'tools'), env);
    return jars;
  };

  async function startCluster(target: string, configs: readonly ServerConfig[]): Promise<readonly TargetServer[]> {
    const { java, folder } = await getJars();
    const hosts = [...new Set(configs.map(({ host }) => host))];
    const port = configs[0]?.port;
    if (port === undefined) return [];
    const network = ownLoopback();
    const kafka = await startKafka({
      hosts,
      advertisedPort: port,
      bind: (id, moves) => ({ host: `${network}.${id + 20 * moves}`, port }),
      user,
      java,
      jars: folder,
      certificate: async (host) => {
        const leaf = configs.find((each) => each.host === host)?.leaf;
        if (!leaf) throw new Error(`no certificate for ${host}`);
        return { keyAndChainPem: `${leaf.key}\n${leaf.cert}\n`, caPem: configs[0]?.caPem ?? '' };
      },
    });
    clusters.push({ target, kafka, hosts, port });
    return configs.map(({ host }) => ({
      address: asLoopback(
        kafka.brokers().find((broker) => broker.host === host)?.address ?? { host: '127.0.0.1', port },
      ),
      close: () => kafka.close(),
    }));
  }

  const client: Client = async (attempt) => {
    // Certificate and refusals come from a plain TLS client: it is quick, and it shows the refusal of the router.
    const { socket, certificate } = await connectTls(attempt);
    socket.destroy();
    const cluster = clusters.find(({ hosts }) => hosts.includes(attempt.host));
    if (!cluster) throw new Error(`${attempt.host} is not a broker of this lab`);
    runs += 1;
    const topic = `lab-${runs}`;
    const said = await withClientView(attempt, cluster, async (view) => {
      const run = await runJavaClient(await getJars(), view, topic);
      if (run.exitCode !== 0 || !run.said) throw new Error(`the Java client ended: ${causeIn(run.errors)}`);
      return run.said;
    });
    if (said.unique !== recordsPerRun || said.repeated !== 0 || said.damaged !== 0)
      throw new Error(`${recordsPerRun} records were written, and the read back gave ${JSON.stringify(said)}`);
    const server = clusters.find(({ kafka }) => kafka.id === said.clusterId)?.target ?? `cluster ${said.clusterId}`;
    return { is: 'answer', server, ...(certificate !== undefined && { certificate }) };
  };

  return {
    name: 'kafka',
    summary: 'real Apache Kafka brokers and the Java client (needs a JDK 17 and, once, Maven)',
    types: ['kafka'],
    standIn: false,
    async start(configs) {
      const byTarget = Map.groupBy(configs, ({ target }) => target.name);
      const started = new Map<ServerConfig, TargetServer>();
      for (const [target, theirs] of byTarget) {
        const servers = await startCluster(target, theirs);
        for (const [i, config] of theirs.entries()) {
          const server = servers[i];
          if (server) started.set(config, server);
        }
      }
      return configs.flatMap((config) => started.get(config) ?? []);
    },
    clients: { kafka: client },
  };
}

/**
 * A Java client connects by name and port and takes no socket from outside. So each broker's name gets an address of
 * 127.0.0.0/8 with the advertised port, and what arrives there is forwarded through the network of the workspace.
 */
async function withClientView<T>(
  attempt: ConnectionAttempt,
  cluster: LiveCluster,
  use: (view: ClientView) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-kafka-client-'));
  const servers: Server[] = [];
  try {
    const network = ownLoopback();
    const lines = ['127.0.0.1 localhost'];
    for (const [i, host] of cluster.hosts.entries()) {
      const address = `${network}.${i + 1}`;
      servers.push(await startForwarder(attempt, host, address, cluster.port));
      lines.push(`${address} ${host}`);
    }
    const view: ClientView = {
      properties: join(folder, 'client.properties'),
      hosts: join(folder, 'hosts'),
      ca: join(folder, 'ca.pem'),
      bootstrap: `${attempt.host}:${cluster.port}`,
    };
    await writeFile(view.ca, attempt.ca);
    await writeFile(view.hosts, `${lines.join('\n')}\n`);
    await writeFile(view.properties, clientProperties(view.bootstrap, view.ca), { mode: 0o600 });
    return await use(view);
  } finally {
    for (const server of servers) server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function startForwarder(attempt: ConnectionAttempt, host: string, address: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const socket = attempt.socket();
      socket.connect(port, host);
      client.on('error', () => socket.destroy());
      socket.on('error', () => client.destroy());
      client.pipe(socket).pipe(client);
    });
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

async function runJavaClient(jars: KafkaJars, view: ClientView, topic: string): Promise<JavaRun> {
  const { process: child, done } = javaClient(jars, view, 'visit', { topic, count: recordsPerRun });
  const deadline = setTimeout(() => child.kill('SIGKILL'), runDeadlineMs);
  try {
    return await done;
  } finally {
    clearTimeout(deadline);
  }
}

/** The innermost cause that a Java stack trace names. */
function causeIn(errors: string): string {
  const lines = errors.split('\n').filter((line) => /^(Caused by|Exception in)/.test(line));
  return lines.at(-1) ?? errors.slice(-500);
}
