import fc from 'fast-check';
import { expect, test } from 'vitest';
import { specs } from '../../test/planner/arbitrary.ts';
import { specOf, target } from '../../test/planner/specs.ts';
import { defaultFacts } from '../facts/index.ts';
import type { Spec } from '../spec/index.ts';
import { makePlan, repack } from './index.ts';

test('shows what a fresh packing saves, and moves as little as it can', () => {
  const servers = ['one', 'two', 'three'].map((name) => target('sqlserver', { name }));
  const apis = ['four', 'five'].map((name) => target('vault', { name }));
  const before = makePlan(specOf({ targets: [...servers, ...apis], access: [[['a'], ['*']]] }), defaultFacts).plan;
  // The lock spreads what is left over two services, after what stood alone on the port is gone.
  const left = specOf({ targets: [...servers.slice(1), ...apis], access: [[['a'], ['*']]] });
  const grown = makePlan(left, defaultFacts, before?.lock).plan;
  const fewer: Spec = specOf({
    targets: [servers[1] ?? target('https', { name: 'x' }), ...apis],
    access: [[['a'], ['*']]],
  });
  const now = makePlan(fewer, defaultFacts, grown?.lock).plan;
  expect(now?.placement.services).toBe(2);
  if (!now) return;
  const { saves, moves, plan } = repack(fewer, defaultFacts, now.lock);
  expect(saves).toEqual({ endpoints: 1, services: 1, listeners: 0 });
  expect(moves).toEqual([{ what: 'name', name: 'two.test', from: expect.any(String), to: expect.any(String) }]);
  expect(plan?.infra.endpointServices.map((each) => each.key)).toEqual([moves[0]?.to]);
});

test('a fresh packing is as good as a plan without a lock, and nothing is left to repack', () => {
  const pairs = specs({ workspaces: 4, targets: 10 }).chain((spec) =>
    fc.record({ spec: fc.constant(spec), kept: fc.subarray(spec.targets.map((each) => each.name)) }),
  );
  fc.assert(
    fc.property(pairs, ({ spec, kept }) => {
      const fewer: Spec = {
        ...spec,
        targets: spec.targets.filter((each) => kept.includes(each.name)),
        access: spec.access.map((grant) => ({ ...grant, to: grant.to.filter((name) => kept.includes(name)) })),
      };
      const lock = makePlan(spec, defaultFacts).plan?.lock;
      const fresh = makePlan(fewer, defaultFacts).plan;
      if (!lock || !fresh) throw new Error('both have a plan');
      const { now, plan: repacked, saves } = repack(fewer, defaultFacts, lock);
      if (!now || !repacked) throw new Error('both have a plan');
      const score = ({ placement: { endpoints, services, listeners } }: typeof fresh) => [
        endpoints,
        services,
        listeners,
      ];
      expect(score(repacked)).toEqual(score(fresh));
      expect(saves.endpoints).toBe(now.placement.endpoints - fresh.placement.endpoints);
      expect(repack(fewer, defaultFacts, repacked.lock).moves).toEqual([]);
      expect(makePlan(fewer, defaultFacts, repacked.lock).plan?.lock).toEqual(repacked.lock);
    }),
    { numRuns: 60 },
  );
});
