import fc from 'fast-check';
import { expect, test } from 'vitest';
import { specs } from '../../../test/planner/arbitrary.ts';
import { target, type Wanted } from '../../../test/planner/specs.ts';
import type { Port } from '../../ir/index.ts';
import type { Target } from '../../spec/index.ts';
import type { Capacity } from './capacity.ts';
import { type PlacementUnit, placementUnits } from './placement-units.ts';
import { ServiceBin } from './service-bin.ts';

const capacity: Capacity = { namesPerRule: 2, rulesPerService: 2, listeners: 3, nccs: 3 };

type Grants = Readonly<Record<string, bigint>>;

/** The units of targets that NCC 0 is granted, unless said otherwise. */
const unitsOf = (targets: readonly Target[], grants: Grants = {}): readonly PlacementUnit[] =>
  placementUnits(targets, { grantsOf: (name) => grants[name] ?? 0b001n, namesPerService: 4 });

function unitOf(one: Target, grants?: bigint): PlacementUnit {
  const [unit] = unitsOf([one], grants === undefined ? {} : { [one.name]: grants });
  if (!unit) throw new Error('no unit');
  return unit;
}

function binOf(units: readonly PlacementUnit[], of = capacity): ServiceBin {
  const bin = new ServiceBin(of);
  for (const unit of units) {
    const ports = bin.ports(unit);
    if (typeof ports === 'string') throw new Error(`${unit.key}: ${ports}`);
    bin.add(unit, ports);
  }
  return bin;
}

const https = (name: string, more: Partial<Wanted> = {}): Target => target('https', { name, ...more });
const mysql = (name: string, more: Partial<Wanted> = {}): Target => target('mysql', { name, ...more });
const kafka = (name: string): Target =>
  target('https', {
    name,
    type: 'kafka',
    kafka: { listeners: 'per-broker', auth: ['iam'], brokers: 1, source: { kind: 'existing' } },
  });

const apart = 'an NCC that was not granted the target could reach a listener that cannot tell NCCs apart';

test.each<[what: string, there: readonly PlacementUnit[], unit: PlacementUnit, want: readonly number[] | string]>([
  ['a name on a shared port', unitsOf([https('a')]), unitOf(https('b')), [443]],
  [
    'a protocol that does not share',
    unitsOf([https('a')]),
    unitOf(target('oracle', { name: 'o', ports: [443] })),
    'port 443 is in use',
  ],
  [
    'two that share with none',
    unitsOf([target('oracle', { name: 'a' })]),
    unitOf(target('oracle', { name: 'b' })),
    'port 1521 is in use',
  ],
  [
    'MySQL of one family',
    unitsOf([target('mysql-by-name', { name: 'a' })]),
    unitOf(target('mysql-by-name', { name: 'b' })),
    [3306],
  ],
  [
    'MySQL of another family',
    unitsOf([target('mysql-by-name', { name: 'a' })]),
    unitOf(target('mysql-by-name', { name: 'b', mysqlFamily: 'mariadb' })),
    'port 3306 is in use',
  ],
  [
    'a second default of a protocol',
    unitsOf([target('postgres', { name: 'a', isDefault: true })]),
    unitOf(target('postgres', { name: 'b', isDefault: true })),
    'port 5432 is in use',
  ],
  [
    'one that is not the default',
    unitsOf([target('postgres', { name: 'a', isDefault: true })]),
    unitOf(target('postgres', { name: 'b' })),
    [5432],
  ],
  [
    'a default of another protocol',
    unitsOf([target('postgres', { name: 'a', ports: [443], isDefault: true })]),
    unitOf(https('b', { isDefault: true })),
    [443],
  ],
  [
    'a port that may be another',
    unitsOf([target('oracle', { name: 'a' })]),
    unitOf(target('oracle', { name: 'b', portPolicy: 'remap' })),
    [11_521],
  ],
  [
    'two ports of one name that exclude each other',
    [],
    unitsOf([
      target('oracle', { name: 'a', hosts: ['h.test'] }),
      target('sqlserver', { name: 'b', hosts: ['h.test'], ports: [1521] }),
    ])[0] as PlacementUnit,
    'port 1521 is in use',
  ],
  [
    'two ports of one name, of which one may be another',
    [],
    unitsOf([
      target('oracle', { name: 'a', hosts: ['h.test'] }),
      target('sqlserver', { name: 'b', hosts: ['h.test'], ports: [1521], portPolicy: 'remap' }),
    ])[0] as PlacementUnit,
    [1521, 11_521],
  ],
  [
    'as many listeners as fit',
    unitsOf([https('a'), target('redis', { name: 'r' })]),
    unitOf(target('vault', { name: 'v' })),
    [8200],
  ],
  [
    'one listener more',
    unitsOf([https('a'), target('redis', { name: 'r' }), target('vault', { name: 'v' })]),
    unitOf(target('http', { name: 'h' })),
    'the load balancer has no free listener',
  ],
  [
    'a name on a full load balancer, on a port that is there',
    unitsOf([https('a'), target('redis', { name: 'r' }), target('vault', { name: 'v' })]),
    unitOf(https('b')),
    [443],
  ],
  ['as many names as all rules hold', unitsOf([https('a'), https('b'), https('c')]), unitOf(https('d')), [443]],
  [
    'one name more',
    unitsOf([https('a'), https('b'), https('c'), https('d')]),
    unitOf(https('e')),
    'a rule has no space for the name',
  ],
  [
    'one name more, of another NCC',
    unitsOf([https('a'), https('b'), https('c'), https('d')]),
    unitOf(https('e'), 0b010n),
    [443],
  ],
  ['the same audience', [unitOf(mysql('a'), 0b011n)], unitOf(mysql('b', { ports: [3307] }), 0b011n), [3307]],
  [
    'another fixed audience',
    [unitOf(mysql('a'), 0b011n)],
    unitOf(mysql('b', { ports: [3307] }), 0b001n),
    'its listener cannot tell NCCs apart, and the endpoint service is for other NCCs',
  ],
  ['a name for a part of the audience', [unitOf(mysql('a'), 0b011n)], unitOf(https('b'), 0b010n), [443]],
  ['a name for others than the audience', [unitOf(mysql('a'), 0b011n)], unitOf(https('b'), 0b100n), apart],
  ['a fixed audience where others are already', [unitOf(https('b'), 0b100n)], unitOf(mysql('a'), 0b011n), apart],
  ['a broker to itself', [], unitOf(kafka('k')), [443]],
  ['a broker with others', unitsOf([https('a')]), unitOf(kafka('k')), 'a broker does not share its endpoint service'],
  ['others with a broker', [unitOf(kafka('k'))], unitOf(https('a')), 'a broker does not share its endpoint service'],
  [
    'ports of one name that cannot tell NCCs apart and are granted differently',
    [],
    unitsOf([mysql('a', { hosts: ['h.test'] }), mysql('b', { hosts: ['h.test'], ports: [3307] })], {
      a: 0b001n,
      b: 0b010n,
    })[0] as PlacementUnit,
    'its listeners cannot tell NCCs apart, and are granted to different NCCs',
  ],
])('%s', (_, there, unit, want) => {
  expect(binOf(there).ports(unit)).toEqual(want);
});

