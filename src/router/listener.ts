import { createServer, type Server, type Socket } from 'node:net';
import type { RouterListener } from '../ir/index.ts';
import type { RouteTable } from '../routing/index.ts';
import { type ListenerCounts, noCounts } from './metrics.ts';
import type { HostPort } from './options.ts';
import { reset } from './socket-ends.ts';
import type { LiveUpstream } from './upstreams/upstream.ts';

/** A listener's routes and where they lead: one object, so that a reload swaps both at once. */
export interface ActiveRoutes {
  readonly table: RouteTable;
  readonly upstreams: ReadonlyMap<string, LiveUpstream>;
}

export interface BindOptions extends HostPort {
  readonly reusePort: boolean;
  /** A quiet connection is probed after this many milliseconds. */
  readonly keepaliveMs: number;
  /** One sentence for the operator. */
  readonly note: (sentence: string) => void;
}

/** One router listener while the engine runs. */
export class LiveListener {
  readonly key: string;
  /** Replaced by a reload. */
  routes: ActiveRoutes;
  readonly counts: ListenerCounts = noCounts();
  /** Connections in their opening. */
  opening = 0;
  /** Connections in all. */
  open = 0;
  readonly #server: Server;
  readonly #bound: HostPort;

  private constructor(routes: ActiveRoutes, server: Server, bound: HostPort) {
    this.key = routes.table.listener.key;
    this.routes = routes;
    this.#server = server;
    this.#bound = bound;
  }

  /** Where it is bound. */
  get address(): HostPort {
    return this.#bound;
  }

  get listener(): RouterListener {
    return this.routes.table.listener;
  }

  /**
   * Binds and begins to take connections. Rejects with the system's error (`EADDRINUSE`, `EACCES`).
   *
   * @param take Takes a connection over, or says no to one that is over a limit of the engine: that is closed at once.
   */
  static bind(
    routes: ActiveRoutes,
    { host, port, reusePort, keepaliveMs, note }: BindOptions,
    take: (listener: LiveListener, socket: Socket) => boolean,
  ): Promise<LiveListener> {
    return new Promise((resolve, reject) => {
      let live: LiveListener | undefined;
      const server = createServer(
        {
          allowHalfOpen: true,
          noDelay: true,
          keepAlive: true,
          keepAliveInitialDelay: keepaliveMs,
        },
        (socket) => {
          if (!live || !take(live, socket)) reset(socket);
        },
      );
      server.once('error', reject);
      server.listen({ host, port, reusePort, backlog: 4096 }, () => {
        server.off('error', reject);
        server.on('error', (error) => note(`listener ${routes.table.listener.key}: ${error.message}`));
        const bound = server.address();
        live = new LiveListener(
          routes,
          server,
          bound && typeof bound === 'object' ? { host: bound.address, port: bound.port } : { host, port },
        );
        resolve(live);
      });
    });
  }

  /** A plan without it has come: it takes no connection, and its routes are outdated. */
  get isClosed(): boolean {
    return !this.#server.listening;
  }

  /** Takes no new connection; the present ones stay. */
  stopAccepting(): void {
    if (this.#server.listening) this.#server.close();
  }
}
