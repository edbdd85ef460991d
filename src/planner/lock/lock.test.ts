import { expect, test } from 'vitest';
import { bucket, specOf, target, type Wanted } from '../../../test/planner/specs.ts';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { defaultFacts } from '../../facts/index.ts';
import type { Spec } from '../../spec/index.ts';
import { type Lock, makePlan, type Plan, readLock } from '../index.ts';
import { sealLock, sealNcc, sealService } from './file/checksum.ts';
import type { LockedDemand, LockedService } from './file/lock.ts';

const planOf = (spec: Spec, lock?: Lock): Plan => {
  const { plan, diagnostics } = makePlan(spec, defaultFacts, lock);
  if (!plan) throw new Error(diagnostics.map((each) => `${each.code} ${each.message}`).join('\n'));
  return plan;
};

const small = specOf({
  targets: [target('https', { name: 'api' }), target('mysql', { name: 'crm' }), target('sqlserver', { name: 'dwh' })],
  access: [[['a'], ['*']]],
});

const said = (diagnostics: readonly Diagnostic[]) => diagnostics.map((each) => `${each.code} ${each.message}`);

/** What the planner says of a lock after a change of its text. */
function after(change: (text: string) => string): readonly string[] {
  const { lock, diagnostics } = readLock(change(JSON.stringify(planOf(small).lock, null, 2)));
  return said(lock ? makePlan(small, defaultFacts, lock).diagnostics : diagnostics);
}

test('a lock that was only reformatted is the same lock', () => {
  expect(after((text) => JSON.stringify(JSON.parse(text)))).toEqual([]);
  const shuffled = (text: string) =>
    JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse()));
  expect(after(shuffled)).toEqual([]);
});

test.each<[change: string, from: string, to: string, says: RegExp]>([
  ['a router port', '"routerPort": 20000,', '"routerPort": 20007,', /^LG_LOCK_EDITED .*services s-1 does not match/],
  ['a rule’s service', '"service": "s-1"', '"service": "s-9"', /^LG_LOCK_EDITED .*nccs n-1 does not match/],
  ['a key to come', '"rule": 2', '"rule": 1', /^LG_LOCK_EDITED .*the top level/],
  [
    'the spec',
    '"name": "acme",',
    '"name": "other",',
    /^LG_LOCK_OTHER_SPEC .*belongs to other in eu-west-1, .*; this spec is acme in/,
  ],
  ['the region', '"region": "eu-west-1"', '"region": "us-east-1"', /^LG_LOCK_OTHER_SPEC .*acme in us-east-1/],
  ['the version', '"version": 1', '"version": 2', /^LG_LOCK_VERSION .*version 2/],
  [
    'a list for a text',
    '"key": "n-1"',
    '"key": ["n-1"]',
    /^LG_LOCK_BROKEN .*nccs\[0\] must have the field key \(text\)/,
  ],
  ['a port that is none', '"port": 443', '"port": -443', /^LG_LOCK_BROKEN .*listeners\[0\] has port -443/],
  [
    'an object for a list',
    '"workspaces": [',
    '"workspaces": {}, "was": [',
    /^LG_LOCK_BROKEN .*nccs\[0\] must have the field workspaces \(a list\)/,
  ],
  ['a number for a name', '"crm.test"', '7', /^LG_LOCK_BROKEN .*nccs\[0\] rules\[0\] names\[1\] is not text/],
  [
    'a mark other than true',
    '"rules": [',
    '"merged": false, "rules": [',
    /^LG_LOCK_BROKEN .*nccs\[0\] must have the field merged \(true\)/,
  ],
  ['a missing comma', '"version": 1,', '"version": 1', /^LG_LOCK_BROKEN .*is not JSON: Expected ','/],
  ['a version that is none', '"version": 1', '"version": 0', /^LG_LOCK_BROKEN .*the file must have the field version/],
  ['a version of a half', '"version": 1', '"version": 1.5', /^LG_LOCK_BROKEN .*the file must have the field version/],
  ['a number for a key', '"key": "n-1"', '"key": 7', /^LG_LOCK_BROKEN .*nccs\[0\] must have the field key \(text\)/],
  ['a text for a port', '"port": 443', '"port": "443"', /^LG_LOCK_BROKEN .*must have the field port \(a number\)/],
  [
    'a port beyond all numbers',
    '"port": 443',
    '"port": 1e300',
    /^LG_LOCK_BROKEN .*has port 1e\+300, which is not a whole/,
  ],
])('%s changed by hand is an error that says where', (_, from, to, says) => {
  const [first, ...others] = after((text) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  });
  expect(first).toMatch(says);
  expect(others).toEqual([]);
});

