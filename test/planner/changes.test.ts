import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultFacts } from '../../src/facts/index.ts';
import { type Cidr, infraPlanShape, routePlanShape } from '../../src/ir/index.ts';
import { type Changes, changes, isNothing, type Lock, makePlan, type Plan } from '../../src/planner/index.ts';
import type { Spec, SpecHub, Target } from '../../src/spec/index.ts';
import { specs } from './arbitrary.ts';
import { target } from './specs.ts';

const runs = { numRuns: 300 };

function planOf(spec: Spec, lock?: Lock): Plan {
  const { plan, diagnostics } = makePlan(spec, defaultFacts, lock);
  if (!plan) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

function fail(why: string): never {
  throw new Error(why);
}

/** One edit of a spec, as a person makes it. */
type Edit =
  | { readonly is: 'grant' | 'revoke'; readonly from: number; readonly to: number }
  | { readonly is: 'remove' | 'rename' | 'another-host'; readonly target: number }
  | { readonly is: 'add'; readonly kind: 'https' | 'postgres' | 'oracle' | 'mysql' }
  | { readonly is: 'fleet'; readonly max: number }
  | {
      readonly is: 'add-workspace' | 'another-id' | 'remove-workspace' | 'rename-workspace';
      readonly workspace: number;
    }
  | { readonly is: 'another-network'; readonly target: number }
  | { readonly is: 'hub-cidr'; readonly at: number }
  | { readonly is: 'protect' };

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ is: fc.constantFrom('grant' as const, 'revoke' as const), from: fc.nat(9), to: fc.nat(30) }),
  fc.record({
    is: fc.constantFrom('remove' as const, 'rename' as const, 'another-host' as const),
    target: fc.nat(30),
  }),
  fc.record({
    is: fc.constant('add' as const),
    kind: fc.constantFrom('https' as const, 'postgres' as const, 'oracle' as const, 'mysql' as const),
  }),
  fc.record({ is: fc.constant('fleet' as const), max: fc.integer({ min: 2, max: 9 }) }),
  fc.record({
    is: fc.constantFrom(
      'add-workspace' as const,
      'another-id' as const,
      'remove-workspace' as const,
      'rename-workspace' as const,
    ),
    workspace: fc.nat(9),
  }),
  fc.record({ is: fc.constant('another-network' as const), target: fc.nat(30) }),
  fc.record({ is: fc.constant('hub-cidr' as const), at: fc.nat(3) }),
  fc.record({ is: fc.constant('protect' as const) }),
);

