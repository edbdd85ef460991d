import { createHash } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { sslRequest } from '../../src/router/protocols/postgres/index.ts';
import { type Certificate, certificateFor } from '../support/certificate.ts';

/** A real server for a target: sends its name, then echoes what it receives. */
export interface Backend {
  readonly name: string;
  readonly port: number;
  /** Connections it has now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Plain packets that arrived instead of a login (Postgres). */
  readonly cancels: readonly Buffer[];
  /** The next cancel packet. */
  cancelled(): Promise<Buffer>;
  close(): Promise<void>;
}

const certificates = new Map<string, Promise<Certificate>>();

/** Keys take time to make: one for each name and test file. */
export function certificateOf(name: string): Promise<Certificate> {
  const known = certificates.get(name) ?? certificateFor(name);
  certificates.set(name, known);
  return known;
}

class CancelsSeen {
  readonly packets: Buffer[] = [];
  #tell: ((packet: Buffer) => void) | undefined;

  add(packet: Buffer): void {
    this.packets.push(packet);
    this.#tell?.(packet);
  }

  next(): Promise<Buffer> {
    return new Promise((resolve) => {
      this.#tell = resolve;
    });
  }
}

async function listen(name: string, server: Server, port = 0, seen = new CancelsSeen()): Promise<Backend> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = server.address();
  return {
    name,
    port: bound && typeof bound === 'object' ? bound.port : 0,
    sockets,
    cancels: seen.packets,
    cancelled: () => seen.next(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const greet = (name: string) => (socket: Socket) => {
  socket.on('error', () => {});
  socket.write(`I am ${name}\n`);
  socket.pipe(socket);
};

export async function tlsBackend(
  name: string,
  options: { readonly alpn?: readonly string[]; readonly port?: number } = {},
): Promise<Backend> {
  const { cert, key } = await certificateOf(name);
  const server = createTlsServer(
    { cert, key, allowHalfOpen: true, ALPNProtocols: [...(options.alpn ?? [])] },
    greet(name),
  );
  server.on('tlsClientError', () => {});
  return listen(name, server, options.port);
}

/** Speaks first, like SMTP; or, quiet, only answers. */
export const tcpBackend = (name: string, port = 0): Promise<Backend> =>
  listen(name, createServer({ allowHalfOpen: true }, greet(name)), port);

export async function httpBackend(name: string): Promise<Backend> {
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('x-server', name);
      response.end(`${name} ${request.method} ${request.url} ${Buffer.concat(chunks).length}\n`);
    });
  });
  server.on('upgrade', (request, socket) => {
    // RFC 6455 section 4.2.2; the bytes behind it are no frames.
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n');
    socket.write(`Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.write(`I am ${name}\n`);
    socket.pipe(socket);
  });
  return listen(name, server as unknown as Server);
}

/** The opening of a Postgres server: SSLRequest, `S`, TLS; a plain startup packet gets its name in an error. */
export async function postgresBackend(name: string, options: { tls?: boolean } = {}): Promise<Backend> {
  const { cert, key } = await certificateOf(name);
  const seen = new CancelsSeen();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.once('data', (first: Buffer) => {
      if (first.readUInt32BE(4) === 80_877_102) {
        seen.add(first);
        socket.end();
      } else if (first.equals(sslRequest)) {
        if (options.tls === false) {
          socket.end('N');
          return;
        }
        socket.write('S');
        const secure = new TLSSocket(socket, { isServer: true, cert, key, ALPNProtocols: ['postgresql'] });
        greet(name)(secure);
      } else if (first[0] === 0x16) {
        socket.pause();
        socket.unshift(first);
        greet(name)(new TLSSocket(socket, { isServer: true, cert, key, ALPNProtocols: ['postgresql'] }));
      } else socket.end(`plain ${name}\n`);
    });
  });
  return listen(name, server, 0, seen);
}
