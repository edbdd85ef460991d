import type { Refusal, RefusalCode } from '../../diagnostics/index.ts';
import type { IpAddress, Port, Route, Speech } from '../../ir/index.ts';
import type { Claim } from '../../routing/index.ts';

/** How a connection ended. */
export type EndReason =
  /** Both sides closed in order. */
  | 'done'
  /** Not carried; `code` and `why` say the reason, and the client was told where its protocol allows it. */
  | 'refused'
  /** Closed without a byte from the client: a load balancer's health check, or a client that went away. */
  | 'no-data'
  /** The client's side broke: a reset, or keepalive without an answer. */
  | 'client-broke'
  /** The upstream's side broke. */
  | 'upstream-broke'
  /** No byte for longer than the idle limit. */
  | 'idle'
  /** The upstream's name moved to another address, and the plan says that its connections then close. */
  | 'moved'
  /** A plaintext CancelRequest, passed on. */
  | 'cancel'
  /** The router shut down before the connection ended. */
  | 'drained';

/** What the log says of one connection, at its end. Holds no payload and no secret. */
export interface ConnectionEvent {
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly durationMs: number;
  /** Key of the router listener. */
  readonly listener: string;
  /** What connected to the router, `address:port`: a load balancer. */
  readonly peer: string;
  /** What the PROXY header says of the client, `address:port`. */
  readonly source?: string;
  readonly endpoint?: string;
  readonly ncc?: string;
  readonly speech?: Speech;
  /** The name the client asked for, as it was read. */
  readonly name?: string;
  readonly route?: string;
  readonly target?: string;
  /** `address:port` that was dialled. */
  readonly upstream?: string;
  /** From the client, PROXY header not counted. */
  readonly bytesIn: number;
  /** To the client. */
  readonly bytesOut: number;
  readonly end: EndReason;
  readonly code?: RefusalCode;
  /** One sentence. */
  readonly why?: string;
  /** Remarks that change nothing, such as an encrypted inner name. */
  readonly notes?: readonly string[];
}

/** What is known of a connection at its end. */
export interface EndedConnection
  extends Pick<ConnectionEvent, 'startMs' | 'durationMs' | 'listener' | 'peer' | 'bytesIn' | 'bytesOut' | 'end'> {
  /** From the PROXY header. */
  readonly identity: Pick<ConnectionEvent, 'source' | 'endpoint' | 'ncc'>;
  /** Absent: its opening was not read to the end. */
  readonly claim: Claim | undefined;
  readonly route: Route | undefined;
  readonly upstream: { readonly address: IpAddress; readonly port: Port } | undefined;
  readonly refusal: Refusal | undefined;
  readonly notes: readonly string[];
}

/** What the log says of it: nothing stands there that is not known. */
export function eventOf({
  identity,
  claim,
  route,
  upstream,
  refusal,
  notes,
  ...known
}: EndedConnection): ConnectionEvent {
  const { startMs, durationMs, listener, peer, bytesIn, bytesOut, end } = known;
  const { source, endpoint, ncc } = identity;
  return {
    startMs,
    durationMs,
    listener,
    peer,
    ...(source !== undefined && { source }),
    ...(endpoint !== undefined && { endpoint }),
    ...(ncc !== undefined && { ncc }),
    ...(claim && claim.speech !== 'tcp' && { speech: claim.speech }),
    ...(claim?.name !== undefined && { name: claim.name }),
    ...(route && { route: route.key, target: route.target }),
    ...(upstream && { upstream: `${upstream.address}:${upstream.port}` }),
    bytesIn,
    bytesOut,
    end,
    ...(refusal && { code: refusal.code, why: refusal.why }),
    ...(notes.length > 0 && { notes }),
  };
}
