import type { FlowRecord } from '../../ir/index.ts';
import type { FlowRow } from './flow-row.ts';

/** Where the records come from, and whether they do. */
export interface FeedState {
  readonly is: 'waiting' | 'connected' | 'lost' | 'ended';
  /** One sentence, where there is more to say. */
  readonly why?: string;
  /** Records that came about and never got here, since the console started. */
  readonly dropped: number;
}

/** The first line of `/api/follow`. */
export interface Hello {
  readonly is: 'hello';
  /** What the records are read from, for people. */
  readonly source: string;
  /** Rows that the console keeps. */
  readonly keep: number;
  /** Another one than before: the console was started again, and counts from 1. */
  readonly run: string;
}

/** A line of `/api/follow`. */
export type FollowLine =
  | Hello
  | { readonly is: 'state'; readonly state: FeedState }
  | { readonly is: 'rows'; readonly rows: readonly FlowRow[] };

/** Answer of `/api/flows/N`. */
export interface FlowDetail {
  readonly record: FlowRecord;
  /** What `lakegate explain` says of the refusal's code. */
  readonly explanation?: { readonly title: string; readonly explain: string; readonly fix: string };
}
