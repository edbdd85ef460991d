import { z } from 'zod';
import type { Plain } from './plain.ts';
import { routePlanBounds } from './route-plan-bounds.ts';
import {
  cidrShape,
  endpointIdShape,
  hostnameShape,
  ipAddressShape,
  keyShape,
  lineShape,
  pathPrefixShape,
  pemShape,
  portShape,
} from './value-shapes.ts';

/** `tls`: ClientHello first. `postgres`: SSLRequest, or direct TLS. `http`: HTTP/1.1. `mysql`: the server greets, then SSLRequest. */
const namedSpeechShape = z.enum(['tls', 'postgres', 'http', 'mysql']);
/** `tcp`: any bytes. */
const speechShape = z.enum([...namedSpeechShape.options, 'tcp']);

/** How the router knows which NCC a connection comes from. */
const identityShape = z.discriminatedUnion('by', [
  /** The PROXY v2 header carries the endpoint id; the policy maps it to an NCC; each route lists the NCCs it admits. */
  z.strictObject({ by: z.literal('endpoint') }),
  /** No PROXY header (the server may speak first). Every NCC that can dial this listener is granted all its routes. */
  z.strictObject({ by: z.literal('listener'), nccs: z.array(keyShape).max(routePlanBounds.nccs) }),
]);

const routeMatchShape = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('name'),
    speech: namedSpeechShape,
    name: hostnameShape,
    /** Inspected TLS only: the route is for requests below this prefix, of complete segments. Absent: `/`. */
    path: pathPrefixShape.optional(),
  }),
  z.strictObject({ by: z.literal('port') }),
]);

/** Certificates of private CAs of one upstream at most. */
const upstreamCasMax = 16;

const pathGlobsShape = z.array(lineShape.max(routePlanBounds.pathPatternCharacters)).max(routePlanBounds.pathPatterns);

const routeActionShape = z.strictObject({
  /** Key into `RoutePlan.upstreams`. */
  upstream: keyShape,
  /** `inspect` ends the client's TLS at the router and opens another to the upstream. */
  tls: z.enum(['passthrough', 'inspect']),
  /** Request paths by glob; for plain HTTP and inspected TLS only. A path must match `allow` (all, if empty) and not `deny`. */
  paths: z.strictObject({ allow: pathGlobsShape, deny: pathGlobsShape }).optional(),
  /** Inspected TLS only: what the upstream gets in place of the prefix `match.path`, after the path has been judged. */
  rewrite: pathPrefixShape.optional(),
  /** MySQL and Postgres: this route also takes clients that send no name or no TLS. At most one per listener and speech. */
  isDefault: z.boolean().optional(),
  /**
   * How a refusal for a passing reason (the upstream is down, a limit, shutting down) reaches the client. `reset`: the
   * connection is reset, as a dead server does it; for clients that take any TLS alert for a final no. Default `explain`.
   */
  unavailable: z.enum(['explain', 'reset']).optional(),
});

export const routeShape = z.strictObject({
  /** Unique in the plan: `<target>/<host>:<client port>`, or `<target>:<client port>` for a route by port. */
  key: keyShape,
  /** The spec's target. */
  target: keyShape,
  match: routeMatchShape,
  /** Keys of the NCCs that may use the route. Empty: none. */
  allow: z.array(keyShape).max(routePlanBounds.nccs),
  action: routeActionShape,
});

/** A port of the router. One NLB listener forwards to exactly one of these. */
export const routerListenerShape = z.strictObject({
  /** The NLB listener's key: `<service>/<client port>`, such as `s-1/5432`. */
  key: keyShape,
  /** The port the router binds: unique in the plan and above 1023, so that the router needs no privilege. */
  port: portShape,
  /** The port clients dial, for messages and logs. */
  clientPort: portShape,
  /** What may be spoken here. More than one where the first bytes tell them apart. `tcp` stands alone. */
  speaks: z.array(speechShape).min(1).max(speechShape.options.length),
  identity: identityShape,
  /**
   * Routes by name, or one route by port. Names are unique within the listener and a speech, but for inspected TLS: there
   * the routes of a name differ in their prefixes. All routes of a name are inspected, or none.
   */
  routes: z.array(routeShape),
  /** MySQL only: the family whose greeting the router shows. */
  mysqlFamily: z.enum(['mysql', 'mariadb']).optional(),
});

const healthCheckShape = z.strictObject({
  kind: z.enum(['none', 'tcp', 'tls', 'postgres']),
  intervalSeconds: z.number().min(1).max(3600),
  /** Successes in a row until up. */
  rise: z.number().int().min(1).max(100),
  /** Failures in a row until down. */
  fall: z.number().int().min(1).max(100),
});

