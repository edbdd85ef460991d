import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateOf } from '../conformance/backends.ts';
import { findTool } from '../tools.ts';
import { folderOf, giveTo, type Owner, ownerFor } from './owner.ts';
import { endServer, freePort, saysSoon } from './programs.ts';

/** A real server that knows its own name: `select name from lake.me`. */
export interface DatabaseServer {
  readonly name: string;
  readonly port: number;
  /** PEM that clients trust. */
  readonly ca: string;
  close(): Promise<void>;
}

/** Accounts of every server: user and password, by plugin. */
export const password = 'Str0ng!pass word';

/** One line for each statement: `--init-file` reads it so. */
function setUp(name: string, accounts: readonly string[]): string {
  return [
    'CREATE DATABASE lake;',
    'CREATE TABLE lake.me (name VARCHAR(64));',
    `INSERT INTO lake.me VALUES ('${name}');`,
    ...accounts.flatMap((account) => {
      const [user] = account.split(' ');
      return [`CREATE USER ${account};`, `GRANT SELECT ON lake.* TO ${user};`];
    }),
    '',
  ].join('\n');
}

const mariadbAccounts = [
  `'native'@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('${password}') REQUIRE SSL`,
  `'ed25519'@'%' IDENTIFIED VIA ed25519 USING PASSWORD('${password}') REQUIRE SSL`,
  `'plain'@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('${password}')`,
];

const mysqlAccounts = [
  `'caching'@'%' IDENTIFIED WITH caching_sha2_password BY '${password}' REQUIRE SSL`,
  `'sha256'@'%' IDENTIFIED WITH sha256_password BY '${password}' REQUIRE SSL`,
  `'plain'@'%' IDENTIFIED WITH caching_sha2_password BY '${password}'`,
];

/** Starts a MariaDB for each name, each with its own certificate. Undefined where no user exists to run it as. */
export async function startMariadbs(names: readonly string[]): Promise<readonly DatabaseServer[] | undefined> {
  const server = findTool('mariadbd');
  const installer = findTool('mariadb-install-db');
  const owner = ownerFor('mysql');
  if (!server || !installer || !owner) return undefined;
  const first = folderOf(owner, 'mariadb');
  const made = spawnSync(
    installer,
    [
      '--no-defaults',
      `--datadir=${join(first.path, 'data')}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    { ...owner, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stderr}${made.stdout}`);
  const options = ['--plugin-load-add=auth_ed25519', '--skip-name-resolve'];
  const start = (name: string) =>
    startOne({ name, program: [server], owner, data: join(first.path, 'data'), accounts: mariadbAccounts, options });
  const servers = await Promise.all(names.map(start));
  first.remove();
  return servers;
}

/** The same with Oracle's MySQL, where one is to be had. */
export async function startMysqls(names: readonly string[]): Promise<readonly DatabaseServer[] | undefined> {
  const root = findTool('mysql-server');
  const owner = ownerFor('mysql');
  if (!root || !owner) return undefined;
  const program = mysqlProgram(root, 'usr/sbin/mysqld');
  const first = folderOf(owner, 'mysql');
  const data = join(first.path, 'data');
  const [command = '', ...before] = program;
  const base = `--basedir=${join(root, 'usr')}`;
  // Files of ordinary size would take longer to write than everything else here.
  const small = ['--innodb-redo-log-capacity=8M', '--innodb-buffer-pool-size=16M'];
  const once = ['--no-defaults', base, ...small, '--initialize-insecure', `--datadir=${data}`];
  const made = spawnSync(command, [...before, ...once], { ...owner, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`mysqld --initialize: ${made.stderr}`);
  const options = [
    base,
    `--lc-messages-dir=${join(root, 'usr/share/mysql')}`,
    '--skip-name-resolve',
    '--mysqlx=OFF',
    '--secure-file-priv=NULL',
  ];
  const start = (name: string) => startOne({ name, program, owner, data, accounts: mysqlAccounts, options });
  const servers = await Promise.all(names.map(start));
  first.remove();
  return servers;
}

/** A program of an unpacked Debian tree, run with that tree's own libraries. */
export function mysqlProgram(root: string, program: string): readonly string[] {
  const libraries = ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'usr/lib'].map((path) =>
    join(root, path),
  );
  const loader = process.arch === 'arm64' ? 'usr/lib/ld-linux-aarch64.so.1' : 'usr/lib64/ld-linux-x86-64.so.2';
  return [join(root, loader), '--library-path', libraries.join(':'), join(root, program)];
}

interface Starting {
  readonly name: string;
  readonly program: readonly string[];
  readonly owner: Owner;
  /** A fresh data folder, which is copied. */
  readonly data: string;
  readonly accounts: readonly string[];
  readonly options: readonly string[];
}

async function startOne({ name, program, owner, data, accounts, options }: Starting): Promise<DatabaseServer> {
  const folder = folderOf(owner, name);
  const at = (file: string) => join(folder.path, file);
  const { cert, key, ca } = await certificateOf(name);
  cpSync(data, at('data'), { recursive: true });
  writeFileSync(at('cert.pem'), cert);
  writeFileSync(at('key.pem'), key);
  writeFileSync(at('init.sql'), setUp(name, accounts));
  giveTo(owner, folder.path);
  const port = await freePort();
  const [command = '', ...before] = program;
  const child: ChildProcess = spawn(
    command,
    [
      ...before,
      '--no-defaults',
      `--datadir=${at('data')}`,
      `--socket=${at('s')}`,
      `--pid-file=${at('pid')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--ssl-cert=${at('cert.pem')}`,
      `--ssl-key=${at('key.pem')}`,
      `--init-file=${at('init.sql')}`,
      ...options,
    ],
    { ...owner, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  await saysSoon(child, 'ready for connections');
  return {
    name,
    port,
    ca,
    close: async () => {
      await endServer(child);
      folder.remove();
    },
  };
}
