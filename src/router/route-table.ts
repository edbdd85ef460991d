import type { Hostname, Route, RoutePlan, RouterListener, Speech } from '../ir/index.ts';

/** A listener's routes, ready to be looked up: one Map lookup for each connection, however many routes there are. */
export interface RouteTable {
  readonly listener: RouterListener;
  readonly byName: Readonly<Record<Exclude<Speech, 'tcp'>, ReadonlyMap<string, Route>>>;
  readonly byPort: Route | undefined;
  /** The route that takes clients without a name or without TLS. */
  readonly byDefault: Readonly<Record<'mysql' | 'postgres', Route | undefined>>;
}

export function routeTable(listener: RouterListener): RouteTable {
  const byName = {
    tls: new Map<string, Route>(),
    postgres: new Map<string, Route>(),
    http: new Map<string, Route>(),
    mysql: new Map<string, Route>(),
  };
  let byPort: Route | undefined;
  const byDefault: { mysql: Route | undefined; postgres: Route | undefined } = {
    mysql: undefined,
    postgres: undefined,
  };
  for (const route of listener.routes) {
    if (route.match.by === 'port') byPort = route;
    else {
      byName[route.match.speech].set(route.match.name, route);
      if (route.action.isDefault && (route.match.speech === 'mysql' || route.match.speech === 'postgres'))
        byDefault[route.match.speech] = route;
    }
  }
  return { listener, byName, byPort, byDefault };
}

/** Every route of a plan with its listener, for lists and questions of operators. */
export const routesOf = (plan: RoutePlan): readonly { readonly listener: RouterListener; readonly route: Route }[] =>
  plan.listeners.flatMap((listener) => listener.routes.map((route) => ({ listener, route })));

/** What a client asked for, once its opening is whole. */
export type Asked =
  | { readonly by: 'name'; readonly speech: Exclude<Speech, 'tcp'>; readonly name: Hostname }
  /** It named nobody: no SNI, or a Postgres or MySQL client without TLS. */
  | { readonly by: 'nothing'; readonly speech: Exclude<Speech, 'tcp'>; readonly why: string }
  | { readonly by: 'port' };
