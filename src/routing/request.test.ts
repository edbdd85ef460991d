import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bruteForceRequest } from '../../test/support/brute-force.ts';
import type { Hostname, Port, Route } from '../ir/index.ts';
import { decide, decideRequest, type RequestClaim, type RequestSpeech, routeTable } from './index.ts';

const host = (name: string): Hostname => name as Hostname;

interface Drawn extends Partial<Pick<Route['action'], 'paths' | 'rewrite'>> {
  readonly path?: string;
  readonly allow?: readonly string[];
  readonly speech?: RequestSpeech;
}

const routeOf = (name: string, { path, allow = ['n-1'], speech = 'tls', ...action }: Drawn = {}): Route => ({
  key: `${name}${path ?? ''}`,
  target: `${name}${path ?? ''}`,
  match: { by: 'name', speech, name: host(name), ...(path !== undefined && { path }) },
  allow,
  action: { upstream: 'u', tls: speech === 'tls' ? 'inspect' : 'passthrough', ...action },
});

const tableOf = (...routes: Route[]) =>
  routeTable({
    key: 's-1/443',
    port: 20_443 as Port,
    clientPort: 443 as Port,
    speaks: ['tls', 'http'],
    identity: { by: 'endpoint' },
    routes,
  });

const api = tableOf(
  routeOf('api.test', { allow: ['n-1'] }),
  routeOf('api.test', { path: '/orders', allow: ['n-2'] }),
  routeOf('api.test', { path: '/orders/open', allow: ['n-1', 'n-2'] }),
  routeOf('api.test', { path: '/my%20docs', allow: ['n-1'] }),
  routeOf('v1.test', { path: '/v1', paths: { allow: [], deny: ['/v1/admin/**'] } }),
  routeOf('free.test'),
  routeOf('moved.test', { path: '/orders', rewrite: '/v2/all' }),
  routeOf('root.test', { path: '/orders', rewrite: '/' }),
  routeOf('below.test', { rewrite: '/base' }),
  routeOf('plain.test', { speech: 'http', paths: { allow: ['/v1/**'], deny: ['/v1/admin/**'] } }),
  routeOf('open.test', { speech: 'http' }),
);

interface Asked extends Partial<RequestClaim> {
  readonly on?: string;
  readonly speech?: RequestSpeech;
  readonly nccs?: readonly string[];
}

/** The target and the path that it gets, or the refusal. */
function ask(name: string, path: string, more: Asked = {}, table = api): string {
  const { on = name, speech = 'tls', nccs = ['n-1'], ...request } = more;
  const decision = decideRequest(
    table,
    { speech, name: host(on), nccs },
    { host: host(name), path, fields: [], ...request },
  );
  return decision.is === 'route'
    ? `${decision.route.target} gets ${decision.path}`
    : `${decision.code}: ${decision.why}`;
}

