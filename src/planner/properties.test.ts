import fc from 'fast-check';
import { expect, test } from 'vitest';
import { specs } from '../../test/planner/arbitrary.ts';
import { defaultFacts } from '../facts/index.ts';
import type { Hostname, Port } from '../ir/index.ts';
import type { Spec } from '../spec/index.ts';
import { makePlan, type Plan } from './index.ts';

const runs = { numRuns: 120 };

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

/** A plan as text, but for how it was searched, and for the way to a saving: a lock adds that it takes `--repack`. */
const comparable = ({ placement: _, savings, ...rest }: Plan): string =>
  JSON.stringify({
    ...rest,
    savings: savings.map((each) => ({ ...each, what: each.what.split('; with plan --repack')[0] })),
  });

test('planned again from its lock, a plan is the same, byte for byte', () => {
  fc.assert(
    fc.property(specs({ workspaces: 5, targets: 12 }), (spec) => {
      const fresh = planOf(spec);
      const again = planOf(spec, fresh.lock);
      expect(comparable(again)).toBe(comparable(fresh));
      expect({ ...again.placement, exact: true }).toEqual({ ...fresh.placement, exact: true });
    }),
    runs,
  );
});

interface Change {
  readonly before: Spec;
  readonly after: Spec;
  /** Targets that are only in one of the two. */
  readonly changed: string;
}

/** A spec and the same with one target more: one that workspaces with the same access get. */
const oneMore: fc.Arbitrary<Change> = specs({ workspaces: 4, targets: 12 }).chain((after) =>
  fc.nat(after.targets.length - 1).map((at) => {
    const changed = after.targets[at]?.name ?? '';
    return { before: without(after, changed), after, changed };
  }),
);

const without = (spec: Spec, target: string): Spec => ({
  ...spec,
  targets: spec.targets.filter((each) => each.name !== target),
  access: spec.access.map((grant) => ({ ...grant, to: grant.to.filter((name) => name !== target) })),
});

/** Everything that has an address in the two clouds, by that address. */
function objects({ infra, routes }: Plan): Map<string, string> {
  const found = new Map<string, string>();
  const put = (key: string, value: unknown) => found.set(key, JSON.stringify(value));
  for (const ncc of infra.nccs) {
    put(ncc.key, [ncc.name, ncc.workspaces]);
    for (const rule of ncc.rules) put(rule.key, rule.kind === 's3' ? 's3' : [ncc.key, rule.service]);
    for (const rule of ncc.rules)
      for (const name of rule.kind === 's3' ? rule.buckets : rule.domains) put(`${ncc.key} ${name}`, rule.key);
  }
  for (const service of infra.endpointServices) {
    put(service.key, [service.nlb.name, service.allowedPrincipals]);
    for (const { key, targetGroup, forward } of service.listeners) put(key, [targetGroup, forward.to]);
  }
  for (const listener of routes.listeners) {
    put(`router ${listener.key}`, [listener.port, listener.identity]);
    for (const { key, action, allow } of listener.routes) put(key, [action, allow]);
  }
  return found;
}

const sameAccess = (a: Plan, b: Plan): boolean =>
  JSON.stringify(a.infra.nccs.map((ncc) => ncc.workspaces)) ===
  JSON.stringify(b.infra.nccs.map((ncc) => ncc.workspaces));

test('a target added to a locked plan only adds', () => {
  fc.assert(
    fc.property(oneMore, ({ before, after }) => {
      const old = planOf(before);
      const plan = planOf(after, old.lock);
      fc.pre(sameAccess(old, plan)); // a grant that splits an access set moves workspaces to an NCC of their own
      const now = objects(plan);
      for (const [key, value] of objects(old)) expect(`${key} ${now.get(key)}`).toBe(`${key} ${value}`);
    }),
    runs,
  );
});

test('a workspace added with the access of another only joins its NCC', () => {
  fc.assert(
    fc.property(specs({ workspaces: 4, targets: 10 }), (before) => {
      const [like] = before.workspaces;
      if (!like || !before.access.some((grant) => grant.from.includes(like.name) && grant.to.length > 0)) return;
      const after: Spec = {
        ...before,
        workspaces: [{ name: 'aaa', id: '99' }, ...before.workspaces],
        access: before.access.map((grant) =>
          grant.from.includes(like.name) ? { ...grant, from: [...grant.from, 'aaa'] } : grant,
        ),
      };
      const old = planOf(before);
      const plan = planOf(after, old.lock);
      const withoutNew = plan.infra.nccs.map((ncc) => ({
        ...ncc,
        workspaces: ncc.workspaces.filter((each) => each.name !== 'aaa'),
      }));
      expect(withoutNew).toEqual(old.infra.nccs);
      expect(plan.infra.endpointServices).toEqual(old.infra.endpointServices);
      expect(plan.routes).toEqual(old.routes);
    }),
    runs,
  );
});