test('a held port is kept where clients may use another, and no other is', () => {
  const held = (): Port => 12_345 as Port;
  const empty = new ServiceBin(capacity);
  expect(empty.ports(unitOf(target('oracle', { name: 'a', portPolicy: 'remap' })), held)).toEqual([12_345]);
  expect(empty.ports(unitOf(target('oracle', { name: 'a' })), held)).toEqual([1521]);
  const taken = binOf(unitsOf([target('oracle', { name: 'a', ports: [12_345] })]));
  expect(taken.ports(unitOf(target('oracle', { name: 'b', portPolicy: 'remap' })), held)).toEqual([1521]);
});

test('what a unit costs is what the bin counts more once it is there', () => {
  const two = unitsOf([
    target('oracle', { name: 'a', hosts: ['h.test'] }),
    https('b', { hosts: ['h.test', 'i.test'] }),
    https('c', { hosts: ['h.test'], ports: [8443], tls: 'inspect' }),
  ]);
  const bin = new ServiceBin({ ...capacity, namesPerRule: 1, listeners: 10 });
  for (const unit of two) {
    const ports = bin.ports(unit);
    if (typeof ports === 'string') throw new Error(ports);
    const [before, cost] = [bin.counts(), bin.cost(unit, ports)];
    bin.add(unit, ports);
    expect(bin.counts()).toEqual({
      endpoints: before.endpoints + cost.endpoints,
      services: before.services + cost.services,
      listeners: before.listeners + cost.listeners,
    });
  }
  expect(bin.counts()).toEqual({ endpoints: 2, services: 1, listeners: 3 });
});

test('a listener that two ports of one unit share is counted once', () => {
  const [unit] = unitsOf([
    https('a', { hosts: ['h.test'] }),
    target('vault', { name: 'b', hosts: ['h.test'], ports: [443] }),
  ]);
  if (!unit) throw new Error('no unit');
  expect(new ServiceBin(capacity).cost(unit, [443 as Port, 443 as Port])).toEqual({
    endpoints: 1,
    services: 1,
    listeners: 1,
  });
});

/** All that a bin tells, also what it says of each unit. */
const state = (bin: ServiceBin, units: readonly PlacementUnit[]) => ({
  ...{ counts: bin.counts(), audience: bin.audience, fixedAudience: bin.fixedAudience, nccs: bin.nccCount },
  ports: units.map((unit) => bin.ports(unit)),
});

test('a bin from which units were removed is as if they had never been there', () => {
  const few = { ...capacity, listeners: 4, nccs: 3 };
  fc.assert(
    fc.property(
      specs({ workspaces: 3, targets: 8 }),
      fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 30 }),
      fc.array(fc.bigInt({ min: 1n, max: 7n }), { minLength: 8, maxLength: 8 }),
      ({ targets: drawn }, steps, grants) => {
        const targets = [...drawn.map((each) => ({ ...each, isDefault: true })), kafka('k')];
        const units = unitsOf(targets, Object.fromEntries(targets.map(({ name }, at) => [name, grants[at] ?? 1n])));
        const bin = new ServiceBin(few);
        for (const [at, takesOut] of steps) {
          const unit = units[at % Math.max(units.length, 1)];
          if (!unit) continue;
          if (bin.units.has(unit)) {
            if (takesOut) bin.remove(unit);
            continue;
          }
          const ports = bin.ports(unit);
          if (typeof ports !== 'string') bin.add(unit, ports);
        }
        const rest = new ServiceBin(few);
        for (const [unit, ports] of bin.units) rest.add(unit, ports);
        expect(state(bin, units)).toEqual(state(rest, units));
      },
    ),
    { numRuns: 300 },
  );
});
