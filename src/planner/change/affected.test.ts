import { expect, test } from 'vitest';
import { specOf, target } from '../../../test/planner/specs.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { Spec } from '../../spec/index.ts';
import { makePlan, type Plan } from '../plan.ts';
import type { Affected } from './affected.ts';
import { changes } from './changes.ts';
import { cutsOf } from './cuts.ts';
import { fieldWords } from './field-words.ts';
import type { Line } from './lines.ts';
import { lockChanges } from './lock-changes.ts';
import { replacementsOf } from './replacements.ts';
import { sentenceOf } from './sentences.ts';

function planOf(spec: Spec): Plan {
  const { plan, diagnostics } = makePlan(spec, defaultFacts);
  if (!plan) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

/** Whose connections are affected is not known. */
const unknown = (): Affected => ({ targets: [], workspaces: [] });

const replacing = (what: string, path: string): Line => ({
  area: 'hub',
  is: 'changed',
  text: '',
  paths: [path],
  effect: { is: 'replaces', what, cuts: 'all' },
  isDetail: false,
});

test('a workspace that leaves stays bound at Databricks, and holds up its NCC where that goes', () => {
  const of = (...names: readonly string[]) =>
    planOf(specOf({ workspaces: names, targets: [target('https', { name: 'api' })], access: [[['*'], ['*']]] }));
  const both = of('a', 'b');
  const ids = new Map(both.infra.nccs.flatMap((ncc) => ncc.workspaces.map(({ name, id = '' }) => [name, id] as const)));
  const left = (before: Plan, after: Plan) => changes(before, after).stillBound;
  const ncc = both.infra.nccs[0]?.name ?? '';
  const without = {
    ...both,
    infra: { ...both.infra, nccs: both.infra.nccs.map((each) => ({ ...each, workspaces: [] })) },
  };
  const stays = (isNccRemoved: boolean) =>
    ['a', 'b'].map((workspace) => ({ workspace, id: ids.get(workspace), ncc, isNccRemoved }));
  expect(left(both, without)).toEqual(stays(false));
  expect(left(both, { ...both, infra: { ...both.infra, nccs: [] } })).toEqual(stays(true));
  expect(left(both, both)).toEqual([]);
  const renamed = {
    ...both,
    infra: {
      ...both.infra,
      nccs: both.infra.nccs.map((each) => ({
        ...each,
        workspaces: each.workspaces.map((one) => ({ ...one, name: `${one.name}-2` })),
      })),
    },
  };
  expect(left(both, renamed)).toEqual([]);
  const unknownIds = {
    ...both,
    infra: { ...both.infra, nccs: both.infra.nccs.map((each) => ({ ...each, workspaces: [{ name: 'a' }] })) },
  };
  expect(left(unknownIds, without)).toEqual([]);
  expect(
    lockChanges(both.lock, { ...both.lock, nccs: [] }, { targetOfBucket: new Map(), renames: [] }).stillBound,
  ).toEqual(stays(true));
});

test('fields are told in words, with the keys below them, and unknown ones by their names', () => {
  const of = (...path: readonly string[]): string => fieldWords(path, 0);
  expect(of('routes', 'inspection', 'flows', 'sample')).toBe('share of requests that is recorded');
  expect(of('routes', 'inspection', 'flows', 'workspaces', 'n-1')).toBe('workspaces in the record of requests, n-1');
  expect(of('infra', 'aws', 'tags', '[owner]')).toBe('tags, owner');
  expect(of('infra', 'newThing', 'sizeGb')).toBe('new thing, size gb');
  const forward = { to: 'addresses', members: [{ address: '10.0.0.1', zone: 'all' }], why: '' };
  const listener = ['infra', 'endpointServices', '[s-1]', 'listeners', '[s-1/443]', 'forward'];
  expect(sentenceOf({ path: listener, before: { to: 'router', why: '' }, after: forward })).toBe(
    'listener s-1/443: destination changes from the routers to addresses 10.0.0.1',
  );
});

test('of one event the largest cut is told: a listener that goes and not its name, a network and not the way to it', () => {
  const removed = (path: string): Line => ({
    ...replacing('', path),
    is: 'removed',
    text: path,
    effect: { is: 'cuts', cuts: 'x' },
  });
  const names = ['a', 'b'];
  const told = (paths: readonly string[], of: (path: string) => readonly string[] = () => names) =>
    cutsOf(paths.map(removed), ([path = '']) => ({ targets: of(path), workspaces: ['w'] })).map(({ what }) => what);
  const listener = 'infra.endpointServices[s-1].listeners[s-1/443]';
  const name = 'infra.nccs[n-1].rules[r-1].domains[a.test]';
  expect(told([name, listener])).toEqual([listener]);
  expect(told([name, listener], (path) => (path === name ? ['c'] : names))).toHaveLength(2);
  expect(told(['infra.networks[core].ports[443]', 'infra.router.egress[core].ports[443]'])).toEqual([
    'infra.networks[core].ports[443]',
  ]);
  expect(told([name, 'infra.networks[core].ports[443]'])).toHaveLength(2);
  expect(told([name, listener], () => [])).toHaveLength(2);
});

test('a replacement names its objects and whose connections they carry', () => {
  const lines = [
    replacing('the rule', 'infra.nccs[n-1].rules[r-1].service'),
    replacing('the rule', 'infra.nccs[n-2].rules[r-3].service'),
  ];
  expect(replacementsOf(lines, () => ({ targets: ['a'], workspaces: ['w'] }))).toMatchObject([
    { objects: ['rule r-1 of NCC n-1', 'rule r-3 of NCC n-2'], targets: ['a'], workspaces: ['w'] },
  ]);
  const objects = (path: string) => replacementsOf([replacing('it', path)], unknown)[0]?.objects;
  expect(objects('infra.nccs[n-1].workspaces[w].id')).toEqual(['workspace w']);
  expect(objects('infra.nccs[n-1].name')).toEqual(['NCC n-1']);
  expect(objects('infra.endpointServices[s-1].listeners[s-1/443].targetGroup.name')).toEqual(['listener s-1/443']);
  expect(objects('infra.endpointServices[s-1].nlb.name')).toEqual(['endpoint service s-1']);
  expect(objects('infra.networks[core].vpc')).toEqual(['network core']);
  expect(objects('infra.mskClusters[events].name')).toEqual(['target events']);
  expect(objects('infra.credentials[c].roleName')).toEqual(['service credential c']);
  expect(objects('infra.router.run')).toEqual([]);
});
