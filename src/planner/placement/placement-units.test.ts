import { expect, test } from 'vitest';
import { target } from '../../../test/planner/specs.ts';
import type { Target } from '../../spec/index.ts';
import { namesByNcc, placementUnits } from './placement-units.ts';

const [one, two, both] = [0b01n, 0b10n, 0b11n];

type Granted = readonly [target: Target, grants: bigint];

const unitsOf = (granted: readonly Granted[], namesPerService = 10) =>
  placementUnits(
    granted.map(([each]) => each),
    { grantsOf: (name) => granted.find(([each]) => each.name === name)?.[1] ?? 0n, namesPerService },
  );

/** Each unit: its names, and its demands. */
const shape = (granted: readonly Granted[], namesPerService?: number): readonly string[] =>
  unitsOf(granted, namesPerService).map(
    ({ hosts, demands }) =>
      `${hosts.map(({ name }) => name).join(' ')}: ${demands
        .map(({ target: of, port, sharing, remap, isDefault, identified }) =>
          [
            `${of.name}/${port}`,
            sharing,
            ...(remap ? ['remap'] : []),
            ...(isDefault ? ['default'] : []),
            ...(identified ? [] : ['unidentified']),
          ].join(' '),
        )
        .join(', ')}`,
  );

const hosts = ['a.test', 'b.test', 'c.test'];

test.each<[what: string, granted: readonly Granted[], want: readonly string[]]>([
  ['a target that nobody was granted needs nothing', [[target('https', { name: 'x' }), 0n]], []],
  [
    'each name of a target by name is a unit',
    [[target('https', { name: 'x', hosts }), one]],
    hosts.map((host) => `${host}: x/443 by-name`),
  ],
  [
    'all ports of a name are one unit, of whatever target',
    [
      [target('https', { name: 'x', hosts: ['a.test'] }), one],
      [target('postgres', { name: 'y', hosts: ['a.test'] }), one],
    ],
    ['a.test: x/443 by-name, y/5432 by-name'],
  ],
  [
    'names of one fixed address are one unit',
    [[target('oracle', { name: 'x', hosts, addresses: ['10.0.0.1'] }), one]],
    ['a.test b.test c.test: x/1521 alone'],
  ],
  [
    'without a fixed address each is its own',
    [[target('oracle', { name: 'x', hosts }), one]],
    hosts.map((host) => `${host}: x/1521 alone`),
  ],
  [
    'names are tied by a target that has them all',
    [
      [target('oracle', { name: 'x', hosts: ['a.test', 'b.test'], addresses: ['10.0.0.1'] }), one],
      [target('oracle', { name: 'y', hosts: ['b.test', 'c.test'], addresses: ['10.0.0.2'], ports: [1522] }), one],
      [target('https', { name: 'z', hosts: ['c.test'] }), one],
    ],
    ['a.test b.test c.test: z/443 by-name, x/1521 alone, y/1522 alone'],
  ],
  [
    'another port is possible where all names are together',
    [[target('oracle', { name: 'x', hosts: ['a.test'], portPolicy: 'remap' }), one]],
    ['a.test: x/1521 alone remap'],
  ],
  [
    'and not where they may be on different services',
    [[target('oracle', { name: 'x', hosts: ['a.test', 'b.test'], portPolicy: 'remap' }), one]],
    ['a.test: x/1521 alone', 'b.test: x/1521 alone'],
  ],
  [
    'the first name by text is the default',
    [[target('postgres', { name: 'x', hosts: ['b.test', 'a.test'], isDefault: true }), one]],
    ['a.test: x/5432 by-name default', 'b.test: x/5432 by-name'],
  ],
  [
    'no default of what stands alone',
    [[target('postgres-by-port', { name: 'x', isDefault: true }), one]],
    ['x.test: x/5432 alone'],
  ],
  [
    'a server that speaks first is unidentified',
    [[target('mysql', { name: 'x' }), one]],
    ['x.test: x/3306 alone unidentified'],
  ],
  [
    'MySQL by name',
    [[target('mysql-by-name', { name: 'x', mysqlFamily: 'mariadb' }), one]],
    ['x.test: x/3306 mariadb unidentified'],
  ],
])('%s', (_, granted, want) => {
  expect(shape(granted)).toEqual(want);
});

