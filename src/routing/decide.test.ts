import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bruteForceRoute } from '../../test/support/brute-force.ts';
import type { Hostname, Identity, Port, Route, RouterListener, Speech } from '../ir/index.ts';
import {
  type Claim,
  clientNccs,
  decide,
  honestClaim,
  routesOf,
  routeTable,
  routeTableInSteps,
  whyRefused,
} from './index.ts';

const named = (name: string): Hostname => name as Hostname;

interface Drawn {
  readonly speech: Exclude<Speech, 'tcp'>;
  readonly name: string;
  readonly allow?: readonly string[];
  readonly isDefault?: boolean;
}

const byName = ({ speech, name, allow = ['n-1'], isDefault }: Drawn): Route => ({
  key: `${speech}/${name}`,
  target: `${speech}-${name}`,
  match: { by: 'name', speech, name: named(name) },
  allow,
  action: { upstream: 'u', tls: 'passthrough', ...(isDefault && { isDefault }) },
});

const byPort = (allow: readonly string[]): Route => ({
  key: 'p',
  target: 'p',
  match: { by: 'port' },
  allow,
  action: { upstream: 'u', tls: 'passthrough' },
});

const listener = (
  speaks: readonly Speech[],
  routes: readonly Route[],
  identity: Identity = { by: 'endpoint' },
): RouterListener => ({
  key: 's-1/5432',
  port: 25_432 as Port,
  clientPort: 5432 as Port,
  speaks,
  identity,
  routes,
});

const claim = (speech: Speech, name?: string): Claim =>
  name === undefined ? { speech } : { speech, name: named(name) };

/** The decision in one line: the route's key, or code and sentence. */
function said(of: RouterListener, what: Claim, ncc = 'n-1'): string {
  const [table, nccs] = [routeTable(of), clientNccs(of, [ncc])];
  const decision = decide(table, what, nccs);
  return decision.is === 'route'
    ? decision.route.key
    : `${decision.code}: ${whyRefused(decision, { table, claim: what, nccs })}`;
}

const web = listener(['tls', 'http'], [byName({ speech: 'tls', name: 'a' }), byName({ speech: 'http', name: 'b' })]);
const databases = listener(
  ['postgres'],
  [byName({ speech: 'postgres', name: 'a' }), byName({ speech: 'postgres', name: 'b', isDefault: true })],
);
const both = listener(
  ['tls', 'postgres'],
  [
    byName({ speech: 'tls', name: 'a' }),
    byName({ speech: 'postgres', name: 'a', isDefault: true }),
    byName({ speech: 'postgres', name: 'b' }),
  ],
);
const greeting = listener(
  ['mysql'],
  [byName({ speech: 'mysql', name: 'a' }), byName({ speech: 'mysql', name: 'b', isDefault: true })],
  { by: 'listener', nccs: ['n-1'] },
);

