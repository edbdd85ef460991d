import type { AddressInfo, Server, Socket } from 'node:net';
import type { Hostname, Port } from '../../ir/index.ts';
import type { LoopbackAddress } from '../../sim/network/index.ts';
import type { Target } from '../../spec/index.ts';
import type { Leaf } from '../ca.ts';
import type { PostgresEngine } from './postgres-engine.ts';

/** A target for which a server answers: to requests for this host, below this path. */
export interface Answering {
  readonly target: string;
  /** As clients call it. */
  readonly host: Hostname;
  /** Canonical prefix of the paths as the server gets them. `/`: all. */
  readonly prefix: string;
}

/** What a server is started with. It serves one host name and port, for one target or, behind inspected names, for several. */
export interface ServerConfig {
  /** The target that its certificate names. */
  readonly target: Target;
  /** Where it is. Clients may call it by another name. */
  readonly host: Hostname;
  readonly port: Port;
  /** At least one. Only servers of HTTP can tell several apart. */
  readonly answers: readonly Answering[];
  /** For its host name; it contains the name of the target. */
  readonly leaf: Leaf;
  /** The CA that signed it, as PEM: brokers of a cluster send it too. */
  readonly caPem: string;
  /** Shared by the Postgres targets of a lab, started on first use. */
  readonly postgres: PostgresEngine;
}

/** A running server. Its answers contain the name of the target. */
export interface TargetServer {
  readonly address: LoopbackAddress;
  close(): Promise<void>;
}

/** One kind of server. */
export interface TargetKind {
  /** Implements only the start of the protocol, correctly. Every report marks it. */
  readonly standIn: boolean;
  start(config: ServerConfig): Promise<TargetServer>;
}

/** Maximum size of an opening, in bytes. */
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
