import type { Nearest } from '../diagnostics/index.ts';
import type { Speech } from '../ir/index.ts';
import type { Target, TargetType } from './spec.ts';

/** How a target is told apart, and what that means on the wire. */
export interface RoutingKind {
  readonly speaks: Speech;
  /** Who sends the first byte. Where it is the server, no PROXY header is expected and identity comes from the listener. */
  readonly first: 'client' | 'server';
  /** One sentence for the reference page. */
  readonly about: string;
}

/** Fields of a target beyond `type`, by the name in the file. */
export type TargetField =
  | 'host'
  | 'hosts'
  | 'port'
  | 'address'
  | 'network'
  | 'port_policy'
  | 'health'
  | 'max_connections'
  | 'on_move'
  | 'renamed_from'
  | 'tls'
  | 'paths'
  | 'path'
  | 'upstream'
  | 'routing'
  | 'default'
  | 'family'
  | 'first'
  | 'listeners'
  | 'auth'
  | 'msk'
  | 'bucket'
  | 'buckets';

export interface TargetKind {
  /** For people: `a PostgreSQL server`. */
  readonly title: string;
  /** The port where the file names none. Absent: the file must name one, or the type has none (S3), or others decide (Kafka). */
  readonly port?: number;
  /** The first is the default. */
  readonly routings: Readonly<Partial<Record<Target['routing'], RoutingKind>>>;
  readonly fields: readonly TargetField[];
  /**
   * The health check where the file names none. MySQL and Oracle have none: both count or log a connection that opens and
   * closes as a failed client, and MySQL locks such a client out (`max_connect_errors`).
   */
  readonly health: Target['health'];
}

const everywhere = [
  'host',
  'hosts',
  'port',
  'address',
  'network',
  'port_policy',
  'health',
  'max_connections',
  'on_move',
  'renamed_from',
] as const satisfies readonly TargetField[];

const sni: RoutingKind = {
  speaks: 'tls',
  first: 'client',
  about: 'Clients start with TLS and send the host name (SNI). Targets share the port.',
};
const bytesFromClient: RoutingKind = {
  speaks: 'tcp',
  first: 'client',
  about: 'Any protocol in which the client speaks first. The target has a separate listener.',
};

/** Everything that the type of a target decides. Nothing else in lakegate asks for the type. */
export const targetTypes: Readonly<Record<TargetType, TargetKind>> = {
  https: {
    title: 'an HTTPS API',
    port: 443,
    routings: { name: sni },
    fields: [...everywhere, 'tls', 'paths', 'path', 'upstream'],
    health: 'tls',
  },
  http: {
    title: 'a plain HTTP API',
    port: 80,
    routings: {
      name: { speaks: 'http', first: 'client', about: 'HTTP/1.1 by the Host header. Targets share the port.' },
    },
    fields: [...everywhere, 'paths'],
    health: 'tcp',
  },
  postgres: {
    title: 'a PostgreSQL server',
    port: 5432,
    routings: {
      name: {
        speaks: 'postgres',
        first: 'client',
        about: 'Clients use TLS and send the host name in it (libpq 14 and later do). Targets share the port.',
      },
      port: {
        ...bytesFromClient,
        about: 'For clients that use no TLS or send no name. The target has a separate listener.',
      },
    },
    fields: [...everywhere, 'routing', 'default'],
    health: 'postgres',
  },
  mysql: {
    title: 'a MySQL or MariaDB server',
    port: 3306,
    routings: {
      port: { speaks: 'tcp', first: 'server', about: 'Works with every client. The target has a separate listener.' },
      name: {
        speaks: 'mysql',
        first: 'server',
        about: 'Clients use TLS and send the host name in it. Targets of one family share the port.',
      },
    },
    fields: [...everywhere, 'routing', 'family', 'default'],
    health: 'none',
  },
  sqlserver: {
    title: 'a SQL Server',
    port: 1433,
    routings: {
      port: { ...bytesFromClient, about: 'TDS 7: TLS starts inside the protocol. The target has a separate listener.' },
      name: {
        ...sni,
        about: 'TDS 8 (Encrypt=strict, SQL Server 2022 and later): TLS comes first. Targets share the port.',
      },
    },
    fields: [...everywhere, 'routing'],
    health: 'tcp',
  },
  oracle: {
    title: 'an Oracle database',
    port: 1521,
    routings: { port: { ...bytesFromClient, about: 'TNS. The target has a separate listener.' } },
    fields: everywhere,
    health: 'none',
  },
  kafka: {
    title: 'a Kafka cluster',
    routings: {
      name: { ...sni, about: 'With `listeners: sni`. Brokers keep their names and share a port.' },
      port: { ...bytesFromClient, about: 'With `listeners: per-broker`. Each broker has a separate endpoint service.' },
    },
    // No fixed addresses: each broker has its own.
    fields: [...everywhere.filter((field) => field !== 'address'), 'listeners', 'auth', 'msk'],
    health: 'tls',
  },
  redis: {
    title: 'a Redis or Valkey server',
    port: 6379,
    routings: { name: sni, port: { ...bytesFromClient, about: 'Without TLS. The target has a separate listener.' } },
    fields: [...everywhere, 'routing'],
    health: 'tcp',
  },
  mongodb: {
    title: 'a MongoDB server or replica set',
    port: 27_017,
    routings: { name: sni, port: { ...bytesFromClient, about: 'Without TLS. The target has a separate listener.' } },
    fields: [...everywhere, 'routing'],
    health: 'tcp',
  },
  tls: {
    title: 'a server for clients that start with TLS and send SNI',
    routings: { name: sni },
    fields: everywhere,
    health: 'tls',
  },
  tcp: {
    title: 'a server of any TCP protocol',
    routings: {
      port: {
        speaks: 'tcp',
        first: 'server',
        about: 'Any protocol. The target has a separate listener; `first` says which side speaks first.',
      },
    },
    fields: [...everywhere, 'first'],
    health: 'tcp',
  },
  s3: {
    title: 'an S3 bucket',
    routings: { bucket: { speaks: 'tls', first: 'client', about: 'AWS routes by bucket. The hub is not used.' } },
    fields: ['bucket', 'buckets', 'renamed_from'],
    health: 'none',
  },
};

export const targetTypeNames = Object.keys(targetTypes) as readonly TargetType[];

/** Words that people write for a type, where the nearest name would be another one, or none. */
const otherWords: Readonly<Record<string, TargetType>> = {
  mssql: 'sqlserver',
  'sql-server': 'sqlserver',
  postgresql: 'postgres',
  pg: 'postgres',
  mariadb: 'mysql',
  msk: 'kafka',
  mongo: 'mongodb',
  valkey: 'redis',
  elasticache: 'redis',
  bucket: 's3',
  api: 'https',
  rest: 'https',
  grpc: 'https',
  web: 'https',
  ssh: 'tcp',
  sftp: 'tcp',
  ldap: 'tcp',
  ldaps: 'tls',
  ssl: 'tls',
};

/** The type that a word was probably meant to be. */
export const meantType = (word: string, nearest: Nearest): TargetType | undefined =>
  (Object.hasOwn(otherWords, word.toLowerCase()) ? otherWords[word.toLowerCase()] : undefined) ??
  (nearest.nearest(word, targetTypeNames) as TargetType | undefined);

/**
 * Ports of a Kafka listener by how clients authenticate. Fixed for MSK; other clusters may name a `port`.
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html (2026-11-20)
 */
export const kafkaPorts = { iam: 9098, scram: 9096, tls: 9094 } as const;
