import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Hostname, Port } from '../../src/ir/index.ts';
import { postgres } from '../../src/lab/targets/postgres.ts';
import { createPostgresEngine } from '../../src/lab/targets/postgres-engine.ts';
import type { ServerConfig } from '../../src/lab/targets/target-server.ts';
import { certificateOf } from '../conformance/backends.ts';
import { type NodeUnderTest, startNode } from '../conformance/engines.ts';
import { setupOf } from '../conformance/setup.ts';
import { findTool, testWith } from '../tools.ts';
import { withFiles } from './client.ts';
import type { DatabaseServer } from './mysql-servers.ts';
import { directClients, postgresPassword } from './postgres-clients.ts';
import { startPostgreses } from './postgres-servers.ts';
import { runClient } from './programs.ts';

const names = ['one.corp.test', 'two.corp.test'] as const;
const longMs = 60_000;
const identity = { by: 'listener', nccs: ['n-1'] } as const;

describe('cancel requests', () => {
  let servers: readonly DatabaseServer[] = [];
  let router: NodeUnderTest | undefined;
  beforeAll(async () => {
    if (!findTool('initdb')) return;
    servers = (await startPostgreses(names)) ?? [];
    const routes = servers.map(({ name, port }) => ({ name, to: port }));
    router = await startNode(setupOf([{ key: 'shared', speaks: ['postgres'], identity, routes }]));
  }, longMs);
  afterAll(async () => {
    await router?.close();
    await Promise.all(servers.map((server) => server.close()));
  }, longMs);

  testWith('initdb', 'postgres', 'python-clients').each([
    ['over TLS, by name', 'tls'],
    ['without TLS, as libpq before 17 sends them', 'plain'],
  ])(
    'a cancel request %s ends the query it is for, and no other',
    async (_, how) => {
      const { port } = router?.addressOf('shared') ?? { port: 0 };
      await withFiles({ ca: servers.map(({ ca }) => ca).join('\n') }, async ({ ca }) => {
        const task = JSON.stringify({ port, hosts: names, ca, how, password: postgresPassword });
        const { stdout, stderr } = await runClient(findTool('python-clients') ?? '', [
          'test/interop/clients/python_cancel.py',
          task,
        ]);
        expect(stdout, stderr).not.toBe('');
        expect(JSON.parse(stdout)).toEqual({ first: 'cancelled', second: 'running' });
      });
    },
    longMs,
  );
});

describe('direct TLS', () => {
  const engine = createPostgresEngine();
  const open: { close(): Promise<void> }[] = [];
  let router: NodeUnderTest | undefined;
  beforeAll(async () => {
    const servers = await Promise.all(
      names.map(async (name) => {
        const { cert, key, ca } = await certificateOf(name);
        const target = { name } as ServerConfig['target'];
        const leaf = { cert, key } as ServerConfig['leaf'];
        return postgres.start({
          target,
          leaf,
          caPem: ca,
          host: name as Hostname,
          answers: [],
          port: 5432 as Port,
          postgres: engine,
        });
      }),
    );
    open.push(...servers);
    const routes = servers.map(({ address }, i) => ({ name: names[i] ?? '', to: address.port }));
    router = await startNode(setupOf([{ key: 'shared', speaks: ['postgres'], identity, routes }]));
  }, longMs);
  afterAll(async () => {
    await router?.close();
    await Promise.all(open.map((server) => server.close()));
    await engine.close();
  }, longMs);

  describe.each(directClients)('$title', (client) => {
    testWith(...client.tools)(
      'each name reaches its own server, whose certificate it verifies',
      async () => {
        const place = router?.addressOf('shared') ?? { host: '', port: 0 };
        const certificates = (await Promise.all(names.map(certificateOf))).map(({ ca }) => ca).join('\n');
        expect(
          await client.ask(
            names.map((host) => ({ place, host })),
            certificates,
          ),
        ).toEqual(names);
      },
      longMs,
    );
  });
});
