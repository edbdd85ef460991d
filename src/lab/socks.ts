import { connect, createServer, type Socket } from 'node:net';
import { parseHostname } from '../ir/index.ts';
import type { LoopbackAddress } from '../sim/network/index.ts';
import { codeWithoutRouter } from './clients/index.ts';
import { type Parsed, parseGreeting, parseRequest, type ReplyCode, reply } from './socks-messages.ts';
import { serveOn, type TargetServer } from './targets/target-server.ts';

export interface SocksOptions {
  /** Resolves a name and a port as the workspace does. Throws an error with a code (ENOTFOUND, ECONNREFUSED, EHOSTUNREACH). */
  find(host: string, port: number): LoopbackAddress;
  /** One sentence for each connection that is refused. */
  note?(sentence: string): void;
  /** Time for the two messages of the client, in milliseconds. Default 10000. */
  readonly openingMs?: number;
}

/** Concurrent connections of one SOCKS server. */
const connectionsCap = 1000;
/** A greeting or a request is at most 262 bytes long (RFC 1928). */
const messageCapBytes = 262;
const defaultOpeningMs = 10_000;
/** Time for a refused client to read the reply. */
const lingerMs = 2000;

/**
 * A SOCKS5 server (RFC 1928) on loopback: no authentication, CONNECT only. Names are resolved here, as in the workspace. An address
 * instead of a name is refused, because serverless compute reaches private targets by name only.
 */
export function startSocks(options: SocksOptions): Promise<TargetServer> {
  const server = createServer({ allowHalfOpen: true }, (client) => void open(client, options));
  server.maxConnections = connectionsCap;
  return serveOn(server);
}

async function open(client: Socket, { find, note, openingMs = defaultOpeningMs }: SocksOptions): Promise<void> {
  const deadline = setTimeout(() => client.destroy(), openingMs);
  try {
    const methods = await message(client, parseGreeting);
    if (!methods?.includes(0)) return endWith(client, Buffer.of(5, 0xff));
    client.write(Buffer.of(5, 0));
    const request = await message(client, parseRequest);
    if (!request) return void client.destroy();
    const refuse = (code: ReplyCode, why: string): void => {
      note?.(why);
      endWith(client, reply(code));
    };
    if (request.command !== 1)
      return refuse('command-not-supported', `SOCKS command ${request.command} is not supported`);
    if (request.kind !== 'name')
      return refuse('not-allowed', `${request.host} is an address; connect by name (socks5h)`);
    const host = parseHostname(request.host);
    if (!host) return refuse('host-unreachable', `${JSON.stringify(request.host)} is not a host name`);
    let address: LoopbackAddress;
    try {
      address = find(host, request.port);
    } catch (error) {
      const code = codeWithoutRouter(error);
      return refuse(replyTo(error), `${code ? `${code} ` : ''}${host}:${request.port}: ${(error as Error).message}`);
    }
    join(client, address, () =>
      refuse('connection-refused', `${host}:${request.port} was reset before it was connected`),
    );
  } catch {
    client.destroy(); // the client closed, or did not send SOCKS5
  } finally {
    clearTimeout(deadline);
  }
}

/** Sends the last bytes and closes. A client that does not close in time is cut off. */
function endWith(client: Socket, bytes: Uint8Array): void {
  const timer = setTimeout(() => client.destroy(), lingerMs);
  client.on('close', () => clearTimeout(timer));
  client.resume();
  client.on('end', () => client.destroy());
  client.end(bytes);
}

function join(client: Socket, address: LoopbackAddress, failed: () => void): void {
  const upstream = connect({ ...address, allowHalfOpen: true });
  let up = false;
  upstream.on('connect', () => {
    up = true;
    client.write(reply('succeeded'));
    client.pipe(upstream);
    upstream.pipe(client);
  });
  // A reset on one side resets the other: the client sees the same as in the workspace.
  upstream.on('error', () => (up ? client.resetAndDestroy() : failed()));
  client.on('error', () => upstream.resetAndDestroy());
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => {
    if (up && !client.writableEnded) client.destroy();
  });
}

function replyTo(error: unknown): ReplyCode {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ECONNREFUSED':
      return 'connection-refused';
    case 'ENOTFOUND':
    case 'EHOSTUNREACH':
      return 'host-unreachable';
    default:
      return 'failure';
  }
}

/** Reads one message and leaves what follows it in the socket. Undefined: not SOCKS5. Throws when the client closes. */
async function message<T>(client: Socket, parse: (bytes: Buffer) => Parsed<T>): Promise<T | undefined> {
  let held = Buffer.alloc(0);
  for (;;) {
    const chunk = await nextChunk(client);
    held = Buffer.concat([held, chunk]);
    const parsed = parse(held);
    if (parsed === 'bad' || (parsed === 'more' && held.length > messageCapBytes)) return undefined;
    if (parsed === 'more') continue;
    if (held.length > parsed.bytes) client.unshift(held.subarray(parsed.bytes));
    return parsed.value;
  }
}

function nextChunk(client: Socket): Promise<Buffer> {
  return new Promise((done, failed) => {
    const left = (): void => settle(undefined);
    const look = (): void => {
      const chunk = client.read() as Buffer | null;
      if (chunk) settle(chunk);
    };
    const settle = (chunk: Buffer | undefined): void => {
      client.off('readable', look).off('end', left).off('close', left);
      if (chunk) done(chunk);
      else failed(new Error('the client closed the connection'));
    };
    client.on('readable', look).on('end', left).on('close', left);
    look();
  });
}
