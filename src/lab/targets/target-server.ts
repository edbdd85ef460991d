import type { AddressInfo, Server, Socket } from 'node:net';
import type { Hostname, Port } from '../../ir/index.ts';
import type { LoopbackAddress } from '../../sim/network/index.ts';
import type { Target } from '../../spec/index.ts';
import type { Leaf } from '../ca.ts';
import type { PostgresEngine } from './postgres-engine.ts';

/** What a server is told about itself. One server stands for one host name and port of one target. */
export interface ServerConfig {
  readonly target: Target;
  readonly host: Hostname;
  readonly port: Port;
  /** For its host name, with the target's name inside. */
  readonly leaf: Leaf;
  /** Who signed it, as PEM: brokers of a cluster show it along. */
  readonly caPem: string;
  /** Shared by the Postgres targets of a lab, started on first use. */
  readonly postgres: PostgresEngine;
}

/** A running server. It says the target's name in its answers. */
export interface TargetServer {
  readonly address: LoopbackAddress;
  close(): Promise<void>;
}

/** One kind of server. */
export interface TargetKind {
  /** Plays the opening of the protocol truthfully and nothing beyond: marked in every report. */
  readonly standIn: boolean;
  start(config: ServerConfig): Promise<TargetServer>;
}

/** Bytes an opening may have before a lab server gives up on it. */
export const openingCapBytes = 65_536;

/** Listens on loopback, and on `close` ends what is open. Errors of single connections end that connection only. */
export async function serveOn(server: Server): Promise<TargetServer> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  });
  server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: '127.0.0.1', port },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of open) socket.destroy();
      }),
  };
}
