import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { specs } from '../../../test/planner/arbitrary.ts';
import { specOf, target } from '../../../test/planner/specs.ts';
import { defaultFacts } from '../../facts/index.ts';
import { makePlan } from '../index.ts';
import { sealLock, sealNcc, sealService } from './file/checksum.ts';
import type { Lock } from './file/lock.ts';
import { relabel } from './relabel.ts';

/** The same lock under other keys, names and ports. */
function disguised(lock: Lock): Lock {
  const other = (key: string): string => key.replace(/\d+$/, (number) => String(Number(number) + 100));
  return sealLock({
    ...lock,
    next: { ncc: 900, service: 901, rule: 902, routerPort: 30_000 },
    nccs: lock.nccs.map((ncc) =>
      sealNcc({
        ...ncc,
        key: other(ncc.key),
        name: `other-${ncc.key}`,
        rules: ncc.rules.map((rule) => ({
          ...rule,
          key: other(rule.key),
          service: other(rule.service).replace(/^s103$/, 's3'),
        })),
      }),
    ),
    services: lock.services.map((service) =>
      sealService({
        ...service,
        key: other(service.key),
        name: `other-${service.key}`,
        listeners: service.listeners.map(({ routerPort, ...listener }) => ({
          ...listener,
          ...(routerPort === undefined ? {} : { routerPort: routerPort + 500 }),
          targetGroup: `other-${service.key}-${listener.port}`,
        })),
      }),
    ),
  });
}

test('what is packed as before has the keys, names and ports of before', () => {
  fc.assert(
    fc.property(specs({ workspaces: 5, targets: 8 }), (spec) => {
      const { plan } = makePlan(
        { ...spec, isolation: 'shared', limits: { ...spec.limits, nccs_per_region: 2 } },
        defaultFacts,
      );
      if (!plan) return;
      const old = disguised(plan.lock);
      expect(relabel(spec.name, plan.lock, old, defaultFacts)).toEqual(old);
    }),
    { numRuns: 60 },
  );
});

test('what is new counts on from the old lock, and nothing is given twice', () => {
  const before = specOf({ targets: [target('sqlserver', { name: 'one' })], access: [[['a'], ['*']]] });
  const after = specOf({
    targets: ['one', 'two'].map((name) => target('sqlserver', { name })),
    access: [
      [['a'], ['one', 'two']],
      [['b'], ['two']],
    ],
  });
  const [old, fresh] = [before, after].map((spec) => makePlan(spec, defaultFacts).plan?.lock);
  if (!old || !fresh) throw new Error('both have a plan');
  const made = relabel('acme', fresh, disguised(old), defaultFacts);
  expect(made.nccs.map(({ key, name }) => [key, name.startsWith('other-')])).toEqual([
    ['n-101', true],
    ['n-900', false],
  ]);
  expect(
    made.services.map(({ key, name, listeners }) => [key, name.startsWith('other-'), listeners[0]?.routerPort]),
  ).toEqual([
    ['s-101', true, 20_500],
    ['s-901', false, 30_000],
  ]);
  expect(made.nccs.flatMap(({ rules }) => rules.map(({ key, service }) => `${key} ${service}`)).sort()).toEqual([
    'r-101 s-101',
    'r-902 s-901',
    'r-903 s-901',
  ]);
  expect(made.next).toEqual({ ncc: 901, service: 902, rule: 904, routerPort: 30_001 });
  expect(makePlan(after, defaultFacts, made).plan?.lock).toEqual(made);
});

test('an item gets the key of the old one with which it shares most; of equals the lowest', () => {
  const plan = (split: boolean) => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const { plan: made } = makePlan(
      specOf({
        targets: names.map((name) => target('https', { name })),
        access: split ? [[['x'], ['a', 'b', 'c', 'd', 'e']]] : [[['x'], names]],
        limits: { domains_per_rule: split ? 3 : 10 },
      }),
      defaultFacts,
    );
    if (!made) throw new Error('a plan');
    return made.lock;
  };
  const [whole, parts] = [plan(false), plan(true)];
  expect(parts.services).toHaveLength(2);
  const homeOf = (lock: Lock, host: string): string | undefined =>
    lock.services.find((each) => each.listeners.some(({ holds }) => holds.some((one) => one.host === host)))?.key;
  const larger = relabel('acme', parts, disguised(whole), defaultFacts);
  const sizes = larger.services.map(({ key, listeners }) => [key, listeners.flatMap(({ holds }) => holds).length]);
  expect(sizes).toEqual([
    ['s-101', 3],
    ['s-901', 2],
  ]);
  const joined = relabel('acme', whole, disguised(parts), defaultFacts);
  expect(joined.services.map(({ key }) => key)).toEqual([homeOf(disguised(parts), 'a.test')]);
});