describe('of several prefixes', () => {
  test.each<[string, string, string]>([
    ['/', 'n-1', 'api.test gets /'],
    ['/else', 'n-1', 'api.test gets /else'],
    ['/ordersX', 'n-1', 'api.test gets /ordersX'],
    ['/orders', 'n-2', 'api.test/orders gets /orders'],
    ['/orders/', 'n-2', 'api.test/orders gets /orders/'],
    ['/orders/7', 'n-2', 'api.test/orders gets /orders/7'],
    ['/orders/openX', 'n-2', 'api.test/orders gets /orders/openX'],
    ['/orders/open/7', 'n-1', 'api.test/orders/open gets /orders/open/7'],
    ['/x/../orders/7', 'n-2', 'api.test/orders gets /orders/7'],
    ['/%6frders/7', 'n-2', 'api.test/orders gets /orders/7'],
    ['/m%79%20docs/7', 'n-1', 'api.test/my%20docs gets /my%20docs/7'],
    ['/orders/7', 'n-1', 'LG_NOT_GRANTED: NCC n-1 was not granted target api.test/orders here'],
    ['/x/../orders/7', 'n-1', 'LG_NOT_GRANTED: NCC n-1 was not granted target api.test/orders here'],
    ['/else', 'n-2', 'LG_NOT_GRANTED: NCC n-2 was not granted target api.test here'],
    [
      '/Orders/7',
      'n-1',
      'LG_PATH_DENIED: the path “/Orders/7” can be read as one below “/orders”, which some servers do',
    ],
    [
      '/orders;x/7',
      'n-1',
      'LG_PATH_DENIED: the path “/orders;x/7” can be read as one below “/orders”, which some servers do',
    ],
    [
      '/orders/OPEN;x',
      'n-2',
      'LG_PATH_DENIED: the path “/orders/OPEN;x” can be read as one below “/orders/open”, which some servers do',
    ],
    ['//orders/7', 'n-1', 'LG_PATH_DENIED: the path “//orders/7” has an empty segment'],
    ['/x/..%2forders', 'n-1', 'LG_PATH_DENIED: the path “/x/..%2forders” encodes a slash'],
    ['*', 'n-1', 'LG_PATH_DENIED: the path “*” does not begin with a slash'],
  ])('%s for %s: %s', (path, ncc, want) => {
    expect(ask('api.test', path, { nccs: [ncc] })).toBe(want);
  });

  test('every NCC that may be at the other end must be granted the one that is found', () => {
    expect(ask('api.test', '/orders/open', { nccs: ['n-1', 'n-2'] })).toBe('api.test/orders/open gets /orders/open');
    expect(ask('api.test', '/orders', { nccs: ['n-2', 'n-1'] })).toMatch(/^LG_NOT_GRANTED: NCC n-1/);
    expect(ask('api.test', '/', { nccs: [] })).toBe('LG_NOT_GRANTED: no NCC is granted target api.test here');
  });

  test('a path below none of them belongs to no target', () => {
    expect(ask('v1.test', '/v2')).toBe('LG_PATH_UNKNOWN: no target at v1.test has a prefix of “/v2”');
    expect(ask('v1.test', '/v1/orders')).toBe('v1.test/v1 gets /v1/orders');
  });

  test('the order of the routes makes no difference', () => {
    const routes = ['/', '/a', '/a/b', '/b', '/a/b/c'].map((path) => routeOf('h.test', { path }));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(routes, { minLength: 1 }),
        fc.array(fc.constantFrom('a', 'b', 'c', 'ab'), { maxLength: 4 }),
        (some, segments) => {
          const path = `/${segments.join('/')}`;
          const below = some.filter(({ match }) => {
            const prefix = match.by === 'name' ? (match.path ?? '/') : '';
            return prefix === '/' || path === prefix || path.startsWith(`${prefix}/`);
          });
          const longest = below.sort((a, b) => b.key.length - a.key.length)[0];
          expect(ask('h.test', path, {}, tableOf(...some))).toBe(
            longest
              ? `${longest.target} gets ${path}`
              : `LG_PATH_UNKNOWN: no target at h.test has a prefix of “${path}”`,
          );
        },
      ),
    );
  });

  test('a connection is opened if any of them is granted', () => {
    const tls = (name: string, nccs: readonly string[]) => {
      const decision = decide(api, { speech: 'tls', name: host(name) }, nccs);
      return decision.is === 'route' ? decision.route.target : decision.code;
    };
    expect(tls('api.test', ['n-1'])).toBe('api.test/my%20docs');
    expect(tls('api.test', ['n-2'])).toBe('api.test/orders/open');
    expect(tls('api.test', ['n-3'])).toBe('LG_NOT_GRANTED');
    expect(tls('api.test', [])).toBe('LG_NOT_GRANTED');
  });
});

describe('a path', () => {
  test.each<[string, string, string]>([
    ['moved.test', '/orders', 'moved.test/orders gets /v2/all'],
    ['moved.test', '/orders/', 'moved.test/orders gets /v2/all/'],
    ['moved.test', '/orders/7%20a', 'moved.test/orders gets /v2/all/7%20a'],
    ['root.test', '/orders', 'root.test/orders gets /'],
    ['root.test', '/orders/', 'root.test/orders gets /'],
    ['root.test', '/orders/7', 'root.test/orders gets /7'],
    ['below.test', '/', 'below.test gets /base/'],
    ['below.test', '/7', 'below.test gets /base/7'],
    ['free.test', '//any/..%2f', 'free.test gets //any/..%2f'],
    ['free.test', '*', 'free.test gets *'],
    ['v1.test', '/v1/admin/x', 'LG_PATH_DENIED: the path “/v1/admin/x” is denied by /v1/admin/**'],
    ['v1.test', '/v1/x/../admin', 'LG_PATH_DENIED: the path “/v1/x/../admin” is denied by /v1/admin/**'],
  ])('at %s, %s: %s', (name, path, want) => {
    expect(ask(name, path)).toBe(want);
  });

  test('is canonical again after it was rewritten', () => {
    const segment = fc.constantFrom('orders', 'a', 'b%20c', '.', '..', 'd;e', '');
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 5 }),
        fc.constantFrom('moved.test', 'root.test', 'below.test'),
        (parts, name) => {
          const [, path] = ask(name, `/${['orders', ...parts].join('/')}`).split(' gets ');
          if (path !== undefined) expect(ask('below.test', path)).toBe(`below.test gets /base${path}`);
        },
      ),
    );
  });

  test('must not be named by another field where paths decide', () => {
    const fields = [{ name: 'accept' }, { name: 'x_original_url' }];
    const why = 'the field x_original_url may name another path than the request line';
    expect(ask('v1.test', '/v1/orders', { fields })).toBe(`LG_PATH_DENIED: ${why}`);
    expect(ask('moved.test', '/orders', { fields })).toBe(`LG_PATH_DENIED: ${why}`);
    expect(ask('api.test', '/', { fields })).toBe(`LG_PATH_DENIED: ${why}`);
    expect(ask('free.test', '/', { fields })).toBe('free.test gets /');
  });

  test('must not have a second path that is written to', () => {
    const fields = [{ name: 'destination' }];
    const why = 'the field destination may name another path than the request line';
    for (const method of ['COPY', 'MOVE', 'move'])
      expect(ask('v1.test', '/v1/orders', { fields, method })).toBe(`LG_PATH_DENIED: ${why}`);
    for (const request of [{ fields, method: 'GET' }, { fields }, { fields: [], method: 'MOVE' }])
      expect(ask('v1.test', '/v1/orders', request)).toBe('v1.test/v1 gets /v1/orders');
    expect(ask('free.test', '/', { fields, method: 'MOVE' })).toBe('free.test gets /');
  });
});

