import type { TLSSocket } from 'node:tls';
import type { Refusal } from '../../diagnostics/index.ts';
import type { IpAddress } from '../../ir/index.ts';
import type { RouterLimits } from '../router-limits.ts';
import type { LiveUpstream } from '../upstreams/upstream.ts';
import { UpstreamConnection, type UpstreamOwner } from './upstream-connection.ts';
import type { UpstreamHandshake, UpstreamTls } from './upstream-tls.ts';

const http1: readonly string[] = ['http/1.1'];

export interface UpstreamPoolOptions {
  readonly tls: UpstreamTls;
  readonly limits: Pick<RouterLimits, 'dialMs' | 'restingPerUpstream' | 'restMs'>;
  readonly now: () => number;
}

/** Where a connection is to lead, and for whom. */
export interface Wanted {
  readonly live: LiveUpstream;
  readonly group: string;
}

export type Dialled =
  | { readonly is: 'connected'; readonly connection: UpstreamConnection }
  | { readonly is: 'refused'; readonly refusal: Refusal };

/** TLS with an upstream, before anything is said in it. It counts as a connection of its upstream. */
export interface Secured {
  readonly is: 'secure';
  readonly socket: TLSSocket;
  readonly live: LiveUpstream;
  readonly address: IpAddress;
  /** It is over and counts no more. Once. */
  readonly lost: () => void;
}

export type SecureResult = Secured | Extract<UpstreamHandshake, { readonly is: 'refused' }>;

/** A dial under way; its result is not wanted any more after `cancel`. */
export interface PendingConnection {
  readonly cancel: () => void;
}

/**
 * Connections to upstreams that rest between exchanges. The one that rested the shortest is taken first, so that the others
 * can go; all count as connections of their upstream. They are kept apart by group: what one group left behind in a
 * connection, such as the answer to a request that nobody saw, reaches no other.
 */
export class UpstreamPool {
  readonly #options: UpstreamPoolOptions;
  readonly #resting = new Map<LiveUpstream, Map<string, UpstreamConnection[]>>();
  readonly #pending = new Set<PendingConnection>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: UpstreamPoolOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.sweep(), Math.max(1000, options.limits.restMs / 4));
    this.#timer.unref();
  }

  /** A connection that rested no longer than this, or undefined. */
  take({ live, group }: Wanted, owner: UpstreamOwner, restedAtMostMs: number): UpstreamConnection | undefined {
    const stack = this.#resting.get(live)?.get(group);
    for (let one = stack?.pop(); one; one = stack?.pop()) {
      const rested = this.#options.now() - (one.restedMs ?? 0);
      if (one.isUsable && rested <= Math.min(restedAtMostMs, this.#options.limits.restMs)) {
        one.owner = owner;
        return one;
      }
      if (!one.isUsable || rested > this.#options.limits.restMs) one.destroy();
      else {
        stack?.push(one); // those below it rested longer still
        return undefined;
      }
    }
    return undefined;
  }

  /** Opens another one. Calls `done` once, unless cancelled. */
  dial({ live, group }: Wanted, owner: UpstreamOwner, done: (dialled: Dialled) => void): PendingConnection {
    return this.secure(live, http1, (result) => {
      if (result.is === 'refused') {
        done(result);
        return;
      }
      const connection = this.#connectionOf(result, group);
      connection.owner = owner;
      done({ is: 'connected', connection });
    });
  }

  /** Opens TLS with an upstream, and offers these protocols in it. Calls `done` once, unless cancelled. */
  secure(live: LiveUpstream, alpn: readonly string[], done: (result: SecureResult) => void): PendingConnection {
    if (live.open >= live.limit) this.#makeRoom(live);
    const refusal = live.refusal();
    if (refusal) {
      done({ is: 'refused', refusal });
      return { cancel: () => {} };
    }
    live.open += 1;
    let isCancelled = false;
    let isConnecting = true;
    const pending = {
      cancel: () => {
        this.#pending.delete(pending);
        if (isCancelled) return;
        isCancelled = true;
        if (!isConnecting) return; // the handshake counts until it is over
        dialling.cancel();
        lost();
      },
    };
    const end = (result: SecureResult): void => {
      this.#pending.delete(pending);
      if (result.is === 'refused' || isCancelled) lost();
      if (!isCancelled) done(result);
      else if (result.is === 'secure') result.socket.destroy();
    };
    const lost = (): void => {
      live.open -= 1;
    };
    this.#pending.add(pending);
    const dialling = live.connect((result) => {
      isConnecting = false;
      if (result.is === 'refused') {
        end({ is: 'refused', refusal: { code: result.code, why: result.why } });
        return;
      }
      const { socket, address } = result;
      socket.on('error', ignore);
      const options = { alpn, deadlineMs: this.#options.limits.dialMs };
      void this.#options.tls.secure(socket, live.plan, options).then((shaken) => {
        end(shaken.is === 'refused' ? shaken : { ...shaken, live, address, lost });
      });
    });
    return pending;
  }

  /** Takes what nothing was said in yet. */
  adopt(secured: Secured, group: string): void {
    this.rest(this.#connectionOf(secured, group));
  }

  /** Takes a connection back whose exchange has ended well. */
  rest(connection: UpstreamConnection): void {
    connection.owner = undefined;
    const { live, group, socket } = connection;
    const groups = this.#resting.get(live) ?? new Map<string, UpstreamConnection[]>();
    const stack = groups.get(group) ?? [];
    if (!connection.isUsable || stack.length >= this.#options.limits.restingPerUpstream) {
      connection.destroy();
      return;
    }
    connection.restedMs = this.#options.now();
    stack.push(connection);
    groups.set(group, stack);
    this.#resting.set(live, groups);
    if (socket.isPaused()) socket.resume();
  }

  /** Closes what rested too long. */
  sweep(): void {
    const { now, limits } = this.#options;
    const since = now() - limits.restMs;
    this.#closeWhere((connection) => (connection.restedMs ?? 0) < since);
  }

  /** The upstream leads elsewhere, or is gone. */
  forget(live: LiveUpstream): void {
    this.#closeWhere((connection) => connection.live === live);
  }

  /** The upstream's name has these addresses now. */
  moved(live: LiveUpstream, addresses: readonly IpAddress[]): void {
    this.#closeWhere((connection) => connection.live === live && !addresses.includes(connection.address));
  }

  close(): void {
    clearInterval(this.#timer);
    for (const pending of [...this.#pending]) pending.cancel();
    this.#closeWhere(() => true);
  }

  #connectionOf({ socket, live, address, lost }: Secured, group: string): UpstreamConnection {
    return new UpstreamConnection(socket, { live, address, group }, (gone) => {
      lost();
      this.#remove(gone);
    });
  }

  #makeRoom(live: LiveUpstream): void {
    for (const stack of this.#resting.get(live)?.values() ?? []) {
      const [oldest] = stack;
      if (oldest) {
        oldest.destroy();
        return;
      }
    }
  }

  #closeWhere(is: (connection: UpstreamConnection) => boolean): void {
    const all = [...this.#resting.values()].flatMap((groups) => [...groups.values()].flat());
    for (const connection of all) if (is(connection)) connection.destroy();
  }

  #remove(gone: UpstreamConnection): void {
    const groups = this.#resting.get(gone.live);
    const stack = groups?.get(gone.group);
    const at = stack?.indexOf(gone) ?? -1;
    if (!groups || !stack || at < 0) return;
    stack.splice(at, 1);
    if (stack.length === 0) groups.delete(gone.group);
    if (groups.size === 0) this.#resting.delete(gone.live);
  }
}

const ignore = (): void => {};
