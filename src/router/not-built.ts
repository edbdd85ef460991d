import { type Diagnostic, quoted } from '../diagnostics/index.ts';
import { capabilityTexts, missingFor, type RoutePlan } from '../ir/index.ts';
import { routesOf } from '../routing/index.ts';
import { entriesPerStep } from './turns.ts';

/**
 * Routes that ask for something the node engine does not do, as errors. The router takes no plan that has one: a
 * connection that is passed through where the plan wants it inspected would bypass the limits that someone relies on.
 */
export function* notBuiltInSteps(plan: RoutePlan): Generator<void, readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const [i, { route }] of routesOf(plan).entries()) {
    if (i > 0 && i % entriesPerStep === 0) yield;
    for (const capability of missingFor(route, 'node'))
      found.push({
        code: 'LG_NOT_BUILT_YET',
        severity: 'error',
        path: ['routes', route.key],
        message: `route ${route.key} asks for ${capabilityTexts[capability]}, which is not built yet`,
        hint: 'leave the target out of the plan, or pass its TLS through and limit the paths at the server',
      });
  }
  return found;
}

/** A plan made for another engine than this one, as an error. Anything that names no engine is left to other checks. */
export function engineProblem(infra: unknown): Diagnostic | undefined {
  const engine = Object(Object(infra).router).engine;
  if (engine === undefined || engine === 'node') return undefined;
  return {
    code: 'LG_NOT_BUILT_YET',
    severity: 'error',
    path: ['infra', 'router', 'engine'],
    message: `the plan is for the engine ${quoted(String(engine))}, which is not built yet`,
    hint: 'plan again with engine: node',
  };
}
