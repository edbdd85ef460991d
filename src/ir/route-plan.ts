import type { Cidr, EndpointId, Hostname, IpAddress, Port } from './values.ts';

/**
 * What a router engine executes: plain JSON data, versioned. Which endpoints exist is not in it; that is the Policy,
 * which changes when a rule is accepted, without a new plan.
 */
export interface RoutePlan {
  readonly version: 1;
  /** The spec's name. */
  readonly name: string;
  readonly listeners: readonly RouterListener[];
  /** By upstream key. */
  readonly upstreams: Readonly<Record<string, Upstream>>;
  /** Addresses that load balancers connect from. A PROXY header from elsewhere is refused. */
  readonly trustedNetworks: readonly Cidr[];
}

/** A port of the router. One NLB listener forwards to exactly one of these. */
export interface RouterListener {
  /** The NLB listener's key: `<service>/<client port>`, such as `s-1/5432`. */
  readonly key: string;
  /** The port the router binds: unique in the plan and above 1023, so that the router needs no privilege. */
  readonly port: Port;
  /** The port clients dial, for messages and logs. */
  readonly clientPort: Port;
  /** What may be spoken here. More than one where the first bytes tell them apart. `tcp` stands alone. */
  readonly speaks: readonly Speech[];
  readonly identity: Identity;
  /** Routes by name, or one route by port. Names are unique within the listener and a speech. */
  readonly routes: readonly Route[];
  /** MySQL only: the family whose greeting the router shows. */
  readonly mysqlFamily?: 'mysql' | 'mariadb';
}

/** `tls`: ClientHello first. `postgres`: SSLRequest, or direct TLS. `http`: HTTP/1.1. `mysql`: the server greets, then SSLRequest. `tcp`: any bytes. */
export type Speech = 'tls' | 'postgres' | 'http' | 'mysql' | 'tcp';

/** How the router knows which NCC a connection comes from. */
export type Identity =
  /** The PROXY v2 header carries the endpoint id; the policy maps it to an NCC; each route lists the NCCs it admits. */
  | { readonly by: 'endpoint' }
  /** No PROXY header (the server may speak first). Every NCC that can dial this listener is granted all its routes. */
  | { readonly by: 'listener'; readonly nccs: readonly string[] };

export interface Route {
  /** Unique in the plan: `<target>/<host>:<client port>`, or `<target>:<client port>` for a route by port. */
  readonly key: string;
  /** The spec's target. */
  readonly target: string;
  readonly match: RouteMatch;
  /** Keys of the NCCs that may use the route. Empty: nobody. */
  readonly allow: readonly string[];
  readonly action: RouteAction;
}

export type RouteMatch =
  | { readonly by: 'name'; readonly speech: Exclude<Speech, 'tcp'>; readonly name: Hostname }
  | { readonly by: 'port' };

export interface RouteAction {
  /** Key into `RoutePlan.upstreams`. */
  readonly upstream: string;
  /** `inspect` ends the client's TLS at the router and opens another to the upstream. */
  readonly tls: 'passthrough' | 'inspect';
  /** Request paths by glob; for plain HTTP and inspected TLS only. A path must match `allow` (all, if empty) and not `deny`. */
  readonly paths?: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  /** MySQL and Postgres: this route also takes clients that send no name or no TLS. At most one per listener and speech. */
  readonly isDefault?: boolean;
  /**
   * How a refusal for a passing reason (the upstream is down, a limit, shutting down) reaches the client. `reset`: the
   * connection is reset, as a dead server does it; for clients that take any TLS alert for a final no. Default `explain`.
   */
  readonly unavailable?: 'explain' | 'reset';
}

/** What the router dials for a route. */
export interface Upstream {
  readonly key: string;
  readonly host: Hostname;
  readonly port: Port;
  /** Fixed addresses instead of DNS. */
  readonly addresses?: readonly IpAddress[];
  /** The spec's network. */
  readonly network: string;
  /** Answers of DNS must lie inside. Empty with `reach: internet`, where any public address will do. */
  readonly cidrs: readonly Cidr[];
  readonly reach: 'private' | 'public';
  /** Resolvers of the network, in order. Absent: the router's own. */
  readonly resolvers?: readonly IpAddress[];
  readonly health: HealthCheck;
  /** Simultaneous connections the router opens to it at most. Absent: the engine's default. */
  readonly maxConnections?: number;
  /** What happens to established connections when the name moves to another address. Default `keep`. */
  readonly onMove?: 'keep' | 'close';
}

export interface HealthCheck {
  readonly kind: 'none' | 'tcp' | 'tls' | 'postgres';
  readonly intervalSeconds: number;
  /** Successes in a row until up. */
  readonly rise: number;
  /** Failures in a row until down. */
  readonly fall: number;
}

/** Which endpoint belongs to which NCC. Written by converge (or the lab), swapped while the router runs. */
export interface Policy {
  readonly version: 1;
  readonly endpoints: Readonly<Record<EndpointId, string>>;
}
