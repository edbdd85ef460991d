import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { PostgresSession } from './postgres-engine.ts';
import { type ServerConfig, serveOn, type TargetKind } from './target-server.ts';

/** PostgreSQL behind TLS, as a managed one is: SSLRequest or direct TLS, nothing without TLS. Any user and password is accepted. */
export const postgres: TargetKind = {
  standIn: false,
  start: (config) => {
    config.postgres.warmUp();
    return serveOn(createServer((socket) => void greet(socket, config).catch(() => socket.destroy())));
  },
};

const sslRequest = 80_877_103;
const gssRequest = 80_877_104;
const cancelRequest = 80_877_102;
const terminate = 0x58;
/** MAX_STARTUP_PACKET_LENGTH of PostgreSQL. */
const startupCapBytes = 10_000;
const messageCapBytes = 4 * 1024 * 1024;

/** The last message of a request: Query, Sync, Flush, Terminate, CopyDone, CopyFail, FunctionCall. */
const lastOfRequest = new Set([...'QSHXcfF'].map((letter) => letter.charCodeAt(0)));

/** What a client may send after its login. Anything else would end the backend, which all sessions share. */
const requests = new Set([...'QPBEDSCHXcdfFp'].map((letter) => letter.charCodeAt(0)));

async function greet(socket: Socket, config: ServerConfig): Promise<void> {
  const first = await readSome(socket, 1);
  if (first[0] === 0x16) return secure(socket, config);
  for (;;) {
    const packet = await readSome(socket, 8);
    switch (packet.readUInt32BE(4)) {
      case gssRequest:
        take(socket, 8);
        socket.write('N');
        continue;
      case sslRequest:
        take(socket, 8);
        socket.write('S');
        return secure(socket, config);
      case cancelRequest:
        return void socket.destroy();
      default:
        socket.end(fatal('28000', 'this server takes TLS connections only'));
        return;
    }
  }
}

function secure(socket: Socket, { leaf, target, postgres: engine }: ServerConfig): void {
  const tls = new TLSSocket(socket, {
    isServer: true,
    secureContext: createSecureContext(leaf),
    ALPNProtocols: ['postgresql'],
  });
  const session = engine.session(target.name);
  tls.on('error', () => tls.destroy());
  tls.on('close', () => session.end());
  void converse(tls, session).catch((error: Error) => tls.end(fatal('08P01', error.message)));
}

/** StartupMessage, then requests. */
async function converse(socket: TLSSocket, session: PostgresSession): Promise<void> {
  let held = Buffer.alloc(0);
  let started = false;
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    held = Buffer.concat([held, chunk as Buffer]);
    for (;;) {
      const bytes = started ? wholeRequest(held) : wholeStartup(held);
      if (bytes === 0) break;
      const request = held.subarray(0, bytes);
      held = held.subarray(bytes);
      if (started && request[0] === terminate) return void socket.end();
      started = true;
      socket.write(await session.send(Uint8Array.from(request)));
    }
    const cap = started ? messageCapBytes : startupCapBytes;
    if (held.length > cap) throw new Error(`a request is longer than ${cap} bytes`);
  }
}

function wholeStartup(bytes: Buffer): number {
  if (bytes.length < 8) return 0;
  const length = bytes.readUInt32BE(0);
  if (length < 8 || length > startupCapBytes) throw new Error('invalid length of startup packet');
  return bytes.length < length ? 0 : length;
}

/** How many bytes, from the start, are the messages of one request. Zero: it has not all come yet. */
function wholeRequest(bytes: Buffer): number {
  let at = 0;
  while (at + 5 <= bytes.length) {
    const type = bytes[at] ?? 0;
    const length = bytes.readUInt32BE(at + 1);
    if (!requests.has(type)) throw new Error(`invalid frontend message type ${type}`);
    if (length < 4 || length > messageCapBytes) throw new Error('invalid message length');
    at += 1 + length;
    if (at > bytes.length) return 0;
    if (lastOfRequest.has(type)) return at;
  }
  return 0;
}

function fatal(sqlState: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E', 'latin1');
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

/** Waits until that many bytes are there and puts them back: whoever reads next, TLS perhaps, sees them all. */
async function readSome(socket: Socket, atLeast: number): Promise<Buffer> {
  let held = Buffer.alloc(0);
  while (held.length < atLeast) {
    const chunk = await nextChunk(socket);
    if (!chunk) throw new Error('the client left');
    held = Buffer.concat([held, chunk]);
  }
  socket.unshift(held);
  return held;
}

function nextChunk(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((done) => {
    const settle = (chunk: Buffer | undefined): void => {
      socket.off('readable', look);
      socket.off('end', left);
      socket.off('close', left);
      done(chunk);
    };
    const look = (): void => {
      const chunk = socket.read() as Buffer | null;
      if (chunk) settle(chunk);
    };
    const left = (): void => settle(undefined);
    socket.on('readable', look);
    socket.on('end', left);
    socket.on('close', left);
    look();
  });
}

const take = (socket: Socket, bytes: number): void => void socket.read(bytes);
