import type { Diagnostic } from '../diagnostics/index.ts';
import type { Cidr, FlowRecord, Hostname, IpAddress, Policy, Port, RoutePlan, RouterListener } from '../ir/index.ts';
import type { ConnectionEvent } from './flows/event.ts';
import type { FlowsRead } from './flows/flow-ring.ts';
import type { Issuer } from './inspect/issuer.ts';
import type { Snapshot } from './metrics.ts';
import type { RouterLimits } from './router-limits.ts';

/** Where a socket is, or should be. Port 0 asks the system for a free one when binding. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** One answer of DNS: addresses in the order they are to be tried. Empty: the name has none. */
export type Addresses = readonly { readonly address: IpAddress; readonly ttlSeconds: number }[];

/**
 * Asks for a name's addresses. Throws when there was no answer (the last good answer then serves on); an empty list says
 * that the name has no address.
 */
export type Resolve = (name: Hostname, resolvers: readonly IpAddress[] | undefined) => Promise<Addresses>;

export interface RouterOptions {
  /** Already checked (`checkRoutePlan`). */
  readonly plan: RoutePlan;
  readonly policy: Policy;
  /** Where a listener binds. Default `0.0.0.0` and the listener's port. */
  readonly bind?: (listener: RouterListener) => HostPort;
  /** What is really dialled for an address that passed all checks. Default: the same. The lab puts loopback here. */
  readonly dial?: (address: IpAddress, port: Port) => HostPort;
  /** Default: node:dns, A and AAAA with their TTL, then the hosts file. */
  readonly resolve?: Resolve;
  /** Networks that may connect at all; everybody else is refused. Default: `plan.trustedNetworks`. */
  readonly trust?: readonly Cidr[];
  /** Called once for each connection, at its end. */
  readonly log?: (event: ConnectionEvent) => void;
  /** Called for each recorded request, at its end, with its redacted record. What it throws is noted. */
  readonly flows?: (record: FlowRecord) => void;
  /** The same for some of them, as many per second as `flowLinesPerSecond` says: for a log. */
  readonly flowLine?: (record: FlowRecord) => void;
  /** Called for what is not a connection: an upstream that goes down, an address that is refused. One sentence. */
  readonly note?: (sentence: string) => void;
  readonly limits?: Partial<RouterLimits>;
  /** What signs the certificates of inspected names. Absent: clients of inspected names are refused. */
  readonly issuer?: Issuer;
  /** Several processes bind the same ports, and the kernel shares connections out (SO_REUSEPORT). Default false. */
  readonly reusePort?: boolean;
  /** Milliseconds, never going back. Default `performance.now`. Tests give their own for TTLs and health. */
  readonly now?: () => number;
  /** Where the admin server binds: loopback, or an address that only health checks reach. Absent: there is none. */
  readonly admin?: HostPort;
}

/** What a reload came to. A refused one changed nothing. */
export type Reloaded =
  | { readonly is: 'done' }
  | { readonly is: 'refused'; readonly diagnostics: readonly Diagnostic[] };

export interface RunningRouter {
  /** Where a listener is bound. Throws for a key that is not in the plan. */
  addressOf(listenerKey: string): HostPort;
  /** Where the admin server is bound, if there is one. */
  readonly adminAddress: HostPort | undefined;
  /** The plan that runs. */
  readonly plan: RoutePlan;
  /** Takes a checked plan: listeners are bound first, then all is swapped at once. Connections without requests keep the route they have. */
  reload(plan: RoutePlan): Promise<Reloaded>;
  /** Takes a checked policy for connections from now on. */
  setPolicy(policy: Policy): void;
  /** Takes no new connection, waits for the present ones up to the deadline, then closes them. Tells how many it cut. */
  drain(deadlineMs: number): Promise<{ readonly cut: number }>;
  /** Closes everything now. */
  close(): Promise<void>;
  stats(): Snapshot;
  /** Records of the last inspected requests behind a number, at most so many, the oldest first. */
  readFlows(since: number, most: number): FlowsRead;
}
