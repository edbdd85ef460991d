import { createServer, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { decodeMessage, encodeMessage, type Fields, type Message } from './protobuf.ts';

/** A request larger than this is refused. A plan of thousands of resources is far below it. */
const requestCapBytes = 64 * 2 ** 20;

/** One unary method: what it reads and answers. */
export interface Unary {
  readonly request: Message;
  readonly response: Message;
  answer(request: Record<string, unknown>): Fields | Promise<Fields>;
}

/** Methods by path, such as `/tfplugin6.Provider/PlanResourceChange`. */
export type Service = ReadonlyMap<string, Unary>;

const status = { ok: '0', internal: '13', unimplemented: '12', resourceExhausted: '8' } as const;

/**
 * Serves unary gRPC calls on a Unix socket. Each connection gets its own service, because Terraform opens one
 * connection for each provider configuration and an alias must not see another's.
 * @returns a function that ends all connections and removes the socket.
 */
export async function serveGrpc(socketPath: string, open: () => Service): Promise<() => Promise<void>> {
  const server = createServer();
  const services = new WeakMap<Http2Session, Service>();
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('session', (session) => {
    services.set(session, open());
    session.on('error', () => session.destroy());
  });
  server.on('stream', (stream, headers) => {
    const path = String(headers[':path']);
    const service = stream.session ? services.get(stream.session) : undefined;
    stream.on('error', () => stream.close());
    void serveCall(stream, service?.get(path), path);
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(socketPath, done);
  });
  return () =>
    new Promise((done) => {
      server.close(() => done());
      for (const socket of sockets) socket.destroy();
    });
}

async function serveCall(stream: ServerHttp2Stream, method: Unary | undefined, path: string): Promise<void> {
  // Before the body: a client that streams (Terraform's log channel does) would never end it.
  if (!method) return fail(stream, status.unimplemented, `${path} is not implemented`);
  try {
    const body = await readBody(stream);
    // A message is one byte (compressed or not), four bytes of length, then the protocol buffer.
    const answer = encodeMessage(method.response, await method.answer(decodeMessage(method.request, body.subarray(5))));
    if (stream.destroyed) return;
    const head = Buffer.alloc(5);
    head.writeUInt32BE(answer.length, 1);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status.ok }));
    stream.end(Buffer.concat([head, answer]));
  } catch (error) {
    const code = error instanceof RangeError ? status.resourceExhausted : status.internal;
    fail(stream, code, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

async function readBody(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > requestCapBytes) throw new RangeError(`a request may have ${requestCapBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function fail(stream: ServerHttp2Stream, code: string, message: string): void {
  if (stream.destroyed || stream.headersSent) return;
  const trailers = { 'grpc-status': code, 'grpc-message': encodeURIComponent(message) };
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true });
}
