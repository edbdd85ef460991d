import type { Refusal } from '../../diagnostics/index.ts';
import type { Route } from '../../ir/index.ts';

/** What is known of a request when it begins. */
export interface FlowStart {
  readonly name: string;
  readonly route: Route | undefined;
  /** NCCs of the client. */
  readonly nccs: readonly string[];
  /** As sent; the bytes are a view that is good during the call only. */
  readonly head: Uint8Array;
}

/** How an exchange ended: answered, refused with a code, or torn. */
export type FlowEnd = 'done' | 'refused' | 'client-broke' | 'upstream-broke' | 'cut';

/** One request with its answer while it is recorded. Nothing here throws or waits. Bytes are good during the call only. */
export interface Flow {
  responseHead(head: Uint8Array): void;
  requestBytes(chunk: Uint8Array): void;
  responseBytes(chunk: Uint8Array): void;
  end(end: FlowEnd, refusal?: Refusal): void;
}

/** Records inspected requests. */
export interface FlowRecorder {
  begin(start: FlowStart): Flow;
}

const noFlow: Flow = { responseHead: () => {}, requestBytes: () => {}, responseBytes: () => {}, end: () => {} };

/** Records nothing. */
export const noFlows: FlowRecorder = { begin: () => noFlow };
