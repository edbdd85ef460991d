import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Apache Kafka as jars in one folder, with the folder of the compiled load client. */
export interface KafkaJars {
  readonly java: string;
  readonly folder: string;
  /** Folder of KafkaLoad's classes. */
  readonly classes: string;
}

/** A download from Maven Central that has not ended after this many milliseconds has failed. */
const downloadDeadlineMs = 300_000;

/**
 * Finds Apache Kafka, or fetches it with Maven into `cache` (once). `LAKEGATE_KAFKA_JARS` names a folder with the jars
 * where Maven is not wanted. Rejects with a sentence that says what is missing.
 */
export async function kafkaJars(cache: string, env: Readonly<Record<string, string | undefined>>): Promise<KafkaJars> {
  const java = program('java', env);
  const javac = program('javac', env);
  if (!java || !javac) throw new Error('real Kafka brokers need a JDK 17 or newer (java and javac on PATH)');
  const given = env.LAKEGATE_KAFKA_JARS;
  const folder = given ?? join(cache, 'kafka-3.9.1');
  if (!hasKafka(folder)) {
    if (given) throw new Error(`LAKEGATE_KAFKA_JARS names ${given}, where no kafka_2.13 jar is`);
    await download(folder, env);
  }
  const classes = join(cache, 'kafka-load');
  await compile(javac, folder, classes);
  return { java, folder, classes };
}

/** `assets/kafka` of the package, found from the source tree and from the bundle alike. */
export function kafkaAssets(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'assets', 'kafka'))) {
    if (folder === dirname(folder)) throw new Error('the package has no folder assets/kafka');
    folder = dirname(folder);
  }
  return join(folder, 'assets', 'kafka');
}

/** Compiles KafkaLoad unless these classes are of the same source: the cache outlives an upgrade of lakegate. */
async function compile(javac: string, jars: string, classes: string): Promise<void> {
  const source = join(kafkaAssets(), 'KafkaLoad.java');
  const version = createHash('sha256').update(readFileSync(source)).digest('hex');
  const versionFile = join(classes, 'source.sha256');
  if (existsSync(versionFile) && readFileSync(versionFile, 'utf8') === version) return;
  await mkdir(classes, { recursive: true });
  await run(javac, ['-cp', join(jars, '*'), '-d', classes, source]);
  await writeFile(versionFile, version);
}

const hasKafka = (folder: string): boolean =>
  existsSync(folder) && readdirSync(folder).some((file) => file.startsWith('kafka_2.13-'));

/** Into a temporary folder first: an interrupted download is never taken for a complete one. */
async function download(folder: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const maven = program('mvn', env);
  if (!maven) {
    throw new Error(
      'Apache Kafka is fetched with Maven (mvn), which is not here; or set LAKEGATE_KAFKA_JARS to a folder with its jars',
    );
  }
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const pom = join(kafkaAssets(), 'pom.xml');
  await run(maven, ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`]);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}

function program(name: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  return (env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: downloadDeadlineMs });
    let output = '';
    const add = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-4096);
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}:\n${output}`)),
    );
  });
}