describe('locks by hand', () => {
  const head = { version: 1, name: 'acme', region: 'eu-west-1', account: '111122223333' } as const;

  /** Services by key with the hosts of their one listener; NCCs by key with workspaces, and rules with names. */
  function lockOf(
    services: Readonly<Record<string, readonly string[]>>,
    nccs: readonly {
      readonly key: string;
      readonly of: readonly string[];
      readonly merged?: true;
      readonly rules?: readonly (readonly [key: string, service: string, ...names: string[]])[];
    }[] = [],
  ): Lock {
    return sealLock({
      ...head,
      next: { ncc: 50, service: 50, rule: 50, routerPort: 20_050 },
      nccs: nccs.map(({ key, of, merged, rules = [] }) =>
        sealNcc({
          ...{ key, name: `ncc-${key}`, ...(merged && { merged }) },
          workspaces: of.map((name) => ({ name })),
          rules: rules.map(([rule, service, ...names]) => ({ key: rule, service, names })),
        }),
      ),
      services: Object.entries(services).map(([key, hosts]) =>
        sealService({
          ...{ key, name: `nlb-${key}` },
          listeners: [
            {
              port: 443,
              routerPort: 20_001,
              targetGroup: `tg-${key}`,
              holds: hosts.map((host) => ({ target: host, host })),
            },
          ],
        }),
      ),
    });
  }
  const relabelled = (fresh: Lock, old: Lock): Lock => relabel('acme', fresh, old, defaultFacts);
  const hosts = ({ services }: Lock): unknown =>
    services.map(
      ({ key, listeners }) => `${key} ${listeners.flatMap(({ holds }) => holds.map(({ host }) => host)).join()}`,
    );
  const workspaces = ({ nccs }: Lock): unknown =>
    nccs.map(({ key, workspaces: of }) => `${key} ${of.map(({ name }) => name)}`);

  test('the old item with more in common counts, not the one with the lower number', () => {
    const old = lockOf({ 's-1': ['a'], 's-2': ['b', 'c'] });
    expect(hosts(relabelled(lockOf({ 's-1': ['a', 'b', 'c'] }), old))).toEqual(['s-2 a,b,c']);
  });

  test('of old ones with as much in common the lowest number counts', () => {
    const old = lockOf({ 's-3': ['b'], 's-10': ['a'] });
    expect(hosts(relabelled(lockOf({ 's-1': ['a', 'b'] }), old))).toEqual(['s-3 a,b']);
  });

  test('of new ones with as much in common the lowest number gets the key, in whatever order they come', () => {
    const old = lockOf({ 's-1': ['a', 'b'] });
    expect(hosts(relabelled(lockOf({ 's-10': ['a'], 's-9': ['b'] }), old))).toEqual(['s-1 b', 's-50 a']);
  });

  test('an NCC is known by its workspaces, and services and NCCs are in the order of their numbers', () => {
    const old = lockOf({ 's-1': ['a'], 's-2': ['b'] }, [
      { key: 'n-1', of: ['x'] },
      { key: 'n-2', of: ['y'] },
    ]);
    const fresh = lockOf({ 's-1': ['b'], 's-2': ['a'] }, [
      { key: 'n-1', of: ['y'] },
      { key: 'n-2', of: ['x'], merged: true },
    ]);
    const made = relabelled(fresh, old);
    expect(hosts(made)).toEqual(['s-1 a', 's-2 b']);
    expect(workspaces(made)).toEqual(['n-1 x', 'n-2 y']);
    expect(made.services.map(({ name, listeners }) => `${name} ${listeners[0]?.targetGroup}`)).toEqual([
      'nlb-s-1 tg-s-1',
      'nlb-s-2 tg-s-2',
    ]);
    expect(made.nccs.map((ncc) => ('merged' in ncc ? ncc.merged : 'no'))).toEqual([true, 'no']);
  });

  test('a rule is known by its names and service, under whatever key that service comes; one of S3 by its buckets', () => {
    const rules = (...all: readonly (readonly [string, string, ...string[]])[]) => [
      { key: 'n-1', of: ['x'], rules: all },
    ];
    const old = lockOf({ 's-7': ['a', 'b'] }, rules(['r-1', 's-7', 'a'], ['r-2', 's-7', 'b'], ['r-3', 's3', 'lake']));
    const fresh = lockOf(
      { 's-1': ['b', 'a'] },
      rules(['r-1', 's3', 'lake'], ['r-2', 's-1', 'b'], ['r-3', 's-1', 'a', 'c']),
    );
    expect(relabelled(fresh, old).nccs[0]?.rules.map(({ key, service }) => `${key} ${service}`)).toEqual([
      'r-3 s3',
      'r-2 s-7',
      'r-1 s-7',
    ]);
  });

  test('a listener that is new gets the name of its service and port, and a router port where it has a router', () => {
    const fresh = sealLock({
      ...lockOf({}),
      services: [
        sealService({
          ...{ key: 's-1', name: 'x' },
          listeners: [
            { port: 1521, targetGroup: 'x', holds: [{ target: 'a', host: 'a' }] },
            { port: 1433, routerPort: 20_000, targetGroup: 'y', holds: [] },
          ],
        }),
      ],
    });
    const [direct, routed] = relabelled(fresh, lockOf({ 's-4': ['a'] })).services[0]?.listeners ?? [];
    expect(direct).toEqual({
      port: 1521,
      targetGroup: expect.stringMatching(/^acme-s-4-1521-/),
      holds: expect.anything(),
    });
    expect('routerPort' in (direct ?? {})).toBe(false);
    expect(routed).toMatchObject({ routerPort: 20_050, targetGroup: expect.stringMatching(/^acme-s-4-1433-/) });
  });
});
