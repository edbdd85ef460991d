import fc from 'fast-check';
import { expect, test } from 'vitest';
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
