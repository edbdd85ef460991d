import { expect, test } from 'vitest';
import { bucket, specOf, target } from '../../../test/planner/specs.ts';
import { noChanges } from '../../../test/support/no-changes.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { Spec } from '../../spec/index.ts';
import { makePlan, type Plan } from '../plan.ts';
import { accessChanges, withoutPairs } from './access-changes.ts';
import type { Affected } from './affected.ts';
import { type Changes, changes, isNothing } from './changes.ts';
import { costChange, limitChanges } from './counted-changes.ts';
import { differences, pathText } from './differences.ts';
import { type Line, linesOf } from './lines.ts';
import { lockChanges } from './lock-changes.ts';
import { renamesBetween, withNewNames } from './renames.ts';
import { replacementsOf } from './replacements.ts';
import { sentenceOf } from './sentences.ts';

function planOf(spec: Spec): Plan {
  const { plan, diagnostics } = makePlan(spec, defaultFacts);
  if (!plan) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

const paths = (before: unknown, after: unknown): readonly string[] =>
  differences(before, after).map(({ path }) => pathText(path));

/** Whose connections are affected is not known. */
const unknown = (): Affected => ({ targets: [], workspaces: [] });

const replacing = (what: string, path: string, under?: readonly string[]): Line => ({
  area: 'hub',
  is: 'changed',
  text: '',
  paths: [path],
  effect: { is: 'replaces', what, cuts: 'all', ...(under && { under }) },
  isDetail: false,
});

test('nothing is said to be nothing only where each part has nothing', () => {
  expect(isNothing(noChanges)).toBe(true);
  const cost = { beforeUsd: 1, afterUsd: 2, isLowerBound: false, lines: [] };
  const parts: readonly Partial<Changes>[] = [
    { cost },
    { renamed: [{ what: 'target', from: 'a', to: 'b' }] },
    { limits: [{ limit: 'nccs_per_region', scope: 'region' }] },
    { lines: [replacing('x', 'infra.hub')] },
  ];
  for (const part of parts) expect(isNothing({ ...noChanges, ...part })).toBe(false);
});

test('pairs are sorted by workspace, then target', () => {
  const one = new Map([
    ['b', new Set(['y', 'x'])],
    ['a', new Set(['z'])],
  ]);
  expect(withoutPairs(one, new Map())).toEqual([
    { workspace: 'a', target: 'z' },
    { workspace: 'b', target: 'x' },
    { workspace: 'b', target: 'y' },
  ]);
});

test('a workspace of the same name and another id is another one', () => {
  const spec = specOf({ targets: [target('https', { name: 'api' })], access: [[['w'], ['*']]] });
  const other = { ...spec, workspaces: [{ name: 'w', id: '9' }] };
  expect(accessChanges(planOf(spec), planOf(other))).toEqual({
    lost: [{ workspace: 'w', target: 'api', workspaceId: '1' }],
    gained: [{ workspace: 'w', target: 'api', workspaceId: '9' }],
  });
  const { id: _, ...unnamed } = { name: 'w', id: '1' };
  expect(accessChanges(planOf(spec), planOf({ ...spec, workspaces: [unnamed] })).lost).toEqual([]);
});

test('an object that is replaced for two reasons is told once, with both', () => {
  expect(replacementsOf([replacing('it', 'infra.a'), replacing('it', 'infra.b')], unknown)).toEqual([
    { what: 'it', cuts: 'all', objects: [], targets: [], workspaces: [], paths: ['infra.a', 'infra.b'] },
  ]);
});

test('what is part of a larger replacement is not told next to it, and only that', () => {
  const hub = replacing('hub', 'infra.hub.vpc.cidr', ['hub', 'endpointServices[].nlb']);
  const inner = [replacing('in', 'infra.hub.vpc'), replacing('in', 'infra.endpointServices[s-1].nlb.name')];
  const beside = [replacing('out', 'infra.hubs.x'), replacing('out', 'infra.endpointServices[s-1].nlbs')];
  expect(replacementsOf([hub, ...inner, ...beside], unknown).map(({ what }) => what)).toEqual(['hub', 'out']);
  expect(replacementsOf([replacing('in', 'infra.hub'), hub], unknown).map(({ what }) => what)).toEqual(['hub']);
  const all = replacing('everything', 'infra.name', ['']);
  expect(replacementsOf([all, ...beside], unknown).map(({ what }) => what)).toEqual(['everything']);
});

test('a rename that changes the order of lists shows as a rename alone', () => {
  const named = (first: string, workspace: string): Spec => {
    const spec = specOf({
      workspaces: [workspace, 'm'],
      targets: [target('https', { name: first, hosts: ['a.test'] }), target('https', { name: 'm' })],
      access: [[['*'], ['*']]],
    });
    return { ...spec, targets: spec.targets.map((each) => (each.name === 'z' ? { ...each, renamedFrom: 'a' } : each)) };
  };
  const found = changes(planOf(named('a', 'b')), planOf(named('z', 'y')));
  expect(found.renamed).toEqual([
    { what: 'target', from: 'a', to: 'z' },
    { what: 'workspace', from: 'b', to: 'y' },
  ]);
  expect(found.lines.map(({ text }) => text)).toEqual(['the list of renamed targets that Terraform follows changes']);
  expect(found.access).toEqual({ lost: [], gained: [] });
});

test('clusters and listeners for brokers follow the new name of their target', () => {
  const { infra, routes } = planOf(specOf({ targets: [target('https', { name: 'm' })], access: [[['w'], ['*']]] }));
  const forward = { to: 'broker', target: 'old', broker: 1, why: '' } as const;
  const plan = {
    routes,
    infra: {
      ...infra,
      mskClusters: [{ target: 'old' } as never],
      endpointServices: infra.endpointServices.map((each) => ({
        ...each,
        listeners: each.listeners.map((listener) => ({ ...listener, forward })),
      })),
    },
  };
  const named = withNewNames(plan, [{ what: 'target', from: 'old', to: 'new' }]).infra;
  expect(named.mskClusters).toEqual([{ target: 'new' }]);
  expect(named.endpointServices[0]?.listeners[0]?.forward).toEqual({ ...forward, target: 'new' });
});

test.each<[string, readonly string[], readonly string[], number]>([
  ['the first has no such target', ['x'], ['to'], 0],
  ['the old name is still there', ['from'], ['from', 'to'], 0],
  ['the new name was there', ['from', 'to'], ['to'], 0],
  ['the new name is not there', ['from'], ['x'], 0],
  ['it is so', ['from'], ['to'], 1],
])('a target that is said to have a new name: %s', (_, old, next, count) => {
  const names = (targets: readonly string[]) => ({ targets: new Set(targets), workspaces: [] });
  expect(renamesBetween(names(old), names(next), [{ from: 'from', to: 'to' }])).toHaveLength(count);
});

test('a workspace has a new name where its id has one that is new, and its old one is gone', () => {
  const of = (...workspaces: readonly (readonly [string, string?])[]) => ({
    targets: new Set<string>(),
    workspaces: workspaces.map(([name, id]) => ({ name, id })),
  });
  expect(renamesBetween(of(['a', '1']), of(['b', '1']), [])).toEqual([{ what: 'workspace', from: 'a', to: 'b' }]);
  expect(renamesBetween(of(['a', '1'], ['b', '2']), of(['b', '1'], ['a', '2']), [])).toEqual([]);
  expect(renamesBetween(of(['a', '1'], ['b', '2']), of(['b', '1']), [])).toEqual([]);
  expect(renamesBetween(of(['a', '1']), of(['a', '1']), [])).toEqual([]);
  expect(renamesBetween(of(['a', '1']), of(['b', '1'], ['a', '3']), [])).toEqual([]);
  expect(renamesBetween(of(['a']), of(['b']), [])).toEqual([]);
});

const costOf = (lines: readonly (readonly [string, number | 'unknown'])[], totalUsd = 10, unknown: string[] = []) => ({
  lines: lines.map(([what, monthlyUsd]) => ({ what, monthlyUsd })),
  totalUsd,
  unknown,
});

test('cost: lines that differ, sums of equal names, and what has no price', () => {
  expect(costChange(costOf([['a', 1]]), costOf([['a', 1]]))).toBeUndefined();
  expect(costChange(costOf([], 1), costOf([], 2))).toMatchObject({ beforeUsd: 1, afterUsd: 2, lines: [] });
  const before = costOf([
    ['same', 1],
    ['gone', 2],
    ['twice', 1.1],
    ['twice', 2.2],
    ['some', 'unknown'],
    ['some', 1],
  ]);
  const after = costOf(
    [
      ['same', 1],
      ['new', 3],
      ['twice', 3.3],
      ['some', 5],
    ],
    12,
    ['x'],
  );
  expect(costChange(before, after)).toEqual({
    beforeUsd: 10,
    afterUsd: 12,
    isLowerBound: true,
    lines: [
      { what: 'new', afterUsd: 3 },
      { what: 'some', beforeUsd: 'unknown', afterUsd: 5 },
      { what: 'gone', beforeUsd: 2 },
    ],
  });
  expect(costChange(costOf([], 1), costOf([], 2))?.isLowerBound).toBe(false);
});

test('limits: another use, another value, a place that comes, one that goes', () => {
  const row = (scope: string, used: number, of: number) =>
    ({ limit: 'domains_per_rule', scope, used, of, unit: 'names', overridden: false }) as const;
  const found = limitChanges(
    [row('same', 1, 10), row('used', 1, 10), row('of', 1, 10), row('gone', 1, 10)],
    [row('same', 1, 10), row('used', 2, 10), row('of', 1, 20), row('new', 1, 10)],
  );
  expect(found.map(({ scope, before, after }) => [scope, before?.used, before?.of, after?.used, after?.of])).toEqual([
    ['used', 1, 10, 2, 10],
    ['of', 1, 10, 1, 20],
    ['new', undefined, undefined, 1, 10],
    ['gone', 1, 10, undefined, undefined],
  ]);
});

test('places of differences: fields, keys, maps, other forms, another order, lists without keys', () => {
  expect(paths({ a: 1, b: [1, 2] }, { a: 1, b: [1, 2] })).toEqual([]);
  expect(paths({ a: 1, c: 1 }, { a: 2, b: 1 })).toEqual(['a', 'b', 'c']);
  expect(paths({ tags: { x: '1' } }, { tags: { x: '2' } })).toEqual(['tags[x]']);
  expect(paths({ upstreams: {} }, { upstreams: { u: {} } })).toEqual(['upstreams[u]']);
  expect(paths({ f: { kind: 'a', x: 1 } }, { f: { kind: 'b', x: 2 } })).toEqual(['f']);
  expect(paths({ f: { to: 'a', x: 1 } }, { f: { to: 'a', x: 2 } })).toEqual(['f.x']);
  expect(paths({ l: [{ name: 'a' }, { name: 'b' }] }, { l: [{ name: 'b' }, { name: 'a' }] })).toEqual(['l.order']);
  expect(paths({ l: ['a', 'a'] }, { l: ['a', 'b'] })).toEqual(['l[1]']);
  expect(paths({ l: [{ x: 1 }] }, { l: [{ x: 2 }] })).toEqual(['l[0].x']);
  expect(paths({ l: ['a'] }, { l: ['b'] })).toEqual(['l[b]', 'l[a]']);
  expect(paths({ l: [1] }, { l: { a: 1 } })).toEqual(['l']);
});

const ncc = (key: string, lists: object) => ({ key, name: key, workspaces: [], rules: [], ...lists });
const rule = (key: string, lists: object) => ({ kind: 'service', key, service: 's-1', ...lists });
const told = (before: readonly object[], after: readonly object[]) =>
  linesOf(differences({ infra: { nccs: before } }, { infra: { nccs: after } }));

test('a workspace that goes to another NCC moves, and its effect is that of leaving', () => {
  const [line, ...others] = told(
    [ncc('n-1', { workspaces: [{ name: 'w' }] }), ncc('n-2', {})],
    [ncc('n-1', {}), ncc('n-2', { workspaces: [{ name: 'w' }] })],
  );
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    is: 'moved',
    text: 'workspace w moves from NCC n-1 to NCC n-2',
    paths: ['infra.nccs[n-1].workspaces[w]', 'infra.nccs[n-2].workspaces[w]'],
    effect: { is: 'cuts' },
  });
  const gone = told([ncc('n-1', { workspaces: [{ name: 'w' }] })], [ncc('n-2', { workspaces: [{ name: 'w' }] })]);
  expect(gone.map(({ is }) => is).sort()).toEqual(['added', 'moved', 'removed']);
});

