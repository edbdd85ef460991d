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
