import type { RefusalCode } from '../../diagnostics/index.ts';

/** The answer is not in these bytes yet. `atLeast` counts from the start of the stream and is always more than was given. */
export interface NeedMore {
  readonly is: 'need-more';
  readonly atLeast: number;
}

/**
 * Bytes that break the rules of the protocol they began, or that no route can be chosen from.
 * Longer input never changes a fault into something else.
 */
export interface Fault<Cause extends string> {
  readonly is: 'bad';
  /** Which rule: a closed set for each parser. */
  readonly cause: Cause;
  /** How the refusal is logged and told. */
  readonly code: RefusalCode;
  /** One sentence without a full stop. Text that came from the peer is cut and made printable. */
  readonly why: string;
}

export const needMore = (atLeast: number): NeedMore => ({ is: 'need-more', atLeast });