/** How the router opens TLS to the upstream of an inspected route. */
const upstreamTlsShape = z.strictObject({
  /** Sent as SNI, and what the certificate must be for. */
  name: hostnameShape,
  /** PEM certificates that may have signed the upstream's, besides the system's roots. */
  ca: z.array(pemShape).min(1).max(upstreamCasMax).optional(),
});

/** What the router dials for a route. */
export const upstreamShape = z.strictObject({
  key: keyShape,
  host: hostnameShape,
  port: portShape,
  /** Fixed addresses instead of DNS. */
  addresses: z.array(ipAddressShape).min(1).max(routePlanBounds.addresses).optional(),
  /** The spec's network. */
  network: keyShape,
  /** Answers of DNS must lie inside. Empty with `reach: internet`, where any public address will do. */
  cidrs: z.array(cidrShape).max(routePlanBounds.cidrs),
  reach: z.enum(['private', 'public']),
  /** Resolvers of the network, in order. Absent: the router's own. */
  resolvers: z.array(ipAddressShape).min(1).max(routePlanBounds.resolvers).optional(),
  health: healthCheckShape,
  /** Simultaneous connections the router opens to it at most. Absent: the engine's default. */
  maxConnections: z.number().int().min(1).max(1_000_000).optional(),
  /** What happens to established connections when the name moves to another address. Default `keep`. */
  onMove: z.enum(['keep', 'close']).optional(),
  /** Of inspected routes: the router is a TLS client of this upstream. */
  tls: upstreamTlsShape.optional(),
});

/** What is recorded of inspected requests. */
const routeFlowsShape = z.strictObject({
  /** Names of workspaces by the NCC that they have. */
  workspaces: z.record(keyShape, z.array(keyShape).max(routePlanBounds.workspaces)),
  /** Further names of fields, of heads, queries and bodies, whose values are redacted. */
  redact: z.array(lineShape.max(100)).max(routePlanBounds.redactedNames).optional(),
  /** Part of the answered requests that is recorded, from 0 to 1. Default 1. */
  sample: z.number().min(0).max(1).optional(),
  /** Targets whose bodies are recorded as well, each until a time. */
  bodies: z
    .array(z.strictObject({ target: keyShape, until: z.iso.datetime() }))
    .max(routePlanBounds.nccs)
    .optional(),
});

/** What the router must know to end TLS for inspected names. */
const routeInspectionShape = z.strictObject({
  /** Where the key and the chain of the intermediate CA come from, which signs the certificates that clients see. */
  issuer: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('secret'), name: lineShape.max(512) }),
    z.strictObject({ by: z.literal('file'), path: lineShape.max(4096) }),
  ]),
  /** The names for which the CA may sign, each with all names below it: the name constraints. Sorted. */
  names: z.array(hostnameShape).min(1).max(10_000),
  flows: routeFlowsShape.optional(),
});

/**
 * What a router engine executes: plain JSON data, versioned. Which endpoints exist is not in it; that is the Policy,
 * which changes when a rule is accepted, without a new plan.
 */
export const routePlanShape = z.strictObject({
  version: z.literal(1),
  /** The spec's name. */
  name: lineShape.max(1000),
  listeners: z.array(routerListenerShape),
  /** By upstream key. */
  upstreams: z.record(keyShape, upstreamShape),
  /** Addresses that load balancers connect from. A PROXY header from elsewhere is refused. */
  trustedNetworks: z.array(cidrShape).max(routePlanBounds.cidrs),
  /** Present where a route is inspected. */
  inspection: routeInspectionShape.optional(),
});

/** Which endpoint belongs to which NCC. It changes while the router runs, without a new plan. */
export const policyShape = z.strictObject({
  version: z.literal(1),
  /** Keys of NCCs by endpoint. */
  endpoints: z.record(endpointIdShape, keyShape),
});

export type Speech = z.output<typeof speechShape>;
export type Identity = Plain<z.output<typeof identityShape>>;
export interface RouteAction extends Plain<z.output<typeof routeActionShape>> {}
export interface Route extends Plain<z.output<typeof routeShape>> {}
export interface RouterListener extends Plain<z.output<typeof routerListenerShape>> {}
export interface HealthCheck extends Plain<z.output<typeof healthCheckShape>> {}
export type RouteFlows = Plain<z.output<typeof routeFlowsShape>>;
export interface Upstream extends Plain<z.output<typeof upstreamShape>> {}
export interface RoutePlan extends Plain<z.output<typeof routePlanShape>> {}
export interface Policy extends Plain<z.output<typeof policyShape>> {}
