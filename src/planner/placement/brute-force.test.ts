import fc from 'fast-check';
import { expect, test } from 'vitest';
import { specs } from '../../../test/planner/arbitrary.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { Spec, Target } from '../../spec/index.ts';
import { makePlan, type Plan } from '../index.ts';
import { exactUnits } from './place.ts';

/** One name of a target with who needs it: written anew here, so that the planner is not judged by itself. */
interface Name {
  readonly target: Target;
  readonly host: string;
  readonly nccs: ReadonlySet<string>;
}

type Score = readonly [endpoints: number, services: number, listeners: number];

const less = (a: Score, b: Score): boolean => {
  for (let at = 0; at < 3; at += 1) if (a[at] !== b[at]) return (a[at] ?? 0) < (b[at] ?? 0);
  return false;
};

/** Every way to split items into groups. */
function* partitions<T>(items: readonly T[]): Generator<T[][]> {
  const [first, ...rest] = items;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const groups of partitions(rest)) {
    yield [[first], ...groups];
    for (let at = 0; at < groups.length; at += 1)
      yield groups.map((group, index) => (index === at ? [first, ...group] : group));
  }
}

const equal = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  a.size === b.size && [...a].every((key) => b.has(key));

/** What one service with these names costs; undefined when it is not allowed. */
function scoreOf(names: readonly Name[], perRule: number, rules: number): Score | undefined {
  const dialers = new Set(names.flatMap((name) => [...name.nccs]));
  for (const { target, nccs } of names) if (target.first === 'server' && !equal(nccs, dialers)) return undefined;
  const byPort = new Map<number, Name[]>();
  for (const name of names) for (const port of name.target.ports) byPort.set(port, [...(byPort.get(port) ?? []), name]);
  if (byPort.size > 50) return undefined;
  for (const row of byPort.values()) {
    if (row.length === 1) continue;
    if (row.some(({ target }) => target.routing === 'port')) return undefined;
    const mysql = row.filter(({ target }) => target.speaks === 'mysql').length;
    if (mysql !== 0 && mysql !== row.length) return undefined;
  }
  let endpoints = 0;
  for (const ncc of dialers) {
    const count = Math.ceil(names.filter((name) => name.nccs.has(ncc)).length / perRule);
    if (count > rules) return undefined;
    endpoints += count;
  }
  return [endpoints, 1, byPort.size];
}

function best(names: readonly Name[], perRule: number, rules: number): Score {
  let found: Score = [Number.POSITIVE_INFINITY, 0, 0];
  for (const groups of partitions(names)) {
    const scores = groups.map((group) => scoreOf(group, perRule, rules));
    if (scores.some((score) => score === undefined)) continue;
    const sum = scores.reduce<[number, number, number]>(
      ([a, b, c], score) => [a + (score?.[0] ?? 0), b + (score?.[1] ?? 0), c + (score?.[2] ?? 0)],
      [0, 0, 0],
    );
    if (less(sum, found)) found = sum;
  }
  return found;
}

function namesOf(spec: Spec, plan: Plan): readonly Name[] {
  const nccOf = new Map(plan.infra.nccs.flatMap((ncc) => ncc.workspaces.map(({ name }) => [name, ncc.key] as const)));
  return spec.targets.flatMap((target) => {
    const from = spec.access.filter((grant) => grant.to.includes(target.name)).flatMap((grant) => grant.from);
    const nccs = new Set(from.map((workspace) => nccOf.get(workspace) ?? ''));
    return nccs.size === 0 ? [] : target.hosts.map((host) => ({ target, host, nccs }));
  });
}

/** Without what the brute force does not know: another port, aliases, buckets. */
const plain = ({ targets }: { readonly targets: number }): fc.Arbitrary<Spec> =>
  specs({ workspaces: 4, targets }).map((spec) => {
    const hub = spec.targets.filter((target) => target.routing !== 'bucket');
    const names = new Set(hub.map((target) => target.name));
    return {
      ...spec,
      targets: hub.map((each) => ({ ...each, portPolicy: 'keep', addresses: [], hosts: each.hosts.slice(0, 1) })),
      access: spec.access.map((grant) => ({ ...grant, to: grant.to.filter((name) => names.has(name)) })),
    };
  });

test('no placement of a small spec is better than the plan, and the bound is below it', () => {
  fc.assert(
    fc.property(plain({ targets: 7 }), (spec) => {
      const { plan, diagnostics } = makePlan(spec, defaultFacts);
      if (!plan) throw new Error(diagnostics.map((each) => each.message).join());
      const { domains_per_rule: names = 0, rules_per_service_per_ncc: rules = 0 } = spec.limits;
      const { exact, endpoints, services, listeners, lowerBound } = plan.placement;
      const optimum = best(namesOf(spec, plan), names, rules);
      expect([endpoints, services, listeners]).toEqual(optimum);
      expect(exact).toBe(true);
      expect(lowerBound.endpoints).toBeLessThanOrEqual(optimum[0]);
    }),
    { numRuns: 150 },
  );
});

test('the search comes to an end for as many units as it says', () => {
  fc.assert(
    fc.property(plain({ targets: exactUnits }), (spec) => {
      expect(makePlan(spec, defaultFacts).plan?.placement.exact).toBe(true);
    }),
    { numRuns: 80 },
  );
});
