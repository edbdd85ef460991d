import type { Refusal } from '../../../diagnostics/index.ts';
import type { Route } from '../../../ir/index.ts';
import { type RequestClaim, type RouteTable, refusalOfRequest } from '../../../routing/index.ts';

/** Why a request may not pass, or undefined; the same for every framing that requests come in. */
export type RequestPolicy = (request: RequestClaim) => Refusal | undefined;

/** The policy of a connection that has one route, and so one upstream. */
export const singleRoutePolicy =
  (table: RouteTable, route: Route): RequestPolicy =>
  (request) =>
    refusalOfRequest(table, route, request);
