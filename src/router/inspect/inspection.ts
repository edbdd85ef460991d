import type { RouterLimits } from '../router-limits.ts';
import { Budgets } from './budgets.ts';
import type { Issuer } from './issuer.ts';
import { TlsTermination } from './termination.ts';
import { UpstreamPool } from './upstream-pool.ts';
import { UpstreamTls } from './upstream-tls.ts';

/** What inspected connections of one engine share. */
export interface Inspection {
  readonly termination: TlsTermination;
  readonly pool: UpstreamPool;
  readonly budgets: Budgets;
}

export function makeInspection(options: {
  readonly issuer: Issuer;
  readonly limits: RouterLimits;
  readonly now: () => number;
  readonly note: (sentence: string) => void;
}): Inspection {
  const { issuer, limits, now, note } = options;
  return {
    termination: new TlsTermination({
      issuer,
      names: limits.leafCertificates,
      handshakeMs: limits.openingMs,
      nowMs: Date.now,
      note,
    }),
    pool: new UpstreamPool({ tls: new UpstreamTls(), limits, now }),
    budgets: new Budgets(limits, now),
  };
}
