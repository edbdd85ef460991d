import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { createServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { createAuthority, existingAuthority, newKeyPair, type Signer, webPrimitives } from '../../src/pki/index.ts';
import type { Issuer, IssuerMaterial } from '../../src/router/inspect/issuer.ts';

export const primitives = webPrimitives(crypto);

/** What signs with a key in PEM. */
export function signerOfPem(pem: string): Signer {
  const key = createPrivateKey(pem);
  return {
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }),
    sign: async (message) => sign('sha256', message, { key, dsaEncoding: 'der' }),
  };
}

// TLS compares certificates with the wall clock.
const nowMs = Date.now();

export interface InspectionCa extends Issuer {
  /** What clients trust, in PEM. */
  readonly rootPem: string;
  material: IssuerMaterial | undefined;
}

/** A root and an intermediate for these names, as a signer makes them. */
export async function inspectionCa(names: readonly string[] = ['test']): Promise<InspectionCa> {
  const root = await createAuthority(
    await newKeyPair(crypto, false),
    { subject: { commonName: 'inspection root' }, nowMs, days: 397, names, pathLength: 1 },
    primitives,
  );
  const key = await newKeyPair(crypto, true);
  const below = { subject: { commonName: 'inspection router' }, publicKey: key.publicKey, nowMs, days: 14, names };
  const intermediate = await root.issueAuthority(below);
  await existingAuthority(key, intermediate.der, primitives);
  const ca: InspectionCa = {
    rootPem: root.certificate.pem,
    material: { keyPem: await key.privatePem(), chain: [intermediate.pem], ticketSecret: new Uint8Array(32).fill(7) },
    current: () => ca.material,
  };
  return ca;
}

/** The CA of a company's servers. */
export async function serverCa() {
  const authority = await createAuthority(
    await newKeyPair(crypto, false),
    { subject: { commonName: 'servers' }, nowMs, days: 30 },
    primitives,
  );
  return {
    pem: authority.certificate.pem,
    async issue(name: string, days = 20) {
      const { publicKey, privatePem } = await newKeyPair(crypto, true);
      const at = days < 0 ? nowMs + (days - 1) * 86_400_000 : nowMs;
      const { pem } = await authority.issue({ names: [name], publicKey, nowMs: at, days: Math.abs(days) });
      return { cert: pem, key: await privatePem() };
    },
  };
}

export interface HttpsBackend {
  readonly port: number;
  /** TLS connections it had in all. */
  readonly connections: () => number;
  readonly server: Server;
  close(): Promise<void>;
}

/** A real HTTPS server that says its name, method, URL and length of the body. */
export async function httpsBackend(
  name: string,
  identity: { readonly cert: string; readonly key: string },
  answer?: Parameters<typeof createServer>[1],
): Promise<HttpsBackend> {
  let connections = 0;
  const server = createServer(
    identity,
    answer ??
      ((request, response) => {
        let length = 0;
        request.on('data', (chunk: Buffer) => {
          length += chunk.length;
        });
        request.on('end', () => response.end(`${name} ${request.method} ${request.url} ${length}\n`));
      }),
  );
  const sockets = new Set<{ destroy(): void }>();
  server.on('secureConnection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  return {
    port: bound && typeof bound === 'object' ? bound.port : 0,
    connections: () => connections,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A TLS server that says what the test says. */
export interface ScriptedServer {
  readonly port: number;
  /** The next connection that it gets, or has got since the last call; paused. */
  next(): Promise<TLSSocket>;
  /** Connections that nobody has asked for yet. */
  readonly waiting: readonly TLSSocket[];
  close(): Promise<void>;
}

export async function scriptedServer(identity: {
  readonly cert: string;
  readonly key: string;
}): Promise<ScriptedServer> {
  const waiting: TLSSocket[] = [];
  const asked: ((socket: TLSSocket) => void)[] = [];
  const all = new Set<Socket>();
  const server = createTlsServer({ ...identity, ALPNProtocols: ['http/1.1'], allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.pause();
    const tell = asked.shift();
    if (tell) tell(socket);
    else waiting.push(socket);
  });
  server.on('connection', (socket: Socket) => all.add(socket));
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  return {
    port: bound && typeof bound === 'object' ? bound.port : 0,
    waiting,
    next() {
      const one = waiting.shift();
      return one ? Promise.resolve(one) : new Promise((resolve) => asked.push(resolve));
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of all) socket.destroy();
      }),
  };
}
