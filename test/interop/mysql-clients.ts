import { connect } from 'node:net';
import { createConnection } from 'mysql2/promise';
import { findTool } from '../tools.ts';
import { askJava, askPython, type Client, type ClientTask, withFiles } from './client.ts';
import { mysqlProgram, password } from './mysql-servers.ts';
import { runClient } from './programs.ts';

/** One login: as whom, how. */
export interface Login extends ClientTask {
  readonly user: string;
  /** Default false. */
  readonly compress?: boolean;
}

export interface MysqlClient extends Client<Login> {
  /** Accounts it cannot log in to, with a router between or without. */
  readonly lacks: readonly string[];
  readonly compresses: boolean;
}

const python = (client: 'pymysql' | 'connector', title: string): MysqlClient => ({
  title,
  tools: ['python-clients'],
  lacks: client === 'pymysql' ? [] : ['ed25519'],
  compresses: client !== 'pymysql',
  ask: (logins, certificates) =>
    withFiles({ ca: certificates }, ({ ca }) =>
      askPython(
        'python_mysql.py',
        logins.map(({ place, host, user, tls = true, compress = false }) => ({
          ...{ client, host, user, tls, compress, ca, password },
          port: place.port,
        })),
      ),
    ),
});

const jdbc = (title: string, lacks: readonly string[], url: (login: Login, ca: string) => string): MysqlClient => ({
  title,
  tools: ['java', 'jdbc-jars'],
  lacks,
  compresses: true,
  ask: (logins, certificates) =>
    withFiles({ ca: certificates }, ({ ca }) =>
      askJava(
        'Jdbc.java',
        logins.map((login) => ({ host: login.host, args: [url(login, ca), login.user, 'select name from me'] })),
        { certificates, env: { PASSWORD: password } },
      ),
    ),
});

/** The mysql2 of our own dependencies, in this process. */
const mysql2: MysqlClient = {
  title: 'mysql2 (Node)',
  tools: [],
  lacks: ['ed25519'],
  compresses: true,
  ask: (logins, certificates) =>
    Promise.all(
      logins.map(async ({ place, host, user, tls = true, compress = false }) => {
        try {
          const connection = await createConnection({
            // It dials the place and asks for the name, as it does where the name resolves to the place.
            host,
            stream: connect(place.port, place.host),
            user,
            password,
            database: 'lake',
            compress,
            connectTimeout: 10_000,
            ...(tls && { ssl: { ca: certificates, verifyIdentity: true } }),
          });
          try {
            const [rows] = await connection.query('select name from me');
            return (rows as { name: string }[])[0]?.name ?? 'nothing';
          } finally {
            await connection.end();
          }
        } catch (error) {
          return `error: ${error instanceof Error ? error.message : String(error)}`;
        }
      }),
    ),
};

export const mysqlClients: readonly MysqlClient[] = [
  mysql2,
  python('pymysql', 'PyMySQL'),
  python('connector', 'mysql-connector-python'),
  jdbc(
    'MySQL Connector/J',
    ['ed25519'],
    ({ place, host, tls = true, compress = false }) =>
      `jdbc:mysql://${host}:${place.port}/lake?connectTimeout=10000&useCompression=${compress}&${
        tls ? 'sslMode=VERIFY_IDENTITY' : 'sslMode=DISABLED'
      }`,
  ),
];

export const mariadbJdbc: MysqlClient = jdbc(
  'MariaDB Connector/J',
  ['sha256'],
  ({ place, host, tls = true, compress = false }, ca) =>
    `jdbc:mariadb://${host}:${place.port}/lake?connectTimeout=10000&useCompression=${compress}&${
      tls ? `sslMode=verify-full&serverSslCert=${ca}` : 'sslMode=disable'
    }`,
);

/** The command line clients. They verify nothing here; who answers is asked of the server. */
const cli = (
  title: string,
  { tools, lacks }: Pick<MysqlClient, 'tools' | 'lacks'>,
  command: (login: Login) => readonly string[],
): MysqlClient => ({
  title,
  tools,
  lacks,
  compresses: true,
  ask: (logins) =>
    Promise.all(
      logins.map(async (login) => {
        const [program = '', ...args] = command(login);
        const where = [
          `--host=${login.place.host}`,
          `--port=${login.place.port}`,
          '--protocol=tcp',
          `--user=${login.user}`,
        ];
        const { stdout, stderr } = await runClient(
          program,
          [...args, ...where, '--batch', '--skip-column-names', '--execute=select name from lake.me'],
          { env: { MYSQL_PWD: password } },
        );
        return stdout.trim() || `error: ${stderr.trim()}`;
      }),
    ),
});

export const mariadbCli = cli(
  'mariadb (command line)',
  { tools: ['mariadb'], lacks: [] },
  ({ tls = true, compress = false }) => [
    findTool('mariadb') ?? '',
    '--no-defaults',
    tls ? '--ssl' : '--skip-ssl',
    ...(compress ? ['--compress'] : []),
  ],
);

export const mysqlCli = cli(
  'mysql (command line)',
  { tools: ['mysql-server'], lacks: ['native', 'ed25519'] },
  ({ host, tls = true, compress = false }) => [
    ...mysqlProgram(findTool('mysql-server') ?? '', 'usr/bin/mysql'),
    '--no-defaults',
    ...(tls ? ['--ssl-mode=REQUIRED', `--tls-sni-servername=${host}`] : ['--ssl-mode=DISABLED']),
    ...(compress ? ['--compression-algorithms=zlib'] : []),
  ],
);