describe('a host', () => {
  test.each<[string, string, Asked, string]>([
    [
      'of another route',
      'free.test',
      { on: 'api.test' },
      'this connection is for api.test; connect again for free.test',
    ],
    ['of no route', 'else.test', { on: 'api.test' }, 'no target has the name else.test on port 443'],
    ['that is gone from the table', 'gone.test', {}, 'no target has the name gone.test on port 443'],
    ['of plain HTTP, inside TLS', 'open.test', {}, 'no target has the name open.test on port 443'],
    [
      'of inspected TLS, in plain HTTP',
      'free.test',
      { speech: 'http' },
      'no target has the name free.test on port 443',
    ],
    [
      'with another port',
      'free.test',
      { hostPort: 8443 },
      'the request names port 8443; this connection is for port 443',
    ],
  ])('%s', (_, name, asked, want) => {
    expect(ask(name, '/', asked)).toBe(`LG_NAME_UNKNOWN: ${want}`);
  });

  test('with the port of the connection', () => {
    expect(ask('free.test', '/', { hostPort: 443 })).toBe('free.test gets /');
  });
});

describe('plain HTTP', () => {
  test.each<[string, string, string]>([
    ['plain.test', '/v1/orders', 'plain.test gets /v1/orders'],
    ['plain.test', '/v1/admin/x', 'LG_PATH_DENIED: the path “/v1/admin/x” is denied by /v1/admin/**'],
    ['open.test', '/any//x', 'open.test gets /any//x'],
  ])('at %s, %s: %s', (name, path, want) => {
    expect(ask(name, path, { speech: 'http' })).toBe(want);
  });

  test('a grant that was taken back ends at the next request', () => {
    const before = tableOf(routeOf('open.test', { speech: 'http', allow: ['n-1', 'n-2'] }));
    const after = tableOf(routeOf('open.test', { speech: 'http', allow: ['n-2'] }));
    expect(ask('open.test', '/', { speech: 'http' }, before)).toBe('open.test gets /');
    expect(ask('open.test', '/', { speech: 'http' }, after)).toMatch(/^LG_NOT_GRANTED/);
  });
});

test('a name that is inspected is not passed through, whatever else a plan says of it', () => {
  const inspected = routeOf('api.test');
  const passed: Route = { ...inspected, key: 'p', target: 'passed', action: { upstream: 'u', tls: 'passthrough' } };
  for (const routes of [
    [inspected, passed],
    [passed, inspected],
  ]) {
    const table = tableOf(...routes);
    expect(decide(table, { speech: 'tls', name: host('api.test') }, ['n-1'])).toMatchObject({ route: inspected });
    expect(ask('api.test', '/', {}, table)).toBe('api.test gets /');
  }
});

test('of two routes with one prefix the last one wins', () => {
  const [one, two] = [routeOf('h.test', { path: '/a' }), { ...routeOf('h.test', { path: '/a' }), target: 'second' }];
  expect(ask('h.test', '/a', {}, tableOf(one, two))).toBe('second gets /a');
});

