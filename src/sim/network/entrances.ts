import { createServer, type Server, type Socket } from 'node:net';
import type { EndpointId } from '../../ir/index.ts';
import { type LoopbackAddress, listenOn } from './loopback.ts';

/** The sockets on loopback by which clients enter: one for each endpoint and port, since the socket is what tells the endpoint. */
export interface Entrances {
  at(endpoint: EndpointId, port: number): LoopbackAddress | undefined;
  /** Opens what is listed and not open, closes what is open and not listed. Connections that are there stay. */
  keep(wanted: readonly Entrance[]): Promise<void>;
  close(): Promise<void>;
}

export interface Entrance {
  readonly endpoint: EndpointId;
  readonly port: number;
  /** Where it binds. */
  readonly bind: LoopbackAddress;
}

interface Opened {
  readonly server: Server;
  readonly at: LoopbackAddress;
}

/** @param enter Gets each connection, paused. It may end before there is a flow. */
export function createEntrances(enter: (client: Socket, endpoint: EndpointId, port: number) => void): Entrances {
  const opened = new Map<string, Opened>();
  const clients = new Set<Socket>();

  const open = async ({ endpoint, port, bind }: Entrance): Promise<Opened> => {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      clients.add(client);
      client.on('error', () => undefined);
      client.once('close', () => clients.delete(client));
      enter(client, endpoint, port);
    });
    return { server, at: await listenOn(server, bind) };
  };

  return {
    at: (endpoint, port) => opened.get(`${endpoint}:${port}`)?.at,
    async keep(wanted) {
      const keys = new Set(wanted.map(({ endpoint, port }) => `${endpoint}:${port}`));
      for (const [key, { server }] of opened)
        if (!keys.has(key)) {
          server.close();
          opened.delete(key);
        }
      const missing = wanted.filter(({ endpoint, port }) => !opened.has(`${endpoint}:${port}`));
      await Promise.all(missing.map(async (each) => opened.set(`${each.endpoint}:${each.port}`, await open(each))));
    },
    async close() {
      const closed = [...opened.values()].map(({ server }) => new Promise((done) => server.close(done)));
      for (const client of clients) client.destroy();
      await Promise.all(closed);
    },
  };
}
