import { capabilityTexts, engines, type InfraPlan, missingFor, type Route, type RoutePlan } from '../ir/index.ts';

/**
 * The routes as the lab's router can carry them: TLS that the plan wants inspected is passed through, and the limits of
 * its request paths go with that. The real router takes no such plan; {@link differencesFromPlan} says what is not the same.
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

/** Where the lab is not what the plan says, one sentence each. */
export function differencesFromPlan(infra: InfraPlan, plan: RoutePlan): readonly string[] {
  const engine = infra.router?.engine ?? 'node';
  const routes = plan.listeners.flatMap((listener) => listener.routes);
  return [
    ...(engines[engine].isBuilt
      ? []
      : [`the plan wants the ${engine} engine; the lab runs the node engine on the same routes`]),
    ...routes.flatMap((route) =>
      missingFor(route, 'node').map(
        (capability) =>
          `route ${route.key} asks for ${capabilityTexts[capability]}, which is not built yet: TLS is passed through${
            route.action.paths ? ', and the limits of its request paths are not enforced' : ''
          }`,
      ),
    ),
  ];
}
