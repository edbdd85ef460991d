import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type NodeUnderTest, startNodeAtPort } from '../conformance/engines.ts';
import { setupOf } from '../conformance/setup.ts';
import { findTool, testWith } from '../tools.ts';
import { httpClients, httpsClients } from './https-clients.ts';
import { startHttps } from './https-servers.ts';
import type { DatabaseServer } from './mysql-servers.ts';
import { postgresClients } from './postgres-clients.ts';
import { startPostgreses } from './postgres-servers.ts';

const names = ['one.corp.test', 'two.corp.test'] as const;
/** Databases and Java virtual machines take seconds to start. */
const longMs = 60_000;

describe.each([
  {
    speech: 'tls',
    tool: [],
    clients: httpsClients,
    tls: true,
    start: () => Promise.all(names.map((name) => startHttps(name))),
  },
  {
    speech: 'http',
    tool: [],
    clients: httpClients,
    tls: false,
    start: () => Promise.all(names.map((name) => startHttps(name, false))),
  },
  {
    speech: 'postgres',
    tool: ['initdb', 'postgres'],
    clients: postgresClients,
    tls: true,
    start: async () => (findTool('initdb') ? ((await startPostgreses(names)) ?? []) : []),
  },
] as const)('two $speech servers on one port', ({ speech, tool, clients, tls, start }) => {
  let servers: readonly DatabaseServer[] = [];
  let router: NodeUnderTest | undefined;

  beforeAll(async () => {
    servers = await start();
    const routes = servers.map(({ name, port }) => ({ name, to: port }));
    const identity = { by: 'listener', nccs: ['n-1'] } as const;
    router = await startNodeAtPort('shared', (clientPort) =>
      setupOf([{ key: 'shared', speaks: [speech], identity, routes, clientPort }]),
    );
  }, longMs);
  afterAll(async () => {
    await router?.close();
    await Promise.all(servers.map((server) => server.close()));
  }, longMs);

  describe.each(clients)('$title', (client) => {
    testWith(...tool, ...client.tools)(
      'each name reaches its own server, whose certificate it verifies',
      async () => {
        const place = router?.addressOf('shared') ?? { host: '', port: 0 };
        const certificates = servers.map(({ ca }) => ca).join('\n');
        const hosts = [...names, names[0]];
        expect(
          await client.ask(
            hosts.map((host) => ({ place, host, tls })),
            certificates,
          ),
        ).toEqual(hosts);
      },
      longMs,
    );
  });
});