describe('what servers may read otherwise', () => {
  const odd = tableOf(
    routeOf('case.test', { path: '/Docs', allow: ['n-2'] }),
    routeOf('case.test', { allow: ['n-1'] }),
    routeOf('two.test', { path: '/a/b' }),
    routeOf('two.test', { path: '/a/c' }),
    routeOf('two.test', { path: '/d/b' }),
  );

  test('a prefix with capital letters holds small ones, too', () => {
    expect(ask('case.test', '/docs/7', {}, odd)).toMatch(/^LG_PATH_DENIED: .* can be read as one below “\/Docs”/);
    expect(ask('v1.test', '/V1/orders')).toMatch(/^LG_PATH_DENIED: .* can be read as one below “\/v1”/);
  });

  test('prefixes that share a segment are two', () => {
    for (const path of ['/a/b', '/a/c', '/d/b'])
      expect(ask('two.test', path, {}, odd)).toBe(`two.test${path} gets ${path}`);
  });
});

describe('a refusal', () => {
  const decided = (name: string, nccs: readonly string[]) =>
    decideRequest(api, { speech: 'tls', name: host(name), nccs }, { host: host(name), path: '/', fields: [] });

  test('carries the route that was found, and none where none was', () => {
    const refused = { is: 'refuse', code: 'LG_NOT_GRANTED', why: 'NCC n-2 was not granted target free.test here' };
    expect(decided('free.test', ['n-2', 'n-3'])).toStrictEqual({ ...refused, route: routeOf('free.test') });
    const unknown = { is: 'refuse', code: 'LG_NAME_UNKNOWN', why: 'no target has the name x.test on port 443' };
    expect(decided('x.test', ['n-1'])).toStrictEqual(unknown);
  });
});

test('plain HTTP and TLS that is passed through get nothing from what is inspected under the same name', () => {
  const plain = routeOf('api.test', { speech: 'http', allow: ['n-2'] });
  const table = tableOf(plain, routeOf('api.test', { allow: ['n-1'] }));
  expect(decide(table, { speech: 'http', name: host('api.test') }, ['n-1'])).toEqual({
    is: 'refuse',
    code: 'LG_NOT_GRANTED',
    route: plain,
  });
  const passed: Route = { ...routeOf('p.test'), action: { upstream: 'u', tls: 'passthrough' } };
  expect(ask('p.test', '/', {}, tableOf(passed))).toBe('LG_NAME_UNKNOWN: no target has the name p.test on port 443');
});

test('every request is decided as a search of all routes decides it, which shares no code with it', () => {
  const prefix = fc.constantFrom('/', '/a', '/a/b', '/b', '/A', '/my%20docs', '/x@y');
  const rules = fc.option(
    fc.record({
      allow: fc.array(fc.constantFrom('/a/**', '/**', '/a/*/c', '/x%40y/*', '/a'), { maxLength: 2 }),
      deny: fc.array(fc.constantFrom('/a/b/**', '/A/', '/**/c', '/my%20docs/x*'), { maxLength: 2 }),
    }),
    { nil: undefined },
  );
  const drawn = fc.record({
    path: prefix,
    allow: fc.subarray(['n-1', 'n-2']),
    paths: rules,
    rewrite: fc.option(fc.constantFrom('/', '/z', '/z/z'), { nil: undefined }),
  });
  const piece = fc.constantFrom(
    'a',
    'b',
    'c',
    'A',
    'B',
    '..',
    '.',
    'my%20docs',
    'x@y',
    'x%40y',
    '%61',
    'b;c',
    '',
    'c.',
    '%2f',
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(drawn, { minLength: 1, maxLength: 5, selector: ({ path }) => path }),
      fc.array(piece, { maxLength: 5 }),
      fc.constantFrom(['n-1'], ['n-2'], ['n-1', 'n-2'], []),
      fc.constantFrom('h.test', 'i.test'),
      (routes, pieces, nccs, asked) => {
        const made = routes.map(({ path, allow, paths, rewrite }) =>
          routeOf('h.test', { path, allow, ...(paths && { paths }), ...(rewrite !== undefined && { rewrite }) }),
        );
        const { listener } = tableOf(...made);
        const path = `/${pieces.join('/')}`;
        const want = bruteForceRequest(listener, { speech: 'tls', name: host('h.test') }, { host: asked, path }, nccs);
        const got = decideRequest(
          routeTable(listener),
          { speech: 'tls', name: host('h.test'), nccs },
          { host: host(asked), path, fields: [] },
        );
        expect(got.is === 'route' ? { route: got.route.key, path: got.path } : got.code).toEqual(
          typeof want === 'string' ? want : { route: want.route.key, path: want.path },
        );
      },
    ),
    { numRuns: 5_000 },
  );
});
