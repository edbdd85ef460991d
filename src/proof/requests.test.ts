import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bruteForceOutcome } from '../../test/support/brute-force.ts';
import { defaultFacts } from '../facts/index.ts';
import type { Hostname, InfraPlan, Port, Route, RoutePlan } from '../ir/index.ts';
import { makePlan } from '../planner/index.ts';
import { readSpec, type Spec } from '../spec/index.ts';
import { buildTopology, type Question, trace } from '../topology/index.ts';
import { grantsOf, prove } from './index.ts';
import { misplaced } from './requests.ts';

const read = readSpec(
  `
lakegate: 1
name: acme
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces: { one: { id: "1" }, two: { id: "2" } }
hub: { vpc: { create: { cidr: 10.40.0.0/22, zones: 2 } } }
networks: { hub: { reach: hub } }
targets:
  rest: { type: https, host: api.test.com, network: hub, tls: inspect }
  orders: { type: https, host: api.test.com, network: hub, tls: inspect, path: /orders, upstream: { host: o.test.com, port: 8443, prefix: /v2 }, paths: { deny: [/orders/admin/**] } }
  bills: { type: https, host: api.test.com, network: hub, tls: inspect, path: /orders/bills, paths: { allow: [/orders/bills/v1/**] } }
  other: { type: https, host: other.test.com, network: hub, tls: inspect, upstream: { tls_name: x.test.com } }
  plain: { type: https, host: plain.test.com, network: hub }
access:
  - { from: [one], to: [rest, orders, other] }
  - { from: [two], to: [bills, plain] }
`,
  'lakegate.yaml',
);

type Draft<T> = T extends string | number | boolean ? T : { -readonly [K in keyof T]: Draft<T[K]> };

function planOf(spec: Spec | undefined): { spec: Spec; infra: InfraPlan; routes: RoutePlan } {
  const made = spec && makePlan(spec, defaultFacts);
  if (!spec || !made?.plan) throw new Error(JSON.stringify([read.diagnostics, made?.diagnostics]));
  return { spec, infra: made.plan.infra, routes: made.plan.routes };
}
const { spec, infra, routes } = planOf(read.spec);

/** The failures of the proof of a plan whose routes were changed. */
function failures(
  change: (route: (target: string) => Draft<Route>, plan: Draft<RoutePlan>) => void,
): readonly string[] {
  const plan = structuredClone(routes) as Draft<RoutePlan>;
  change((target) => {
    const found = plan.listeners.flatMap((listener) => listener.routes).find((route) => route.target === target);
    if (!found) throw new Error(`no route of ${target}`);
    return found;
  }, plan);
  const proof = prove(buildTopology(infra, plan as RoutePlan), grantsOf(spec, new Map()));
  return proof.failures.map(({ why }) => why);
}

const setPath = (route: Draft<Route>, path: string | undefined): void => {
  if (route.match.by !== 'name') return;
  if (path === undefined) delete route.match.path;
  else route.match.path = path;
};

test('the proof of the plan as it was made holds', () => {
  expect(failures(() => {})).toEqual([]);
});

