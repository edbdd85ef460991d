import { engines, type InfraPlan, type RoutePlan } from '../ir/index.ts';
import type { Spec } from '../spec/index.ts';

/** The routes of a plan for the lab: upstreams of inspected targets are verified against the lab's CA, which issued for its servers. */
export function labRoutes(plan: RoutePlan, caPem: string): RoutePlan {
  return {
    ...plan,
    upstreams: Object.fromEntries(
      Object.entries(plan.upstreams).map(([key, upstream]) => [
        key,
        upstream.tls ? { ...upstream, tls: { ...upstream.tls, ca: [caPem] } } : upstream,
      ]),
    ),
  };
}

/** Differences between the lab and the plan, one sentence each. */
export function differencesFromPlan(spec: Spec, infra: InfraPlan): readonly string[] {
  const engine = infra.router?.engine ?? 'node';
  const inspected = spec.targets.filter(({ tls }) => tls === 'inspect');
  const files = inspected.flatMap(({ name, upstream }) =>
    upstream?.caFile === undefined ? [] : [`${upstream.caFile} of ${name}`],
  );
  return [
    ...(engines[engine].isBuilt
      ? []
      : [`the plan uses the ${engine} engine; the lab runs the same routes on the node engine`]),
    ...(inspected.length === 0
      ? []
      : [
          `the servers of inspected targets have certificates of the lab's CA: the router verifies them against it, in place of the public CAs${
            files.length === 0 ? '' : ` and of ${files.join(', ')}`
          }`,
        ]),
  ];
}
