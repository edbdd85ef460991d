import type { Hostname, Route, RoutePlan, RouterListener, Speech } from '../ir/index.ts';

/** A speech in which clients name a server. */
export type NamedSpeech = Exclude<Speech, 'tcp'>;

/**
 * A router listener with its routes in reach: each decision is a few map lookups, however many routes there are.
 * Of two routes for one claim the last one wins; the checks of the plan refuse both.
 */
export interface RouteTable {
  readonly listener: RouterListener;
  readonly byName: Readonly<Record<NamedSpeech, ReadonlyMap<Hostname, Route>>>;
  readonly byPort: Route | undefined;
  /** The route that takes clients without a name or without TLS. */
  readonly byDefault: Readonly<Record<'mysql' | 'postgres', Route | undefined>>;
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
  const byName: Record<NamedSpeech, ReadonlyMap<Hostname, Route>> = {
    tls: noRoutes,
    postgres: noRoutes,
    http: noRoutes,
    mysql: noRoutes,
  };
  const byDefault: Record<'mysql' | 'postgres', Route | undefined> = { mysql: undefined, postgres: undefined };
  const made = new Map<NamedSpeech, Map<Hostname, Route>>();
  let byPort: Route | undefined;
  for (const [i, route] of listener.routes.entries()) {
    if (i > 0 && i % routesPerStep === 0) yield;
    if (route.match.by === 'port') {
      byPort = route;
      continue;
    }
    const { speech, name } = route.match;
    let names = made.get(speech);
    if (!names) {
      names = new Map();
      made.set(speech, names);
      byName[speech] = names;
    }
    names.set(name, route);
    if (route.action.isDefault && (speech === 'mysql' || speech === 'postgres')) byDefault[speech] = route;
  }
  return { listener, byName, byPort, byDefault };
}

/** Shared: a plan of ten thousand targets has thousands of tables, most of them for one speech. */
const noRoutes: ReadonlyMap<Hostname, Route> = new Map();

/** Every route of a plan with its listener, for lists and questions of operators. */
export const routesOf = (plan: RoutePlan): readonly { readonly listener: RouterListener; readonly route: Route }[] =>
  plan.listeners.flatMap((listener) => listener.routes.map((route) => ({ listener, route })));
