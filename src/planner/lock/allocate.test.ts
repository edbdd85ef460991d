import { expect, test } from 'vitest';
import { target, type Wanted } from '../../../test/planner/specs.ts';
import type { Target } from '../../spec/index.ts';
import { placementUnits } from '../placement/placement-units.ts';
import { ServiceBin } from '../placement/service-bin.ts';
import { allocate } from './allocate.ts';
import type { LockedService } from './file/lock.ts';

/** A service that carries these targets, granted to the one NCC there is. */
function binOf(...targets: readonly Target[]): ServiceBin {
  const bin = new ServiceBin({ namesPerRule: 10, rulesPerService: 1, listeners: 50, nccs: 1 });
  for (const unit of placementUnits(targets, { grantsOf: () => 1n, namesPerService: 10 })) {
    const ports = bin.ports(unit);
    if (typeof ports === 'string') throw new Error(ports);
    bin.add(unit, ports);
  }
  return bin;
}

const oracle = (more: Partial<Wanted> = {}): Target =>
  target('oracle', { name: 'o', addresses: ['10.40.9.9'], ...more });

/** How the first listener of a service forwards. */
const forwardingOf = (bin: ServiceBin, held?: LockedService): unknown => {
  const { by, ...more } = allocate([bin], held ? [held] : [], undefined).services[0]?.listeners[0]?.forwarding ?? {
    by: undefined,
  };
  return 'routerPort' in more ? `${by} ${more.routerPort}` : by;
};

const heldWith = (routerPort: number | undefined): LockedService => ({
  ...{ key: 's-7', name: 'acme-s-7', check: '' },
  listeners: [{ port: 1521, ...(routerPort === undefined ? {} : { routerPort }), targetGroup: 'tg', holds: [] }],
});

test.each<[what: string, bin: ServiceBin, held: LockedService | undefined, want: string]>([
  ['a fixed private address: no router', binOf(oracle()), undefined, 'addresses'],
  ['one that had no router: none', binOf(oracle()), heldWith(undefined), 'addresses'],
  ['one that had a router keeps it, and its port', binOf(oracle()), heldWith(20_033), 'router 20033'],
  ['no fixed address', binOf(oracle({ addresses: [] })), undefined, 'router 20000'],
  ['a public address', binOf(oracle({ addresses: ['203.0.113.9'] })), undefined, 'router 20000'],
  ['one address of two public', binOf(oracle({ addresses: ['10.40.9.9', '203.0.113.9'] })), undefined, 'router 20000'],
  ['the last address of a private range', binOf(oracle({ addresses: ['172.31.255.255'] })), undefined, 'addresses'],
  ['the first one beyond it', binOf(oracle({ addresses: ['172.32.0.0'] })), undefined, 'router 20000'],
  [
    'a shared port, though one name uses it',
    binOf(target('redis', { name: 'r', addresses: ['10.40.9.9'] })),
    undefined,
    'router 20000',
  ],
])('%s', (_, bin, held, want) => {
  expect(forwardingOf(bin, held)).toBe(want);
});

test('the units of a service are in the order of their keys, however they came together', () => {
  const units = placementUnits(
    ['a', 'b', 'c'].map((name) => target('https', { name })),
    { grantsOf: () => 1n, namesPerService: 10 },
  );
  const bin = new ServiceBin({ namesPerRule: 10, rulesPerService: 1, listeners: 50, nccs: 1 });
  for (const unit of [units[2], units[0], units[1]]) {
    const ports = unit && bin.ports(unit);
    if (unit && typeof ports === 'object') bin.add(unit, ports);
  }
  expect(allocate([bin], [], undefined).services[0]?.units.map(({ key }) => key)).toEqual([
    'a.test',
    'b.test',
    'c.test',
  ]);
});

test('held services keep their keys; new ones count on, and only they', () => {
  const bins = ['a', 'b', 'c'].map((name) => binOf(target('sqlserver', { name })));
  const { services, next } = allocate(bins, [heldWith(undefined)], undefined);
  expect(services.map(({ key }) => key)).toEqual(['s-7', 's-1', 's-2']);
  expect(next.service).toBe(3);
});

test('another NCC on the service, which was not granted the target: a router', () => {
  const bin = new ServiceBin({ namesPerRule: 10, rulesPerService: 1, listeners: 50, nccs: 2 });
  const grants: Readonly<Record<string, bigint>> = { o: 0b01n, api: 0b11n };
  const targets = [oracle(), target('https', { name: 'api' })];
  for (const unit of placementUnits(targets, { grantsOf: (name) => grants[name] ?? 0n, namesPerService: 10 })) {
    const ports = bin.ports(unit);
    if (typeof ports !== 'string') bin.add(unit, ports);
  }
  expect(
    allocate([bin], [], undefined).services[0]?.listeners.map(({ port, forwarding }) => [port, forwarding.by]),
  ).toEqual([
    [443, 'router'],
    [1521, 'router'],
  ]);
});
