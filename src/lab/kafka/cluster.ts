import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerLogging, brokerProperties } from './broker-config.ts';
import { freePorts } from './free-port.ts';

export interface KafkaClusterOptions {
  /** The brokers' own names, broker 1 first. */
  readonly hosts: readonly string[];
  /** The port clients dial at those names. */
  readonly advertisedPort: number;
  /** Key (PKCS#8) and certificate chain in PEM for a broker's name, and the CA that signed them. */
  readonly certificate: (host: string) => Promise<{ readonly keyAndChainPem: string; readonly caPem: string }>;
  /** The only SCRAM user, in place of IAM. */
  readonly user: { readonly name: string; readonly password: string };
  /**
   * Where a broker's client listener binds: an address of 127.0.0.0/8. `moves` counts how often it has moved, and another
   * count gives another place.
   */
  readonly bind: (id: number, moves: number) => { readonly host: string; readonly port: number };
  readonly java: string;
  /** Folder with the jars of Apache Kafka. */
  readonly jars: string;
  /** Heap of each broker. Default 384. */
  readonly heapMb?: number;
}

export interface KafkaBroker {
  /** From 1. */
  readonly id: number;
  readonly host: string;
  /** Where its client listener is now. Changes when the broker moves. */
  readonly address: { readonly host: string; readonly port: number };
}

/** Brokers that run. The caller closes them; `close` also removes the data. */
export interface KafkaCluster {
  brokers(): readonly KafkaBroker[];
  /** Unique: it identifies the cluster in the answers of its brokers. */
  readonly id: string;
  /** Ends the process at once (SIGKILL), as a lost machine does. */
  kill(id: number): Promise<void>;
  /** Ends the process in order, as a rolling restart does. */
  stop(id: number): Promise<void>;
  /** Starts a stopped broker again and waits until it serves. With `move` its client listener gets another address. */
  start(id: number, options?: { readonly move?: boolean }): Promise<void>;
  /** The last lines a broker printed, for a failed test. */
  output(id: number): string;
  close(): Promise<void>;
}

/** A broker that has not started after this many milliseconds is broken, not slow. */
const startDeadlineMs = 120_000;
/** What a broker printed is kept up to this many characters. */
const outputCap = 64 * 1024;

interface Node {
  readonly id: number;
  readonly host: string;
  readonly folder: string;
  readonly ports: { readonly internal: number; readonly controller: number };
  moves: number;
  process?: ChildProcess;
  output: string;
}

/**
 * Starts a KRaft cluster on 127.0.0.1 with TLS and SCRAM, each broker advertising its own name.
 * Resolves when all brokers serve. Rejects, with nothing left running, when one does not.
 */
export async function startKafka(options: KafkaClusterOptions): Promise<KafkaCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-kafka-'));
  const ports = await freePorts(options.hosts.length * 2);
  const nodes: Node[] = options.hosts.map((host, index) => ({
    id: index + 1,
    host,
    folder: join(folder, `broker-${index + 1}`),
    ports: { internal: ports[index * 2] ?? 0, controller: ports[index * 2 + 1] ?? 0 },
    moves: 0,
    output: '',
  }));
  const quorum = nodes.map((node) => node.ports.controller);
  // Passed as `--name=value` below: one of 64 begins with a hyphen.
  const clusterId = randomBytes(16).toString('base64url');
  const java = javaCommand(options, folder);

  async function writeConfig(node: Node): Promise<string> {
    const file = join(node.folder, 'server.properties');
    await writeFile(
      file,
      brokerProperties({
        id: node.id,
        host: node.host,
        advertisedPort: options.advertisedPort,
        client: options.bind(node.id, node.moves),
        ports: node.ports,
        quorum,
        keystore: join(node.folder, 'broker.pem'),
        truststore: join(node.folder, 'ca.pem'),
        dataFolder: join(node.folder, 'data'),
      }),
    );
    return file;
  }

  async function prepare(node: Node): Promise<void> {
    await mkdir(node.folder);
    const { keyAndChainPem, caPem } = await options.certificate(node.host);
    await writeFile(join(node.folder, 'broker.pem'), keyAndChainPem, { mode: 0o600 });
    await writeFile(join(node.folder, 'ca.pem'), caPem);
    const config = await writeConfig(node);
    const { name, password } = options.user;
    const scram = `SCRAM-SHA-512=[name=${name},password=${password}]`;
    await finished(
      java('kafka.tools.StorageTool', ['format', `--cluster-id=${clusterId}`, '-c', config, '--add-scram', scram]),
      node,
    );
  }

  async function launch(node: Node): Promise<void> {
    const config = await writeConfig(node);
    const child = java('kafka.Kafka', [config]);
    node.process = child;
    await started(child, node);
  }

  const running = (id: number): Node => {
    const node = nodes.find((each) => each.id === id);
    if (!node) throw new Error(`no broker ${id}; there are ${nodes.length}`);
    return node;
  };

  async function end(node: Node, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = node.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
    delete node.process;
  }

  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => end(node, 'SIGKILL')));
    await rm(folder, { recursive: true, force: true });
  };

  try {
    await writeFile(join(folder, 'log4j.properties'), brokerLogging);
    await Promise.all(nodes.map(prepare));
    await Promise.all(nodes.map(launch));
  } catch (error) {
    await close();
    throw error;
  }

  return {
    id: clusterId,
    brokers: () => nodes.map(({ id, host, moves }) => ({ id, host, address: options.bind(id, moves) })),
    kill: (id) => end(running(id), 'SIGKILL'),
    stop: (id) => end(running(id), 'SIGTERM'),
    async start(id, { move = false } = {}) {
      const node = running(id);
      if (move) node.moves += 1;
      await launch(node);
    },
    output: (id) => running(id).output,
    close,
  };
}

/** A JVM with the Kafka jars: small heap, quick start, output piped. */
function javaCommand(
  options: KafkaClusterOptions,
  folder: string,
): (main: string, args: readonly string[]) => ChildProcess {
  const { java, jars, heapMb = 384 } = options;
  const jvm = [
    `-Xmx${heapMb}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Xshare:auto',
    '-Djava.awt.headless=true',
  ];
  const logging = `-Dlog4j.configuration=file:${join(folder, 'log4j.properties')}`;
  return (main, args) =>
    spawn(java, [...jvm, logging, '-cp', join(jars, '*'), main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function collect(child: ChildProcess, node: Node): void {
  const add = (chunk: Buffer): void => {
    node.output = (node.output + chunk.toString('utf8')).slice(-outputCap);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
}

/** Resolves when the process ends well. */
function finished(child: ChildProcess, node: Node): Promise<void> {
  collect(child, node);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`broker ${node.id} was not formatted:\n${node.output}`)),
    );
  });
}

/** Resolves when the broker says that it serves; rejects when it ends or says nothing before the deadline. */
function started(child: ChildProcess, node: Node): Promise<void> {
  node.output = '';
  collect(child, node);
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`broker ${node.id} ${why}:\n${node.output}`));
    const deadline = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`has not started in ${startDeadlineMs} ms`);
    }, startDeadlineMs);
    const look = (): void => {
      if (!node.output.includes('Kafka Server started')) return;
      settle();
      resolve();
    };
    const ended = (): void => {
      settle();
      fail('ended while starting');
    };
    const settle = (): void => {
      clearTimeout(deadline);
      child.stdout?.off('data', look);
      child.off('exit', ended);
    };
    child.stdout?.on('data', look);
    child.once('exit', ended);
    child.once('error', (error) => {
      settle();
      reject(error);
    });
  });
}
