import { expect, test } from 'vitest';
import { bucket, specOf, target } from '../../../../test/planner/specs.ts';
import { defaultFacts } from '../../../facts/index.ts';
import { makePlan } from '../../index.ts';
import { checkLock } from './check-lock.ts';
import { sealLock, sealNcc, sealService } from './checksum.ts';
import type { Lock, LockedListener, LockedNcc, LockedRule, LockedService } from './lock.ts';

const spec = specOf({
  targets: [target('https', { name: 'api' }), target('sqlserver', { name: 'dwh' }), bucket('lake', ['acme-lake'])],
  workspaces: ['a', 'b'],
  access: [
    [['a'], ['*']],
    [['b'], ['api']],
  ],
});
const made = makePlan(spec, defaultFacts).plan?.lock;
if (!made) throw new Error('a plan');
const lock = made;

const said = (changed: Lock): readonly string[] =>
  checkLock(changed, spec).map((each) => `${each.code} ${each.message}`);

// Each change is sealed again: a checksum that fits says nothing about what is in the lock.
const withNcc = (change: (ncc: LockedNcc) => Partial<LockedNcc>, of = lock): Lock =>
  sealLock({ ...of, nccs: of.nccs.map((ncc, at) => (at === 0 ? sealNcc({ ...ncc, ...change(ncc) }) : ncc)) });
const withRule = (change: (rule: LockedRule) => Partial<LockedRule>): Lock =>
  withNcc(({ rules }) => ({ rules: rules.map((rule, at) => (at === 0 ? { ...rule, ...change(rule) } : rule)) }));
const withService = (change: (service: LockedService) => Partial<LockedService>): Lock =>
  sealLock({ ...lock, services: lock.services.map((each) => sealService({ ...each, ...change(each) })) });
const withListener = (change: (listener: LockedListener) => Partial<LockedListener>, at = 0): Lock =>
  withService(({ listeners }) => ({
    listeners: listeners.map((each, index) => (index === at ? { ...each, ...change(each) } : each)),
  }));

test('a lock as lakegate writes it has nothing to be said of', () => {
  expect(lock.nccs.map(({ rules }) => rules.map(({ service }) => service))).toEqual([['s-1', 's3'], ['s-1']]);
  expect(said(lock)).toEqual([]);
});

test.each<[what: string, changed: Lock, says: RegExp]>([
  ['another name', { ...lock, name: 'other' }, /^LG_LOCK_OTHER_SPEC .*belongs to other in eu-west-1/],
  ['another region', { ...lock, region: 'us-east-1' }, /^LG_LOCK_OTHER_SPEC .*belongs to acme in us-east-1/],
  ['another account', { ...lock, account: '999999999999' }, /^LG_LOCK_OTHER_SPEC .*account 999999999999; this spec/],
  ['another version', { ...lock, version: 2 } as unknown as Lock, /^LG_LOCK_VERSION .*has version 2/],
  ['a top level that was edited', { ...lock, next: { ...lock.next, rule: 99 } }, /^LG_LOCK_EDITED .*the top level/],
  [
    'an NCC and a service that were edited',
    {
      ...lock,
      nccs: lock.nccs.map((ncc, at) => (at === 1 ? { ...ncc, name: 'edited' } : ncc)),
      services: lock.services.map((each) => ({ ...each, name: 'edited' })),
    },
    /^LG_LOCK_EDITED .*: nccs n-2, services s-1 does not match its checksum/,
  ],
  ['an NCC that was left out', { ...lock, nccs: lock.nccs.slice(1) }, /^LG_LOCK_EDITED .*the top level/],
])('%s', (_, changed, says) => {
  const [first, ...others] = said(changed);
  expect(first).toMatch(says);
  expect(others).toEqual([]);
});

const twice = <T>(items: readonly T[]): readonly T[] => [...items, ...items];

