import { Socket } from 'node:net';
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { codes, type RefusalCode, refusalCodes } from '../../diagnostics/index.ts';
import type { Hostname, Port } from '../../ir/index.ts';
import type { LoopbackAddress } from '../../sim/network/index.ts';

/** What a client in a workspace is to connect to. */
export interface ConnectionAttempt {
  readonly host: Hostname;
  readonly port: Port;
  /** The lab's CA as PEM: the only thing that clients trust. */
  readonly ca: string;
  /** What some clients must send besides the host name, such as the Oracle service: the target's name in the spec. */
  readonly service: string;
  /** A path that the target's `paths` allow. */
  readonly path: string;
  /** Makes a new socket of the workspace. */
  socket(): WorkspaceSocket;
}

/** What the client received, in its own protocol. */
export type ClientResult =
  | {
      readonly is: 'answer';
      /** The target that answers, according to the answer. */
      readonly server: string;
      /** The target that answers, according to the certificate. Absent without TLS. */
      readonly certificate?: string;
      /** Of HTTP. */
      readonly status?: number;
    }
  | {
      readonly is: 'refusal';
      readonly how: string;
      readonly code?: RefusalCode;
      /** Of HTTP. Absent: there was no answer. */
      readonly status?: number;
    }
  /** Neither an answer nor a refusal arrived in time. */
  | { readonly is: 'nothing'; readonly how: string };

/** A client of one target type: connects, asks for the name of the server, disconnects. Throws what the library throws. */
export type Client = (attempt: ConnectionAttempt) => Promise<ClientResult>;

/** Resolves a name and a port as the workspace does. Throws ENOTFOUND, ECONNREFUSED or EHOSTUNREACH. */
export type Find = (host: string, port: number) => LoopbackAddress;

/** A socket as in a program of the workspace: `connect(port, host)` resolves names with the workspace's DNS. */
export class WorkspaceSocket extends Socket {
  readonly #find: Find;
  /** The local port, once connected: it identifies the connection in the router's log. */
  clientPort: number | undefined;

  constructor(find: Find) {
    super();
    this.#find = find;
    this.once('connect', () => {
      this.clientPort = this.localPort;
    });
    this.on('error', () => undefined); // libraries listen too; a reset after the last listener has gone must not end the lab
  }

  override connect(...given: readonly unknown[]): this {
    const [port, host] = given;
    try {
      super.connect(this.#find(String(host), Number(port)));
    } catch (error) {
      process.nextTick(() => this.destroy(error as Error));
    }
    return this;
  }
}

/** A TLS client that verifies the name against the lab's CA. `certificate` is the target that the certificate names. */
export async function connectTls(
  attempt: ConnectionAttempt,
): Promise<{ readonly socket: TLSSocket; readonly certificate?: string }> {
  const raw = attempt.socket();
  raw.connect(attempt.port, attempt.host);
  const socket = connect({ socket: raw, servername: attempt.host, ca: attempt.ca });
  await new Promise<void>((done, failed) => {
    socket.once('secureConnect', done);
    socket.once('error', failed);
    socket.once('close', () => failed(new Error('closed during the TLS handshake')));
  });
  socket.on('error', () => socket.destroy());
  return { socket, ...targetInCertificate(socket.getPeerCertificate()) };
}

/** The target that a lab certificate names. */
export function targetInCertificate(certificate: PeerCertificate): { readonly certificate?: string } {
  const unit = certificate.subject?.OU;
  return typeof unit === 'string' ? { certificate: unit } : {};
}

/** For libraries with a `checkServerIdentity` option: verifies the name as usual and keeps the target that the certificate names. */
export function certificateRecorder(): {
  readonly seen: { certificate?: string };
  check(host: string, certificate: PeerCertificate): Error | undefined;
} {
  const seen: { certificate?: string } = {};
  return {
    seen,
    check(host, certificate) {
      Object.assign(seen, targetInCertificate(certificate));
      return checkServerIdentity(host, certificate);
    },
  };
}

/** Waits for the first bytes that `enough` takes. Bounded: at most `answerCapBytes`. */
export function read<T>(socket: Socket, enough: (bytes: Buffer) => T | undefined): Promise<T> {
  return new Promise((done, failed) => {
    let held = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk]);
      const found = enough(held);
      if (found !== undefined) done(found);
      else if (held.length > answerCapBytes) failed(new Error('the answer is too long'));
    });
    socket.once('error', failed);
    socket.once('close', () => failed(new Error('closed without an answer')));
  });
}

const answerCapBytes = 65_536;

/** The result of a failed call: how it failed, and the refusal code if the client can tell it. */
export function resultOfError(error: unknown): ClientResult {
  const { code, message } = error as NodeJS.ErrnoException;
  const told = codeIn(message ?? '');
  const alert = alertIn(code ?? '', message ?? '');
  if (alert) return { is: 'refusal', how: `TLS alert ${alert}` };
  const how = told ? message : code && !message.startsWith(code) ? `${code} ${message}` : message;
  const known = told ?? codeWithoutRouter(error);
  return { is: 'refusal', how: oneLine(how), ...(known ? { code: known } : {}) };
}

/** The alert that ended a TLS connection. Node reports it in two ways: on a read, or (EPROTO) on a write. */
function alertIn(code: string, message: string): string | undefined {
  const reading = /^ERR_SSL_(?:TLSV1|SSLV3|TLSV13)_(?:ALERT_)?(.+)$/.exec(code)?.[1];
  const writing = /:(?:tlsv1|sslv3|tlsv13) (?:alert )?([a-z ]+):.*SSL alert number/.exec(message)?.[1];
  return (reading ?? writing)?.toLowerCase().replaceAll(' ', '_');
}

/** The code of a refusal without a router: the name does not resolve, or the load balancer has no such port. */
export function codeWithoutRouter(error: unknown): RefusalCode | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? undefined : withoutRouter[code];
}

const withoutRouter: Readonly<Record<string, RefusalCode>> = {
  ENOTFOUND: 'LG_NO_RULE',
  ECONNREFUSED: 'LG_NO_LISTENER',
};

/** The refusal code in an answer. */
export function codeIn(text: string): RefusalCode | undefined {
  const found = /\bLG_[A-Z0-9_]+\b/.exec(text)?.[0];
  return found && Object.hasOwn(codes, found) && Object.hasOwn(refusalCodes, found)
    ? (found as RefusalCode)
    : undefined;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 300);