test('names and buckets move between rules of an NCC, and not between NCCs', () => {
  const of = (key: string, list: 'domains' | 'buckets', first: readonly string[], second: readonly string[]) =>
    ncc(key, { rules: [rule('r-1', { [list]: first }), rule('r-2', { [list]: second })] });
  for (const list of ['domains', 'buckets'] as const) {
    const lines = told([of('n-1', list, ['x'], [])], [of('n-1', list, [], ['x'])]);
    expect(lines.map(({ text }) => text)).toEqual(['x moves from rule r-1 of NCC n-1 to rule r-2 of NCC n-1']);
  }
  const across = told(
    [of('n-1', 'domains', ['x'], []), of('n-2', 'domains', [], [])],
    [of('n-1', 'domains', [], []), of('n-2', 'domains', ['x'], [])],
  );
  expect(across.map(({ is }) => is).sort()).toEqual(['added', 'removed']);
});

test('what comes to two rules at once has moved to none', () => {
  const rules = (...lists: readonly (readonly string[])[]) =>
    ncc('n-1', { rules: lists.map((domains, at) => rule(`r-${at}`, { domains })) });
  const lines = told([rules(['x'], [], [])], [rules([], ['x'], ['x'])]);
  expect(lines.map(({ is }) => is).sort()).toEqual(['added', 'added', 'removed']);
});