test.each<[what: string, changed: Lock, says: string]>([
  ['the key of an NCC', withNcc(() => ({ key: 'n-01' })), 'nccs n-01 has key "n-01", which is not valid'],
  ['the name of an NCC', withNcc(() => ({ name: 'a b' })), 'nccs n-1 has name "a b", which is not valid'],
  ['a key of an NCC to come', withNcc(() => ({ key: 'n-3' })), 'nccs n-3 has key n-3, but the next free number is 3'],
  ['an NCC twice', sealLock({ ...lock, nccs: twice(lock.nccs) }), 'nccs n-1 has NCC n-1, which nccs n-1 also has'],
  [
    'a workspace in two NCCs',
    withNcc(({ workspaces }) => ({ workspaces: [...workspaces, { name: 'b' }] })),
    'nccs n-2 has workspace b, which nccs n-1 also has',
  ],
  ['the key of a rule', withRule(() => ({ key: 'rule' })), 'nccs n-1 rule rule has key "rule", which is not valid'],
  [
    'a key of a rule to come',
    withRule(() => ({ key: 'r-4' })),
    'nccs n-1 rule r-4 has key r-4, but the next free number is 4',
  ],
  [
    'a rule twice',
    withRule(() => ({ key: 'r-3' })),
    'nccs n-2 rule r-3 has rule r-3, which nccs n-1 rule r-3 also has',
  ],
  [
    'a rule to no service',
    withRule(() => ({ service: 's-7' })),
    'nccs n-1 rule r-1 names service s-7, which does not exist',
  ],
  [
    'a name in two rules of an NCC',
    withNcc(({ rules }) => ({ rules: rules.map((rule) => ({ ...rule, service: 's-1', names: ['api.test'] })) })),
    'nccs n-1 rule r-2 has name in n-1 api.test, which nccs n-1 rule r-1 also has',
  ],
  [
    'a name that is none',
    withRule(() => ({ names: ['*.test'] })),
    'nccs n-1 rule r-1 has host "*.test", which is not valid',
  ],
  ['the key of a service', withService(() => ({ key: 'x-1' })), 'services x-1 has key "x-1", which is not valid'],
  [
    'a key of a service to come',
    withService(() => ({ key: 's-2' })),
    'services s-2 has key s-2, but the next free number is 2',
  ],
  ['the name of a service', withService(() => ({ name: '-x' })), 'services s-1 has name "-x", which is not valid'],
  [
    'a service twice',
    sealLock({ ...lock, services: twice(lock.services) }),
    'services s-1 has service s-1, which services s-1 also has',
  ],
  [
    'a port twice',
    withListener(() => ({ port: 443 }), 1),
    'services s-1 port 443 has port of s-1 443, which services s-1 port 443 also has',
  ],
  ['a port that is none', withListener(() => ({ port: 70_000 })), 'services s-1 port 70000 is not a TCP port'],
  [
    'the name of a target group',
    withListener(() => ({ targetGroup: 'a_b' })),
    'services s-1 port 443 has target group "a_b", which is not valid',
  ],
  [
    'a router port twice',
    withListener(() => ({ routerPort: 20_000 }), 1),
    'services s-1 port 1433 has router port 20000, which services s-1 port 443 also has',
  ],
  [
    'a router port that needs privilege',
    withListener(() => ({ routerPort: 1023 })),
    'services s-1 port 443 has router port 1023, which is not in the range 1024 to 65535',
  ],
  [
    'a target twice',
    withListener(({ holds }) => ({ holds: twice(holds) })),
    'services s-1 port 443 has target api api.test:443, which services s-1 port 443 also has',
  ],
  [
    'a host that is none',
    withListener(({ holds }) => ({ holds: holds.map((each) => ({ ...each, host: 'API' })) })),
    'services s-1 port 443 has host "API", which is not valid',
  ],
  [
    'the own port of a target that is none',
    withListener(({ holds }) => ({ holds: holds.map((each) => ({ ...each, port: 70_000 })) })),
    'services s-1 port 443 holds port 70000 of api, which is not a TCP port',
  ],
])('sealed, but wrong: %s', (_, changed, says) => {
  expect(said(changed)).toContain(`LG_LOCK_BROKEN lakegate.lock.json: ${says}`);
});

test.each(['n-1', 'n-999999999'])('the key %s is a key', (key) => {
  const changed = withNcc(() => ({ key }), sealLock({ ...lock, next: { ...lock.next, ncc: 1_000_000_000 } }));
  expect(said(changed)).toEqual([]);
});

test('the place of another spec is its name; two targets of a host differ by their own ports', () => {
  expect(checkLock({ ...lock, name: 'other' }, spec).map(({ path }) => path)).toEqual([['name']]);
  const ports = withListener(({ holds }) => ({ holds: holds.flatMap((each) => [each, { ...each, port: 8443 }]) }));
  expect(said(ports)).toEqual([]);
});

test.each<[where: string, changed: Lock, path: readonly (string | number)[]]>([
  ['an NCC', withNcc(() => ({ key: 'n-01' })), ['nccs', 0]],
  ['a rule', withRule(() => ({ key: 'rule' })), ['nccs', 0, 'rules', 0]],
  ['a service', withService(() => ({ name: '-x' })), ['services', 0]],
  ['a listener', withListener(() => ({ targetGroup: 'a_b' }), 1), ['services', 0, 'listeners', 1]],
  [
    'an edited NCC',
    { ...lock, nccs: lock.nccs.map((ncc, at) => (at === 1 ? { ...ncc, name: 'edited' } : ncc)) },
    ['nccs', 1],
  ],
  ['an edited top level', { ...lock, next: { ...lock.next, rule: 99 } }, ['check']],
  ['another version', { ...lock, version: 2 } as unknown as Lock, ['version']],
  ['a field of another type', { ...lock, nccs: [{ ...lock.nccs[0], key: 7 }] } as unknown as Lock, ['nccs', 0, 'key']],
])('the path of what is wrong leads to %s', (_, changed, path) => {
  expect(checkLock(changed, spec)[0]?.path).toEqual(path);
});

test('listeners that bypass the router share no router port', () => {
  const direct = withService(({ listeners }) => ({ listeners: listeners.map(({ routerPort: _, ...rest }) => rest) }));
  expect(direct.services[0]?.listeners).toHaveLength(2);
  expect(said(direct)).toEqual([]);
});

test('a bucket twice in an NCC', () => {
  const buckets = withNcc(({ rules }) => ({
    rules: rules.map((rule) => (rule.service === 's3' ? { ...rule, names: ['lake', 'lake'] } : rule)),
  }));
  expect(said(buckets)).toEqual([
    'LG_LOCK_BROKEN lakegate.lock.json: nccs n-1 rule r-2 has bucket in n-1 lake, which nccs n-1 rule r-2 also has',
  ]);
});

test('a bucket and a host of one name are two things, and buckets are not host names', () => {
  const buckets = withNcc(({ rules }) => ({
    rules: rules.map((rule) => (rule.service === 's3' ? { ...rule, names: ['api.test', 'no_host'] } : rule)),
  }));
  expect(said(buckets)).toEqual([]);
});
