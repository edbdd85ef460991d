import { quoted, type RefusalCode } from '../diagnostics/index.ts';
import { type CanonicalPath, canonicalPath, type Hostname, type Route } from '../ir/index.ts';
import { isGranted } from './decide.ts';
import { type HostRoutes, longestPrefix, type PrefixRoute, segmentsOf } from './host-routes.ts';
import { overridingField, readingsOf, refusedBy } from './paths.ts';
import type { RequestSpeech, RouteTable } from './route-table.ts';

/** What is known of a connection whose requests are decided. */
export interface RequestConnection {
  /** `tls`: ended here, the route is inspected. */
  readonly speech: RequestSpeech;
  /** The name in the certificate that the client was shown, or the Host of the connection's first request. */
  readonly name: Hostname;
  /** As for `decide`: looked up anew for each request, since an endpoint may change hands too. */
  readonly nccs: readonly string[];
}

/** What one request of a connection asks for. */
export interface RequestClaim {
  /** From Host or `:authority`. */
  readonly host: Hostname;
  /** The port written there, if one is. */
  readonly hostPort?: number;
  /** As sent, without the query. */
  readonly path: string;
  /** Absent where it is not known: then it is none that names a second path. */
  readonly method?: string;
  /** Names in lower case. */
  readonly fields: readonly { readonly name: string }[];
}

/** The codes with which a request is refused. */
export type RequestRefusalCode = Extract<
  RefusalCode,
  'LG_NAME_UNKNOWN' | 'LG_PATH_UNKNOWN' | 'LG_NOT_GRANTED' | 'LG_PATH_DENIED'
>;

export interface RequestRefused {
  readonly is: 'refuse';
  readonly code: RequestRefusalCode;
  readonly why: string;
  /** The route that was found and does not take the request. */
  readonly route?: Route;
}

export type RequestDecision =
  | {
      readonly is: 'route';
      readonly route: Route;
      /** What is forwarded in place of the path that was sent: what was judged, with the prefix rewritten. */
      readonly path: string;
    }
  | RequestRefused;

/**
 * Which route a request gets, by the table of the moment: the one with the longest prefix of its path, if the client's
 * NCCs are granted that one and its rules let the path through. A shorter prefix never stands in for a longer one.
 *
 * A host that the connection is not for is refused with LG_NAME_UNKNOWN (421), also if the client could open another
 * connection for it: neither the certificate nor the grant that was looked at covers it. A name that the table no longer
 * has is refused in the same way, and a grant that was taken back with LG_NOT_GRANTED.
 */
export function decideRequest(table: RouteTable, on: RequestConnection, request: RequestClaim): RequestDecision {
  const { host, hostPort } = request;
  const { clientPort } = table.listener;
  const hosts = table.byRequest[on.speech];
  if (host !== on.name)
    return refuse(
      'LG_NAME_UNKNOWN',
      table.byName[on.speech].has(host)
        ? `this connection is for ${on.name}; connect again for ${host}`
        : `no target has the name ${host} on port ${clientPort}`,
    );
  if (hostPort !== undefined && hostPort !== clientPort)
    return refuse('LG_NAME_UNKNOWN', `the request names port ${hostPort}; this connection is for port ${clientPort}`);
  const routes = hosts.get(host);
  const [only] = routes?.byPrefix ?? [];
  if (!routes || !only) return refuse('LG_NAME_UNKNOWN', `no target has the name ${host} on port ${clientPort}`);
  if (routes.pathsDecide) return decideByPath(routes, request, on.nccs);
  return isGranted(only.route, on.nccs)
    ? { is: 'route', route: only.route, path: request.path }
    : notGranted(only.route, on.nccs);
}

/** The routes that requests of a connection may get, whatever their path. */
export const grantedRoutes = (table: RouteTable, { speech, name, nccs }: RequestConnection): readonly Route[] =>
  (table.byRequest[speech].get(name)?.byPrefix ?? []).flatMap(({ route }) => (isGranted(route, nccs) ? [route] : []));

const refuse = (code: RequestRefusalCode, why: string, route?: Route): RequestRefused =>
  route ? { is: 'refuse', code, why, route } : { is: 'refuse', code, why };

function notGranted(route: Route, nccs: readonly string[]): RequestRefused {
  const missing = nccs.find((ncc) => !route.allow.includes(ncc));
  const who = missing === undefined ? 'no NCC is' : `NCC ${missing} was not`;
  return refuse('LG_NOT_GRANTED', `${who} granted target ${route.target} here`, route);
}

function decideByPath(routes: HostRoutes, request: RequestClaim, nccs: readonly string[]): RequestDecision {
  const the = `the path ${quoted(request.path)}`;
  const path = canonicalPath(request.path);
  if (path.is === 'refused') return refuse('LG_PATH_DENIED', `${the} ${path.why}`);
  const found = routeOf(routes, path);
  if (found === undefined)
    return refuse('LG_PATH_UNKNOWN', `no target at ${request.host} has a prefix of ${quoted(path.text)}`);
  if (typeof found === 'string') return refuse('LG_PATH_DENIED', `${the} ${found}`);
  const { route, paths, segments } = found;
  if (!isGranted(route, nccs)) return notGranted(route, nccs);
  const overriding = overridingField(request.fields, request.method);
  if (overriding !== undefined)
    return refuse('LG_PATH_DENIED', `the field ${overriding} may name another path than the request line`, route);
  const why = paths && refusedBy(paths, path);
  if (why !== undefined) return refuse('LG_PATH_DENIED', `${the} ${why}`, route);
  const { rewrite } = route.action;
  return {
    is: 'route',
    route,
    path: rewrite === undefined ? path.path : rewritten(path.path, segments.length, rewrite),
  };
}

/**
 * The route of a path, or why servers may disagree about it: one that ignores case or drops what follows a `;` would
 * read a path as one below a longer prefix, which may be granted to others.
 */
function routeOf(routes: HostRoutes, path: CanonicalPath): PrefixRoute | string | undefined {
  const found = longestPrefix(routes, segmentsOf(path.text));
  const depth = found?.segments.length ?? 0;
  for (const reading of readingsOf(path.text)) {
    const lower = segmentsOf(reading.toLowerCase());
    for (const { segments } of routes.byPrefix) {
      if (segments.length <= depth) break;
      if (segments.length <= lower.length && segments.every((segment, at) => segment.toLowerCase() === lower[at]))
        return `can be read as one below ${quoted(`/${segments.join('/')}`)}, which some servers do`;
    }
  }
  return found;
}

/** The path with its first segments replaced by a prefix. */
function rewritten(path: string, segments: number, to: string): string {
  let rest = 0;
  for (let at = 0; at < segments; at++) {
    const next = path.indexOf('/', rest + 1);
    rest = next < 0 ? path.length : next;
  }
  const whole = `${to === '/' ? '' : to}${path.slice(rest)}`;
  return whole === '' ? '/' : whole;
}
