import type { Connection } from './connection.ts';
import type { RouterLimits } from './limits.ts';

/** A look at all connections costs little, so it need not be exact: at least this often, in milliseconds. */
const coarsestMs = 60_000;
const finestMs = 1000;

/**
 * Closes connections that carried nothing for too long. One timer for all of them instead of one for each: an idle
 * connection then costs no memory for a timer, and a busy one no work.
 */
export class Sweep {
  readonly #timer: NodeJS.Timeout;

  constructor(connections: ReadonlySet<Connection>, limits: RouterLimits, now: () => number) {
    const every = Math.max(finestMs, Math.min(coarsestMs, Math.min(limits.idleMs, limits.halfClosedMs) / 4));
    this.#timer = setInterval(() => {
      for (const connection of connections) look(connection, limits, now());
    }, every);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function look(connection: Connection, limits: RouterLimits, now: number): void {
  const { client, upstream } = connection;
  if (!connection.wasCarried || !upstream) return; // openings have a deadline of their own
  const bytes = client.bytesRead + upstream.bytesRead;
  if (bytes !== connection.seenBytes) {
    connection.seenBytes = bytes;
    connection.seenMs = now;
    return;
  }
  const isHalfClosed = client.readableEnded || upstream.readableEnded;
  if (now - connection.seenMs >= (isHalfClosed ? limits.halfClosedMs : limits.idleMs)) connection.cut('idle');
}