test('an NCC that comes is told with its workspaces, rules, names and buckets', () => {
  const lists = {
    workspaces: [{ name: 'w' }],
    rules: [rule('r-1', { domains: ['x'] }), { kind: 's3', key: 'r-2', buckets: ['b'] }],
  };
  expect(told([], [ncc('n-1', lists)]).map(({ text }) => text)).toEqual([
    'NCC n-1 is added',
    'workspace w is attached to NCC n-1',
    'rule r-1 of NCC n-1 is added, to endpoint service s-1',
    'rule r-1 of NCC n-1 lists x',
    'rule r-2 of NCC n-1 is added',
    'rule r-2 of NCC n-1 lists b',
  ]);
  expect(told([], [ncc('n-1', lists)]).map(({ effect }) => effect.is)).toEqual([
    ...Array(3).fill('created'),
    'in-place',
    'created',
    'in-place',
  ]);
  const folded = ['rule r-1 of NCC n-1 lists x', 'rule r-2 of NCC n-1 lists b'];
  const details = told([], [ncc('n-1', lists)]).filter(({ isDetail }) => isDetail);
  expect(details.map(({ text }) => text)).toEqual(folded);
  expect(told([ncc('n-1', lists)], []).map(({ effect }) => effect.is)).toEqual(Array(6).fill('cuts'));
});

