import type { Socket } from 'node:net';
import type { Upstream } from '../../ir/index.ts';
import type { RouterLimits } from '../router-limits.ts';
import { Budgets } from './budgets.ts';
import type { Issuer } from './issuer.ts';
import { TlsTermination } from './termination.ts';
import { UpstreamPool } from './upstream-pool.ts';
import { UpstreamProtocols } from './upstream-protocols.ts';
import { UpstreamTls } from './upstream-tls.ts';

/** What inspected connections of one engine share. */
export interface Inspection {
  readonly termination: TlsTermination;
  readonly pool: UpstreamPool;
  readonly protocols: UpstreamProtocols;
  readonly budgets: Budgets;
  /** Milliseconds, never going back. */
  readonly now: () => number;
}

export function makeInspection(options: {
  readonly issuer: Issuer;
  readonly limits: RouterLimits;
  readonly now: () => number;
  readonly note: (sentence: string) => void;
}): Inspection {
  const { issuer, limits, now, note } = options;
  const pool = new UpstreamPool({ tls: new UpstreamTls(), limits, now });
  return {
    pool,
    protocols: new UpstreamProtocols(pool, now),
    now,
    termination: new TlsTermination({
      issuer,
      names: limits.leafCertificates,
      handshakeMs: limits.openingMs,
      nowMs: Date.now,
      note,
    }),
    budgets: new Budgets(limits, now),
  };
}

/** Shakes hands with upstreams, and says why the certificate of one is not verified, or undefined. Nothing else is said. */
export function upstreamVerifier(): (
  socket: Socket,
  upstream: Upstream,
  deadlineMs: number,
) => Promise<string | undefined> {
  const tls = new UpstreamTls();
  return async (socket, upstream, deadlineMs) => {
    const shaken = await tls.secure(socket, upstream, { alpn: ['h2', 'http/1.1'], deadlineMs });
    if (shaken.is === 'secure') shaken.socket.destroy();
    return shaken.is === 'secure' || shaken.noProtocol ? undefined : shaken.refusal.why;
  };
}
