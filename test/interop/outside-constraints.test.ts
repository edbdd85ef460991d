import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { createAuthority, existingAuthority, newKeyPair } from '../../src/pki/index.ts';
import { primitives } from '../support/inspected.ts';
import { findTool, testWith } from '../tools.ts';
import { type Client, withFiles } from './client.ts';
import { httpsClients } from './https-clients.ts';
import { runClient } from './programs.ts';

/**
 * Somebody who holds the key of an intermediate signs for a name that its constraints do not permit. Whatever its holder
 * does, no client believes it: that is why a router may have that key.
 */

/** Java virtual machines and Go's compiler take seconds to start. */
const longMs = 120_000;
const within = 'api.corp.test';
/** Names outside: another domain, and one that ends in the same letters. */
const outside = ['api.other.test', 'evilcorp.test'] as const;
/** Outside, and signed with the key of the root itself. */
const byRoot = 'root.other.test';

let server: Server;
let rootPem = '';

beforeAll(async () => {
  const nowMs = Date.now();
  const rootKey = await newKeyPair(crypto, true);
  const names = ['corp.test'];
  const subject = { commonName: 'inspection root' };
  const root = await createAuthority(rootKey, { subject, nowMs, days: 397, names, pathLength: 1 }, primitives);
  rootPem = root.certificate.pem;
  const key = await newKeyPair(crypto, true);
  const below = { subject: { commonName: 'issuer' }, publicKey: key.publicKey, nowMs, days: 14, names };
  const { der, pem } = await root.issueAuthority(below);
  const intermediate = await existingAuthority(key, der, primitives);
  const contexts = new Map<string, ReturnType<typeof createSecureContext>>();
  for (const name of [within, ...outside, byRoot]) {
    const own = await newKeyPair(crypto, true);
    const issuer = name === byRoot ? root : intermediate;
    const leaf = await issuer.issue({ names: [name], publicKey: own.publicKey, nowMs, days: 10 });
    const cert = name === byRoot ? leaf.pem : leaf.pem + pem;
    contexts.set(name, createSecureContext({ key: await own.privatePem(), cert }));
  }
  server = createServer({ SNICallback: (name, done) => done(null, contexts.get(name)) }, (request, response) =>
    response.end(`${request.headers.host?.replace(/:\d+$/, '')}\n`),
  );
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}, longMs);
afterAll(() => new Promise((resolve) => server.close(resolve)));

const git: Client = {
  title: 'git',
  tools: ['git'],
  ask: (tasks, certificates) =>
    withFiles({ ca: certificates }, ({ ca }) =>
      Promise.all(
        tasks.map(async ({ place, host }) => {
          const where = `${host}:${place.port}:127.0.0.1`;
          const { stderr } = await runClient(
            findTool('git') ?? '',
            ['-c', `http.curloptResolve=${where}`, 'ls-remote', `https://${host}:${place.port}/`],
            { env: { GIT_SSL_CAINFO: ca } },
          );
          // The server is no git server: who gets its answer has believed its certificate.
          return stderr.includes('not valid: is this a git repository') ? host : `error: ${stderr.trim()}`;
        }),
      ),
    ),
};

/** What clients say of a name that is not permitted. */
const notPermitted =
  /permitted subtree|not permitted|[Nn]ame ?constraint|does not conform|certificate verif\w+ failed|CERT/;

describe.each([...httpsClients, git])('$title', (client) => {
  testWith(...client.tools)(
    'believes a name within the constraints, and none outside, though the key of the intermediate has signed for it',
    async () => {
      const place = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
      const tasks = [within, ...outside].map((host) => ({ place, host }));
      const [good, ...others] = await client.ask(tasks, rootPem);
      expect(good).toBe(within);
      for (const said of others) expect(said).toMatch(/^error: /);
      for (const said of others) expect(said).toMatch(notPermitted);
    },
    longMs,
  );

  testWith(...client.tools)(
    client.title === 'Java HttpClient'
      ? 'believes what the key of the root signs, whatever its constraints: no router may have that key'
      : 'believes nothing outside the constraints of the root, though its own key has signed for it',
    async () => {
      const place = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
      const [said] = await client.ask([{ place, host: byRoot }], rootPem);
      if (client.title === 'Java HttpClient') expect(said).toBe(byRoot);
      else expect(said).toMatch(/^error: /);
    },
    longMs,
  );
});
