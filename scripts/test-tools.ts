import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  'PyNaCl==1.6.2',
  'cryptography==50.0.2',
  'mysql-connector-python==26.10.0',
  'psycopg[binary]==3.3.9',
  'confluent-kafka==2.16.1',
  'kafka-python==3.0.12',
  'requests==2.34.2',
  'httpx==0.28.1',
  'aiohttp==3.14.5',
  'openai==3.57.0',
  'uv==0.13.9',
  'websockets==17.4',
  'sqlglot==30.30.0',
  'redis==8.1.0',
  'grpcio==1.85.3',
];
const jdbc = [
  'com.mysql:mysql-connector-j:9.5.0',
  'org.mariadb.jdbc:mariadb-java-client:3.5.7',
  'org.postgresql:postgresql:42.7.9',
];

/** Where this machine gets its Debian packages from, by its own settings; undefined on another system. */
function debianMirror(): string | undefined {
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : []),
  ];
  const text = files
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  return /^(?:deb(?: \[[^\]]*\])?|URIs:) (https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(text)?.[1];
}

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

await bring('JDBC drivers', () =>
  Object.entries({ jdbc, 'jdbc-mariadb-2': ['org.mariadb.jdbc:mariadb-java-client:2.7.9'] }).every(
    ([name, artifacts]) => {
      const folder = join(tools, name);
      return artifacts.every((artifact) => {
        const [, file, version] = artifact.split(':');
        if (existsSync(join(folder, `${file}-${version}.jar`))) return true;
        return quiet('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
      });
    },
  ),
);

await bring('Python clients', () => {
  const folder = join(tools, 'python');
  const pip = join(folder, 'bin', 'pip');
  if (!existsSync(pip) && !quiet('python3', ['-m', 'venv', folder])) return false;
  return quiet(pip, ['install', '-q', '--disable-pip-version-check', ...python]);
});

/** Debian's stable releases have MariaDB only. The packages are unpacked, not installed, and run with libraries of their own. */
await bring('Oracle MySQL', () => {
  const folder = join(tools, 'mysql');
  if (existsSync(join(folder, 'usr/sbin/mysqld'))) return true;
  const apt = join(tools, 'apt');
  for (const part of ['lists/partial', 'archives/partial']) mkdirSync(join(apt, part), { recursive: true });
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const mirror = debianMirror();
  if (!mirror) return false;
  writeFileSync(join(apt, 'sources'), `deb [signed-by=${keys}] ${mirror} sid main\n`);
  writeFileSync(join(apt, 'status'), '');
  const options = Object.entries({
    'Dir::Etc::SourceList': join(apt, 'sources'),
    'Dir::Etc::SourceParts': '-',
    'Dir::State::Lists': join(apt, 'lists'),
    'Dir::State::Status': join(apt, 'status'),
    'Dir::Cache': apt,
    'Dir::Cache::Archives': join(apt, 'archives'),
    'Debug::NoLocking': 'true',
    'APT::Sandbox::User': '',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const wanted = [
    '--no-install-recommends',
    '--download-only',
    '-y',
    'install',
    'mysql-server-core',
    'mysql-client-core',
  ];
  if (!quiet('apt-get', [...options, '-qq', 'update']) || !quiet('apt-get', [...options, '-qq', ...wanted]))
    return false;
  const packages = readdirSync(join(apt, 'archives')).filter((file) => file.endsWith('.deb'));
  const done = packages.every((file) => quiet('dpkg-deb', ['-x', join(apt, 'archives', file), folder]));
  rmSync(apt, { recursive: true, force: true });
  return done && existsSync(join(folder, 'usr/sbin/mysqld'));
});

process.exitCode = missing === 0 ? 0 : 1;
