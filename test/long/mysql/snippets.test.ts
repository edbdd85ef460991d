import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { emitSnippets } from '../../../src/emit/snippets/index.ts';
import { withFiles } from '../../interop/client.ts';
import { password, startMariadbs } from '../../interop/mysql-servers.ts';
import { runClient } from '../../interop/programs.ts';
import { snippetPlan, snippetTargets } from '../../support/snippet-plan.ts';
import { findTool, testWith } from '../../tools.ts';

/** The URL of the emitted JDBC snippet, with the server in place of the target and a database in place of the brackets. */
function urlTo(port: number): string {
  const target = snippetTargets.find(({ type }) => type === 'mysql');
  const text = target && emitSnippets(snippetPlan, target).find(({ id }) => id === 'jdbc')?.text;
  const url = /\.option\("url", "([^"]+)"\)/.exec(text ?? '')?.[1] ?? '';
  const [scheme, options] = url.split(/mysql\.example\.com:13306\/<database>/);
  expect(options).toBeDefined();
  return `${scheme}127.0.0.1:${port}/lake${options}`;
}

const query = `select concat((select name from lake.me), ' ', variable_value) from information_schema.session_status where variable_name = 'Ssl_cipher'`;

/** The account demands TLS: a driver that takes no notice of the settings is denied. */
testWith(
  'java',
  'jdbc-jars',
  'mariadb-jdbc-2',
  'mariadbd',
)(
  'JDBC: the URL for MySQL gives TLS with MariaDB Connector/J 2.7 and 3.5',
  async () => {
    const [server] = (await startMariadbs(['crm'])) ?? [];
    if (!server) throw new Error('there is no user to run MariaDB as');
    try {
      for (const folder of ['mariadb-jdbc-2', 'jdbc-jars'].map((name) => findTool(name) ?? '')) {
        const jar = readdirSync(folder).find((file) => file.startsWith('mariadb-java-client-')) ?? '';
        const { stdout, stderr } = await withFiles({ ca: server.ca }, ({ ca }) =>
          runClient(
            findTool('java') ?? '',
            ['-cp', join(folder, jar), 'test/interop/clients/Jdbc.java', urlTo(server.port), 'native', query],
            { env: { CA: ca, PASSWORD: password } },
          ),
        );
        expect(stdout, `${jar} ${stderr}`).toMatch(/^said crm TLS_/);
      }
    } finally {
      await server.close();
    }
  },
  120_000,
);
