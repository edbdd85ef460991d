import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { EndpointId, IpAddress } from '../../src/ir/index.ts';
import { sslRequest } from '../../src/router/protocols/postgres/index.ts';
import { proxyHeader } from '../../src/sim/network/proxy-header.ts';

export interface Place {
  readonly host: string;
  readonly port: number;
}

/** The header that a load balancer puts before what comes through this endpoint. */
export const headerOf = (endpoint?: string): Uint8Array =>
  proxyHeader(
    { address: '10.9.8.7' as IpAddress, port: 40_000 },
    { address: '10.40.0.5' as IpAddress, port: 443 },
    endpoint as EndpointId | undefined,
  );

/** A header without addresses (command LOCAL): the load balancer speaks for itself. */
export const localHeader = Uint8Array.from(Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex'));

/** A TCP connection that has sent `opening`. Rejects when it cannot connect. */
export function dialTo(place: Place, ...opening: readonly (Uint8Array | string | undefined)[]): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...place, noDelay: true, allowHalfOpen: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      for (const bytes of opening) if (bytes !== undefined && bytes.length > 0) socket.write(bytes);
      resolve(socket);
    });
  });
}

/** Everything until the other side ends or breaks. */
export function readAll(socket: Socket): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    const end = (): void => {
      socket.destroy();
      resolve(Buffer.concat(chunks));
    };
    socket.once('end', end);
    socket.once('close', end);
    socket.on('error', () => {});
  });
}

/** Reads until the text ends with `end`, or the connection is over. */
export function readUntil(socket: Socket, end: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const done = (): void => {
      socket.off('data', onData);
      socket.off('end', done);
      socket.off('close', done);
      socket.pause();
      resolve(text);
    };
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (text.endsWith(end)) done();
    };
    socket.on('data', onData);
    socket.once('end', done);
    socket.once('close', done);
    if (socket.destroyed || socket.readableEnded) done();
    else socket.resume();
  });
}

/** `OpenSSL` names alerts by number in its message. */
const alertNames: Readonly<Record<string, string>> = {
  '10': 'unexpected_message',
  '49': 'access_denied',
  '80': 'internal_error',
  '90': 'user_canceled',
  '112': 'unrecognized_name',
};

export interface TlsWish {
  /** Absent: no SNI. */
  readonly name?: string;
  readonly alpn?: readonly string[];
}

/** TLS over a connection; the answer is the socket, or `alert: …` or `broke: …`. */
export function shakeHands(socket: Socket, wish: TlsWish): Promise<TLSSocket | string> {
  return new Promise((resolve) => {
    const tls = connectTls({
      socket,
      ...(wish.name !== undefined && { servername: wish.name }),
      ...(wish.alpn && { ALPNProtocols: [...wish.alpn] }),
      rejectUnauthorized: false,
    });
    tls.once('secureConnect', () => resolve(tls));
    tls.on('error', (error: NodeJS.ErrnoException) => {
      const number = /alert number (\d+)/i.exec(error.message)?.[1];
      resolve(number ? `alert: ${alertNames[number] ?? number}` : `broke: ${error.code ?? error.message}`);
    });
    tls.once('close', () => resolve('broke: closed'));
    // A connection that ends before TLS begins is only reported on the socket itself.
    socket.once('close', () => resolve('broke: closed'));
    if (socket.destroyed) resolve('broke: closed');
  });
}

/**
 * Who answers a TLS client that asks for a name: the backend that says so and whose certificate says so, or the
 * refusal.
 */
export async function whoAnswers(place: Place, wish: TlsWish & { readonly header?: Uint8Array }): Promise<string> {
  const socket = await dialTo(place, wish.header);
  try {
    return await nameOf(await shakeHands(socket, wish));
  } finally {
    socket.destroy();
  }
}

async function nameOf(tls: TLSSocket | string): Promise<string> {
  if (typeof tls === 'string') return tls;
  const said = /^I am (.*)\n$/.exec(await readUntil(tls, '\n'))?.[1];
  const certified = tls.getPeerCertificate().subject?.CN;
  return said !== undefined && said === certified ? said : `torn: ${said} with the certificate of ${certified}`;
}

/** The same over Postgres: SSLRequest, one byte, TLS. A refusal before TLS gives `error: SQLSTATE message`. */
export async function whoAnswersPostgres(
  place: Place,
  wish: TlsWish & { readonly header?: Uint8Array; readonly first?: Uint8Array },
): Promise<string> {
  const socket = await dialTo(place, wish.header, wish.first ?? sslRequest);
  try {
    const answer = await readUntil(socket, '');
    if (answer === 'N' && wish.first) {
      socket.write(sslRequest);
      const second = await readUntil(socket, '');
      return second === 'S' ? await nameOf(await shakeHands(socket, wish)) : describeError(second);
    }
    if (answer !== 'S') return describeError(answer);
    return await nameOf(await shakeHands(socket, wish));
  } finally {
    socket.destroy();
  }
}

/** `error: 28000 LG_…: …` from an ErrorResponse; other text as it is. */
function describeError(text: string): string {
  if (!text.startsWith('E')) return text === '' ? 'closed' : text.trim();
  const fields = new Map(
    text
      .slice(5)
      .split('\0')
      .filter((field) => field !== '')
      .map((field) => [field[0], field.slice(1)]),
  );
  return `error: ${fields.get('C')} ${fields.get('M')}`;
}

/** TLS up to the backend's greeting: the name of who answered, with the connection kept open. */
export async function stayWith(
  place: Place,
  wish: TlsWish & { readonly header?: Uint8Array },
): Promise<{ readonly who: string; readonly tls: TLSSocket; readonly socket: Socket }> {
  const socket = await dialTo(place, wish.header);
  const tls = await shakeHands(socket, wish);
  if (typeof tls === 'string') throw new Error(`refused: ${tls}`);
  const who = /^I am (.*)\n$/.exec(await readUntil(tls, '\n'))?.[1] ?? 'nobody';
  return { who, tls, socket };
}

/** What comes back for a line on an open connection to a backend; empty when it is over. */
export async function echo(tls: TLSSocket | Socket, line: string): Promise<string> {
  tls.write(`${line}\n`);
  return (await readUntil(tls, '\n')).trim();
}
