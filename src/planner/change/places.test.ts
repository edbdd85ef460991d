import { expect, test } from 'vitest';
import { smallSpec } from '../../../test/small-spec.ts';
import { defaultFacts } from '../../facts/index.ts';
import { readSpec } from '../../spec/index.ts';
import { makePlan } from '../index.ts';
import { type PlacedTarget, placeChanges, placedTargets } from './places.ts';

const at = (name: string, ...places: string[]): PlacedTarget => ({ name, places, workspaces: ['w'] });

test('a target that keeps its name and changes its place is told with both, and with who reaches it', () => {
  expect(placeChanges([at('db', 'a:1', 'b:1')], [at('db', 'b:1', 'c:1')])).toEqual([
    { target: 'db', lost: ['a:1'], gained: ['c:1'], workspaces: ['w'] },
  ]);
});

test('two targets that change hosts are both told', () => {
  const swapped = placeChanges([at('x', 'a:1'), at('y', 'b:1')], [at('x', 'b:1'), at('y', 'a:1')]);
  expect(swapped.map(({ target }) => target)).toEqual(['x', 'y']);
});

test.each([
  ['the order of places', [at('db', 'a:1', 'b:1')], [at('db', 'b:1', 'a:1')]],
  ['places that are listed one by one', [at('db', 'a:1'), at('db', 'b:1')], [at('db', 'a:1', 'b:1')]],
  ['a target that came', [], [at('db', 'a:1')]],
  ['a target that went', [at('db', 'a:1')], []],
])('%s is no change of place', (_, before, after) => {
  expect(placeChanges(before, after)).toEqual([]);
});

const networks = `{ core: { reach: peering, vpc: vpc-0aaaaaaaaaaaaaaa1, cidrs: [10.50.0.0/16] }, dc: { reach: peering, vpc: vpc-0bbbbbbbbbbbbbbb2, cidrs: [10.60.0.0/16] } }`;

/** A plan of the one target `api`. */
function planWith(target: string) {
  const text = smallSpec({ networks, targets: `{ api: { ${target} } }`, access: '[{ from: [one], to: [api] }]' });
  const { spec, diagnostics } = readSpec(text, 'lakegate.yaml');
  const plan = spec && makePlan(spec, defaultFacts).plan;
  if (!plan) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

const api = 'type: https, host: api.corp.test';
test.each([
  ['as its clients call it', `${api}, network: core`, ['api.corp.test:443', 'network core']],
  ['in another network', `${api}, network: dc`, ['api.corp.test:443', 'network dc']],
  [
    'at another upstream',
    `${api}, network: core, tls: inspect, upstream: { host: evil.corp.test }`,
    ['api.corp.test:443', 'network core', 'upstream evil.corp.test:443'],
  ],
  [
    'at another port of the upstream',
    `${api}, network: core, tls: inspect, upstream: { port: 8443 }`,
    ['api.corp.test:443', 'network core', 'upstream api.corp.test:8443'],
  ],
  [
    'at a fixed address',
    `${api}, network: core, address: 10.50.7.9`,
    ['api.corp.test:443', 'network core', 'upstream 10.50.7.9:443'],
  ],
])('a target is placed %s', (_, target, places) => {
  expect(placedTargets(planWith(target))[0]?.places).toEqual(places);
});

const inspected = `${api}, network: core, tls: inspect`;
test.each<[string, string, string, Partial<ReturnType<typeof placeChanges>[number]>[]]>([
  [
    'a path that is refused no more',
    `${inspected}, paths: { allow: ["/v1/**"], deny: ["/v1/b/**", "/v1/a/**"] }`,
    `${inspected}, paths: { allow: ["/v1/**"] }`,
    [{ lost: ['paths /v1/** but /v1/a/**, /v1/b/**'], gained: ['paths /v1/**'] }],
  ],
  [
    'requests that nobody reads any more',
    `${inspected}, paths: { deny: ["/admin/**"] }`,
    `${api}, network: core`,
    [{ lost: ['every path but /admin/**'], gained: ['every path'] }],
  ],
  [
    'another prefix at the upstream',
    `${inspected}, path: /orders, upstream: { prefix: /v1 }`,
    `${inspected}, path: /orders, upstream: { prefix: /v2 }`,
    [{ lost: ['upstream api.corp.test:443/v1'], gained: ['upstream api.corp.test:443/v2'] }],
  ],
  [
    'patterns in another order',
    `${inspected}, paths: { allow: ["/a", "/b"] }`,
    `${inspected}, paths: { allow: ["/b", "/a"] }`,
    [],
  ],
  ['inspection of every request', `${api}, network: core`, inspected, []],
])('%s', (_, before, after, told) => {
  const found = placeChanges(placedTargets(planWith(before)), placedTargets(planWith(after)));
  expect(found).toEqual(told.map((each) => ({ target: 'api', workspaces: ['one'], ...each })));
});
