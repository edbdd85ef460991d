import type { ObservationCode } from '../diagnostics/index.ts';

/**
 * - `broken`: it passes no traffic. What is broken is left out of the observed topology.
 * - `risk`: it works today, in part or for now.
 * - `unknown`: it was not observed, and is not assumed to be fine.
 */
export type Verdict = 'broken' | 'risk' | 'unknown';

/** Something that is wrong in the clouds, or that could not be read. Plain data. */
export interface Finding {
  readonly code: ObservationCode;
  readonly verdict: Verdict;
  readonly place: Place;
  /** One sentence that names what was observed, without a full stop. */
  readonly message: string;
}

/** A place on the path from a workspace to a target. Keys as the observed topology has them. */
export type Place =
  | { readonly at: 'workspace'; readonly workspace: string }
  | { readonly at: 'ncc'; readonly ncc: string }
  | { readonly at: 'rule'; readonly ncc: string; readonly rule: string; readonly names: readonly string[] }
  /** An endpoint; where a rule reports it, with the rule's NCC and names. */
  | {
      readonly at: 'endpoint';
      readonly service: string;
      readonly endpoint: string;
      readonly ncc?: string;
      readonly names?: readonly string[];
    }
  | { readonly at: 'service'; readonly service: string }
  | { readonly at: 'listener'; readonly service: string; readonly port: number }
  | { readonly at: 'fleet' }
  /** An object in the configuration bucket. */
  | { readonly at: 'configuration'; readonly key: string }
  | { readonly at: 'upstream'; readonly upstreams: readonly string[] }
  | { readonly at: 'network'; readonly network: string }
  /** A call to one of the clouds that returned nothing. */
  | { readonly at: 'call'; readonly call: string };

export const broken = (code: ObservationCode, place: Place, message: string): Finding => ({
  code,
  verdict: 'broken',
  place,
  message,
});

export const risk = (code: ObservationCode, place: Place, message: string): Finding => ({
  code,
  verdict: 'risk',
  place,
  message,
});

export const unknown = (place: Place, message: string): Finding => ({
  code: 'LG_NOT_OBSERVED',
  verdict: 'unknown',
  place,
  message,
});
