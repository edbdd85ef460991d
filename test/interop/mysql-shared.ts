import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { MysqlFamily } from '../../src/router/protocols/mysql/index.ts';
import { type NodeUnderTest, startNode } from '../conformance/engines.ts';
import { setupOf } from '../conformance/setup.ts';
import { findTool, testWith } from '../tools.ts';
import { type MysqlClient, mariadbCli, mariadbJdbc, mysqlCli, mysqlClients } from './mysql-clients.ts';
import type { DatabaseServer } from './mysql-servers.ts';

const names = ['ledger-one.test', 'ledger-two.test'] as const;
const [one, two] = names;
/** Servers and Java virtual machines take seconds to start. */
const longMs = 60_000;

/** What a login must come to: the name of the server that answered, or the words of the refusal. */
interface Case {
  readonly listener: 'by-name' | 'with-default';
  readonly host: string;
  readonly user: string;
  readonly tls?: boolean;
  readonly compress?: boolean;
  readonly want: string | RegExp;
}

const noName = /^error: .*LG_NO_NAME: the client logs in without TLS, so it names no server/;
/** Clients print the alert, or only that TLS went wrong. */
const alert = /^error: .*(unrecogni[sz]ed.name|TLS)/i;

/** A family of servers: how to start some, and with which plugins their accounts are. */
export interface Kind {
  readonly title: string;
  readonly family: MysqlFamily;
  /** What it needs on this machine. */
  readonly tool: string;
  readonly accounts: readonly [string, ...string[]];
  start(names: readonly string[]): Promise<readonly DatabaseServer[] | undefined>;
}

/** What must hold for two servers of a kind behind one port of a router, with every client. Declares the tests. */
export function sharesByName({ title, family, tool, start, accounts }: Kind): void {
  describe(`two ${title} servers on one port`, () => {
    let servers: readonly DatabaseServer[] = [];
    let router: NodeUnderTest | undefined;

    beforeAll(async () => {
      if (!findTool(tool)) return;
      servers = (await start(names)) ?? [];
      const routes = servers.map(({ name, port }) => ({ name, to: port }));
      const withDefault = routes.map((route) => ({ ...route, action: { isDefault: route.name === one } }));
      const listener = { clientPort: 3306, speaks: ['mysql'], identity: { by: 'listener', nccs: ['n-1'] } } as const;
      const setup = setupOf([
        { key: 'by-name', ...listener, routes },
        { key: 'with-default', ...listener, routes: withDefault },
      ]);
      const listeners = setup.plan.listeners.map((made) => ({ ...made, mysqlFamily: family }));
      router = await startNode({ ...setup, plan: { ...setup.plan, listeners } });
    }, longMs);
    afterAll(async () => {
      await router?.close();
      await Promise.all(servers.map((server) => server.close()));
    }, longMs);

    /** All logins in one run of the client, since some take seconds to start. */
    async function holds(client: MysqlClient, cases: readonly Case[]): Promise<void> {
      const at = (listener: string) => router?.addressOf(listener) ?? { host: '', port: 0 };
      const certificates = servers.map(({ ca }) => ca).join('\n');
      const said = await client.ask(
        cases.map(({ listener, ...login }) => ({ place: at(listener), ...login })),
        certificates,
      );
      expect(said).toHaveLength(cases.length);
      for (const [i, { want, ...login }] of cases.entries()) {
        if (typeof want === 'string') expect(said[i], JSON.stringify(login)).toBe(want);
        else expect(said[i], JSON.stringify(login)).toMatch(want);
      }
    }

    /** Every name with every account, compression off and on. */
    const byName = (users: readonly string[], compressions: readonly boolean[]): readonly Case[] =>
      names.flatMap((host) =>
        users.flatMap((user) =>
          compressions.map((compress) => ({ listener: 'by-name' as const, host, user, compress, want: host })),
        ),
      );
    const plain = { host: two, user: 'plain', tls: false } as const;

    describe.each(mysqlClients)('$title', (client) => {
      const compressions = client.compresses ? [false, true] : [false];
      const known = accounts.filter((account) => !client.lacks.includes(account));

      testWith(tool, ...client.tools)(
        `by name (${known.join(', ')}), without TLS, and an unknown name`,
        () =>
          holds(client, [
            ...byName(known, compressions),
            { ...plain, listener: 'by-name', want: noName },
            ...compressions.map((compress): Case => ({ ...plain, compress, listener: 'with-default', want: one })),
            { listener: 'by-name', host: 'payroll.test', user: known[0] ?? '', want: alert },
            { listener: 'with-default', host: 'payroll.test', user: known[0] ?? '', want: alert },
          ]),
        longMs,
      );
    });

    testWith(tool, ...mariadbCli.tools)(
      'the MariaDB command line sends no name: an alert, or the default target',
      () =>
        holds(mariadbCli, [
          { listener: 'by-name', host: two, user: accounts[0], want: alert },
          { listener: 'with-default', host: two, user: accounts[0], want: one },
          { ...plain, listener: 'by-name', want: noName },
          { ...plain, listener: 'with-default', want: one },
          { ...plain, listener: 'with-default', compress: true, want: one },
        ]),
      longMs,
    );

    testWith(tool, ...mysqlCli.tools)(
      'the MySQL command line, by name with --tls-sni-servername',
      () =>
        holds(mysqlCli, [
          ...byName(
            accounts.filter((account) => !mysqlCli.lacks.includes(account)),
            [false, true],
          ),
          { ...plain, listener: 'by-name', want: noName },
        ]),
      longMs,
    );

    testWith(tool, ...mariadbJdbc.tools)(
      'MariaDB Connector/J, by name, but for accounts of mysql_native_password alone',
      () =>
        holds(mariadbJdbc, [
          ...byName(
            accounts.filter((account) => account !== 'native' && !mariadbJdbc.lacks.includes(account)),
            [false, true],
          ),
          ...(family === 'mariadb'
            ? [{ listener: 'by-name', host: two, user: 'native', want: /^error: .*Access denied/ } as const]
            : []),
          { ...plain, listener: 'with-default', want: one },
        ]),
      longMs,
    );
  });
}
