import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hostname, Port } from '../../ir/index.ts';
import { type Client, connectTls, type Visit } from '../clients/visit.ts';
import type { LabExtension } from '../extension.ts';
import type { Identity, TargetServer } from '../targets/index.ts';
import { type ClientView, clientProperties, user } from './client-view.ts';
import { type KafkaCluster, startKafka } from './cluster.ts';
import { type KafkaJars, kafkaJars } from './jars.ts';
import { type JavaRun, javaClient } from './java-client.ts';
import { asLoopback, ownLoopback } from './loopback.ts';

/** A cluster that runs in place of the stand-in. */
interface LiveCluster {
  readonly target: string;
  readonly kafka: KafkaCluster;
  readonly hosts: readonly Hostname[];
  /** The port its brokers advertise. */
  readonly port: Port;
}

/** A client that has not done its visit by then is ended: a Kafka client by itself would go on for minutes. */
const visitDeadlineMs = 18_000;
/** Records that each visit writes and reads back. */
const recordsPerVisit = 50;

/**
 * `--with kafka`: Apache Kafka brokers (KRaft, TLS, SCRAM in place of IAM) for each Kafka target, and the Java client. Jars
 * come through Maven on first use, into `.lakegate/tools` of the working directory (or LAKEGATE_TOOLS).
 */
export function kafkaExtension(cwd: string, env: Readonly<Record<string, string | undefined>>): LabExtension {
  const clusters: LiveCluster[] = [];
  let jars: Promise<KafkaJars> | undefined;
  let visits = 0;
  const getJars = (): Promise<KafkaJars> => {
    jars ??= kafkaJars(env.LAKEGATE_TOOLS ?? join(cwd, '.lakegate', 'tools'), env);
    return jars;
  };

  async function startCluster(target: string, identities: readonly Identity[]): Promise<readonly TargetServer[]> {
    const { java, folder } = await getJars();
    const hosts = [...new Set(identities.map(({ host }) => host))];
    const port = identities[0]?.port;
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
        const leaf = identities.find((each) => each.host === host)?.leaf;
        if (!leaf) throw new Error(`no certificate for ${host}`);
        return { keyAndChainPem: `${leaf.key}\n${leaf.cert}\n`, caPem: identities[0]?.caPem ?? '' };
      },
    });
    clusters.push({ target, kafka, hosts, port });
    return identities.map(({ host }) => ({
      address: asLoopback(
        kafka.brokers().find((broker) => broker.host === host)?.address ?? { host: '127.0.0.1', port },
      ),
      close: () => kafka.close(),
    }));
  }

  const client: Client = async (visit) => {
    // Certificate and refusals come from a plain TLS client: it is quick, and it prints what the router says.
    const { socket, certificate } = await connectTls(visit);
    socket.destroy();
    const cluster = clusters.find(({ hosts }) => hosts.includes(visit.host));
    if (!cluster) throw new Error(`${visit.host} is no broker of this lab`);
    visits += 1;
    const topic = `visit-${visits}`;
    const said = await inWindow(visit, cluster, async (view) => {
      const run = await visitWith(await getJars(), view, topic);
      if (run.exitCode !== 0 || !run.said) throw new Error(`the Java client ended: ${causeIn(run.errors)}`);
      return run.said;
    });
    if (said.unique !== recordsPerVisit || said.repeated !== 0 || said.damaged !== 0)
      throw new Error(`${recordsPerVisit} records went in and came out so: ${JSON.stringify(said)}`);
    const server = clusters.find(({ kafka }) => kafka.id === said.clusterId)?.target ?? `cluster ${said.clusterId}`;
    return { is: 'answer', server, ...(certificate !== undefined && { certificate }) };
  };

  return {
    name: 'kafka',
    summary: 'real Apache Kafka brokers and the Java client (needs a JDK 17 and, once, Maven)',
    types: ['kafka'],
    standIn: false,
    async start(identities) {
      const byTarget = Map.groupBy(identities, ({ target }) => target.name);
      const started = new Map<Identity, TargetServer>();
      for (const [target, theirs] of byTarget) {
        const servers = await startCluster(target, theirs);
        for (const [i, identity] of theirs.entries()) {
          const server = servers[i];
          if (server) started.set(identity, server);
        }
      }
      return identities.flatMap((identity) => started.get(identity) ?? []);
    },
    clients: { kafka: client },
  };
}

/**
 * A Java client follows names and ports and knows no way to take another socket. So each broker's name gets an address of
 * 127.0.0.0/8 with the advertised port, behind which the bytes go through the workspace's own network.
 */
async function inWindow<T>(visit: Visit, cluster: LiveCluster, use: (view: ClientView) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-visit-'));
  const servers: Server[] = [];
  try {
    const network = ownLoopback();
    const lines = ['127.0.0.1 localhost'];
    for (const [i, host] of cluster.hosts.entries()) {
      const address = `${network}.${i + 1}`;
      servers.push(await windowTo(visit, host, address, cluster.port));
      lines.push(`${address} ${host}`);
    }
    const view: ClientView = {
      properties: join(folder, 'client.properties'),
      hosts: join(folder, 'hosts'),
      ca: join(folder, 'ca.pem'),
      bootstrap: `${visit.host}:${cluster.port}`,
    };
    await writeFile(view.ca, visit.ca);
    await writeFile(view.hosts, `${lines.join('\n')}\n`);
    await writeFile(view.properties, clientProperties(view.bootstrap, view.ca), { mode: 0o600 });
    return await use(view);
  } finally {
    for (const server of servers) server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function windowTo(visit: Visit, host: string, address: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const socket = visit.socket();
      socket.connect(port, host);
      client.on('error', () => socket.destroy());
      socket.on('error', () => client.destroy());
      client.pipe(socket).pipe(client);
    });
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

async function visitWith(jars: KafkaJars, view: ClientView, topic: string): Promise<JavaRun> {
  const { process: child, done } = javaClient(jars, view, 'visit', { topic, count: recordsPerVisit });
  const deadline = setTimeout(() => child.kill('SIGKILL'), visitDeadlineMs);
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
