/**
 * routing: what a router listener does with a client: the table of its routes, the decision for a connection by claim and
 * NCC, and the decision for each request by host and path.
 * Never: I/O, bytes, sockets, a clock.
 * Imports: diagnostics, ir. Imported by: proof, router, topology.
 */
export { type Claim, honestClaim } from './claim.ts';
export { clientNccs, type Decision, decide, type Refused, type RoutingRefusal, whyRefused } from './decide.ts';
export {
  decideRequest,
  grantedRoutes,
  type RequestClaim,
  type RequestConnection,
  type RequestDecision,
  type RequestRefused,
} from './request.ts';
export {
  type NamedSpeech,
  type RequestSpeech,
  type RouteTable,
  routesOf,
  routeTable,
  routeTableInSteps,
} from './route-table.ts';