/** The spec after an edit. What renames a target says so once: the plan after it has the new name in its lock. */
function edited(before: Spec, edit: Edit, at: number): Spec {
  const spec: Spec = { ...before, targets: before.targets.map(({ renamedFrom: _, ...each }) => each) };
  const hub = spec.hub ?? fail('a spec of these tests has a hub');
  const pick = <T>(items: readonly T[], index: number): T | undefined => items[index % Math.max(1, items.length)];
  const renamed = (from: string, to: Target): Spec => ({
    ...spec,
    targets: spec.targets.map((each) => (each.name === from ? to : each)),
    access: spec.access.map((grant) => ({ ...grant, to: grant.to.map((name) => (name === from ? to.name : name)) })),
  });
  switch (edit.is) {
    case 'grant': {
      const [from, to] = [pick(spec.workspaces, edit.from), pick(spec.targets, edit.to)];
      if (!from || !to) return spec;
      return { ...spec, access: [...spec.access, { index: spec.access.length, from: [from.name], to: [to.name] }] };
    }
    case 'revoke': {
      const to = pick(spec.targets, edit.to)?.name;
      return {
        ...spec,
        access: spec.access.map((grant, index) =>
          index === edit.from % spec.access.length ? { ...grant, to: grant.to.filter((name) => name !== to) } : grant,
        ),
      };
    }
    case 'remove': {
      const gone = pick(spec.targets, edit.target)?.name;
      if (spec.targets.length < 2) return spec;
      return {
        ...spec,
        targets: spec.targets.filter(({ name }) => name !== gone),
        access: spec.access.map((grant) => ({ ...grant, to: grant.to.filter((name) => name !== gone) })),
      };
    }
    case 'rename': {
      const old = pick(spec.targets, edit.target);
      return old ? renamed(old.name, { ...old, name: `r${at}-${old.name}`, renamedFrom: old.name }) : spec;
    }
    case 'another-host': {
      const old = pick(spec.targets, edit.target);
      if (!old || old.hosts.length === 0) return spec;
      return renamed(old.name, { ...old, hosts: [`h${at}.test`] as unknown as Target['hosts'] });
    }
    case 'add': {
      const name = `new${at}`;
      const all = spec.workspaces.map((each) => each.name);
      return {
        ...spec,
        targets: [...spec.targets, target(edit.kind, { name })],
        access: [...spec.access, { index: spec.access.length, from: all, to: [name] }],
      };
    }
    case 'another-network': {
      const old = pick(spec.targets, edit.target);
      if (!old || old.type === 's3') return spec;
      return renamed(old.name, { ...old, network: old.network === 'core' ? 'outside' : 'core' });
    }
    case 'add-workspace': {
      const name = `x${at}`;
      const to = spec.targets.slice(0, 1 + edit.workspace).map((each) => each.name);
      return {
        ...spec,
        workspaces: [...spec.workspaces, { name, id: idOf(100 + at) }],
        access: [...spec.access, { index: spec.access.length, from: [name], to }],
      };
    }
    case 'another-id':
    case 'remove-workspace':
    case 'rename-workspace': {
      const old = pick(spec.workspaces, edit.workspace);
      if (!old || (edit.is === 'remove-workspace' && spec.workspaces.length < 2)) return spec;
      const next = edit.is === 'another-id' ? { ...old, id: idOf(200 + at) } : { ...old, name: `y${at}-${old.name}` };
      const kept = edit.is === 'remove-workspace' ? [] : [next];
      return {
        ...spec,
        workspaces: spec.workspaces.flatMap((each) => (each.name === old.name ? kept : [each])),
        access: spec.access.map((grant) => ({
          ...grant,
          from: grant.from.flatMap((name) => (name === old.name ? kept.map((each) => each.name) : [name])),
        })),
      };
    }
    case 'hub-cidr':
      return { ...spec, hub: { ...hub, vpc: vpcAt(hub, edit.at) } };
    case 'fleet':
      return { ...spec, hub: { ...hub, router: { ...hub.router, max: edit.max } } };
    case 'protect':
      return { ...spec, hub: { ...hub, deletionProtection: !hub.deletionProtection } };
    default:
      return edit satisfies never;
  }
}

const idOf = (n: number): string => String(n).padStart(16, '0');

const vpcAt = ({ vpc }: SpecHub, at: number): SpecHub['vpc'] =>
  vpc.kind === 'create' ? { ...vpc, cidr: `10.${60 + at}.0.0/16` as Cidr } : vpc;

interface PlanJson {
  readonly targets: readonly { readonly name: string; readonly workspaces: readonly string[] }[];
  readonly nccs: readonly { readonly workspaces: readonly { readonly name: string; readonly id?: string }[] }[];
  readonly renames?: readonly { readonly from: string; readonly to: string }[];
  readonly hub?: { readonly vpc: { readonly cidr?: string } };
}

const jsonOf = (plan: Plan): PlanJson => JSON.parse(JSON.stringify(plan.infra));
const idsOf = ({ nccs }: PlanJson): ReadonlyMap<string, string> =>
  new Map(nccs.flatMap(({ workspaces }) => workspaces.map(({ name, id }) => [name, id ?? '?'] as const)));

/** Pairs as the JSON of a plan lists them for its clients, in the names of a later plan; knows nothing of routes. */
function pairsOf(plan: PlanJson, later: PlanJson = plan): ReadonlySet<string> {
  const targets = new Map((later === plan ? [] : (later.renames ?? [])).map(({ from, to }) => [from, to]));
  const [ids, laterIds] = [idsOf(plan), idsOf(later)];
  const nameOf = (name: string): string => {
    const same = [...laterIds].find(([, id]) => id === ids.get(name));
    if (same) return same[0];
    return laterIds.has(name) ? `${name} (id ${ids.get(name)})` : name;
  };
  return new Set(
    plan.targets.flatMap(({ name, workspaces }) =>
      workspaces.map((each) => `${nameOf(each)} → ${targets.get(name) ?? name}`),
    ),
  );
}

