import {
  caPlaceholder,
  firstEndpoint,
  keepaliveSeconds,
  type Snippet,
  type SnippetSource,
  sqlName,
} from './snippet.ts';

const secret = (key: string): string => `dbutils.secrets.get("<scope>", "<${key} key>")`;

/** Spark's JDBC reader: the drivers that Databricks runtimes carry. */
function jdbc(url: string, driver: string): Snippet {
  return {
    id: 'jdbc',
    title: 'Spark: read a table over JDBC',
    language: 'python',
    pip: [],
    text: [
      'table = (',
      '    spark.read.format("jdbc")',
      `    .option("url", "${url}")`,
      `    .option("driver", "${driver}")`,
      '    .option("dbtable", "<schema>.<table>")',
      `    .option("user", ${secret('user')})`,
      `    .option("password", ${secret('password')})`,
      '    .load()',
      ')',
      'display(table.limit(10))',
    ].join('\n'),
  };
}

/** Lakehouse Federation: a connection and a foreign catalog over it. */
function federation(source: SnippetSource, type: string, extra: readonly string[], database: string): Snippet {
  const { host, port } = firstEndpoint(source.target);
  const name = sqlName(source.target);
  return {
    id: 'federation',
    title: 'Lakehouse Federation: a connection and a catalog over it',
    language: 'sql',
    pip: [],
    text: [
      `CREATE CONNECTION IF NOT EXISTS ${name} TYPE ${type}`,
      'OPTIONS (',
      `  host '${host}',`,
      `  port '${port}',`,
      ...extra,
      "  user secret('<scope>', '<user key>'),",
      "  password secret('<scope>', '<password key>')",
      ');',
      ...(database === ''
        ? [`CREATE FOREIGN CATALOG IF NOT EXISTS ${name} USING CONNECTION ${name};`]
        : [
            `CREATE FOREIGN CATALOG IF NOT EXISTS ${name} USING CONNECTION ${name} OPTIONS (${database} '<database>');`,
          ]),
    ].join('\n'),
  };
}

export function postgresSnippets(source: SnippetSource): readonly Snippet[] {
  const { host, port } = firstEndpoint(source.target);
  return [
    {
      id: 'psycopg',
      title: 'Python: psycopg',
      language: 'python',
      pip: ['psycopg[binary]'],
      text: [
        'import psycopg',
        '',
        'with psycopg.connect(',
        `    host="${host}",`,
        `    port=${port},`,
        '    dbname="<database>",',
        `    user=${secret('user')},`,
        `    password=${secret('password')},`,
        '    sslmode="verify-full",  # the router routes by the name in TLS: it never sees the password',
        `    sslrootcert="${caPlaceholder}",`,
        '    connect_timeout=10,',
        `    keepalives_idle=${keepaliveSeconds},  # the endpoint drops idle connections after 350 s`,
        ') as connection:',
        '    print(connection.execute("select version()").fetchone())',
      ].join('\n'),
    },
    jdbc(`jdbc:postgresql://${host}:${port}/<database>?sslmode=require&tcpKeepAlive=true`, 'org.postgresql.Driver'),
    federation(source, 'POSTGRESQL', [], 'database'),
  ];
}

export function mysqlSnippets(source: SnippetSource): readonly Snippet[] {
  const { host, port } = firstEndpoint(source.target);
  return [
    {
      id: 'pymysql',
      title: 'Python: PyMySQL',
      language: 'python',
      pip: ['PyMySQL', 'cryptography'],
      text: [
        'import pymysql',
        '',
        'connection = pymysql.connect(',
        `    host="${host}",`,
        `    port=${port},`,
        '    database="<database>",',
        `    user=${secret('user')},`,
        `    password=${secret('password')},`,
        `    ssl={"ca": "${caPlaceholder}"},`,
        '    connect_timeout=10,',
        ')',
        'with connection, connection.cursor() as cursor:',
        '    cursor.execute("select version()")',
        '    print(cursor.fetchone())',
      ].join('\n'),
    },
    // The runtime's driver for mysql: URLs is MariaDB's, of which 3.x wants permitMysqlScheme. TLS is asked for as 2.x knows it,
    // and 3.x still does: 2.x takes no notice of sslMode and would log in without TLS.
    jdbc(
      `jdbc:mysql://${host}:${port}/<database>?permitMysqlScheme&useSSL=true&trustServerCertificate=true&tcpKeepAlive=true`,
      'org.mariadb.jdbc.Driver',
    ),
    federation(source, 'MYSQL', [], ''),
  ];
}

