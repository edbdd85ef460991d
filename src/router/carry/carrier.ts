import type { Socket } from 'node:net';
import type { Refusal } from '../../diagnostics/index.ts';
import type { IpAddress } from '../../ir/index.ts';
import type { LiveUpstream } from '../upstreams/upstream.ts';

/** Why a carrier ended: both sides have closed, one broke, or a later request was refused. */
export type CarryEnd = 'done' | 'client-broke' | 'upstream-broke' | 'refused';

/** Called once, when neither side is open any more. */
export type CarryDone = (end: CarryEnd, refusal?: Refusal) => void;

/** Bytes moved since a carrier took over. They only grow. */
export interface CarriedBytes {
  /** Read from the client; what was read before the carrier took over is not in it. */
  readonly fromClient: number;
  /** Written to the client. */
  readonly toClient: number;
}

/**
 * What carries a connection once it is decided: from its start until it calls `done`. The sockets may be handed on, to
 * TLS or to the kernel, so the log, the idle sweep and the metrics ask the carrier and never a socket.
 */
export interface Carrier {
  /** Exact at any moment, also after the end. */
  bytes(): CarriedBytes;
  /** One side has sent its last byte and the other may go on. A shorter idle limit holds then. */
  readonly isHalfClosed: boolean;
  /** Routes or grants have changed. What is decided request by request looks whether it still has its route. */
  recheck(): void;
  /** The router shuts down: ends as soon as nothing is cut off by it. What has no such moment goes on to its own end. */
  drain(): void;
  /**
   * The upstream's name has these addresses now, and what is with another one ends. For carriers with their own connections
   * to upstreams; true: the client's connection must be cut for it.
   */
  moved?(live: LiveUpstream, addresses: readonly IpAddress[]): boolean;
  /** Ends now. `done` follows; whoever cuts knows the reason. */
  cut(): void;
}

/**
 * Two open sockets without listeners, both paused and made with `allowHalfOpen`. A carrier that finds its upstream
 * for each request has other ends than these.
 */
export interface Ends {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Bytes that go to the upstream before all others. */
  readonly first: Uint8Array;
}