describe('the proof fails', () => {
  test.each<[string, Parameters<typeof failures>[0], string]>([
    ['a prefix that is lost', (route) => setPath(route('orders'), undefined), 'orders is granted, but'],
    ['a prefix that is too long', (route) => setPath(route('orders'), '/orders/all'), 'orders is granted, but'],
    ['a prefix that is too short', (route) => setPath(route('bills'), '/order'), 'bills is granted, but not reached'],
    [
      'a grant that is lost',
      (route) => {
        route('bills').allow = [];
      },
      'bills is granted, but not reached',
    ],
    [
      'a grant to everyone',
      (route) => {
        route('bills').allow = ['n-1', 'n-2'];
      },
      'bills is not granted, but answers',
    ],
    [
      'a longer prefix that is gone, so that a shorter one takes its requests',
      (_, plan) => {
        for (const listener of plan.listeners)
          listener.routes = listener.routes.filter((route) => route.target !== 'bills');
      },
      'bills is granted, but not reached',
    ],
    [
      'requests without their other prefix',
      (route) => {
        delete route('orders').action.rewrite;
      },
      'connections for orders end at the prefix /orders of the upstream',
    ],
    [
      'a pattern that is gone',
      (route) => {
        delete route('orders').action.paths;
      },
      'connections for orders end at other path patterns under deny',
    ],
    [
      'TLS that is passed through',
      (route) => {
        route('other').action.tls = 'passthrough';
      },
      'connections for other end at TLS that is passed through',
    ],
    [
      'TLS that nobody asked to inspect',
      (route) => {
        route('plain').action.tls = 'inspect';
      },
      'connections for plain end at TLS that is inspected',
    ],
    [
      'another certificate',
      (_, plan) => {
        const upstream = plan.upstreams['other/other.test.com:443'];
        if (upstream) upstream.tls = { name: 'y.test.com' as Draft<Hostname> };
      },
      'connections for other end at a certificate for y.test.com',
    ],
    [
      'another CA',
      (_, plan) => {
        const upstream = plan.upstreams['other/other.test.com:443'];
        if (upstream?.tls) upstream.tls.ca = ['x'];
      },
      'connections for other end at other CAs of the upstream',
    ],
    [
      'another host of the upstream',
      (_, plan) => {
        const upstream = plan.upstreams['orders/api.test.com:443'];
        if (upstream) upstream.host = 'api.test.com' as Draft<Hostname>;
      },
      'connections for orders end at upstream host api.test.com',
    ],
    [
      'another port of the upstream',
      (_, plan) => {
        const upstream = plan.upstreams['orders/api.test.com:443'];
        if (upstream) upstream.port = 443 as Draft<Port>;
      },
      'connections for orders end at upstream port 443',
    ],
  ])('for %s', (_, change, want) => {
    expect(failures(change).join('\n')).toContain(want);
  });
});

const parts = fc.constantFrom(
  'orders',
  'ORDERS',
  'bills',
  'v1',
  'admin',
  'x',
  'ordersX',
  '..',
  '.',
  '%2e%2e',
  'bills;a',
  'b%2f',
  '',
  '%6frders',
  'a.',
);
const questions = fc.record({
  from: fc.constantFrom('one', 'two'),
  host: fc.constantFrom('api.test.com', 'other.test.com', 'plain.test.com', 'gone.test.com'),
  path: fc.array(parts, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`),
  requestHost: fc.option(fc.constantFrom('api.test.com', 'other.test.com'), { nil: undefined }),
  direct: fc.boolean(),
});

test('trace says of every request what a search of the two plans says that shares no code with it', () => {
  const topology = buildTopology(infra, routes);
  fc.assert(
    fc.property(questions, ({ from, host, path, requestHost, direct }) => {
      const question: Question = {
        from,
        host: host as Hostname,
        port: 443 as Port,
        path,
        ...(requestHost !== undefined && { requestHost: requestHost as Hostname }),
        ...(direct && { service: 's-1', claim: { speech: 'tls', name: host as Hostname } }),
      };
      const { outcome } = trace(topology, question);
      const found = bruteForceOutcome(infra, routes, question);
      expect(outcome.is === 'reach' ? outcome.target : outcome.code).toBe(
        found.is === 'reach' ? found.target : found.code,
      );
    }),
    { numRuns: 3_000 },
  );
});

test.each<[string, string, string, string | undefined]>([
  ['below the prefix of its target', 'orders', '/v2/7', undefined],
  ['the prefix itself', 'orders', '/v2', undefined],
  ['outside the prefix', 'orders', '/v3', 'a path outside /v2: /v3'],
  ['beside the prefix', 'orders', '/v2x', 'a path outside /v2: /v2x'],
  ['below the longer prefix of another target', 'orders', '/v2/bills/7', '/orders/bills/7, which belongs to bills'],
  ['below the prefix of another target', 'rest', '/orders', '/orders, which belongs to orders'],
  ['beside the prefix of another target', 'rest', '/ordersX', undefined],
])('a request that arrives %s', (_, name, path, want) => {
  const { targets } = grantsOf(spec, new Map());
  const target = targets.find((each) => each.name === name);
  const route = routes.listeners.flatMap((listener) => listener.routes).find((each) => each.target === name);
  if (!target || !route) throw new Error(name);
  const way = { request: { is: 'route', route, path }, outcome: { is: 'reach', target: name } } as const;
  const sharing = targets.filter(({ hosts }) => hosts.includes('api.test.com' as Hostname));
  expect(misplaced(target, sharing, way)).toBe(want);
});