test.each<[string, RouterListener, Claim, string]>([
  ['a name in its speech', web, claim('tls', 'a'), 'tls/a'],
  ['a name of another speech', web, claim('tls', 'b'), 'LG_NAME_UNKNOWN: no target has the name b on port 5432'],
  ['a name that is unknown', web, claim('http', 'c'), 'LG_NAME_UNKNOWN: no target has the name c on port 5432'],
  ['no name', web, claim('tls'), 'LG_NO_NAME: the client named no server'],
  ['no name, and why', web, { speech: 'http', whyNoName: 'no Host' }, 'LG_NO_NAME: no Host'],
  [
    'a speech that is not spoken',
    web,
    claim('postgres', 'a'),
    'LG_PROTOCOL: port 5432 speaks tls and http, not postgres',
  ],
  ['any bytes where names are asked for', web, claim('tcp'), 'LG_PROTOCOL: port 5432 speaks tls and http, not tcp'],
  ['postgres by name', databases, claim('postgres', 'a'), 'postgres/a'],
  ['postgres over direct TLS', databases, claim('tls', 'a'), 'postgres/a'],
  ['postgres without a name, with a default', databases, claim('postgres'), 'postgres/b'],
  ['direct TLS without a name, with a default', databases, claim('tls'), 'postgres/b'],
  ['one name in two speeches: TLS first', both, claim('tls', 'a'), 'tls/a'],
  ['one name in two speeches: postgres', both, claim('postgres', 'a'), 'postgres/a'],
  ['direct TLS of postgres beside TLS', both, claim('tls', 'b'), 'postgres/b'],
  ['TLS without a name beside a postgres default', both, claim('tls'), 'LG_NO_NAME: the client named no server'],
  ['mysql by name', greeting, claim('mysql', 'a'), 'mysql/a'],
  ['mysql without a name, with a default', greeting, claim('mysql'), 'mysql/b'],
  [
    'a name of Postgres over HTTP',
    listener(['http', 'postgres'], [byName({ speech: 'postgres', name: 'a' })]),
    claim('http', 'a'),
    'LG_NAME_UNKNOWN: no target has the name a on port 5432',
  ],
  [
    'a default of TLS, which is none',
    listener(['tls'], [byName({ speech: 'tls', name: 'a', isDefault: true })]),
    claim('tls'),
    'LG_NO_NAME: the client named no server',
  ],
  ['TLS on a port for mysql', greeting, claim('tls', 'a'), 'LG_PROTOCOL: port 5432 speaks mysql, not tls'],
  ['a port whatever is said', listener(['tcp'], [byPort(['n-1'])]), claim('http', 'a'), 'p'],
  ['a port without route', listener(['tcp'], []), claim('tls', 'a'), 'LG_NAME_UNKNOWN: no target uses port 5432'],
])('%s', (_, of, what, want) => {
  expect(said(of, what)).toBe(want);
});

const granted = (allow: readonly string[]) => [byName({ speech: 'tls', name: 'a', allow })];
const notGranted = (who: string) => `LG_NOT_GRANTED: ${who} granted target tls-a here`;

test.each<[string, readonly string[], Identity, string]>([
  ['the NCC of the endpoint is granted', ['n-2', 'n-1'], { by: 'endpoint' }, 'tls/a'],
  ['another NCC is granted', ['n-2'], { by: 'endpoint' }, notGranted('NCC n-1 was not')],
  ['no NCC is granted', [], { by: 'endpoint' }, notGranted('NCC n-1 was not')],
  ['every NCC that can dial is granted', ['n-2', 'n-3'], { by: 'listener', nccs: ['n-3', 'n-2'] }, 'tls/a'],
  [
    'one that can dial is not granted',
    ['n-1', 'n-3'],
    { by: 'listener', nccs: ['n-3', 'n-2'] },
    notGranted('NCC n-2 was not'),
  ],
  [
    'two that can dial are not granted: the first is named',
    [],
    { by: 'listener', nccs: ['n-3', 'n-2'] },
    notGranted('NCC n-3 was not'),
  ],
  ['no NCC can dial', ['n-1'], { by: 'listener', nccs: [] }, notGranted('no NCC is')],
])('%s', (_, allow, identity, want) => {
  expect(said(listener(['tls'], granted(allow), identity), claim('tls', 'a'))).toBe(want);
});

test('a decision as data: a refusal keeps the route only where the grant is missing', () => {
  const tls = listener(['tls'], granted(['n-2']));
  const [route] = tls.routes;
  const decided = (what: Claim, ncc: string) => decide(routeTable(tls), what, [ncc]);
  expect(decided(claim('tls', 'a'), 'n-2')).toEqual({ is: 'route', route });
  expect(decided(claim('tls', 'a'), 'n-1')).toEqual({ is: 'refuse', code: 'LG_NOT_GRANTED', route });
  expect(decided(claim('tls', 'b'), 'n-2')).toEqual({ is: 'refuse', code: 'LG_NAME_UNKNOWN' });
  expect(decided(claim('tls'), 'n-2')).toEqual({ is: 'refuse', code: 'LG_NO_NAME' });
  expect(decided(claim('http', 'a'), 'n-2')).toEqual({ is: 'refuse', code: 'LG_PROTOCOL' });
});

