import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { dialTo, headerOf, type Place } from '../conformance/clients.ts';

/** One request as the server has it. */
export interface Asked {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly session: ServerHttp2Session;
}

/** An HTTP/2 server over TLS that says what the test says. */
export interface Http2Server {
  readonly port: number;
  /** TLS connections it had in all. */
  readonly connections: () => number;
  /** Requests it had in all. */
  readonly requests: () => number;
  /** The next request that it gets, or has got since the last call. */
  next(): Promise<Asked>;
  close(): Promise<void>;
}

export async function http2Server(
  identity: { readonly cert: string; readonly key: string },
  settings: Settings = {},
): Promise<Http2Server> {
  const waiting: Asked[] = [];
  const asked: ((one: Asked) => void)[] = [];
  const sockets = new Set<TLSSocket>();
  let [connections, requests] = [0, 0];
  const server = createSecureServer({ ...identity, ALPNProtocols: ['h2'], settings });
  server.on('secureConnection', (socket: TLSSocket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.on('sessionError', () => {});
  server.on('tlsClientError', () => {});
  server.on('stream', (stream, headers) => {
    requests += 1;
    stream.on('error', () => {});
    const { session } = stream;
    if (!session) return;
    const one = { stream, headers, session: session as ServerHttp2Session };
    const tell = asked.shift();
    if (tell) tell(one);
    else waiting.push(one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  return {
    port: bound && typeof bound === 'object' ? bound.port : 0,
    connections: () => connections,
    requests: () => requests,
    next() {
      const one = waiting.shift();
      return one ? Promise.resolve(one) : new Promise((resolve) => asked.push(resolve));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** TLS with a router as a client that believes this root; paused. Rejects where it does not come about. */
export async function secureTo(
  place: Place,
  {
    name,
    rootPem,
    alpn,
    endpoint,
  }: { readonly name: string; readonly rootPem: string; readonly alpn: readonly string[]; readonly endpoint: string },
): Promise<TLSSocket> {
  const socket = await dialTo(place, headerOf(endpoint));
  const tls = connectTls({ socket, servername: name, ca: rootPem, ALPNProtocols: [...alpn] });
  tls.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    tls.once('secureConnect', resolve);
    tls.once('error', reject);
    tls.once('close', () => reject(new Error('closed')));
  });
  return tls;
}

/** Speaks HTTP/2 in an open TLS connection. */
export async function http2Client(tls: TLSSocket, authority: string): Promise<ClientHttp2Session> {
  const session = connect(`https://${authority}`, { createConnection: () => tls });
  session.on('error', () => {});
  await new Promise<void>((resolve) => session.once('remoteSettings', () => resolve()));
  return session;
}

/** What came back for a request, until its end. */
export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: IncomingHttpHeaders;
  /** Of its reset; 0 for an end in order. */
  readonly rst: number;
}

export function answerTo(stream: ClientHttp2Stream): Promise<Answer> {
  return new Promise((resolve) => {
    let headers: IncomingHttpHeaders & { ':status'?: number } = {};
    let trailers: IncomingHttpHeaders = {};
    let body = '';
    stream.on('error', () => {});
    stream.on('response', (got) => {
      headers = got;
    });
    stream.on('trailers', (got) => {
      trailers = got;
    });
    stream.on('data', (chunk: Buffer) => {
      body += chunk.toString('latin1');
    });
    stream.on('close', () => resolve({ status: headers[':status'], headers, body, trailers, rst: stream.rstCode }));
  });
}

/** All that is read of a stream until its end, with the code of its reset where it has one. */
export function bodyOf(stream: ServerHttp2Stream): Promise<string> {
  return new Promise((resolve) => {
    let body = '';
    stream.on('data', (chunk: Buffer) => {
      body += chunk.toString('latin1');
    });
    // Node ends one that is reset as well.
    stream.once('end', () => resolve(stream.closed ? `${body}[${stream.rstCode}]` : body));
    stream.once('close', () => resolve(`${body}[${stream.rstCode}]`));
  });
}

/** Resolves when so much text has come. */
export function reads(stream: ClientHttp2Stream | ServerHttp2Stream, text: string): Promise<void> {
  return new Promise((resolve) => {
    let got = '';
    const onData = (chunk: Buffer): void => {
      got += chunk.toString('latin1');
      if (!got.endsWith(text)) return;
      stream.off('data', onData);
      resolve();
    };
    stream.on('data', onData);
  });
}