test.each<[what: string, change: (lock: Lock) => Lock, says: RegExp]>([
  [
    'a name that would break out of Terraform',
    (lock) => withService(lock, (service) => ({ ...service, name: 'x"\n}' })),
    /services s-1 has name "x\\"\\n}", which is not valid/,
  ],
  [
    'a privileged router port',
    (lock) =>
      withService(lock, (service) => ({
        ...service,
        listeners: service.listeners.map((each) => ({ ...each, routerPort: 443 })),
      })),
    /router port 443, which is not in the range 1024/,
  ],
  [
    'a host that is not a host name',
    (lock) => withClaim(lock, { host: 'CRM' }),
    /services s-1 port 443 has host "CRM", which is not valid/,
  ],
  [
    'a name of a rule that is not a host name',
    (lock) =>
      sealLock({
        ...lock,
        nccs: lock.nccs.map((ncc) =>
          sealNcc({ ...ncc, rules: ncc.rules.map((rule) => ({ ...rule, names: ['*.test'] })) }),
        ),
      }),
    /nccs n-1 rule r-1 has host "\*.test", which is not valid/,
  ],
  [
    'a port of a target that is none',
    (lock) => withClaim(lock, { port: 70_000 }),
    /services s-1 port 443 holds port 70000 of api, which is not a TCP port/,
  ],
  [
    'one service twice',
    (lock) => sealLock({ ...lock, services: [...lock.services, ...lock.services] }),
    /services s-1 has service s-1, which services s-1 also has/,
  ],
  [
    'a key beyond the next',
    (lock) => sealLock({ ...lock, next: { ...lock.next, ncc: 1 } }),
    /nccs n-1 has key n-1, but the next free number is 1/,
  ],
])('%s is refused, with sums that fit', (_, change, says) => {
  const lock = change(planOf(small).lock);
  const [first] = said(makePlan(small, defaultFacts, lock).diagnostics);
  expect(first).toMatch(/^LG_LOCK_BROKEN /);
  expect(first).toMatch(says);
});

const withClaim = (lock: Lock, change: Partial<LockedDemand>): Lock =>
  withService(lock, (service) => ({
    ...service,
    listeners: service.listeners.map((each) => ({
      ...each,
      holds: each.holds.map((claim) => ({ ...claim, ...change })),
    })),
  }));

const withService = (lock: Lock, change: (service: LockedService) => LockedService): Lock =>
  sealLock({ ...lock, services: lock.services.map((service) => sealService(change(service))) });

test.each(['', 'null', '[]', '3', '{}', '{"version":1}', '{"__proto__":{"version":1}}'])('%j is not a lock', (text) => {
  expect(said(readLock(text).diagnostics)[0]).toMatch(/^LG_LOCK_BROKEN /);
});

test('a lock says of an NCC that it was merged, and of a listener its router port and the own ports, only where it is so', () => {
  const direct = target('oracle', { name: 'ledger', addresses: ['10.40.9.9'] });
  const moved = ['one', 'two'].map((name) => target('sqlserver', { name, portPolicy: 'remap' }));
  const { lock } = planOf(specOf({ targets: [direct, ...moved], access: [[['a'], ['*']]] }));
  const listeners = lock.services.flatMap((service) => service.listeners);
  const holds = listeners.flatMap(({ port, holds }) =>
    holds.map((one) => `${port} ${one.target} ${one.port ?? 'same'}`),
  );
  expect(lock.nccs.map((ncc) => 'merged' in ncc)).toEqual([false]);
  expect(listeners.filter((each) => !('routerPort' in each)).map((each) => each.port)).toEqual([1521]);
  expect(holds.sort()).toEqual(['11433 two 1433', '1433 one same', '1521 ledger same']);
  const merged = planOf({
    ...specOf({
      targets: [target('https', { name: 'api' }), target('https', { name: 'web' })],
      access: [
        [['a'], ['api']],
        [['b'], ['web']],
      ],
    }),
    isolation: 'shared',
    limits: { nccs_per_region: 1 },
  } as Spec);
  expect(merged.lock.nccs.map((ncc) => ncc.merged)).toEqual([true]);
});

test('a bucket and a host of one name are two things', () => {
  const spec = specOf({
    targets: [bucket('lake', ['acme.test']), target('https', { name: 'acme' })],
    access: [[['a'], ['*']]],
  });
  const plan = planOf(spec);
  expect(planOf(spec, plan.lock).lock).toEqual(plan.lock);
});

