import type { Refusal } from '../../../diagnostics/index.ts';
import type { Route } from '../../../ir/index.ts';
import { decideRequest, type RequestClaim, type RouteTable } from '../../../routing/index.ts';

/** Why a request may not pass, or undefined; the same for every framing that requests come in. */
export type RequestPolicy = (request: RequestClaim) => Refusal | undefined;

/** The policy of a connection that has one route, and so one upstream. */
export const singleRoutePolicy =
  (table: RouteTable, route: Route): RequestPolicy =>
  (request) => {
    if (route.match.by === 'port') return { code: 'LG_PROTOCOL', why: 'requests are read where routes have names' };
    const { path } = request;
    const decision = decideRequest(table, { speech: 'http', name: route.match.name, nccs: route.allow }, request);
    if (decision.is === 'refuse') return { code: decision.code, why: decision.why };
    // The head is passed on as it was sent, and what was judged is the path without them.
    return decision.path !== path && /\/(?:\.|%2e){1,2}(?:[/;]|$)/i.test(path)
      ? { code: 'LG_PATH_DENIED', why: 'the path has dot segments' }
      : undefined;
  };