test('an endpoint service that goes is told with its listeners', () => {
  const service = { key: 's-1', listeners: [{ key: 's-1/443' }] };
  const lines = linesOf(differences({ infra: { endpointServices: [service] } }, { infra: { endpointServices: [] } }));
  expect(lines.map(({ text }) => text)).toEqual(['endpoint service s-1 is removed', 'listener s-1/443 is removed']);
});

test('a target that is reached past the router is reached, and a bucket', () => {
  const ssh = target('ssh', { name: 'ssh', addresses: ['10.40.200.10'] });
  const plan = planOf(specOf({ targets: [ssh, bucket('lake', ['one'])], access: [[['w'], ['*']]] }));
  expect(plan.infra.endpointServices[0]?.listeners[0]?.forward.to).toBe('addresses');
  const none = planOf(specOf({ targets: [], access: [] }));
  expect(accessChanges(none, plan).gained).toEqual([
    { workspace: 'w', target: 'lake' },
    { workspace: 'w', target: 'ssh' },
  ]);
});

test('a lock is compared through new names', () => {
  const named = (workspace: string, name: string): Plan =>
    planOf(
      specOf({
        targets: [target('https', { name, hosts: ['a.test'] })],
        access: [[[workspace], ['*']]],
      }),
    );
  const [before, after] = [named('w', 'a').lock, named('x', 'b').lock];
  const renames = [{ from: 'a', to: 'b' }];
  expect(lockChanges(before, after, { targetOfBucket: new Map(), renames })).toMatchObject({
    access: { lost: [], gained: [] },
    renamed: [
      { what: 'target', from: 'a', to: 'b' },
      { what: 'workspace', from: 'w', to: 'x' },
    ],
    lines: [],
  });
});

test('lines are in the order of their areas; those of routes, of orders and what follows are details', () => {
  const lines = linesOf(
    differences(
      { routes: { x: 1 }, infra: { hub: { a: 1 }, targets: [{ name: 'a' }, { name: 'b' }], router: { why: 'a' } } },
      { routes: { x: 2 }, infra: { hub: { a: 2 }, targets: [{ name: 'b' }, { name: 'a' }], router: { why: 'b' } } },
    ),
  );
  expect(lines.map(({ area, isDetail }) => [area, isDetail])).toEqual([
    ['targets', true],
    ['hub', false],
    ['router', true],
    ['routes', true],
  ]);
});

