import type { Refusal } from '../../diagnostics/index.ts';
import type { Claim, RequestClaim } from '../../routing/index.ts';
import type { NeedMore } from './answer.ts';
import type { Exchange, Server } from './exchange.ts';
import type { RefusalStyle } from './refusal-style.ts';

/** Reads the opening of one client, from its first byte until it is known what the client wants. */
export interface Opening {
  /**
   * What to do next, from all bytes of the client so far; nothing is taken out of them. The caller does it before it asks
   * again: what an opening gives to say counts as said.
   */
  next(prefix: Uint8Array): Step;
}

export type Step =
  | (NeedMore & { readonly style: RefusalStyle })
  /** The router says this to the client. */
  | { readonly is: 'say'; readonly bytes: Uint8Array }
  /** The next step depends on servers that are being asked. Never rejects. */
  | { readonly is: 'wait'; readonly until: Promise<Exclude<Step, { is: 'wait' }>> }
  | Opened
  /** All is done that this connection was for. */
  | { readonly is: 'end'; readonly end: 'cancel' }
  | { readonly is: 'refuse'; readonly refusal: Refusal; readonly style: RefusalStyle };

/** What reading bytes alone can come to. */
export type ReadStep = Extract<Step, { is: 'need-more' | 'opened' | 'refuse' }>;

/** It is known what the client wants. */
export interface Opened {
  readonly is: 'opened';
  readonly claim: Claim;
  /** How a refusal can be told from here on. */
  readonly style: RefusalStyle;
  /** What the router and the server must have said to each other before the client's bytes follow. */
  readonly prelude?: (server: Server) => Exchange<unknown>;
  /** First byte that the upstream gets. */
  readonly startsAt: number;
  /** What the upstream gets in place of the bytes before `startsAt`. Only where the client speaks without TLS. */
  readonly replacement?: Uint8Array;
  /** The first of several requests that are each judged. */
  readonly request?: RequestClaim;
  readonly notes: readonly string[];
}

export const noNotes: readonly string[] = [];