export function sqlserverSnippets(source: SnippetSource): readonly Snippet[] {
  const { host, port } = firstEndpoint(source.target);
  // TDS 8 begins with TLS, so it can be routed by name; TDS 7 wraps the handshake and has a port of its own.
  const encrypt = source.target.routing === 'name' ? 'strict' : 'true';
  return [
    jdbc(
      `jdbc:sqlserver://${host}:${port};databaseName=<database>;encrypt=${encrypt};loginTimeout=10`,
      'com.microsoft.sqlserver.jdbc.SQLServerDriver',
    ),
    federation(source, 'SQLSERVER', ["  trustServerCertificate 'false',"], 'database'),
  ];
}

export function oracleSnippets(source: SnippetSource): readonly Snippet[] {
  const { host, port } = firstEndpoint(source.target);
  return [
    {
      id: 'oracledb',
      title: 'Python: oracledb (thin)',
      language: 'python',
      pip: ['oracledb'],
      text: [
        'import oracledb',
        '',
        'with oracledb.connect(',
        `    user=${secret('user')},`,
        `    password=${secret('password')},`,
        `    host="${host}",`,
        `    port=${port},`,
        '    service_name="<service>",',
        '    tcp_connect_timeout=10,',
        '    expire_time=1,  # minutes between keepalives: the endpoint drops idle connections after 350 s',
        ') as connection:',
        '    with connection.cursor() as cursor:',
        '        print(cursor.execute("select banner from v$version").fetchone())',
      ].join('\n'),
    },
    federation(source, 'ORACLE', ["  encryption_protocol 'native_network_encryption',"], 'service_name'),
  ];
}

export function mongodbSnippets(source: SnippetSource): readonly Snippet[] {
  const { target } = source;
  const port = target.ports[0]?.clientPort ?? 0;
  const servers = target.hosts.map((host) => `${host}:${port}`).join(',');
  return [
    {
      id: 'pymongo',
      title: 'Python: PyMongo',
      language: 'python',
      pip: ['pymongo'],
      text: [
        'from pymongo import MongoClient',
        '',
        'client = MongoClient(',
        `    "mongodb://${servers}/",`,
        `    username=${secret('user')},`,
        `    password=${secret('password')},`,
        `    tls=${target.routing === 'name' ? 'True' : 'False'},`,
        ...(target.routing === 'name' ? [`    # tlsCAFile="${caPlaceholder}",  # where the CA is private`] : []),
        '    serverSelectionTimeoutMS=10000,',
        ')',
        'print(client.admin.command("ping"))',
      ].join('\n'),
    },
  ];
}

export function redisSnippets(source: SnippetSource): readonly Snippet[] {
  const { host, port } = firstEndpoint(source.target);
  return [
    {
      id: 'redis-py',
      title: 'Python: redis-py',
      language: 'python',
      pip: ['redis'],
      text: [
        'import redis',
        '',
        'cache = redis.Redis(',
        `    host="${host}",`,
        `    port=${port},`,
        `    ssl=${source.target.routing === 'name' ? 'True' : 'False'},`,
        ...(source.target.routing === 'name'
          ? [`    # ssl_ca_certs="${caPlaceholder}",  # where the CA is private`]
          : []),
        `    password=${secret('password')},`,
        '    socket_connect_timeout=10,',
        '    socket_keepalive=True,',
        `    health_check_interval=${keepaliveSeconds},`,
        ')',
        'print(cache.ping())',
      ].join('\n'),
    },
  ];
}
