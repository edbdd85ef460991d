import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ran, runClient } from '../interop/programs.ts';
import { findTool, testWith } from '../tools.ts';
import { type SnippetLab, startSnippetLab, targetOf } from './workspace.ts';

/** A target of each type whose server in the lab says who it is, and for another workspace one that shares its door where doors are shared. */
const spec = `
lakegate: 1
name: acme-snippets
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces: { apps: { id: "1" }, other: { id: "2" } }
hub: { vpc: { create: { cidr: 10.40.0.0/22, zones: 2 } }, router: { engine: node, instance: t4g.small, min: 2, max: 6 } }
networks: { hub: { reach: hub } }
inspection:
  ca: { subject: "Acme lakegate CA", days: 397 }
  deliver: { volume: main.security.certificates, file: lakegate-ca.pem }
targets:
  web: { type: https, host: web.corp.test, network: hub }
  seen: { type: https, host: seen.corp.test, network: hub, tls: inspect }
  limited: { type: https, host: limited.corp.test, network: hub, tls: inspect, paths: { allow: ["/v1/**"] } }
  plain: { type: http, host: plain.corp.test, network: hub }
  orders: { type: postgres, host: orders.corp.test, network: hub }
  crm: { type: mysql, host: crm.corp.test, network: hub }
  cache: { type: redis, host: cache.corp.test, network: hub }
  vault: { type: tls, host: vault.corp.test, port: 8200, network: hub }
  mainframe: { type: tcp, host: mainframe.corp.test, port: 2222, network: hub, first: server }
  quiet: { type: tcp, host: quiet.corp.test, port: 2223, network: hub, first: client }
  events: { type: kafka, network: hub, hosts: [b-1.corp.test, b-2.corp.test], auth: [iam] }
  other-web: { type: https, host: other-web.corp.test, network: hub }
  other-plain: { type: http, host: other-plain.corp.test, network: hub }
  other-db: { type: postgres, host: other-db.corp.test, network: hub }
  other-cache: { type: redis, host: other-cache.corp.test, network: hub }
  other-vault: { type: tls, host: other-vault.corp.test, port: 8200, network: hub }
access:
  - { from: [apps], to: [web, seen, limited, plain, orders, crm, cache, vault, mainframe, quiet, events] }
  - { from: [other], to: [other-web, other-plain, other-db, other-cache, other-vault] }
`;

/** Python starts slowly on a machine that other tests keep busy. */
const slowMs = 60_000;
let running: SnippetLab;
beforeAll(async () => {
  running = await startSnippetLab(spec, '127.77.3');
}, slowMs);
afterAll(() => running?.close());

const printed = ({ stdout, stderr }: Ran): string => `${stdout}${stderr}`;
const endpointOf = (target: string): { readonly host: string; readonly port: number } => {
  const { hosts, ports } = targetOf(running.infra, target);
  return { host: hosts[0] ?? '', port: ports[0]?.clientPort ?? 0 };
};

/** redis-py tries ten times, with pauses that grow; a refusal is as good without the pauses. */
const impatient = 'import time\ntime.sleep = lambda _seconds: None';

/** What a client prints of LG_NOT_GRANTED: an alert, where the protocol has no words. */
const notGranted = /LG_NOT_GRANTED|access denied/i;
const unknownName = /Name or service not known/;

