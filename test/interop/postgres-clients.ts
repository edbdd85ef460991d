import { Socket } from 'node:net';
import pg from 'pg';
import { findTool } from '../tools.ts';
import { askJava, askPython, type Client, withFiles } from './client.ts';
import { runClient } from './programs.ts';

/** Of the account `ada` of every server. */
export const postgresPassword = 'Str0ng pass';

const psql: Client = {
  title: 'psql',
  tools: ['psql'],
  ask: (tasks, certificates) =>
    withFiles({ ca: certificates }, ({ ca }) =>
      Promise.all(
        tasks.map(async ({ place, host, tls = true }) => {
          const where = `host=${host} hostaddr=127.0.0.1 port=${place.port} user=ada dbname=lake connect_timeout=10`;
          const mode = tls ? `sslmode=verify-full sslrootcert=${ca}` : 'sslmode=disable';
          const { stdout, stderr } = await runClient(
            findTool('psql') ?? '',
            ['-X', '-At', '-c', 'select name from me', `${where} ${mode} gssencmode=disable`],
            { env: { PGPASSWORD: postgresPassword } },
          );
          return stdout.trim() || `error: ${stderr.trim()}`;
        }),
      ),
    ),
};

const psycopg: Client = {
  title: 'psycopg',
  tools: ['python-clients'],
  ask: (tasks, certificates) =>
    withFiles({ ca: certificates }, ({ ca }) =>
      askPython(
        'python_postgres.py',
        tasks.map(({ place, host, tls = true }) => ({
          ...{ host, tls, ca, password: postgresPassword, query: 'select name from me', negotiation: 'postgres' },
          port: place.port,
        })),
      ),
    ),
};

const pgjdbc: Client = {
  title: 'PostgreSQL JDBC',
  tools: ['java', 'jdbc-jars'],
  ask: (tasks, certificates) =>
    withFiles({ ca: certificates }, ({ ca }) =>
      askJava(
        'Jdbc.java',
        tasks.map(({ place, host, tls = true }) => {
          const mode = tls ? `sslmode=verify-full&sslrootcert=${ca}` : 'sslmode=disable';
          const url = `jdbc:postgresql://${host}:${place.port}/lake?loginTimeout=10&gssEncMode=disable&${mode}`;
          return { host, args: [url, 'ada', 'select name from me'] };
        }),
        { certificates, env: { PASSWORD: postgresPassword } },
      ),
    ),
};

const nodePg: Client = {
  title: 'pg (Node)',
  tools: [],
  ask: (tasks, certificates) =>
    Promise.all(
      tasks.map(async ({ place, host, tls = true }) => {
        // It asks for the name and dials the place, as it does where the name resolves to the place.
        const socket = new Socket();
        const dial = socket.connect.bind(socket) as (port: number, host: string) => Socket;
        socket.connect = (() => dial(place.port, place.host)) as Socket['connect'];
        const client = new pg.Client({
          ...{ host, user: 'ada', database: 'lake', password: postgresPassword, connectionTimeoutMillis: 10_000 },
          port: place.port,
          stream: () => socket,
          ssl: tls ? { ca: certificates } : false,
        });
        client.on('error', () => {});
        try {
          await client.connect();
          const { rows } = await client.query<{ name: string }>('select name from me');
          return rows[0]?.name ?? 'nothing';
        } catch (error) {
          return `error: ${error instanceof Error ? error.message.trim() : String(error)}`;
        } finally {
          await client.end().catch(() => {});
          socket.destroy();
        }
      }),
    ),
};

export const postgresClients: readonly Client[] = [psql, psycopg, pgjdbc, nodePg];

/** What a server of the lab answers with its target's name to. */
const labQuery = "select current_setting('lakegate.server')";

/** Clients that begin with TLS at once, when they are told to. They ask a server of the lab. */
export const directClients: readonly Client[] = [
  {
    title: 'psycopg, sslnegotiation=direct',
    tools: ['python-clients'],
    ask: (tasks, certificates) =>
      withFiles({ ca: certificates }, ({ ca }) =>
        askPython(
          'python_postgres.py',
          tasks.map(({ place, host, tls = true }) => ({
            ...{ host, tls, ca, password: postgresPassword, query: labQuery, negotiation: 'direct' },
            port: place.port,
          })),
        ),
      ),
  },
  {
    title: 'PostgreSQL JDBC, sslNegotiation=direct',
    tools: ['java', 'jdbc-jars'],
    ask: (tasks, certificates) =>
      withFiles({ ca: certificates }, ({ ca }) =>
        askJava(
          'Jdbc.java',
          tasks.map(({ place, host }) => ({
            host,
            args: [
              `jdbc:postgresql://${host}:${place.port}/lake?loginTimeout=10&sslNegotiation=direct&sslmode=verify-full&sslrootcert=${ca}`,
              'ada',
              labQuery,
            ],
          })),
          { certificates, env: { PASSWORD: postgresPassword } },
        ),
      ),
  },
];
