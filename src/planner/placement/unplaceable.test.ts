import { expect, test } from 'vitest';
import { unitsOf } from '../../../test/planner/bins.ts';
import { specOf, target } from '../../../test/planner/specs.ts';
import { defaultFacts, limitsOf } from '../../facts/index.ts';
import type { Spec, Target } from '../../spec/index.ts';
import { capacityOf } from './capacity.ts';
import { separationReasons } from './separation-reasons.ts';
import { unplaceableUnits } from './unplaceable.ts';

const capacity = { namesPerRule: 10, rulesPerService: 1, listeners: 3, nccs: 2 };

test.each<[what: string, granted: readonly (readonly [Target, bigint])[], code: string | undefined, says: RegExp]>([
  ['what fits', [[target('mysql', { name: 'a' }), 1n]], undefined, /^$/],
  [
    'two granted differently on one name, of which one cannot tell NCCs apart',
    [
      [target('https', { name: 'a', hosts: ['h.test'] }), 3n],
      [target('mysql', { name: 'b', hosts: ['h.test'] }), 1n],
    ],
    'LG_HOST_MIXED_GRANTS',
    /^b and a have the name h\.test .* on port 3306 /,
  ],
  ['as many ports as fit', [[target('https', { name: 'a', ports: [1, 2, 3] }), 1n]], undefined, /^$/],
  [
    'one port more',
    [[target('https', { name: 'a', ports: [1, 2, 3, 4] }), 1n]],
    'LG_TOO_MANY_PORTS',
    /^a\.test needs 4 ports .* have 3 listeners$/,
  ],
  [
    'two of one name that exclude each other',
    [
      [target('oracle', { name: 'a', hosts: ['h.test'] }), 1n],
      [target('sqlserver', { name: 'b', hosts: ['h.test'], ports: [1521] }), 1n],
    ],
    'LG_PORT_CONFLICT',
    /h\.test must share an endpoint service, but cannot: port 1521 is in use$/,
  ],
])('%s', (_, granted, code, says) => {
  const found = unplaceableUnits(unitsOf(...granted), capacity);
  expect(found.map((each) => each.code)).toEqual(code === undefined ? [] : [code]);
  expect(found[0]?.message ?? '').toMatch(says);
});

test('why two services are not one: what does not fit, else the lock or the heuristic', () => {
  const services = (...names: readonly (readonly [Target, bigint])[]) =>
    names.map((each, at) => ({ key: `s-${at + 1}`, units: unitsOf(each) }));
  const oracles = services([target('oracle', { name: 'a' }), 1n], [target('oracle', { name: 'b' }), 1n]);
  expect(separationReasons(oracles, capacity, true)).toEqual([
    { service: 's-2', from: 's-1', why: 'b.test: port 1521 is in use' },
  ]);
  const apis = services([target('https', { name: 'a' }), 1n], [target('https', { name: 'b' }), 1n]);
  expect(separationReasons(apis, capacity, true)[0]?.why).toBe('the lock keeps them');
  expect(separationReasons(apis, capacity, false)[0]?.why).toBe('the heuristic placed them so');
  const many = (count: number) =>
    services(...Array.from({ length: count }, (_, at) => [target('oracle', { name: `o${at}` }), 1n] as const));
  expect(separationReasons(many(12), capacity, false)).toHaveLength(66);
  expect(separationReasons(many(13), capacity, false)).toEqual([]);
});

test.each<[limits: Spec['limits'], routers: number | undefined, want: number]>([
  [{}, undefined, 50],
  [{}, 6, 50],
  [{}, 10, 50],
  [{}, 11, 45], // 500 members, of which each router is one in each target group
  [{ listeners_per_nlb: 20 }, 11, 20],
  [{ targets_per_nlb: 5 }, 11, 1],
])('with the limits %j and %s routers a service has %i listeners', (limits, max, want) => {
  const whole = specOf({ access: [], limits });
  const { hub, ...without } = whole;
  const spec: Spec =
    max === undefined || !hub ? without : { ...whole, hub: { ...hub, router: { ...hub.router, max } } };
  expect(capacityOf(spec, limitsOf(limits, defaultFacts), 2)).toMatchObject({
    listeners: want,
    nccs: 2,
    namesPerRule: 10,
    rulesPerService: 1,
  });
});
