import { expect, test } from 'vitest';
import { smallSpec } from '../../test/small-spec.ts';
import { defaultFacts } from '../facts/index.ts';
import { readSpec } from '../spec/index.ts';
import { type Lock, makePlan } from './index.ts';

const target = (path: string): string =>
  `{ type: https, host: api.acme.com, network: core, tls: inspect, path: ${path} }`;

function planOf(targets: string, access: string, lock?: Lock) {
  const { spec, diagnostics } = readSpec(smallSpec({ targets, access }), 'lakegate.yaml');
  const planned = spec && makePlan(spec, defaultFacts, lock);
  if (!planned?.plan) throw new Error(JSON.stringify([diagnostics, planned?.diagnostics]));
  return planned.plan;
}

test('targets of one host are on one listener, in one rule, whatever their grants are', () => {
  const access = '[{ from: [one], to: [orders] }, { from: [two], to: [bills] }]';
  const { infra, routes } = planOf(`{ orders: ${target('/orders')}, bills: ${target('/bills')} }`, access);
  expect(infra.endpointServices.map(({ listeners }) => listeners.map(({ targets }) => targets))).toEqual([
    [['bills', 'orders']],
  ]);
  expect(infra.nccs.map(({ rules }) => rules.map((rule) => (rule.kind === 'service' ? rule.domains : [])))).toEqual([
    [['api.acme.com']],
    [['api.acme.com']],
  ]);
  const allowed = routes.listeners.flatMap((listener) => listener.routes.map(({ key, allow }) => [key, allow]));
  expect(allowed).toEqual([
    ['bills/api.acme.com:443', ['n-2']],
    ['orders/api.acme.com:443', ['n-1']],
  ]);
});

test('a further prefix of a host moves nothing that the lock has', () => {
  const before = planOf(`{ orders: ${target('/orders')} }`, '[{ from: [one], to: [orders] }]');
  const access = '[{ from: [one], to: [orders, bills] }]';
  const after = planOf(`{ orders: ${target('/orders')}, bills: ${target('/bills')} }`, access, before.lock);
  const places = ({ infra, routes }: typeof before) => ({
    services: infra.endpointServices.map(({ key, nlb, listeners }) => [
      key,
      nlb.name,
      listeners.map((each) => [each.key, each.targetGroup.name]),
    ]),
    rules: infra.nccs.map(({ key, rules }) => [key, rules]),
    ports: routes.listeners.map(({ key, port }) => [key, port]),
    route: routes.listeners[0]?.routes.find(({ target: of }) => of === 'orders'),
  });
  expect(places(after)).toEqual(places(before));
});
