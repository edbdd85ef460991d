import type { RefusalCode } from '../../src/diagnostics/index.ts';
import type { Hostname, IpAddress } from '../../src/ir/index.ts';
import { type NodeUnderTest, startNodeAtPort } from '../conformance/engines.ts';
import { mysqlBackend } from '../conformance/mysql-backend.ts';
import { type ListenerWish, setupOf } from '../conformance/setup.ts';
import type { Client } from './client.ts';
import { httpClients, httpsClients } from './https-clients.ts';
import { startHttps } from './https-servers.ts';
import { type Login, mariadbCli, mariadbJdbc, mysqlClients } from './mysql-clients.ts';
import { postgresClients } from './postgres-clients.ts';

/** One way of being refused, in one protocol. */
export interface RefusalCase {
  readonly code: RefusalCode;
  /** What the client does, for the table. */
  readonly what: string;
  readonly listener: 'tls' | 'http' | 'postgres' | 'mysql' | 'mysql-down';
  readonly host: string;
  readonly tls: boolean;
  readonly path?: string;
  /** Titles of the clients that can be in this case. Absent: all. */
  readonly only?: readonly string[];
}

export interface Protocol {
  readonly title: string;
  /** A sentence under the title. */
  readonly about: string;
  readonly clients: readonly Client<Login>[];
  readonly cases: readonly RefusalCase[];
}

const [unknown, other, down, granted] = ['payroll', 'other', 'down', 'orders'].map((label) => `${label}.corp.test`) as [
  string,
  string,
  string,
  string,
];

const byName = (listener: RefusalCase['listener'], tls: boolean): readonly RefusalCase[] => [
  { code: 'LG_NAME_UNKNOWN', what: 'asks for a name that no target has', listener, host: unknown, tls },
  { code: 'LG_NOT_GRANTED', what: 'asks for a target that its NCC was not granted', listener, host: other, tls },
  { code: 'LG_UPSTREAM_REFUSED', what: 'asks for a target that is not running', listener, host: down, tls },
];

const noTls = {
  code: 'LG_NO_NAME',
  what: 'logs in without TLS',
  host: granted,
  tls: false,
} as const;

/** MySQL clients that send a name. */
const named = [...mysqlClients, mariadbJdbc].map(({ title }) => title);

export const protocols: readonly Protocol[] = [
  {
    title: 'HTTPS and everything else that begins with TLS',
    about:
      'The refusal is a TLS alert, which has no room for a text: look in the router’s log, or ask `/explain`. `unrecognized_name` is a name, `access_denied` a grant, `internal_error` the way to the target.',
    clients: httpsClients,
    cases: [
      ...byName('tls', true),
      { code: 'LG_PROTOCOL', what: 'speaks TLS to a port for plain HTTP', listener: 'http', host: granted, tls: true },
    ],
  },
  {
    title: 'HTTP without TLS',
    about:
      'The refusal is a response with a JSON body: code, message, hint. Java’s HttpClient keeps plain connections by address, and all names of an endpoint have one address: it sends a request for a second name over the first one’s connection and gets LG_NAME_UNKNOWN. Give each name a client of its own there, or use TLS.',
    clients: httpClients,
    cases: [
      ...byName('http', false),
      {
        code: 'LG_PATH_DENIED',
        what: 'asks for a path that is denied',
        listener: 'http',
        host: granted,
        tls: false,
        path: '/admin/users',
      },
      { code: 'LG_PROTOCOL', what: 'speaks plain HTTP to a port for TLS', listener: 'tls', host: granted, tls: false },
    ],
  },
  {
    title: 'PostgreSQL',
    about:
      'Without TLS the refusal is an ErrorResponse with code, reason and hint. Once the client has asked for TLS it can only be an alert: the name comes after the router has agreed to TLS.',
    clients: postgresClients,
    cases: [{ ...noTls, listener: 'postgres' }, ...byName('postgres', true)],
  },
  {
    title: 'MySQL and MariaDB, servers that share a port by name',
    about: 'Before TLS the refusal is an ERR packet with code and reason; from the ClientHello on it is an alert.',
    clients: [...mysqlClients, mariadbCli, mariadbJdbc],
    cases: [
      { ...noTls, listener: 'mysql' },
      // It never sends a name, so the name it was given does not matter.
      {
        code: 'LG_NO_NAME',
        what: 'uses TLS without a name',
        listener: 'mysql',
        host: granted,
        tls: true,
        only: [mariadbCli.title],
      },
      ...byName('mysql', true).map((kase) => ({ ...kase, only: named })),
      {
        code: 'LG_UPSTREAM_REFUSED',
        what: 'comes while no server of the port is running',
        listener: 'mysql-down',
        host: down,
        tls: true,
      },
    ],
  },
];

/** A router that refuses in each of these ways. */
export async function startRefusing(): Promise<{
  router: NodeUnderTest;
  certificates: string;
  close(): Promise<void>;
}> {
  const [secure, plain, mysql] = await Promise.all([
    startHttps(granted),
    startHttps(granted, false),
    mysqlBackend(granted),
  ]);
  const listener = (speech: 'tls' | 'http' | 'postgres' | 'mysql', to: number): ListenerWish => ({
    key: speech,
    speaks: [speech],
    identity: { by: 'listener', nccs: ['n-1'] },
    routes: [
      { name: granted, to, ...(speech === 'http' && { action: { paths: { allow: [], deny: ['/admin/**'] } } }) },
      { name: other, to, allow: ['n-2'] },
      { name: down, to: 1 },
    ],
  });
  const mysqlDown: ListenerWish = { ...listener('mysql', 1), key: 'mysql-down', routes: [{ name: down, to: 1 }] };
  const router = await startNodeAtPort(
    'http',
    (clientPort) =>
      setupOf([
        listener('tls', secure.port),
        { ...listener('http', plain.port), clientPort },
        listener('postgres', secure.port),
        listener('mysql', mysql.port),
        mysqlDown,
      ]),
    { resolve: async (_name: Hostname, _resolvers: readonly IpAddress[] | undefined) => [] },
  );
  return {
    router,
    certificates: secure.ca,
    close: async () => {
      await router.close();
      await Promise.all([secure.close(), plain.close(), mysql.close()]);
    },
  };
}
