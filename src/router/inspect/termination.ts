import type { Socket } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';
import type { Refusal } from '../../diagnostics/index.ts';
import type { Hostname } from '../../ir/index.ts';
import { standsOn } from '../socket-ends.ts';
import type { Issuer } from './issuer.ts';
import { TlsServers } from './tls-servers.ts';

/** A client connection whose ClientHello was read. */
export interface HelloRead {
  readonly client: Socket;
  /** All that was read of it, the ClientHello first. */
  readonly first: Uint8Array;
  readonly name: Hostname;
  /** The one protocol that is offered. */
  readonly alpn: string;
}

export type Handshake =
  | { readonly is: 'secure'; readonly socket: TLSSocket }
  /** The client is still there and can be told in plaintext. */
  | { readonly is: 'refused'; readonly refusal: Refusal }
  /** The client went away, did not agree, or was too slow. */
  | { readonly is: 'failed' };

/** Ends the TLS of clients with certificates for the names that they ask for. */
export class TlsTermination {
  readonly #servers: TlsServers;
  /** Handshakes under way, by both ends of the connection. */
  readonly #waiting = new Map<string, (socket: TLSSocket) => void>();
  readonly #note: (sentence: string) => void;

  constructor(options: {
    readonly issuer: Issuer;
    readonly names: number;
    readonly handshakeMs: number;
    readonly nowMs: () => number;
    readonly note: (sentence: string) => void;
  }) {
    this.#note = options.note;
    this.#servers = new TlsServers({ ...options, onMade: (server) => this.#listen(server) });
  }

  /** Hands the connection to TLS. Resolves once, and never rejects. */
  async accept({ client, first, name, alpn }: HelloRead): Promise<Handshake> {
    const server = await this.#serverFor(name, alpn);
    if (!server)
      return {
        is: 'refused',
        refusal: { code: 'LG_NO_ISSUER', why: `the router has no usable CA to make a certificate for ${name}` },
      };
    const key = endsOf(client);
    if (client.destroyed || key === undefined) return { is: 'failed' };
    return new Promise((resolve) => {
      const onClose = (): void => {
        this.#waiting.delete(key);
        resolve({ is: 'failed' });
      };
      client.once('close', onClose);
      this.#waiting.set(key, (socket) => {
        this.#waiting.delete(key);
        client.off('close', onClose);
        standsOn(socket, client);
        socket.allowHalfOpen = true;
        client.allowHalfOpen = true;
        resolve({ is: 'secure', socket });
      });
      // Half of a handshake is of no use: who ends in it would hold its place until the time for openings is over.
      client.allowHalfOpen = false;
      client.unshift(first);
      server.emit('connection', client);
    });
  }

  async #serverFor(name: Hostname, alpn: string): Promise<Server | undefined> {
    try {
      return await this.#servers.of(name, alpn);
    } catch (error) {
      this.#note(`no certificate for ${name} could be made: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  #listen(server: Server): void {
    server.on('secureConnection', (socket) => {
      socket.on('error', ignore);
      const key = endsOf(socket);
      const accept = key === undefined ? undefined : this.#waiting.get(key);
      if (accept) accept(socket);
      else socket.destroy();
    });
    // The connection closes, and with it what waits for it.
    server.on('tlsClientError', (_, socket) => void socket.destroy());
  }
}

/** What tells a connection from all others of this machine. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string | undefined {
  if (remotePort === undefined || localPort === undefined) return undefined;
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}

const ignore = (): void => {};