const told = (pairs: Changes['access']['lost']): readonly string[] =>
  pairs.map(({ workspace, target }) => `${workspace} → ${target}`).sort();

/** A workspace with its id, where the later plan has another one of its name. */
const toldLost = (pairs: Changes['access']['lost']): readonly string[] =>
  told(
    pairs.map((each) => ({
      ...each,
      workspace: each.workspace + (each.workspaceId ? ` (id ${each.workspaceId})` : ''),
    })),
  );

const without = (one: ReadonlySet<string>, other: ReadonlySet<string>): readonly string[] =>
  [...one].filter((pair) => !other.has(pair)).sort();

const sameJson = (one: Plan, other: Plan): boolean =>
  JSON.stringify([one.infra, one.routes]) === JSON.stringify([other.infra, other.routes]);

test('after any edit, every pair lost and gained is named and no other, and nothing is told only where nothing is', () => {
  fc.assert(
    fc.property(
      specs({ workspaces: 4, targets: 8 }),
      fc.array(edits, { minLength: 1, maxLength: 5 }),
      (first, sequence) => {
        let [spec, plan] = [first, planOf(first)];
        sequence.forEach((edit, at) => {
          const next = edited(spec, edit, at);
          const after = planOf(next, plan.lock);
          const found = changes(plan, after);
          const [before, later] = [jsonOf(plan), jsonOf(after)];
          const [old, now] = [pairsOf(before, later), pairsOf(later)];
          expect(toldLost(found.access.lost)).toEqual(without(old, now));
          expect(told(found.access.gained)).toEqual(without(now, old));
          const isOtherHub = before.hub && later.hub && before.hub.vpc.cidr !== later.hub.vpc.cidr;
          expect(found.replaced.some(({ what }) => what.startsWith('the hub VPC'))).toBe(isOtherHub ?? false);
          expect(found.lines.length + found.renamed.length === 0).toBe(sameJson(plan, after));
          [spec, plan] = [next, after];
        });
      },
    ),
    runs,
  );
});

/** Every place of a document, as a path of field names and positions. */
function* places(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (path.length > 0) yield path;
  if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value)) yield* places(each, [...path, name]);
}

/** Removes what is at a place, or puts another value there. */
function tamper(document: object, path: readonly string[], how: 'remove' | 'change'): void {
  const parent = path.slice(0, -1).reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);
  const name = path.at(-1) ?? '';
  const row = parent as Record<string, unknown>;
  if (how === 'change') row[name] = typeof row[name] === 'number' ? row[name] + 1 : 'tampered';
  else if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete row[name];
}

test('whatever is changed by hand in either plan, wherever it is, is told', () => {
  const plan = planOf(fc.sample(specs({ workspaces: 3, targets: 8 }), { numRuns: 1, seed: 7 })[0] as Spec);
  const whole = { infra: plan.infra, routes: plan.routes };
  expect(isNothing(changes(whole, JSON.parse(JSON.stringify(whole))))).toBe(true);
  const leaves = [...places(whole)].filter(
    ([root, field, ...rest]) =>
      // Without its lists a document is not a plan, and is refused before it is compared.
      rest.length > 1 || (root === 'infra' && ['name', 'version', 'renames'].includes(field ?? '')),
  );
  fc.assert(
    fc.property(fc.constantFrom(...leaves), fc.constantFrom('remove', 'change'), (path, how) => {
      const other = JSON.parse(JSON.stringify(whole)) as typeof whole;
      tamper(other, path, how);
      if (isPlan(other)) expect(changes(whole, other).lines).not.toEqual([]);
    }),
    { numRuns: 400 },
  );
});

const isPlan = ({ infra, routes }: { readonly infra: unknown; readonly routes: unknown }): boolean =>
  infraPlanShape.safeParse(infra).success && routePlanShape.safeParse(routes).success;
