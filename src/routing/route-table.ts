import type { Hostname, Route, RoutePlan, RouterListener, Speech } from '../ir/index.ts';
import { addToHost, type HostRoutes } from './host-routes.ts';

/** A speech in which clients name a server. */
export type NamedSpeech = Exclude<Speech, 'tcp'>;

/** A speech in which the router reads requests: plain HTTP, and TLS where it is inspected. */
export type RequestSpeech = Extract<Speech, 'http' | 'tls'>;

/**
 * A router listener with its routes in reach: each decision is a few map lookups, however many routes there are.
 * Of two routes for one claim the last one wins; the checks of the plan refuse both.
 */
export interface RouteTable {
  readonly listener: RouterListener;
  readonly byName: Readonly<Record<NamedSpeech, ReadonlyMap<Hostname, Route>>>;
  /** The routes of names whose requests the router reads, by their prefixes. */
  readonly byRequest: Readonly<Record<RequestSpeech, ReadonlyMap<Hostname, HostRoutes>>>;
  readonly byPort: Route | undefined;
  /** The route that takes clients without a name or without TLS: of MySQL and Postgres only. */
  readonly byDefault: ReadonlyMap<NamedSpeech, Route>;
}

/** Indexes the routes of a listener. Linear; never throws, also for a listener that no check has seen. */
export function routeTable(listener: RouterListener): RouteTable {
  const steps = routeTableInSteps(listener, Number.POSITIVE_INFINITY);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in steps of so many routes, so that a router can go on carrying while it builds a large table. */
export function* routeTableInSteps(listener: RouterListener, routesPerStep: number): Generator<void, RouteTable> {
  const byName = { tls: noRoutes, postgres: noRoutes, http: noRoutes, mysql: noRoutes };
  const byRequest = { http: noHosts, tls: noHosts };
  const byDefault = new Map<NamedSpeech, Route>();
  let byPort: Route | undefined;
  for (const [i, route] of listener.routes.entries()) {
    if (i > 0 && i % routesPerStep === 0) yield;
    if (route.match.by === 'port') byPort = route;
    else {
      const { speech, name } = route.match;
      if (byName[speech] === noRoutes) byName[speech] = new Map();
      // A name that is inspected is never passed through, whatever else the plan says.
      if (byName[speech].get(name)?.action.tls === 'inspect' && route.action.tls !== 'inspect') continue;
      byName[speech].set(name, route);
      if (speech === 'http' || (speech === 'tls' && route.action.tls === 'inspect')) {
        if (byRequest[speech] === noHosts) byRequest[speech] = new Map();
        addToHost(byRequest[speech], name, route);
      }
      if (route.action.isDefault && (speech === 'mysql' || speech === 'postgres')) byDefault.set(speech, route);
    }
  }
  return { listener, byName, byRequest, byPort, byDefault };
}

/** Shared and always empty: a plan of ten thousand targets has thousands of tables, most of them for one speech. */
const noRoutes = new Map<Hostname, Route>();
const noHosts = new Map<Hostname, HostRoutes>();

/** Every route of a plan with its listener, for lists and questions of operators. */
export const routesOf = (plan: RoutePlan): readonly { readonly listener: RouterListener; readonly route: Route }[] =>
  plan.listeners.flatMap((listener) => listener.routes.map((route) => ({ listener, route })));