test('a target removed from a locked plan only takes away, and its keys stay away', () => {
  fc.assert(
    fc.property(oneMore, ({ before, after }) => {
      const old = planOf(after);
      const plan = planOf(before, old.lock);
      fc.pre(sameAccess(old, plan));
      const then = objects(old);
      for (const [key, value] of objects(plan)) expect(`${key} ${then.get(key)}`).toBe(`${key} ${value}`);
      const again = planOf(after, plan.lock);
      const gone = [...then.keys()].filter((key) => /^[nrs]-\d+$/.test(key) && !objects(plan).has(key));
      for (const key of gone) expect(objects(again).has(key), key).toBe(false);
    }),
    runs,
  );
});

test('a target that is renamed stays where it is', () => {
  fc.assert(
    fc.property(oneMore, ({ after, changed }) => {
      const old = planOf(after);
      const renamed: Spec = {
        ...after,
        targets: after.targets.map((each) =>
          each.name === changed ? { ...each, name: 'aaa', renamedFrom: changed } : each,
        ),
        access: after.access.map((grant) => ({
          ...grant,
          to: grant.to.map((name) => (name === changed ? 'aaa' : name)),
        })),
      };
      const plan = planOf(renamed, old.lock);
      expect(plan.infra.nccs).toEqual(old.infra.nccs);
      expect(
        plan.infra.endpointServices.map((each) => each.listeners.map((one) => [one.key, one.targetGroup])),
      ).toEqual(old.infra.endpointServices.map((each) => each.listeners.map((one) => [one.key, one.targetGroup])));
      expect(plan.infra.renames).toEqual([{ from: changed, to: 'aaa' }]);
    }),
    runs,
  );
});

test('whatever changes at once, a locked plan holds its proof and comes to rest', () => {
  const size = { workspaces: 4, targets: 10 };
  fc.assert(
    fc.property(specs(size), specs(size), specs(size), (one, two, three) => {
      let lock = planOf(one).lock;
      for (const spec of [two, three, one]) {
        const plan = planOf(spec, lock);
        const { placement: _, ...rest } = planOf(spec, plan.lock);
        const { placement: __, ...before } = plan;
        expect(JSON.stringify(rest)).toBe(JSON.stringify(before));
        lock = plan.lock;
      }
    }),
    { numRuns: 80 },
  );
});

/** Some targets move to a host that others have too, each on a port of its own. */
const crowded = (kind: 'same' | 'any') =>
  specs({ workspaces: 3, targets: 8 }).chain((spec) =>
    fc.subarray(spec.targets.map((_, at) => at)).map(
      (moved): Spec => ({
        ...spec,
        targets: spec.targets.map((target, at) =>
          moved.includes(at) && target.routing !== 'bucket'
            ? { ...target, hosts: [crowdedHost], ports: [(9000 + at) as Port] }
            : target,
        ),
        access:
          kind === 'any' ? spec.access : [{ index: 0, from: ['w0'], to: spec.targets.map((target) => target.name) }],
      }),
    ),
  );
const crowdedHost = 'crowded.test' as Hostname;

test('targets that share a host are planned, but for grants that no listener can tell apart', () => {
  fc.assert(
    fc.property(crowded('any'), (spec) => {
      const { plan, diagnostics } = makePlan(spec, defaultFacts);
      const wrong = diagnostics.filter((each) => each.severity === 'error').map((each) => each.code);
      expect(new Set(wrong)).toEqual(new Set(plan ? [] : ['LG_HOST_MIXED_GRANTS']));
      if (!plan) return;
      const services = plan.infra.endpointServices.filter((service) =>
        plan.infra.nccs.some((ncc) =>
          ncc.rules.some(
            (rule) => rule.kind === 'service' && rule.service === service.key && rule.domains.includes(crowdedHost),
          ),
        ),
      );
      expect(services.length).toBeLessThanOrEqual(1);
      expect(comparable(planOf(spec, plan.lock))).toBe(comparable(plan));
    }),
    runs,
  );
  fc.assert(
    fc.property(crowded('same'), (spec) => void planOf(spec)),
    runs,
  );
});
