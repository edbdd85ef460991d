import fc from 'fast-check';
import { expect, test } from 'vitest';
import { specs } from '../../test/planner/arbitrary.ts';
import { defaultFacts } from '../facts/index.ts';
import type { Spec } from '../spec/index.ts';
import { makePlan, type Plan } from './index.ts';

const runs = { numRuns: 300 };

/** The plan of a spec that has one: where hosts are not shared, nothing but limits can forbid it. */
function planOf(spec: Spec, lock?: Plan['lock']): Plan {
  const { plan, diagnostics } = makePlan(spec, defaultFacts, lock);
  if (!plan) throw new Error(diagnostics.map((each) => `${each.code} ${each.message}`).join('\n'));
  return plan;
}

const text = (plan: Plan) => JSON.stringify(plan);

test('a plan exists, its proof holds, and every rule is within limits', () => {
  fc.assert(
    fc.property(specs({ workspaces: 5, targets: 12 }), (spec) => {
      const plan = planOf(spec);
      const { domains_per_rule: names = 0, rules_per_service_per_ncc: rules = 0 } = spec.limits;
      for (const ncc of plan.infra.nccs) {
        const perService = new Map<string, number>();
        for (const rule of ncc.rules) {
          if (rule.kind === 's3') continue;
          expect(rule.domains.length).toBeLessThanOrEqual(names);
          perService.set(rule.service, (perService.get(rule.service) ?? 0) + 1);
        }
        for (const count of perService.values()) expect(count).toBeLessThanOrEqual(rules);
      }
      for (const { listeners } of plan.infra.endpointServices) expect(listeners.length).toBeLessThanOrEqual(50);
      expect(plan.placement.endpoints).toBeGreaterThanOrEqual(plan.placement.lowerBound.endpoints);
      expect(plan.placement.services).toBeGreaterThanOrEqual(plan.placement.lowerBound.services);
      expect(plan.placement.listeners).toBeGreaterThanOrEqual(plan.placement.lowerBound.listeners);
    }),
    runs,
  );
});

test('no two targets that stand alone share service and port', () => {
  fc.assert(
    fc.property(specs({ workspaces: 4, targets: 14 }), (spec) => {
      const alone = new Set(spec.targets.filter((each) => each.routing === 'port').map((each) => each.name));
      for (const { listeners } of planOf(spec).infra.endpointServices)
        for (const { targets } of listeners)
          if (targets.some((name) => alone.has(name))) expect(targets).toHaveLength(1);
    }),
    runs,
  );
});

test('the order of the input changes nothing', () => {
  const shuffled = specs({ workspaces: 5, targets: 12 }).chain((spec) =>
    fc.record({
      spec: fc.constant(spec),
      other: fc
        .record({
          workspaces: shuffle(spec.workspaces),
          targets: shuffle(spec.targets),
          access: shuffle(spec.access),
          networks: shuffle(spec.networks),
        })
        .map((parts): Spec => ({ ...spec, ...parts })),
    }),
  );
  fc.assert(
    fc.property(shuffled, ({ spec, other }) => {
      expect(text(planOf(other))).toBe(text(planOf(spec)));
    }),
    runs,
  );
});

const shuffle = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

test('planned again from its lock, a plan is the same, byte for byte', () => {
  fc.assert(
    fc.property(specs({ workspaces: 5, targets: 12 }), (spec) => {
      const { placement: first, ...fresh } = planOf(spec);
      const { placement: second, ...again } = planOf(spec, fresh.lock);
      expect(JSON.stringify(again)).toBe(JSON.stringify(fresh));
      expect({ ...second, exact: true }).toEqual({ ...first, exact: true });
    }),
    runs,
  );
});
