import type { Diagnostic } from '../diagnostics/index.ts';
import type { Route, RoutePlan } from '../ir/index.ts';
import { routesOf } from '../routing/index.ts';

/** The engine carries this route as it is encrypted, although the plan wants it looked into. */
export const isInspectionMissing = (route: Route): boolean => route.action.tls === 'inspect';

/** What a plan asks for and this engine does not do. Each is also said when the router starts. */
export const warningsOf = (plan: RoutePlan): readonly Diagnostic[] =>
  routesOf(plan)
    .filter(({ route }) => isInspectionMissing(route))
    .map(({ route }): Diagnostic => {
      const { paths } = route.action;
      const limited = paths && paths.allow.length + paths.deny.length > 0;
      return {
        code: 'LG_NOT_INSPECTED',
        severity: 'warning',
        path: ['routes', route.key],
        message: `route ${route.key} is to be inspected, and is carried encrypted as it is${
          limited ? '; ITS PATH LIMITS ARE NOT ENFORCED: whoever is granted the target reaches every path of it' : ''
        }`,
        hint: 'until the router inspects, limit the paths at the server, or leave the target out',
      };
    });