/** Target, snippet, what a cell after it asks, what the server says of itself, and what is said to the other workspace. */
const pythonRows: readonly (readonly [target: string, id: string, more: string, says: RegExp, refused: RegExp])[] = [
  ['web', 'requests', '', /^200 \{"server":"web","host":"web.corp.test"/, notGranted],
  ['web', 'httpx', '', /^200 \{"server":"web","host":"web.corp.test"/, notGranted],
  ['seen', 'requests', '', /^200 \{"server":"seen"/, notGranted],
  ['seen', 'urllib', '', /^200 b'\{"server":"seen"/, notGranted],
  ['seen', 'httpx', '', /^200 \{"server":"seen"/, notGranted],
  ['limited', 'requests', '', /^200 \{"server":"limited"/, notGranted],
  ['plain', 'requests', '', /^200 \{"server":"plain"/, /^403 \{"code":"LG_NOT_GRANTED"/],
  ['crm', 'pymysql', '', /^\('crm', 'crm.corp.test'\)$/m, unknownName],
  ['cache', 'redis-py', 'print(cache.info()["server_name"])', /^True\ncache$/m, notGranted],
  ['vault', 'ssl', '', /^TLSv1\.3 .*'organizationalUnitName', 'vault'/, notGranted],
  ['mainframe', 'socket', '', /^b'server=mainframe /, unknownName],
  ['quiet', 'socket', '', /^nothing in 5 s/, unknownName],
  [
    'events',
    'reachable',
    '',
    /^b-1\.corp\.test:9098 answers with .*'events'.*\nb-2\.corp\.test:9098 answers with .*'events'/,
    /^b-1\.corp\.test:9098 does not answer: .*Name or service not known/,
  ],
];

/** A folder of tools that was filled before a package was added to the list has the Python and not the package. */
const python = findTool('python-clients');
const hasRedis = python !== undefined && spawnSync(python, ['-c', 'import redis']).status === 0;
if (python && !hasRedis) test.skip('Python: cache, redis-py (needs redis: npm run test:tools brings it)', () => {});

testWith('python-clients').each(pythonRows.filter(([, id]) => id !== 'redis-py' || hasRedis))(
  'Python: %s, %s: the target answers its workspace, and no other',
  async (target, id, more, says, refused) => {
    const cells = [running.text(target, id), ...(more === '' ? [] : [more])];
    const outside =
      refused === unknownName || target === 'events' ? running.byName('other') : running.byAddress('other');
    const [answer, refusal] = await Promise.all([
      running.python(cells, running.byName('apps')),
      running.python([impatient, ...cells], outside),
    ]);
    expect(answer).toMatchObject({ status: 0, stderr: '' });
    expect(answer.stdout).toMatch(says);
    expect(printed(refusal)).toMatch(refused);
    expect(refusal.stdout).not.toMatch(says);
  },
  slowMs,
);

testWith('python-clients')(
  'the file with the public CAs serves a whole process, for inspected targets and others; the CA alone breaks the others',
  async () => {
    const cells = ['web', 'seen'].map(
      (target) =>
        `import requests\nprint(requests.get("https://${endpointOf(target).host}/", timeout=30).json()["server"])`,
    );
    const { alone, bundle } = running.delivered;
    const [both, broken] = await Promise.all(
      [bundle, alone].map((file) => running.python(cells, running.byName('apps'), { REQUESTS_CA_BUNDLE: file })),
    );
    expect(both).toMatchObject({ status: 0, stdout: 'web\nseen\n' });
    expect(broken).toMatchObject({ status: 1, stdout: '' });
    expect(broken?.stderr).toContain('CERTIFICATE_VERIFY_FAILED');
  },
  slowMs,
);

testWith('python-clients')(
  'Python: orders, psycopg: the target answers its workspace, and no other',
  async () => {
    const text = running.text('orders', 'psycopg');
    // As pasted it asks for the version; then the same cell with a question of which the server's name is the answer.
    const whoami = text.replace('select version()', 'show lakegate.server');
    expect(whoami).not.toBe(text);
    // libpq resolves names itself: it is told the address, as it would have got it from the workspace's DNS.
    const [answer, refusal] = await Promise.all(
      [running.byName('apps'), running.byAddress('other')].map((view) =>
        running.withAddresses([endpointOf('orders')], view, (_hosts, [address = '']) =>
          running.python([text, whoami], view, { PGHOSTADDR: address }),
        ),
      ),
    );
    expect(answer).toMatchObject({ status: 0, stderr: '' });
    expect(answer?.stdout).toMatch(/^\('PostgreSQL .*\n\('orders',\)$/m);
    expect(refusal?.stdout).toBe('');
    expect(refusal?.stderr).toMatch(notGranted);
  },
  slowMs,
);

testWith('curl').each([
  ['web', /^\{"server":"web"/, notGranted],
  ['seen', /^\{"server":"seen"/, notGranted],
  ['plain', /^\{"server":"plain"/, notGranted],
] as const)(
  'Shell: %s, curl: the target answers its workspace, and no other',
  async (target, says, refused) => {
    const text = running.text(target, 'curl');
    const answer = await running.shell(text, running.byName('apps'));
    expect(answer).toMatchObject({ status: 0, stderr: '' });
    expect(answer.stdout).toMatch(says);
    expect(printed(await running.shell(text, running.byAddress('other')))).toMatch(refused);
  },
  slowMs,
);

/** Root needs no user namespace for a mount namespace; others get one, where the system lets them. */
const unshare = ['unshare', process.getuid?.() === 0 ? '-m' : '-rm'];
const mayMount = spawnSync(unshare[0] ?? '', [...unshare.slice(1), 'true']).status === 0;

(mayMount ? testWith('openssl') : test.skip)(
  `Shell: vault, openssl: its certificate is shown to its workspace, and to no other${mayMount ? '' : ' (needs mount namespaces)'}`,
  async () => {
    const text = running.text('vault', 'openssl');
    const [answer, refusal] = await Promise.all(
      [running.byName('apps'), running.byAddress('other')].map((view) =>
        running.withAddresses([endpointOf('vault')], view, (hosts) =>
          running.shell(text, view, [...unshare, 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts]),
        ),
      ),
    );
    expect(answer?.status).toBe(0);
    expect(printed(answer as Ran)).toMatch(/Peer certificate: .*OU ?= ?vault/);
    expect(printed(answer as Ran)).toMatch(/^Verification: OK$/m);
    expect(printed(refusal as Ran)).toMatch(notGranted);
    expect(printed(refusal as Ran)).not.toMatch(/Peer certificate/);
  },
  slowMs,
);

/** What a JDBC snippet says, and the jar in which its driver is. */
function jdbcOf(target: string, jar: string): { readonly url: string; readonly driver: string; readonly jar: string } {
  const text = running.text(target, 'jdbc');
  const option = (name: string): string => new RegExp(`\\.option\\("${name}", "([^"]+)"\\)`).exec(text)?.[1] ?? '';
  return { url: option('url'), driver: option('driver'), jar: join(findTool('jdbc-jars') ?? '', jar) };
}

testWith('java', 'jdbc-jars')(
  'JDBC: the URLs lead the drivers to the targets of their workspace, and of no other',
  async () => {
    const orders = jdbcOf('orders', 'postgresql-42.7.9.jar');
    const crm = jdbcOf('crm', 'mariadb-java-client-3.5.7.jar');
    const ask = (view: ReturnType<SnippetLab['byName']>, of: readonly (typeof orders)[], targets: readonly string[]) =>
      running.withAddresses(targets.map(endpointOf), view, (hosts) =>
        runClient(
          findTool('java') ?? '',
          [
            `-Djdk.net.hosts.file=${hosts}`,
            `-Djdbc.drivers=${of.map(({ driver }) => driver).join(':')}`,
            '-XX:TieredStopAtLevel=1',
            '-cp',
            of.map(({ jar }) => jar).join(':'),
            'test/interop/clients/Jdbc.java',
            ...of.flatMap(({ url }) => [url, 'lab', 'select server from whoami']),
          ],
          { env: { CA: running.ca, PASSWORD: 'lab-only-password' } },
        ),
      );
    const answer = await ask(running.byName('apps'), [orders, crm], ['orders', 'crm']);
    expect(answer.stdout, answer.stderr).toBe('said orders\nsaid crm\n');
    const refusal = await ask(running.byAddress('other'), [orders], ['orders']);
    expect(refusal.stdout, refusal.stderr).toMatch(/^error .*(?:LG_NOT_GRANTED|access_denied)/);
  },
  slowMs,
);
