import fc from 'fast-check';
import { expect, test } from 'vitest';
import { specs } from '../../../test/planner/arbitrary.ts';
import { specOf, target } from '../../../test/planner/specs.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { Spec } from '../../spec/index.ts';
import { makePlan } from '../index.ts';

const apis = ['one', 'two', 'three', 'four'].map((name) => target('https', { name }));

/** a and b differ in one target, c has nothing in common with them. */
const three = (parts: Partial<Pick<Spec, 'isolation' | 'shareNcc'>> = {}) =>
  specOf({
    targets: apis,
    access: [
      [['a'], ['one', 'two']],
      [['b'], ['one', 'two', 'three']],
      [['c'], ['four']],
    ],
    limits: { nccs_per_region: 2 },
    ...parts,
  });

test('strict: an error with the cheapest merges, their surplus pairs and the line that accepts each', () => {
  const { plan, diagnostics } = makePlan(three(), defaultFacts);
  expect(plan).toBeUndefined();
  expect(
    diagnostics.map((each) => [
      each.code,
      each.severity,
      each.message.replace(/ \(documented.*| \(limits.*/, ''),
      each.hint,
    ]),
  ).toEqual([
    [
      'LG_TOO_MANY_NCCS',
      'error',
      'the plan needs 3 NCCs; the limit is 2 NCCs per region and account',
      expect.stringContaining('accept a merge (below)'),
    ],
    [
      'LG_MERGE_OPTION',
      'note',
      'merging a + b adds 1 pair that was not granted: a → three',
      'to accept it, add share_ncc: [[a, b]]',
    ],
    ['LG_MERGE_OPTION', 'note', expect.stringContaining('a + c'), 'to accept it, add share_ncc: [[a, c]]'],
    ['LG_MERGE_OPTION', 'note', expect.stringContaining('b + c'), 'to accept it, add share_ncc: [[b, c]]'],
  ]);
});

test('the line of the hint makes a plan, which lists the pairs', () => {
  const { plan, diagnostics } = makePlan(three({ shareNcc: [['a', 'b']] }), defaultFacts);
  expect(plan?.infra.nccs.map((ncc) => ncc.workspaces.map((each) => each.name))).toEqual([['a', 'b'], ['c']]);
  expect(plan?.surplus).toEqual([{ workspace: 'a', target: 'three' }]);
  expect(diagnostics.map((each) => each.code)).toEqual(['LG_SURPLUS']);
  expect(plan?.proof.surplus).toBe(1);
});

test('shared: takes the merge with the fewest surplus pairs itself, and keeps to it', () => {
  const { plan } = makePlan(three({ isolation: 'shared' }), defaultFacts);
  expect(plan?.surplus).toEqual([{ workspace: 'a', target: 'three' }]);
  const room = { ...three({ isolation: 'shared' }), limits: { nccs_per_region: 3 } };
  expect(makePlan(room, defaultFacts, plan?.lock).plan?.infra.nccs).toEqual(plan?.infra.nccs);
  // Strict again: what was merged comes apart.
  const strict: Spec = { ...room, isolation: 'strict' };
  expect(makePlan(strict, defaultFacts, plan?.lock).plan?.infra.nccs).toHaveLength(3);
});

test('a workspace that lost its last grant leaves the merge', () => {
  const { plan } = makePlan(three({ isolation: 'shared' }), defaultFacts);
  const spec = three({ isolation: 'shared' });
  const without = { ...spec, access: spec.access.filter((grant) => !grant.from.includes('a')) };
  const after = makePlan(without, defaultFacts, plan?.lock).plan;
  expect(after?.infra.nccs.map((ncc) => ncc.workspaces.map((each) => each.name))).toEqual([['b'], ['c']]);
  expect(after?.surplus).toEqual([]);
});

test('no merge has fewer surplus pairs than the one that is taken', () => {
  fc.assert(
    fc.property(
      specs({ workspaces: 6, targets: 6 }, { isolation: 'shared' }),
      fc.integer({ min: 1, max: 3 }),
      (spec, nccs) => {
        const { plan } = makePlan({ ...spec, limits: { ...spec.limits, nccs_per_region: nccs } }, defaultFacts);
        if (!plan) throw new Error('a merge always fits here');
        expect(plan.infra.nccs.length).toBeLessThanOrEqual(nccs);
        expect(plan.surplus.length).toBe(fewest(spec, nccs));
      },
    ),
    { numRuns: 120 },
  );
});

/** By trying every way to split the workspaces that may reach anything. */
function fewest(spec: Spec, nccs: number): number {
  const grants = new Map<string, Set<string>>();
  for (const { from, to } of spec.access)
    for (const workspace of from) {
      const row = grants.get(workspace) ?? new Set<string>();
      for (const name of to) row.add(name);
      if (row.size > 0) grants.set(workspace, row);
    }
  let best = Number.POSITIVE_INFINITY;
  const place = (rest: readonly Set<string>[], groups: readonly (readonly Set<string>[])[]): void => {
    const [next, ...others] = rest;
    if (!next) {
      const sum = groups.reduce((pairs, group) => {
        const all = new Set(group.flatMap((row) => [...row]));
        return pairs + group.reduce((some, row) => some + all.size - row.size, 0);
      }, 0);
      best = Math.min(best, sum);
      return;
    }
    groups.forEach((group, at) => {
      place(
        others,
        groups.map((each, index) => (index === at ? [...group, next] : each)),
      );
    });
    if (groups.length < nccs) place(others, [...groups, [next]]);
  };
  place([...grants.values()], []);
  return best;
}
