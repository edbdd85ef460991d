import type { TLSSocket } from 'node:tls';
import type { Refusal } from '../../../diagnostics/index.ts';
import type { IpAddress } from '../../../ir/index.ts';
import type { UpstreamConnection, UpstreamOwner } from '../../inspect/upstream-connection.ts';
import type { PendingConnection, UpstreamPool, Wanted } from '../../inspect/upstream-pool.ts';
import type { RequestHead } from '../../protocols/http/index.ts';
import type { LiveUpstream } from '../../upstreams/upstream.ts';

/** Who makes the exchanges. */
export interface ExchangeOwner extends UpstreamOwner {
  /** No connection could be opened. */
  onUnreachable(refusal: Refusal): void;
  /** This connection carries the exchange: called before anything is sent on it. */
  onConnected(connection: UpstreamConnection): void;
  /** What waited for a connection is sent; more may come. */
  onReached(): void;
}

export interface UpstreamSideOptions {
  readonly pool: UpstreamPool;
  readonly restUnrepeatableMs: number;
  /** Told how many bytes more wait for a slow server. */
  readonly buffers: (bytes: number) => void;
}

/** What may be sent twice: a server that has done it once does no more at the second time. @see RFC 9110 section 9.2.2 */
const repeatable: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE'];

/**
 * The upstream's side of one client's exchanges: finds a connection for each request, and gives it back. Holds what is sent
 * before there is a connection: the caller sends no more once it was told to wait.
 */
export class UpstreamSide {
  readonly #pool: UpstreamPool;
  readonly #restUnrepeatableMs: number;
  readonly #owner: ExchangeOwner;
  readonly #buffers: (bytes: number) => void;
  #waiting = 0;
  #wanted: Wanted | undefined;
  #connection: UpstreamConnection | undefined;
  /** It knows who its user is (NTLM, Negotiate), and so stays with this client. */
  #pinned: UpstreamConnection | undefined;
  /** It carries no exchanges any more, but belongs to this client. */
  #released: UpstreamConnection | undefined;
  #dialling: PendingConnection | undefined;
  #queued: Uint8Array[] = [];
  /** The request as sent on a connection that had rested; sent again, once, if the server had closed it. */
  #again: Uint8Array | undefined;

  constructor({ pool, restUnrepeatableMs, buffers }: UpstreamSideOptions, owner: ExchangeOwner) {
    this.#pool = pool;
    this.#restUnrepeatableMs = restUnrepeatableMs;
    this.#buffers = buffers;
    this.#owner = owner;
  }

  /** Sends the head of a request: on the pinned connection, one that rests, or a new one. False: wait before more is sent. */
  begin(wanted: Wanted, head: RequestHead, sent: Uint8Array): boolean {
    this.#wanted = wanted;
    const isRepeatable = repeatable.includes(head.method) && head.framing.by === 'none';
    const pinned = this.#pinned;
    if (pinned?.isUsable && pinned.live === wanted.live && pinned.group === wanted.group) {
      pinned.owner = this.#owner;
      this.#connection = pinned;
      this.#owner.onConnected(pinned);
      return this.send(sent);
    }
    const atMostMs = isRepeatable ? Number.POSITIVE_INFINITY : this.#restUnrepeatableMs;
    const resting = this.#pool.take(wanted, this.#owner, atMostMs);
    if (!resting) {
      this.#dial(wanted, sent);
      return this.#connection !== undefined;
    }
    this.#connection = resting;
    this.#owner.onConnected(resting);
    if (isRepeatable) this.#again = sent;
    return this.send(sent);
  }

  /** False: wait until it drains, or is reached. */
  send(bytes: Uint8Array): boolean {
    if (!this.#connection) {
      this.#queued.push(bytes);
      this.#count(this.#waiting + bytes.length);
      return false;
    }
    const { socket } = this.#connection;
    const goesOn = socket.write(bytes);
    if (!goesOn) this.#count(socket.writableLength);
    return goesOn;
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  /** What waited has gone out. */
  drained(): void {
    this.#count(0);
  }

  /** Whether something of this client is with a server at an address that its upstream no longer has. */
  isElsewhere(live: LiveUpstream, addresses: readonly IpAddress[]): boolean {
    return [this.#connection, this.#pinned, this.#released].some(
      (one) => one?.live === live && !addresses.includes(one.address),
    );
  }

  #count(waiting: number): void {
    if (waiting !== this.#waiting) this.#buffers(waiting - this.#waiting);
    this.#waiting = waiting;
  }

  /** Something of the answer has come, or more was sent: the request cannot be sent again. */
  committed(): void {
    this.#again = undefined;
  }

  /** Sends the request again on a new connection, where it can be: nothing of it was done. */
  retry(): boolean {
    const [again, wanted] = [this.#again, this.#wanted];
    if (!again || !wanted) return false;
    this.#again = undefined;
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#dial(wanted, again);
    return true;
  }

  /** The present connection belongs to this client from now on. */
  pin(): void {
    this.#pinned = this.#connection;
  }

  pause(): void {
    this.#connection?.socket.pause();
  }

  resume(): void {
    this.#connection?.socket.resume();
  }

  /** Gives the connection of an exchange back, or keeps it, or closes it. */
  leave(isReusable: boolean): void {
    this.#count(0);
    const connection = this.#connection;
    this.#connection = undefined;
    this.#again = undefined;
    if (!connection) return;
    if (!isReusable || !connection.isUsable) {
      if (this.#pinned === connection) this.#pinned = undefined;
      connection.destroy();
    } else if (this.#pinned === connection) {
      connection.owner = undefined; // it has nothing to say until it is asked again
      connection.socket.resume();
    } else this.#pool.rest(connection);
  }

  /** Takes the connection out of all exchanges. */
  release(): TLSSocket | undefined {
    const socket = this.#connection?.release();
    this.#released = this.#connection;
    this.#count(0);
    if (this.#pinned === this.#connection) this.#pinned = undefined;
    this.#connection = undefined;
    return socket;
  }

  /** Closes everything. */
  drop(): void {
    this.#count(0);
    this.#dialling?.cancel();
    this.#dialling = undefined;
    this.#queued = [];
    this.#connection?.destroy();
    this.#pinned?.destroy();
    this.#connection = undefined;
    this.#pinned = undefined;
    this.#again = undefined;
  }

  #dial(wanted: Wanted, first: Uint8Array): void {
    this.#queued = [first];
    let isDone = false;
    const dialling = this.#pool.dial(wanted, this.#owner, (dialled) => {
      isDone = true;
      this.#dialling = undefined;
      if (dialled.is === 'refused') {
        this.#owner.onUnreachable(dialled.refusal);
        return;
      }
      this.#connection = dialled.connection;
      this.#owner.onConnected(dialled.connection);
      let goesOn = true;
      for (const bytes of this.#queued.splice(0)) goesOn = dialled.connection.socket.write(bytes);
      this.#count(goesOn ? 0 : dialled.connection.socket.writableLength);
      if (goesOn) this.#owner.onReached();
    });
    if (!isDone) this.#dialling = dialling;
  }
}
