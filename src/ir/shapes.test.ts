import { expect, test } from 'vitest';
import type { z } from 'zod';
import { goldenCases } from '../../test/terraform/cases.ts';
import { variants } from '../../test/terraform/variants.ts';
import { infraPlanShape, routePlanShape } from './index.ts';

type Place = readonly (string | number)[];

interface Case {
  readonly shape: z.ZodType;
  readonly plan: unknown;
}

/** Between them these plans have every part that a plan may have. */
const cases: readonly Case[] = [
  ...goldenCases().map(({ plan }) => plan),
  ...Object.values(variants).map((make) => make()),
].flatMap(({ infra, routes }) => [
  { shape: infraPlanShape, plan: infra },
  { shape: routePlanShape, plan: routes },
]);

const kinds = ['kind', 'to', 'by'] as const;

/** Every place in the plans that differs by its form, once: entries of a list are alike but for what they are. */
function places(): ReadonlyMap<string, { readonly at: Case; readonly place: Place; readonly value: unknown }> {
  const found = new Map<string, { at: Case; place: Place; value: unknown }>();
  const walk = (at: Case, value: unknown, place: Place, form: string): void => {
    const kind = kinds.map((name) => Object(value)[name]).find((word) => typeof word === 'string');
    const name = kind === undefined ? form : `${form}(${kind})`;
    if (!found.has(name)) found.set(name, { at, place, value });
    if (typeof value === 'object' && value !== null)
      for (const [key, entry] of Object.entries(value))
        walk(at, entry, [...place, key], Array.isArray(value) ? `${name}[]` : `${name}.${key}`);
  };
  for (const each of cases) walk(each, each.plan, [], each.shape === infraPlanShape ? 'infra' : 'routes');
  return found;
}

function withValue(plan: unknown, place: Place, value: unknown): unknown {
  if (place.length === 0) return value;
  const changed = structuredClone(plan);
  const holder = place.slice(0, -1).reduce<unknown>((at, part) => Object(at)[part], changed);
  Object(holder)[place.at(-1) ?? ''] = value;
  return changed;
}

const open = new Set(['infra.aws.tags', 'routes.upstreams']);

test('no object of a plan takes a field that it does not have', () => {
  const objects = [...places()].filter(
    ([name, { value }]) => typeof value === 'object' && !Array.isArray(value) && !open.has(name),
  );
  expect(objects.length).toBeGreaterThan(50);
  const tolerant = objects.filter(([, { at, place, value }]) => {
    const changed = withValue(at.plan, place, { ...Object(value), unheardOf: 1 });
    return at.shape.safeParse(changed).success;
  });
  expect(tolerant.map(([name]) => name)).toEqual([]);
});

test('no value of a plan may be of another type', () => {
  const tolerant = [...places()].filter(([, { at, place, value }]) => {
    const other = typeof value === 'string' ? 7 : 'seven';
    return at.shape.safeParse(withValue(at.plan, place, other)).success;
  });
  expect(tolerant.map(([name]) => name)).toEqual([]);
});

test('no text of a plan may move the cursor of who prints it', () => {
  const texts = [...places()].filter(([, { value }]) => typeof value === 'string');
  const tolerant = texts.filter(
    ([, { at, place, value }]) => at.shape.safeParse(withValue(at.plan, place, `${value}\u001b[2J`)).success,
  );
  expect(tolerant.map(([name]) => name)).toEqual([]);
});

const listed = [...places().keys()];
const hasForm = (name: string): boolean => listed.includes(name);

/** A plan of routes whose only route and upstream have what is asked for. */
const routePlan = (more: { upstream?: object; health?: object; route?: object; listener?: object; plan?: object }) => ({
  version: 1,
  name: 'acme',
  listeners: [
    {
      key: 's-1/443',
      port: 20_443,
      clientPort: 443,
      speaks: ['tls'],
      identity: { by: 'endpoint' },
      routes: [
        {
          key: 't/a.test',
          target: 't',
          match: { by: 'name', speech: 'tls', name: 'a.test' },
          allow: ['n-1'],
          action: { upstream: 'u', tls: 'passthrough' },
          ...more.route,
        },
      ],
      ...more.listener,
    },
  ],
  upstreams: {
    u: {
      key: 'u',
      host: 'a.test',
      port: 443,
      network: 'core',
      cidrs: ['10.50.0.0/16'],
      reach: 'private',
      health: { kind: 'tcp', intervalSeconds: 10, rise: 2, fall: 3, ...more.health },
      ...more.upstream,
    },
  },
  trustedNetworks: ['10.40.0.0/22'],
  ...more.plan,
});

