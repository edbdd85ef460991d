import { describe, expect, test } from 'vitest';
import { target } from '../../../test/planner/specs.ts';
import type { Target } from '../../spec/index.ts';
import type { Bits } from '../access/bits.ts';
import type { Capacity } from '../placement/capacity.ts';
import { placementUnits } from '../placement/placement-units.ts';
import type { Lock, LockedDemand } from './file/lock.ts';
import { lockedAllocations, movedDiagnostics } from './locked-allocations.ts';

/** Grants as bits: which of the NCCs n-1 and n-2. */
const [one, two, both]: readonly [Bits, Bits, Bits] = [0b01n, 0b10n, 0b11n];
const nccKeys = ['n-1', 'n-2'];
const roomy: Capacity = { namesPerRule: 10, rulesPerService: 1, listeners: 50, nccs: 2 };

interface Listener {
  readonly port: number;
  /** Absent: it bypasses the router. */
  readonly routerPort?: number;
  readonly holds: readonly LockedDemand[];
}

/** A lock with these listeners by service, in which each name is listed by the NCCs of its grants. */
function lockOf(services: Readonly<Record<string, readonly Listener[]>>, grants: Readonly<Record<string, Bits>>): Lock {
  const listed = Object.entries(services).flatMap(([service, listeners]) => [
    ...new Set(listeners.flatMap(({ holds }) => holds.map(({ host }) => `${service} ${host}`))),
  ]);
  return {
    ...{ version: 1, name: 'acme', region: 'eu-west-1', account: '111122223333', check: '' },
    next: { ncc: 3, service: 9, rule: 9, routerPort: 20_100 },
    nccs: nccKeys.map((key, at) => ({
      ...{ key, name: `acme-${key}`, workspaces: [], check: '' },
      rules: Object.keys(services).map((service) => ({
        key: `r-${at}-${service}`,
        service,
        names: listed
          .filter((each) => each.startsWith(`${service} `))
          .map((each) => each.slice(service.length + 1))
          .filter((host) => ((grants[host] ?? 0n) & (1n << BigInt(at))) !== 0n),
      })),
    })),
    services: Object.entries(services).map(([key, listeners]) => ({
      ...{ key, name: `acme-${key}`, check: '' },
      listeners: listeners.map((listener) => ({ targetGroup: `acme-${key}-${listener.port}`, ...listener })),
    })),
  };
}

/** What stays, by service, and what leaves, with the reason. */
function kept(lock: Lock, targets: readonly Target[], grants: Readonly<Record<string, Bits>>, capacity = roomy) {
  const units = placementUnits(targets, { grantsOf: (name) => grants[name] ?? 0n, namesPerService: 10 });
  const { services, bins, free, moved } = lockedAllocations(units, lock, nccKeys, capacity);
  const made = bins();
  return {
    stays: Object.fromEntries(
      services.map(({ key }, at) => [
        key,
        [...(made[at]?.units ?? [])].map(([unit, ports]) => `${unit.key} ${ports.join()}`),
      ]),
    ),
    free: free.map(({ key }) => key),
    moved: moved.map(({ unit, from, why }) => `${unit.key} from ${from}: ${why}`),
    audiences: made.map(({ fixedAudience }) => fixedAudience),
  };
}

const listener = (
  port: number,
  name: string,
  more: Partial<Listener & { host: string; own: number }> = {},
): Listener => ({
  port,
  ...('routerPort' in more ? {} : { routerPort: 20_000 + port }),
  ...more,
  holds: [{ target: name, host: more.host ?? `${name}.test`, ...(more.own === undefined ? {} : { port: more.own }) }],
});

