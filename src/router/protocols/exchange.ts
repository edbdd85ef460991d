import type { Refusal } from '../../diagnostics/index.ts';
import type { Upstream } from '../../ir/index.ts';
import type { NeedMore } from './answer.ts';

/**
 * A few words with a server on a connection of their own, or before a client's bytes follow. Data and one pure reading;
 * whoever has the socket does the rest.
 */
export interface Exchange<T> {
  /** What is sent first. Absent: the server speaks first. */
  readonly request?: Uint8Array;
  /** What the server's answer means, from all its bytes so far. It may not have sent more than the answer. */
  read(answer: Uint8Array): NeedMore | { readonly is: 'done'; readonly value: T } | ExchangeRefused;
  /** Why the connection is refused when the server closes before it has answered. */
  readonly whyClosed: string;
  /** The same, when it has not answered in time. */
  whyLate(deadlineMs: number): string;
}

export interface ExchangeRefused {
  readonly is: 'refused';
  readonly refusal: Refusal;
}

export type Exchanged<T> = { readonly is: 'done'; readonly value: T } | ExchangeRefused;

/** An upstream as protocols see it: the same object for as long as it leads to the same place. */
export interface Server {
  readonly plan: Pick<Upstream, 'host' | 'port'>;
  /**
   * Connects for this one exchange, and closes. Counts as a connection to the upstream.
   *
   * @param deadlineMs For connecting, and then again for the answer.
   */
  ask<T>(exchange: Exchange<T>, deadlineMs: number): Promise<Exchanged<T>>;
}
