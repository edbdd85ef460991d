/**
 * routing: what a router listener does with a client: the table of its routes, the decision by claim and NCC, and the
 * policy for request paths.
 * Never: I/O, bytes, sockets, a clock.
 * Imports: diagnostics, ir. Imported by: proof, router, topology.
 */
export { type Claim, honestClaim } from './claim.ts';
export { clientNccs, type Decision, decide, type Refused, type RoutingRefusal, whyRefused } from './decide.ts';
export { type PathRules, type RequestPath, refusalOfPath } from './paths.ts';
export { type RequestClaim, refusalOfRequest } from './request.ts';
export { type NamedSpeech, type RouteTable, routesOf, routeTable, routeTableInSteps } from './route-table.ts';
