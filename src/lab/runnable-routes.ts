import { capabilityTexts, engines, type InfraPlan, missingFor, type Route, type RoutePlan } from '../ir/index.ts';

/**
 * The routes that the lab's router can run: TLS to be inspected is passed through, and its path limits are left out. The
 * real router refuses such a plan; {@link differencesFromPlan} lists what differs.
 */
export const runnableRoutes = (plan: RoutePlan): RoutePlan => ({
  ...plan,
  listeners: plan.listeners.map((listener) => ({ ...listener, routes: listener.routes.map(passedThrough) })),
});

function passedThrough(route: Route): Route {
  if (missingFor(route, 'node').length === 0) return route;
  const { paths: _, ...action } = route.action;
  return { ...route, action: { ...action, tls: 'passthrough' } };
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
