import { once } from 'node:events';
import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificateOf } from '../conformance/backends.ts';
import type { DatabaseServer } from './mysql-servers.ts';

/** An HTTPS server, or one without TLS, that answers with its own name. */
export async function startHttps(name: string, tls = true): Promise<DatabaseServer> {
  const { cert, key, ca } = await certificateOf(name);
  const answer = (_request: unknown, response: { end(text: string): void }): void => response.end(`${name}\n`);
  const server = tls ? createServer({ cert, key }, answer) : createPlain(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    name,
    port: (server.address() as AddressInfo).port,
    ca,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
