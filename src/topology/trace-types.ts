import type { RefusalCode } from '../diagnostics/index.ts';
import type { Hostname, Port } from '../ir/index.ts';
import type { Claim } from '../routing/index.ts';

/** One connection to ask about. */
export interface Question {
  /** Workspace. */
  readonly from: string;
  /** The name the client claims: in DNS, SNI, Host. */
  readonly host: Hostname;
  /** The port the client dials. */
  readonly port: Port;
  /**
   * Dial an endpoint of this endpoint service by its address, whatever the name resolves to: what a hostile client does.
   * Absent: the name is resolved through the rules of the workspace's NCC.
   */
  readonly service?: string;
  /** What the client says once it is connected. Absent: it names `host`, in what the listener speaks for that name. */
  readonly claim?: Claim;
  /** A request on the connection: its path as sent, without the query. Absent: the connection alone is asked about. */
  readonly path?: string;
  /** The host that the request names. Default: the one that the connection is for. */
  readonly requestHost?: Hostname;
}

/** One step of the way, in order. Only the last may not pass. */
export interface Hop {
  readonly at:
    | 'workspace'
    | 'ncc'
    | 'rule'
    | 'service'
    | 'listener'
    | 'router'
    | 'route'
    | 'request'
    | 'upstream'
    | 'bucket';
  /** Key or name of the object. */
  readonly name: string;
  readonly passes: boolean;
  /** One sentence. */
  readonly why: string;
}

export type Outcome =
  | { readonly is: 'reach'; readonly target: string }
  | { readonly is: 'refuse'; readonly code: RefusalCode };

export interface Trace {
  readonly question: Question;
  readonly hops: readonly Hop[];
  readonly outcome: Outcome;
}
