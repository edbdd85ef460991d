import { capabilityTexts, engines, type InfraPlan, missingFor, type Route, type RoutePlan } from '../ir/index.ts';

/**
 * The routes that the lab's router can run: TLS to be inspected is passed through, and its path limits are left out; of a
 * name with several path prefixes only the first route is there. The real router refuses such a plan;
 * {@link differencesFromPlan} lists what differs.
 */
export function runnableRoutes({ inspection: _, ...plan }: RoutePlan): RoutePlan {
  return {
    ...plan,
    listeners: plan.listeners.map((listener) => ({ ...listener, routes: passedThrough(listener.routes) })),
    upstreams: Object.fromEntries(
      Object.entries(plan.upstreams).map(([key, { tls: __, ...upstream }]) => [key, upstream]),
    ),
  };
}

function passedThrough(routes: readonly Route[]): readonly Route[] {
  const names = new Set<string>();
  return routes.flatMap((route) => {
    const { match } = route;
    if (missingFor(route, 'node').length === 0 || match.by === 'port') return [route];
    if (names.has(match.name)) return [];
    names.add(match.name);
    const { paths: _, rewrite: __, ...action } = route.action;
    const { path: ___, ...bare } = match;
    return [{ ...route, match: bare, action: { ...action, tls: 'passthrough' as const } }];
  });
}

/** Differences between the lab and the plan, one sentence each. */
export function differencesFromPlan(infra: InfraPlan, plan: RoutePlan): readonly string[] {
  const engine = infra.router?.engine ?? 'node';
  const routes = plan.listeners.flatMap((listener) => listener.routes);
  return [
    ...(engines[engine].isBuilt
      ? []
      : [`the plan uses the ${engine} engine; the lab runs the same routes on the node engine`]),
    ...routes.flatMap((route) =>
      missingFor(route, 'node').map(
        (capability) =>
          `route ${route.key} needs ${capabilityTexts[capability]}, which is not built yet: TLS is passed through${
            route.action.paths ? ', and its path limits are not enforced' : ''
          }`,
      ),
    ),
  ];
}
