import { expect, test } from 'vitest';
import { unitsOf } from '../../../test/planner/bins.ts';
import { type Kind, target, type Wanted } from '../../../test/planner/specs.ts';
import type { Target } from '../../spec/index.ts';
import type { Capacity } from './capacity.ts';
import { lowerBound } from './lower-bound.ts';

const capacity: Capacity = { namesPerRule: 2, rulesPerService: 1, listeners: 10, nccs: 2 };
const [one, two, both] = [0b01n, 0b10n, 0b11n];

let made = 0;
/** So many targets of a kind, granted alike. */
const some = (
  count: number,
  kind: Kind,
  grants: bigint,
  more: Partial<Wanted> = {},
): readonly (readonly [Target, bigint])[] =>
  Array.from({ length: count }, () => {
    made += 1;
    return [target(kind, { name: `t${made}`, ...more }), grants] as const;
  });

const kafka = (brokers: number): readonly [Target, bigint] => [
  target('https', {
    name: 'k',
    type: 'kafka',
    hosts: Array.from({ length: brokers }, (_, at) => `b-${at}.test`),
    kafka: { listeners: 'per-broker', auth: ['iam'], brokers, source: { kind: 'existing' } },
  }),
  one,
];

type Counts = readonly [endpoints: number, services: number, listeners: number];

test.each<[what: string, targets: readonly (readonly [Target, bigint])[], want: Counts, more?: Partial<Capacity>]>([
  ['nothing', [], [0, 0, 0]],
  ['as many names as a rule holds', some(2, 'https', one), [1, 1, 1]],
  ['one name more: another rule, and another service where one rule is all', some(3, 'https', one), [2, 2, 1]],
  ['the same where a service may have two rules', some(3, 'https', one), [2, 1, 1], { rulesPerService: 2 }],
  ['each NCC needs its rules', some(3, 'https', both), [4, 2, 1]],
  [
    'listeners over a load balancer',
    [...some(1, 'https', one), ...some(1, 'redis', one), ...some(1, 'vault', one)],
    [2, 2, 3],
    { listeners: 2, namesPerRule: 2 },
  ],
  [
    'listeners alone',
    [...some(1, 'https', one), ...some(1, 'redis', one), ...some(1, 'vault', one)],
    [1, 2, 3],
    { listeners: 2, namesPerRule: 9 },
  ],
  ['targets that cannot share a port', some(3, 'oracle', one), [3, 3, 3]],
  ['of several NCCs', [...some(2, 'oracle', one), ...some(1, 'oracle', two)], [3, 3, 3]],
  ['whose clients may use other ports', some(3, 'oracle', one, { portPolicy: 'remap' }), [2, 2, 3]],
  [
    'names on the port of one that cannot share it',
    [...some(1, 'oracle', one, { ports: [443] }), ...some(1, 'https', one)],
    [2, 2, 2],
  ],
  [
    'MySQL by name of two families',
    [...some(1, 'mysql-by-name', one), ...some(1, 'mysql-by-name', one, { mysqlFamily: 'mariadb' })],
    [2, 2, 2],
  ],
  ['two fixed audiences', [...some(1, 'mysql', one), ...some(1, 'mysql', both, { ports: [3307] })], [3, 2, 2]],
  [
    'a fixed audience with one port twice, and another',
    [...some(2, 'mysql', one), ...some(1, 'mysql', both, { ports: [3307] })],
    [4, 3, 3],
  ],
  ['names that fit the fixed audience', [...some(1, 'mysql', both), ...some(1, 'https', one)], [2, 1, 2]],
  ['names that fit none', [...some(1, 'mysql', one), ...some(1, 'https', both)], [3, 2, 2]],
  ['more names that fit none than a rule holds', [...some(1, 'mysql', one), ...some(3, 'https', both)], [5, 3, 2]],
  ['ports that fit none', [...some(1, 'mysql', one), ...some(2, 'oracle', both)], [5, 3, 3]],
  ['brokers', [kafka(3)], [3, 3, 3]],
  ['brokers and names', [kafka(3), ...some(1, 'https', one)], [4, 4, 4]],
])('%s', (_, targets, want, more = {}) => {
  const { endpoints, services, listeners } = lowerBound(unitsOf(...targets), { ...capacity, ...more });
  expect([endpoints, services, listeners]).toEqual(want);
});

test('the endpoints of each NCC are told', () => {
  const units = unitsOf(...some(3, 'https', one), ...some(1, 'https', two));
  expect([...lowerBound(units, capacity).perNcc]).toEqual([2, 1]);
});
