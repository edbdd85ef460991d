import type { Refusal } from '../../diagnostics/index.ts';
import type { FlowRecord, Route } from '../../ir/index.ts';

/** TLS of one side of an exchange. */
export type FlowTls = NonNullable<FlowRecord['client']['tls']>;

/** Who asks: one object for all requests of a connection. */
export interface FlowClient {
  /** Key of the router listener. */
  readonly listener: string;
  readonly endpoint?: string;
  /** `address:port`, from the PROXY header. */
  readonly source?: string;
  readonly tls?: FlowTls;
}

export function flowClientOf(
  listener: string,
  { endpoint, source }: { readonly endpoint?: string; readonly source?: string },
): FlowClient {
  return { listener, ...(endpoint !== undefined && { endpoint }), ...(source !== undefined && { source }) };
}

/** A connection to an upstream that was had for a request. */
export interface FlowUpstream {
  /** `host:port` of the plan. */
  readonly name: string;
  /** `address:port` that was dialled. */
  readonly address: string;
  readonly tls?: FlowTls;
}

/**
 * A head. HTTP/1.1: its bytes as sent, first line included; a view that is good during the call only. HTTP/2: name, value,
 * name, value, with the pseudo-fields; the list is kept, so nobody changes it afterwards.
 */
export type FlowHead = Uint8Array | readonly string[];

/** What is known of a request when it begins. */
export interface FlowStart {
  readonly client: FlowClient;
  readonly protocol: FlowRecord['protocol'];
  /** The name in the certificate that the client was shown. */
  readonly name: string;
  /** Absent: the request is refused, and `end` will say why. */
  readonly route: Route | undefined;
  /** NCCs of the client. */
  readonly nccs: readonly string[];
  readonly head: FlowHead;
  /** The path that is forwarded, without the query. */
  readonly forwarded?: string;
}

/** How an exchange ended: answered, refused with a code, or torn. */
export type FlowEnd = FlowRecord['end'];

/**
 * One request with its answer while it is recorded. Nothing here throws or waits. Bytes are good during the call only.
 * Nothing counts any more after `end`.
 */
export interface Flow {
  /** There is a connection for it. `isReused`: it had carried requests before; else the time until now was for dialling. */
  upstream(at: FlowUpstream, isReused: boolean): void;
  /** Again for each interim answer: the last one stays. An answer that the router makes is one too. */
  responseHead(status: number, head: FlowHead): void;
  /** HTTP/2: fields behind the body, such as `grpc-status`. */
  responseTrailers(fields: readonly string[]): void;
  /** Bytes of the body as sent. */
  requestBytes(chunk: Uint8Array): void;
  responseBytes(chunk: Uint8Array): void;
  /** Bytes that were moved behind a change of the protocol, and not shown. */
  moved(fromClient: number, toClient: number): void;
  end(end: FlowEnd, refusal?: Refusal): void;
}

/** Records inspected requests. */
export interface FlowRecorder {
  begin(start: FlowStart): Flow;
  /** TLS of a client was set up. Those of upstreams are counted by `upstream`. */
  clientHandshake(isResumed: boolean): void;
}

const noFlow: Flow = {
  upstream: () => {},
  responseHead: () => {},
  responseTrailers: () => {},
  requestBytes: () => {},
  responseBytes: () => {},
  moved: () => {},
  end: () => {},
};

/** Records nothing. */
export const noFlows: FlowRecorder = { begin: () => noFlow, clientHandshake: () => {} };