describe('listeners that cannot tell NCCs apart', () => {
  const mysql = (name: string, port: number): Target => target('mysql', { name, ports: [port] });
  const three = [mysql('a', 3306), mysql('b', 3307), mysql('c', 3308)];
  const listeners = [listener(3306, 'a'), listener(3307, 'b'), listener(3308, 'c')];

  test('one that has not changed stays, whatever number of others changed alike', () => {
    const lock = lockOf({ 's-1': listeners }, { 'a.test': one, 'b.test': one, 'c.test': one });
    const { stays, moved } = kept(lock, three, { a: both, b: both, c: one });
    expect(stays).toEqual({ 's-1': ['c.test 3308'] });
    expect(moved.map((each) => each.slice(0, 15))).toEqual(['a.test from s-1', 'b.test from s-1']);
  });

  test('the same where the one that has not changed is granted to more', () => {
    const lock = lockOf({ 's-1': listeners }, { 'a.test': both, 'b.test': both, 'c.test': both });
    expect(kept(lock, three, { a: one, b: one, c: both }).stays).toEqual({ 's-1': ['c.test 3308'] });
  });

  test('the reason names the target whose listener cannot tell NCCs apart, and the NCC that may not reach it', () => {
    const lock = lockOf({ 's-1': [listener(443, 'api'), listener(3306, 'm')] }, { 'api.test': one, 'm.test': one });
    const targets = [target('https', { name: 'api' }), mysql('m', 3306)];
    expect(kept(lock, targets, { api: both, m: one }).moved).toEqual([
      'api.test from s-1: NCC n-2 may reach api and not m, and a listener of m cannot tell NCCs apart',
    ]);
    const tcps = [mysql('a', 3306), mysql('m', 3307)];
    const beside = lockOf({ 's-1': [listener(3306, 'a'), listener(3307, 'm')] }, { 'a.test': one, 'm.test': one });
    expect(kept(beside, tcps, { a: both, m: one }).moved).toEqual([
      'a.test from s-1: a listener of a cannot tell NCCs apart, one of m cannot either, and they are for different NCCs',
    ]);
  });

  test('of changed ones the fewest leave', () => {
    const lock = lockOf({ 's-1': listeners }, { 'a.test': two, 'b.test': two, 'c.test': two });
    expect(kept(lock, three, { a: one, b: both, c: both }).stays).toEqual({ 's-1': ['b.test 3307', 'c.test 3308'] });
  });

  test('they all leave where keeping one would send away what has not changed', () => {
    const lock = lockOf({ 's-1': [listener(443, 'api'), listener(3306, 'a')] }, { 'api.test': both, 'a.test': both });
    const found = kept(lock, [target('https', { name: 'api' }), mysql('a', 3306)], { api: both, a: one });
    expect(found).toMatchObject({
      stays: { 's-1': ['api.test 443'] },
      moved: ['a.test from s-1: a listener of a cannot tell NCCs apart, and NCC n-2 may reach api and not a'],
    });
  });

  test('of two that changed, the one whose listener tells NCCs apart leaves, whatever their names', () => {
    for (const name of ['aa', 'zz']) {
      const lock = lockOf(
        { 's-1': [listener(443, name), listener(3306, 'm')] },
        { [`${name}.test`]: one, 'm.test': both },
      );
      const found = kept(lock, [target('https', { name }), mysql('m', 3306)], { [name]: both, m: one });
      expect(found).toMatchObject({ stays: { 's-1': ['m.test 3306'] }, free: [`${name}.test`] });
    }
  });

  test('one that bypasses the router fixes the audience of its service; one that a router serves does not', () => {
    const oracle = target('oracle', { name: 'o', addresses: ['10.40.9.9'] });
    const audience = (routerPort: number | undefined): readonly (Bits | undefined)[] => {
      const at = lockOf({ 's-1': [listener(1521, 'o', { routerPort })] }, { 'o.test': one });
      return kept(at, [oracle], { o: one }).audiences;
    };
    expect(audience(undefined)).toEqual([one]);
    expect(audience(20_001)).toEqual([undefined]);
  });
});

