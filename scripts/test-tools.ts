import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { kafkaJars } from '../src/lab/kafka/jars.ts';

/**
 * `npm run test:tools`: brings what some tests use and npm does not: Apache Kafka and JDBC drivers through Maven, Python
 * clients and moto through pip. Everything goes to `.lakegate/tools` (or LAKEGATE_TOOLS); tests look there and skip
 * without it. Ends with 1 when something could not be had.
 */
const tools = resolve(process.env.LAKEGATE_TOOLS ?? '.lakegate/tools');
const python = [
  'moto[server]==5.2.5',
  'PyMySQL==1.2.4',
  'cryptography==50.0.2',
  'mysql-connector-python==26.10.0',
  'psycopg[binary]==3.3.9',
  'confluent-kafka==2.16.1',
  'kafka-python==3.0.12',
  'requests==2.34.2',
  'httpx==0.28.1',
  'sqlglot==30.30.0',
];
const jdbc = [
  'com.mysql:mysql-connector-j:9.5.0',
  'org.mariadb.jdbc:mariadb-java-client:3.5.7',
  'org.postgresql:postgresql:42.7.9',
];

let missing = 0;
async function bring(what: string, work: () => boolean | Promise<boolean>): Promise<void> {
  process.stdout.write(`${what} … `);
  const done = await Promise.resolve()
    .then(work)
    .catch((error: unknown) => {
      process.stdout.write(`${error instanceof Error ? error.message : String(error)} `);
      return false;
    });
  process.stdout.write(done ? 'there\n' : 'missing\n');
  if (!done) missing += 1;
}

const quiet = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;

mkdirSync(tools, { recursive: true });

await bring('Apache Kafka', async () => {
  await kafkaJars(tools, process.env);
  return true;
});

await bring('JDBC drivers', () => {
  const folder = join(tools, 'jdbc');
  return jdbc.every((artifact) => {
    const [, name, version] = artifact.split(':');
    if (existsSync(join(folder, `${name}-${version}.jar`))) return true;
    return quiet('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
  });
});

await bring('Python clients', () => {
  const folder = join(tools, 'python');
  const pip = join(folder, 'bin', 'pip');
  if (!existsSync(pip) && !quiet('python3', ['-m', 'venv', folder])) return false;
  return quiet(pip, ['install', '-q', '--disable-pip-version-check', ...python]);
});

process.exitCode = missing === 0 ? 0 : 1;
