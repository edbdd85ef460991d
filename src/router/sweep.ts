import type { Carrier } from './carry/carrier.ts';
import type { RouterLimits } from './router-limits.ts';

/** A look at all connections costs little, so it need not be exact: at least this often, in milliseconds. */
const coarsestMs = 60_000;
const finestMs = 1000;

/** A connection as the sweep sees it. */
export interface Swept {
  /** Absent during the opening, which has a deadline of its own. */
  readonly carrier: Carrier | undefined;
  /** Bytes both ways at the last look, and when they last changed. */
  seenBytes: number;
  seenMs: number;
  cut(reason: 'idle'): void;
}

type IdleLimits = Pick<RouterLimits, 'idleMs' | 'halfClosedMs'>;

/**
 * Closes connections that carried nothing for too long. One timer for all of them instead of one for each: an idle
 * connection then costs no memory for a timer, and a busy one no work.
 */
export class Sweep {
  readonly #timer: NodeJS.Timeout;

  constructor(connections: ReadonlySet<Swept>, limits: IdleLimits, now: () => number) {
    this.#timer = setInterval(() => sweep(connections, limits, now()), sweepMs(limits));
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Time between two looks, in milliseconds. */
export const sweepMs = ({ idleMs, halfClosedMs }: IdleLimits): number =>
  Math.max(finestMs, Math.min(coarsestMs, Math.min(idleMs, halfClosedMs) / 4));

/** One look at all of them. */
export function sweep(connections: Iterable<Swept>, limits: IdleLimits, nowMs: number): void {
  for (const connection of connections) look(connection, limits, nowMs);
}

function look(connection: Swept, limits: IdleLimits, nowMs: number): void {
  const { carrier } = connection;
  if (!carrier) return;
  const { fromClient, toClient } = carrier.bytes();
  if (fromClient + toClient !== connection.seenBytes) {
    connection.seenBytes = fromClient + toClient;
    connection.seenMs = nowMs;
    return;
  }
  const limitMs = carrier.isHalfClosed ? limits.halfClosedMs : limits.idleMs;
  if (nowMs - connection.seenMs >= limitMs) connection.cut('idle');
}