test('keys of what is gone are not given again', () => {
  const without = specOf({ targets: [target('https', { name: 'api' })], access: [[['a'], ['*']]] });
  const old = planOf(
    specOf({
      targets: [
        target('https', { name: 'api' }),
        target('sqlserver', { name: 'one' }),
        target('sqlserver', { name: 'two' }),
      ],
      access: [[['a'], ['*']]],
    }),
  );
  expect(old.infra.endpointServices.map((each) => each.key)).toEqual(['s-1', 's-2']);
  const less = planOf(without, old.lock);
  expect(less.infra.endpointServices.map((each) => each.key)).toEqual(['s-1']);
  const more = planOf(
    specOf({
      targets: [target('https', { name: 'api' }), ...['three', 'four'].map((name) => target('sqlserver', { name }))],
      access: [[['a'], ['*']]],
    }),
    less.lock,
  );
  expect(more.infra.endpointServices.map((each) => each.key)).toEqual(['s-1', 's-3']);
  const ports = [...old.routes.listeners, ...more.routes.listeners].map((each) => `${each.key} ${each.port}`);
  expect(ports).toEqual([
    's-1/443 20000',
    's-1/1433 20001',
    's-2/1433 20002',
    's-1/443 20000',
    's-1/1433 20003',
    's-3/1433 20004',
  ]);
});

test('a target whose host changes keeps its listener', () => {
  const at = (host: string) =>
    specOf({
      targets: [target('https', { name: 'api' }), target('sqlserver', { name: 'dwh', hosts: [host] })],
      access: [[['a'], ['*']]],
    });
  const old = planOf(at('old.test'));
  const plan = planOf(at('new.test'), old.lock);
  expect(plan.infra.endpointServices.map((each) => each.listeners.map((one) => one.targetGroup))).toEqual(
    old.infra.endpointServices.map((each) => each.listeners.map((one) => one.targetGroup)),
  );
});

test('a workspace that is renamed is known again by its id', () => {
  const named = (name: string): Spec => {
    const spec = specOf({ targets: small.targets, workspaces: [name], access: [[[name], ['*']]] });
    return { ...spec, workspaces: [{ name, id: '42' }] };
  };
  const plan = planOf(named('after'), planOf(named('before')).lock);
  expect(plan.infra.nccs.map((ncc) => [ncc.key, ncc.workspaces])).toEqual([['n-1', [{ name: 'after', id: '42' }]]]);
});

test('when an access set splits, the larger part keeps its NCC', () => {
  const apis = ['one', 'two'].map((name) => target('https', { name }));
  const before = planOf(specOf({ targets: apis, access: [[['a', 'b', 'c'], ['*']]] }));
  const plan = planOf(
    specOf({
      targets: apis,
      access: [
        [['a', 'b', 'c'], ['one']],
        [['b', 'c'], ['two']],
      ],
    }),
    before.lock,
  );
  expect(plan.infra.nccs.map((ncc) => `${ncc.key} ${ncc.workspaces.map((each) => each.name).join()}`)).toEqual([
    'n-1 b,c',
    'n-2 a',
  ]);
});

const shared = (more: Partial<Wanted>[], access: Parameters<typeof specOf>[0]['access']) =>
  specOf({ targets: [target('mysql', { name: 'crm' }), target('https', { name: 'api', ...more[0] })], access });

test('what was granted to someone new leaves a service whose listener has no identity, and the plan says so', () => {
  const before = planOf(
    shared(
      [],
      [
        [['a'], ['*']],
        [['b'], []],
      ],
    ),
  );
  expect(before.infra.endpointServices).toHaveLength(1);
  const { plan, diagnostics } = makePlan(
    shared(
      [],
      [
        [['a'], ['*']],
        [['b'], ['api']],
      ],
    ),
    defaultFacts,
    before.lock,
  );
  expect(said(diagnostics.filter((each) => each.code === 'LG_MOVED'))).toEqual([
    'LG_MOVED api.test leaves endpoint service s-1: NCC n-2 may reach api and not crm, and a listener of crm cannot tell NCCs apart',
  ]);
  expect(plan?.infra.endpointServices.map((each) => `${each.key} ${each.listeners[0]?.targets.join()}`)).toEqual([
    's-1 crm',
    's-2 api',
  ]);
});

test('a listener past the router keeps its service for those who were granted it', () => {
  const direct = target('oracle', { name: 'ledger', addresses: ['10.40.9.9'] });
  const before = planOf(
    specOf({
      targets: [direct],
      access: [
        [['a'], ['*']],
        [['b'], []],
      ],
    }),
  );
  expect(before.infra.endpointServices[0]?.listeners[0]?.forward.to).toBe('addresses');
  expect(before.infra.router).toBeUndefined();
  const plan = planOf(
    specOf({
      targets: [direct, target('https', { name: 'api' })],
      access: [
        [['a'], ['ledger']],
        [['b'], ['api']],
      ],
    }),
    before.lock,
  );
  expect(plan.infra.endpointServices.map((each) => each.listeners.map((one) => one.forward.to))).toEqual([
    ['addresses'],
    ['router'],
  ]);
});