test.each([
  [1, 2],
  [2, 1],
  [3, 0],
])('a table built in steps of %i routes is the same, after %i pauses', (routesPerStep, pauses) => {
  const steps = routeTableInSteps(both, routesPerStep);
  let paused = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) paused += 1;
  expect(step.value).toEqual(routeTable(both));
  expect(paused).toBe(pauses);
});

test('a table does not change another', () => {
  routeTable(web);
  expect(routeTable(listener(['tls'], [])).byName.tls.size).toBe(0);
});

test('the routes of a plan come with their listeners, in order', () => {
  const plan = { version: 1, name: 'x', listeners: [web, greeting], upstreams: {}, trustedNetworks: [] } as const;
  expect(routesOf(plan).map(({ listener: of, route }) => [of.speaks[0], route.key])).toEqual([
    ['tls', 'tls/a'],
    ['tls', 'http/b'],
    ['mysql', 'mysql/a'],
    ['mysql', 'mysql/b'],
  ]);
});

test.each<[string, RouterListener, string, Claim]>([
  ['in the first speech that has a route for the name', both, 'a', claim('tls', 'a')],
  ['in a later speech if only that has one', both, 'b', claim('postgres', 'b')],
  ['in the first speech if none has', both, 'c', claim('tls', 'c')],
  ['any bytes where nothing is said to be spoken', listener([], []), 'a', claim('tcp', 'a')],
  ['anything on a port of its own', listener(['tcp'], [byPort([])]), 'a', claim('tcp', 'a')],
])('an honest client speaks %s', (_, of, name, want) => {
  expect(honestClaim(routeTable(of), named(name))).toEqual(want);
});

const speeches = ['tls', 'postgres', 'http', 'mysql'] as const;
const names = ['a', 'b', 'c'] as const;
const nccs = ['n-1', 'n-2', 'n-3'];

const routes = fc.array(
  fc
    .record({
      speech: fc.constantFrom(...speeches),
      name: fc.constantFrom(...names),
      allow: fc.subarray(nccs),
      isDefault: fc.boolean(),
    })
    .map(byName),
  { maxLength: 6 },
);

const listeners: fc.Arbitrary<RouterListener> = fc
  .record({
    speaks: fc.oneof(fc.subarray([...speeches], { minLength: 1 }), fc.constant<readonly Speech[]>(['tcp'])),
    named: routes,
    port: fc.option(fc.subarray(nccs).map(byPort), { nil: undefined }),
    identity: fc.oneof(
      fc.constant<Identity>({ by: 'endpoint' }),
      fc.subarray(nccs).map((each): Identity => ({ by: 'listener', nccs: each })),
    ),
  })
  .map(({ speaks, named: of, port, identity }) =>
    listener(
      speaks,
      // Each with a key that says which it is, also where two take one claim.
      [...(port ? [port] : []), ...of].map((route, i) => ({ ...route, key: `${i}:${route.key}` })),
      identity,
    ),
  );

const claims = fc
  .tuple(fc.constantFrom<Speech>(...speeches, 'tcp'), fc.constantFrom(...names, 'stranger', undefined))
  .map(([speech, name]) => claim(speech, name));

test('tables decide as a search through all routes does, for any listener, checked or not', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(listeners, claims, fc.constantFrom(...nccs), (of, what, ncc) => {
      const decision = decide(routeTable(of), what, clientNccs(of, [ncc]));
      seen.add(decision.is === 'route' ? 'route' : decision.code);
      expect(decision.is === 'route' ? decision.route : decision.code).toEqual(bruteForceRoute(of, what, ncc));
    }),
    { numRuns: 4000 },
  );
  expect([...seen].sort()).toEqual(['LG_NAME_UNKNOWN', 'LG_NOT_GRANTED', 'LG_NO_NAME', 'LG_PROTOCOL', 'route']);
});