test('names of one address are cut where a service cannot carry more', () => {
  const granted: readonly Granted[] = [[target('oracle', { name: 'x', hosts, addresses: ['10.0.0.1'] }), one]];
  expect(shape(granted, 2)).toEqual(['a.test b.test: x/1521 alone', 'c.test: x/1521 alone']);
  expect(shape(granted, 0)).toHaveLength(3);
});

test('each broker is a unit with its own service', () => {
  const kafka = { listeners: 'per-broker', auth: ['iam'], brokers: 2, source: { kind: 'existing' } } as const;
  const brokers = target('https', { name: 'k', hosts: ['b-1.test', 'b-2.test'], kafka });
  const units = unitsOf([[brokers, one]]);
  expect(
    units.map(({ key, ownService, demands }) => [key, ownService, demands[0]?.broker, demands[0]?.sharing]),
  ).toEqual([
    ['b-1.test', true, 1, 'alone'],
    ['b-2.test', true, 2, 'alone'],
  ]);
});

test('what is unidentified fixes the audience; two that differ conflict', () => {
  const at = (grants: bigint, other: bigint) =>
    unitsOf([
      [target('mysql', { name: 'x', hosts: ['a.test'] }), grants],
      [target('mysql', { name: 'y', hosts: ['a.test'], ports: [3307] }), other],
      [target('https', { name: 'z', hosts: ['a.test'] }), one],
    ]).map(({ fixedAudience, conflictingGrants, grants: all }) => ({ fixedAudience, conflictingGrants, all }));
  expect(at(both, both)).toEqual([{ fixedAudience: both, conflictingGrants: false, all: both }]);
  expect(at(one, two)).toEqual([{ fixedAudience: one, conflictingGrants: true, all: both }]);
});

test('an NCC lists the names it was granted, of a unit with several', () => {
  const units = unitsOf([
    [target('oracle', { name: 'x', hosts: ['a.test', 'b.test'], addresses: ['10.0.0.1'] }), one],
    [target('https', { name: 'y', hosts: ['b.test'] }), two],
    [target('https', { name: 'z' }), both],
  ]);
  expect(units.map(({ names }) => names)).toEqual([
    [
      { ncc: 0, count: 2 },
      { ncc: 1, count: 1 },
    ],
    [
      { ncc: 0, count: 1 },
      { ncc: 1, count: 1 },
    ],
  ]);
  expect(namesByNcc(units, 2)).toEqual([
    ['a.test', 'b.test', 'z.test'],
    ['b.test', 'z.test'],
  ]);
});

test('units that can take each other’s place have equal signatures, others do not', () => {
  const plain = target('https', { name: 'x' });
  const signature = (of: Target, grants: bigint): string | undefined => unitsOf([[of, grants]])[0]?.signature;
  expect(signature(plain, one)).toBe(signature(target('https', { name: 'other' }), one));
  const others: readonly (readonly [Target, bigint])[] = [
    [plain, two],
    [target('https', { name: 'x', ports: [8443] }), one],
    [target('oracle', { name: 'x', ports: [443] }), one],
    [target('oracle', { name: 'x', ports: [443], portPolicy: 'remap' }), one],
    [target('mysql', { name: 'x', ports: [443] }), one],
    [target('https', { name: 'x', isDefault: true }), one],
    [target('postgres', { name: 'x', ports: [443], isDefault: true }), one],
    [target('oracle', { name: 'x', ports: [443], hosts: ['a.test', 'b.test'], addresses: ['10.0.0.1'] }), one],
  ];
  const all = [[plain, one] as const, ...others].map(([of, grants]) => signature(of, grants));
  expect(new Set(all).size).toBe(all.length);
});