const times = (count: number, value: unknown): unknown[] => new Array(count).fill(value);
const withPaths = (paths: object) => ({
  route: { action: { upstream: 'u', tls: 'inspect', paths: { allow: [], deny: [], ...paths } } },
});

/** What is taken at the bound, and refused beyond it. */
test.each<[string, Parameters<typeof routePlan>[0], Parameters<typeof routePlan>[0]]>([
  ['characters of a key', { upstream: { network: 'k'.repeat(300) } }, { upstream: { network: 'k'.repeat(301) } }],
  ['characters of a name', { plan: { name: 'n'.repeat(1000) } }, { plan: { name: 'n'.repeat(1001) } }],
  ['speeches, at most', { listener: { speaks: times(5, 'tls') } }, { listener: { speaks: times(6, 'tls') } }],
  ['speeches, at least', { listener: { speaks: ['tls'] } }, { listener: { speaks: [] } }],
  [
    'NCCs of a listener',
    { listener: { identity: { by: 'listener', nccs: times(1000, 'n-1') } } },
    { listener: { identity: { by: 'listener', nccs: times(1001, 'n-1') } } },
  ],
  ['NCCs of a route', { route: { allow: times(1000, 'n-1') } }, { route: { allow: times(1001, 'n-1') } }],
  ['allowed paths', withPaths({ allow: times(1000, '/') }), withPaths({ allow: times(1001, '/') })],
  ['denied paths', withPaths({ deny: times(1000, '/') }), withPaths({ deny: times(1001, '/') })],
  ['characters of a path', withPaths({ deny: ['/'.repeat(1000)] }), withPaths({ deny: ['/'.repeat(1001)] })],
  [
    'addresses, at most',
    { upstream: { addresses: times(64, '10.50.0.1') } },
    { upstream: { addresses: times(65, '10.50.0.1') } },
  ],
  ['addresses, at least', { upstream: { addresses: ['10.50.0.1'] } }, { upstream: { addresses: [] } }],
  [
    'resolvers, at most',
    { upstream: { resolvers: times(16, '10.50.0.1') } },
    { upstream: { resolvers: times(17, '10.50.0.1') } },
  ],
  ['resolvers, at least', { upstream: { resolvers: ['10.50.0.1'] } }, { upstream: { resolvers: [] } }],
  ['ranges', { upstream: { cidrs: times(1000, '10.0.0.0/8') } }, { upstream: { cidrs: times(1001, '10.0.0.0/8') } }],
  ['connections, at least', { upstream: { maxConnections: 1 } }, { upstream: { maxConnections: 0 } }],
  ['connections, at most', { upstream: { maxConnections: 1e6 } }, { upstream: { maxConnections: 1e6 + 1 } }],
  ['connections, whole', { upstream: { maxConnections: 2 } }, { upstream: { maxConnections: 2.5 } }],
  ['seconds between checks, at least', { health: { intervalSeconds: 1 } }, { health: { intervalSeconds: 0.9 } }],
  ['seconds between checks, at most', { health: { intervalSeconds: 3600 } }, { health: { intervalSeconds: 3601 } }],
  ['successes, at least', { health: { rise: 1 } }, { health: { rise: 0 } }],
  ['successes, at most', { health: { rise: 100 } }, { health: { rise: 101 } }],
  ['successes, whole', { health: { rise: 2 } }, { health: { rise: 1.5 } }],
  ['failures, at least', { health: { fall: 1 } }, { health: { fall: 0 } }],
  ['failures, at most', { health: { fall: 100 } }, { health: { fall: 101 } }],
  ['failures, whole', { health: { fall: 2 } }, { health: { fall: 1.5 } }],
  [
    'trusted networks',
    { plan: { trustedNetworks: times(1000, '10.0.0.0/8') } },
    { plan: { trustedNetworks: times(1001, '10.0.0.0/8') } },
  ],
  ['a port', { upstream: { port: 65_535 } }, { upstream: { port: 65_536 } }],
])('%s', (_, taken, refused) => {
  expect(routePlanShape.safeParse(routePlan(taken)).error?.issues ?? []).toEqual([]);
  expect(routePlanShape.safeParse(routePlan(refused)).success).toBe(false);
});

test.each([-1, 0.5])('no count of a plan may be %d', (count) => {
  const counts = ['infra.router.min', 'infra.hub.vpc(create).subnets[].zone', 'infra.mskClusters[].brokers[].number'];
  expect(counts.filter(hasForm)).toEqual(counts);
  const tolerant = [...places()].filter(
    ([name, { at, place }]) => counts.includes(name) && at.shape.safeParse(withValue(at.plan, place, count)).success,
  );
  expect(tolerant.map(([name]) => name)).toEqual([]);
});
