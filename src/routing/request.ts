import type { Refusal } from '../diagnostics/index.ts';
import type { Hostname, Route } from '../ir/index.ts';
import { type RequestPath, refusalOfPath } from './paths.ts';
import type { RouteTable } from './route-table.ts';

/** What one request of a connection asks for. */
export interface RequestClaim extends RequestPath {
  readonly host: Hostname;
}

/**
 * Why a request may not pass on the connection that got this route, or undefined. A connection has one upstream, so a
 * request for another name is refused although the name may be known.
 */
export function refusalOfRequest(table: RouteTable, route: Route, request: RequestClaim): Refusal | undefined {
  const wanted = table.byName.http.get(request.host);
  if (wanted !== route)
    return {
      code: 'LG_NAME_UNKNOWN',
      why: wanted
        ? `this connection is for ${route.match.by === 'name' ? route.match.name : route.target}; connect again for ${request.host}`
        : `no target has the name ${request.host} on port ${table.listener.clientPort}`,
    };
  return route.action.paths && refusalOfPath(route.action.paths, request);
}