test('a listener that bypassed the router fixes no audience where an NCC beside it was not granted its target', () => {
  const lock = lockOf(
    { 's-1': [listener(1521, 'o', { routerPort: undefined }), listener(443, 'api')] },
    { 'o.test': one, 'api.test': both },
  );
  const targets = [target('oracle', { name: 'o', addresses: ['10.40.9.9'] }), target('https', { name: 'api' })];
  expect(kept(lock, targets, { o: one, api: both }).audiences).toEqual([undefined]);
});

test('a warning of what moves names the target once, and its hosts', () => {
  const target2 = target('sqlserver', { name: 'dwh', ports: [1433, 1434] });
  const [unit] = placementUnits([target2], { grantsOf: () => one, namesPerService: 10 });
  if (!unit) throw new Error('a unit');
  expect(movedDiagnostics([{ unit, from: 's-1', why: 'a reason' }])).toMatchObject([
    {
      code: 'LG_MOVED',
      path: ['targets', 'dwh'],
      message: expect.stringMatching(/^dwh\.test leaves endpoint service s-1: a reason$/),
    },
  ]);
});

describe('what has changed gives way to what has not', () => {
  test('a name of the second NCC alone that has not changed stays', () => {
    const lock = lockOf({ 's-1': [listener(443, 'a'), listener(443, 'z')] }, { 'a.test': one, 'z.test': two });
    const apis = ['a', 'z'].map((name) => target('https', { name }));
    expect(kept(lock, apis, { a: both, z: two }, { ...roomy, namesPerRule: 1 }).stays).toEqual({
      's-1': ['z.test 443'],
    });
  });

  test('one new port of several is a changed port', () => {
    const lock = lockOf({ 's-1': [listener(443, 'a'), listener(443, 'z')] }, { 'a.test': one, 'z.test': two });
    const apis = [target('https', { name: 'a', ports: [443, 8443] }), target('https', { name: 'z' })];
    expect(kept(lock, apis, { a: one, z: both }, { ...roomy, namesPerRule: 1 }).stays).toEqual({
      's-1': ['z.test 443'],
    });
  });

  test('a target that moved to a port in use leaves, though its name comes first', () => {
    const lock = lockOf({ 's-1': [listener(1433, 'z'), listener(1434, 'a')] }, { 'z.test': one, 'a.test': one });
    const found = kept(lock, [target('sqlserver', { name: 'a' }), target('sqlserver', { name: 'z' })], {
      a: one,
      z: one,
    });
    expect(found).toMatchObject({ stays: { 's-1': ['z.test 1433'] }, moved: ['a.test from s-1: port 1433 is in use'] });
  });

  test('a name that is granted to another NCC leaves where its rule there is full', () => {
    const lock = lockOf({ 's-1': [listener(443, 'a'), listener(443, 'z')] }, { 'a.test': two, 'z.test': one });
    const apis = ['a', 'z'].map((name) => target('https', { name }));
    const found = kept(lock, apis, { a: both, z: one }, { ...roomy, namesPerRule: 1 });
    expect(found).toMatchObject({
      stays: { 's-1': ['z.test 443'] },
      moved: ['a.test from s-1: a rule has no space for the name'],
    });
  });

  test('changed grants give way less than changed ports', () => {
    // Both want room in the rule of n-1, which has one name.
    const lock = lockOf({ 's-1': [listener(8443, 'a'), listener(443, 'z')] }, { 'a.test': one, 'z.test': two });
    const apis = [target('https', { name: 'a' }), target('https', { name: 'z' })];
    const found = kept(lock, apis, { a: one, z: both }, { ...roomy, namesPerRule: 1 });
    expect(found.stays).toEqual({ 's-1': ['z.test 443'] });
  });
});

