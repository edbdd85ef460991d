import type { RefusalCode } from './codes/refusals.ts';

/** Why a client is turned away: the code, and one sentence without a full stop for this very connection or request. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly why: string;
}
