import { type ClientHttp2Session, connect } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Refusal } from '../../../diagnostics/index.ts';
import type { IpAddress } from '../../../ir/index.ts';
import type { FlowUpstream } from '../../flows/recorder.ts';
import { flowUpstreamOf } from '../../inspect/flow-upstream.ts';
import type { PendingConnection, Secured, UpstreamPool } from '../../inspect/upstream-pool.ts';
import type { UpstreamProtocols } from '../../inspect/upstream-protocols.ts';
import type { LiveUpstream } from '../../upstreams/upstream.ts';
import { sessionOptions, widen } from './session-options.ts';

/** Who waits for a session to be open. Told once. */
export interface SessionWaiter {
  onSession(session: ClientHttp2Session): void;
  onUnreachable(refusal: Refusal): void;
}

/** Who has a stream in a session. */
export interface SessionUser {
  /** The server sends no more: what is not whole will never be. */
  onServerEnd(): void;
}

export interface UpstreamSessionOptions {
  readonly live: LiveUpstream;
  readonly pool: UpstreamPool;
  readonly protocols: UpstreamProtocols;
  /** A connection in which nothing was said yet. */
  readonly opened?: Secured;
  /** Time for the server's SETTINGS, in milliseconds. */
  readonly settingsMs: number;
  /** Time that the server gets to close a connection whose last stream has ended, in milliseconds. */
  readonly lingerMs: number;
  /** Its SETTINGS have come. */
  readonly onOpen: (session: UpstreamSession) => void;
  /** It takes no further request; what is under way may go on. Once. */
  readonly onGone: (session: UpstreamSession) => void;
  /** Nothing is left of it. Once, and after `onGone`. */
  readonly onClosed: (session: UpstreamSession) => void;
}

/**
 * One HTTP/2 connection to an upstream, for the requests of one client connection: limits, GOAWAY and identity of one client
 * reach no other.
 */
export class UpstreamSession {
  readonly live: LiveUpstream;
  readonly #options: UpstreamSessionOptions;
  readonly #waiting = new Set<SessionWaiter>();
  readonly #users = new Set<SessionUser>();
  #dialling: PendingConnection | undefined;
  #settingsTimer: NodeJS.Timeout | undefined;
  #socket: TLSSocket | undefined;
  #session: ClientHttp2Session | undefined;
  #address: IpAddress | undefined;
  #flowUpstream: FlowUpstream | undefined;
  #hadStreams = false;
  #isOpen = false;
  #isGone = false;
  /** Why no request goes this way, once it is closed. */
  #refusal: Refusal | undefined;

  constructor(options: UpstreamSessionOptions) {
    this.#options = options;
    const { live, pool, opened } = options;
    this.live = live;
    if (opened && !opened.socket.destroyed) {
      this.#begin(opened);
      return;
    }
    opened?.lost();
    let isDone = false;
    const dialling = pool.secure(live, ['h2'], (result) => {
      isDone = true;
      this.#dialling = undefined;
      if (result.is === 'secure') this.#begin(result);
      else {
        if (result.noProtocol) options.protocols.forget(live);
        this.destroy(result.refusal);
      }
    });
    if (!isDone) this.#dialling = dialling;
  }

  /** It takes no further request. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** The address that it is connected to. */
  get address(): IpAddress | undefined {
    return this.#address;
  }

  /** Whether the server takes WebSockets over HTTP/2; known once it is open. */
  get takesWebsockets(): boolean {
    return this.#isOpen && this.#session?.remoteSettings.enableConnectProtocol === true;
  }

  /** Calls one method of the waiter, at once if it is known which. */
  wait(waiter: SessionWaiter): void {
    if (this.#refusal) waiter.onUnreachable(this.#refusal);
    else if (this.#isOpen && this.#session) waiter.onSession(this.#session);
    else this.#waiting.add(waiter);
  }

  leave(waiter: SessionWaiter): void {
    this.#waiting.delete(waiter);
  }

  /** What records say of it; known once it is open. */
  get flowUpstream(): FlowUpstream | undefined {
    return this.#flowUpstream;
  }

  /** Whether it had streams before. */
  streamBegun(user: SessionUser): boolean {
    this.#users.add(user);
    const hadStreams = this.#hadStreams;
    this.#hadStreams = true;
    return hadStreams;
  }

  streamDone(user: SessionUser): void {
    this.#users.delete(user);
    if (this.#isGone && this.#users.size === 0) this.#linger();
  }

  /** Takes no further request, and ends behind the last one. */
  close(): void {
    if (!this.#isOpen || !this.#session) {
      this.destroy({ code: 'LG_DRAINING', why: 'a reload has given the name another upstream; ask again' });
      return;
    }
    this.#gone();
    if (!this.#session.closed) this.#session.close();
    if (this.#users.size === 0) this.#linger();
  }

  /** Ends now; who still waits is told why. */
  destroy(refusal: Refusal = { code: 'LG_UPSTREAM_REFUSED', why: 'the connection to the server was closed' }): void {
    if (this.#refusal) return;
    this.#refusal = refusal;
    this.#gone();
    clearTimeout(this.#settingsTimer);
    this.#dialling?.cancel();
    this.#dialling = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    this.#session?.destroy();
    if (this.#socket) this.#socket.destroy();
    else this.#options.onClosed(this);
    for (const waiter of waiting) waiter.onUnreachable(refusal);
  }

  #begin({ socket, live, address, lost }: Secured): void {
    socket.once('close', () => {
      lost();
      this.#options.onClosed(this);
    });
    this.#socket = socket;
    this.#address = address;
    this.#flowUpstream = flowUpstreamOf(socket, live, address);
    if (socket.alpnProtocol !== 'h2') {
      this.#options.protocols.forget(live);
      this.destroy({
        code: 'LG_UPSTREAM_REFUSED',
        why: `${live.plan.host} does not speak HTTP/2 any more; connect again`,
      });
      return;
    }
    const session = connect(`https://${live.plan.host}`, {
      ...sessionOptions.upstream,
      createConnection: () => socket,
    });
    this.#session = session;
    session.on('error', ignore);
    widen(session);
    session.once('remoteSettings', () => {
      clearTimeout(this.#settingsTimer);
      this.#isOpen = true;
      this.#options.onOpen(this);
      for (const waiter of this.#waiting) waiter.onSession(session);
      this.#waiting.clear();
    });
    session.once('goaway', () => this.#gone());
    // Half-open connections have no place in HTTP/2; what was read is still passed on.
    socket.once('end', () => {
      this.close();
      for (const user of [...this.#users]) user.onServerEnd();
    });
    session.once('close', () => {
      clearTimeout(this.#settingsTimer);
      this.destroy({ code: 'LG_UPSTREAM_REFUSED', why: `${live.plan.host} closed the HTTP/2 connection` });
    });
    const { settingsMs } = this.#options;
    this.#settingsTimer = setTimeout(() => {
      const why = `${live.plan.host} sent no SETTINGS within ${settingsMs} ms`;
      this.destroy({ code: 'LG_UPSTREAM_TIMEOUT', why });
    }, settingsMs);
  }

  #gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#options.onGone(this);
  }

  #linger(): void {
    setTimeout(() => this.#socket?.destroy(), this.#options.lingerMs).unref();
  }
}

const ignore = (): void => {};