describe('where a target is looked for', () => {
  const dwh = (name: string, hosts: readonly string[], more: Partial<Target> = {}): Target =>
    target('sqlserver', { name, hosts, ...(more.renamedFrom === undefined ? {} : { renamedFrom: more.renamedFrom }) });
  const lock = lockOf(
    { 's-1': [listener(1433, 'dwh', { host: 'x1.test' })], 's-2': [listener(1433, 'dwh', { host: 'x2.test' })] },
    { 'x1.test': one, 'x2.test': one },
  );

  test('by its name where all its hosts changed: the first of its services', () => {
    expect(kept(lock, [dwh('dwh', ['new.test'])], { dwh: one }).stays).toEqual({ 's-1': ['new.test 1433'] });
  });

  test('by its former name where it was renamed too', () => {
    const renamed = [dwh('store', ['new.test'], { renamedFrom: 'dwh' })];
    expect(kept(lock, renamed, { store: one }).stays).toEqual({ 's-1': ['new.test 1433'] });
  });

  test('by its name where the lock has the rename already, and the spec still tells of it', () => {
    const renamed = lockOf({ 's-3': [listener(1433, 'store', { host: 'x1.test' })] }, { 'x1.test': one });
    expect(kept(renamed, [dwh('store', ['new.test'], { renamedFrom: 'dwh' })], { store: one }).stays).toEqual({
      's-3': ['new.test 1433'],
    });
  });

  test('by each target that shares its host', () => {
    const apis = ['aaa', 'dwh'].map((name) =>
      target('https', { name, hosts: ['new.test'], ports: [name === 'aaa' ? 8443 : 443] }),
    );
    const at = lockOf({ 's-1': [listener(443, 'dwh', { host: 'x1.test' })] }, { 'x1.test': one });
    expect(kept(at, apis, { aaa: one, dwh: one }).stays).toEqual({ 's-1': [expect.stringMatching(/^new\.test /)] });
  });

  test('not by its name where one of its hosts is still there: another host is a new one', () => {
    const found = kept(lock, [dwh('dwh', ['x1.test', 'new.test'])], { dwh: one });
    expect(found).toMatchObject({ stays: { 's-1': ['x1.test 1433'] }, free: ['new.test'], moved: [] });
  });

  test('a port that was remapped is kept, also by a renamed target', () => {
    const at = lockOf({ 's-1': [listener(11_433, 'dwh', { own: 1433 })] }, { 'dwh.test': one });
    const remap = { portPolicy: 'remap' } as const;
    expect(kept(at, [target('sqlserver', { name: 'dwh', ...remap })], { dwh: one }).stays).toEqual({
      's-1': ['dwh.test 11433'],
    });
    const renamed = target('sqlserver', { name: 'store', hosts: ['dwh.test'], renamedFrom: 'dwh', ...remap });
    expect(kept(at, [renamed], { store: one }).stays).toEqual({ 's-1': ['dwh.test 11433'] });
    const both = lockOf(
      {
        's-1': [listener(11_433, 'store', { host: 'dwh.test', own: 1433 }), listener(12_433, 'dwh', { own: 1433 })],
      },
      { 'dwh.test': one },
    );
    expect(kept(both, [renamed], { store: one }).stays).toEqual({ 's-1': ['dwh.test 11433'] });
    const since = lockOf({ 's-1': [listener(11_433, 'store', { host: 'dwh.test', own: 1433 })] }, { 'dwh.test': one });
    expect(kept(since, [renamed], { store: one }).stays).toEqual({ 's-1': ['dwh.test 11433'] });
  });

  test('a target that had no other name does not take the port of one whose name says so', () => {
    const at = lockOf({ 's-1': [listener(11_433, 'undefined', { host: 'dwh.test', own: 1433 })] }, { 'dwh.test': one });
    const store = target('sqlserver', { name: 'store', hosts: ['dwh.test'], portPolicy: 'remap' });
    expect(kept(at, [store], { store: one }).stays).toEqual({ 's-1': ['dwh.test 1433'] });
  });

  test('a service of which nothing is left is not kept', () => {
    expect(kept(lock, [dwh('dwh', ['x2.test'])], { dwh: one }).stays).toEqual({ 's-2': ['x2.test 1433'] });
    expect(kept(lock, [dwh('other', ['other.test'])], { other: one })).toMatchObject({
      stays: {},
      free: ['other.test'],
    });
  });
});
