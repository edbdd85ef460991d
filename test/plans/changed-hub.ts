import type { InfraPlan, RoutePlan } from '../../src/ir/index.ts';
import { infra, routes } from './small-hub.ts';

/**
 * The small hub with other values at places such as `routes.listeners.0.port`; undefined takes an entry of a list out.
 * The type does not hold what is put there: the plans are broken on purpose.
 */
export function changedHub(changes: Readonly<Record<string, unknown>>): {
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
} {
  let plans: unknown = { infra, routes };
  for (const [place, to] of Object.entries(changes)) plans = withValue(plans, place.split('.'), to);
  return plans as ReturnType<typeof changedHub>;
}

function withValue(value: unknown, [first, ...rest]: readonly string[], to: unknown): unknown {
  if (first === undefined) return to;
  const inner = withValue((value as Readonly<Record<string, unknown>> | undefined)?.[first], rest, to);
  if (!Array.isArray(value)) return { ...(value as object), [first]: inner };
  const at = Number(first);
  return inner === undefined ? value.toSpliced(at, 1) : value.toSpliced(at, 1, inner);
}