test('a public subnet holds a NAT gateway, a private one load balancers', () => {
  const subnets = [
    { key: 'private-1', role: 'private', zone: 1, cidr: '10.0.0.0/24' },
    { key: 'public-1', role: 'public', zone: 1, cidr: '10.0.1.0/28' },
  ];
  const hub = { vpc: { kind: 'create', subnets } };
  const lines = (after: readonly object[]) =>
    linesOf(
      differences({ infra: { hub } }, { infra: { hub: { vpc: { kind: 'create', subnets: after } } } }),
      hub as never,
    );
  expect(lines(subnets.slice(0, 1)).map(({ effect }) => effect)).toEqual([
    { is: 'cuts', cuts: 'connections of routers through its NAT gateway' },
  ]);
  expect(lines(subnets.slice(1)).map(({ effect }) => effect.is)).toEqual(['replaces']);
  const moved = lines([
    { ...subnets[0], cidr: '10.0.2.0/24' },
    { ...subnets[1], cidr: '10.0.3.0/28' },
  ]);
  expect(replacementsOf(moved, unknown).map(({ what }) => what)).toEqual([
    'every load balancer, with its listeners',
    'the public subnet and its NAT gateway',
  ]);
});

test('a sentence names the object, cuts what is long, and tells items of lists from fields', () => {
  const of = (path: readonly string[], before?: unknown, after?: unknown): string =>
    sentenceOf({ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
  expect(of(['infra', 'nccs', '[n-1]', 'rules', '[r-1]', 'service'], 's-1', 's-2')).toBe(
    'rule r-1 of NCC n-1: endpoint service changes from s-1 to s-2',
  );
  expect(of(['infra', 'networks', '[core]', 'dns', '[10.0.0.2]'], undefined, '10.0.0.2')).toBe(
    'DNS servers of network core: 10.0.0.2 added',
  );
  expect(of(['routes', 'x'], 'a', 'b'.repeat(500))).toBe(`x changes from a to ${'b'.repeat(120)}…`);
  expect(of(['routes', 'x'], 'a', 'b'.repeat(120))).toBe(`x changes from a to ${'b'.repeat(120)}`);
  expect(of(['infra', 'targets', '[db]', 'network'], 'a', 'b')).toBe('target db moves from network a to network b');
  expect(of(['infra', 'targets', '[db]', 'network'], 'a')).toBe('network of target db: a removed');
});

test('of a lock, a name reaches what the rule lists and a listener holds; buckets reach their targets', () => {
  const { lock } = planOf(
    specOf({ targets: ['a', 'b'].map((name) => target('https', { name })), access: [[['w'], ['*']]] }),
  );
  const [first] = lock.nccs;
  if (!first) throw new Error('no NCC');
  const withNames = (names: readonly string[]) => ({
    ...lock,
    nccs: [{ ...first, rules: [...first.rules.map((each) => ({ ...each, names: [...names] })), s3] }],
  });
  const s3 = { key: 'r-9', service: 's3', names: ['known', 'other'] };
  const known = { targetOfBucket: new Map([['known', 'lake']]), renames: [] };
  const { access } = lockChanges({ ...lock, nccs: [] }, withNames(['a.test']), known);
  expect(access.gained.map((pair) => pair.target)).toEqual(['a', 'bucket other', 'lake']);
  expect(access.lost).toEqual([]);
});

test('what is cut names whose connections, once, and not those of access that is lost', () => {
  const of = (network: string, to: readonly string[]): Plan =>
    planOf(
      specOf({
        workspaces: ['w'],
        targets: [target('https', { name: 'a', network }), target('https', { name: 'b' })],
        access: [[['w'], to]],
      }),
    );
  const whose = ({ cut }: Changes) => cut.map(({ targets, workspaces }) => [targets, workspaces]);
  const both = of('core', ['a', 'b']);
  expect(whose(changes(both, of('core', ['b'])))).toEqual([]);
  const moved = { ...both, infra: withoutListeners(both) };
  expect(changes(both, moved).cut).toEqual([]);
  expect(changes(both, moved).access.lost).toHaveLength(2);
});

const withoutListeners = ({ infra }: Plan): Plan['infra'] => ({
  ...infra,
  endpointServices: infra.endpointServices.map((each) => ({ ...each, listeners: [] })),
});

test('a lock tells whose names go to another rule; what is in a rule that goes is told with the rule', () => {
  const { lock } = planOf(
    specOf({ targets: ['a', 'b'].map((name) => target('https', { name })), access: [[['w'], ['*']]] }),
  );
  const [first] = lock.nccs;
  const [rule] = first?.rules ?? [];
  if (!first || !rule) throw new Error('no rule');
  const of = (...rules: readonly (readonly [string, string[]])[]): typeof lock => ({
    ...lock,
    nccs: [{ ...first, rules: rules.map(([key, names]) => ({ ...rule, key, names })) }],
  });
  const cut = (before: typeof lock, after: typeof lock) =>
    lockChanges(before, after, { targetOfBucket: new Map(), renames: [] }).cut;
  expect(cut(of(['r-1', ['a.test', 'b.test']]), of(['r-1', ['a.test']], ['r-2', ['b.test']]))).toEqual([
    {
      what: 'b.test moves from rule r-1 of NCC n-1 to rule r-2 of NCC n-1',
      cuts: 'new connections to the name',
      targets: ['b'],
      workspaces: ['w'],
      paths: ['infra.nccs[n-1].rules[r-1].domains[b.test]', 'infra.nccs[n-1].rules[r-2].domains[b.test]'],
    },
  ]);
  expect(cut(of(['r-1', ['a.test', 'b.test']]), of(['r-3', ['a.test', 'b.test']]))).toMatchObject([
    { what: expect.stringContaining('rule r-1 of NCC n-1 is removed'), targets: ['a', 'b'], workspaces: ['w'] },
  ]);
});

test('plural and singular fields have one form, without a verb', () => {
  const of = (path: readonly string[], before?: unknown, after?: unknown): string =>
    sentenceOf({ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
  const workspaces = ['infra', 'targets', '[lake]', 'workspaces'];
  expect(of([...workspaces, '[science]'], 'science')).toBe('workspaces of target lake: science removed');
  expect(of([...workspaces, '[bi]'], undefined, 'bi')).toBe('workspaces of target lake: bi added');
  const resolvers = ['routes', 'upstreams', '[u]', 'resolvers'];
  expect(of(resolvers, undefined, ['10.0.0.2'])).toBe('DNS servers of upstream u: now 10.0.0.2');
  expect(of(resolvers, ['10.0.0.2'])).toBe('DNS servers of upstream u: 10.0.0.2 removed');
  expect(of(['infra', 'x'], undefined, 1)).toBe('x: now 1');
  expect(of(['infra', 'targets', '[lake]', 'x'], 1, 2)).toBe('target lake: x changes from 1 to 2');
});

test('why a listener forwards is told only where nothing else differs', () => {
  const plan = planOf(specOf({ targets: [target('https', { name: 'a' })], access: [[['w'], ['*']]] }));
  const { infra } = plan;
  const endpointServices = infra.endpointServices.map((each) => ({
    ...each,
    listeners: each.listeners.map((one) => ({ ...one, forward: { ...one.forward, why: 'another' } })),
  }));
  const told = (after: typeof infra) => changes(plan, { ...plan, infra: { ...after, endpointServices } }).lines;
  expect(told(infra).map(({ text }) => text)).toEqual([
    expect.stringContaining('reason of its destination changes from'),
  ]);
  const networks = infra.networks.map((each) => ({ ...each, account: '111122223333' }));
  const other = told({ ...infra, networks } as typeof infra);
  expect(other.length).toBeGreaterThan(0);
  expect(other.filter(({ text }) => text.includes('reason of its destination'))).toEqual([]);
});

test('a target looks renamed where one of the same type, hosts and ports came, and only one', () => {
  const of = (...targets: Parameters<typeof target>[]): Plan =>
    planOf(specOf({ targets: targets.map((each) => target(...each)), access: [[['w'], ['*']]] }));
  const a = of(['https', { name: 'a', hosts: ['a.test'] }]);
  expect(changes(a, of(['https', { name: 'b', hosts: ['a.test'] }])).likelyRenamed).toEqual([{ from: 'a', to: 'b' }]);
  expect(changes(a, of(['https', { name: 'b', hosts: ['b.test'] }])).likelyRenamed).toBeUndefined();
  expect(changes(a, of(['postgres', { name: 'b', hosts: ['a.test'] }])).likelyRenamed).toBeUndefined();
  expect(changes(a, a).likelyRenamed).toBeUndefined();
});
