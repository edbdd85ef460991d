import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob, pathCharactersMax, readingsMax, readingsOf, refusalOfPath } from './paths.ts';

test.each<[string, string, boolean]>([
  ['/v1/**', '/v1/orders/7', true],
  ['/v1/**', '/v1/', true],
  ['/v1/**', '/v1', true],
  ['/v1/**', '/v10', false],
  ['/v1/**', '/v2/v1/', false],
  ['/v1/*', '/v1/orders', true],
  ['/v1/*', '/v1/orders/7', false],
  ['/v1/*/items', '/v1/7/items', true],
  ['/v1/*/items', '/v1/items', false],
  ['/**/admin', '/a/b/admin', true],
  ['/**/admin', '/admin', true],
  ['/**/admin/**', '/a/admin/b', true],
  ['/**/a/**/b', '/a/x/a/y/b', true],
  ['/**/a/**/b', '/x/b/a', false],
  ['/x/b/**/b/c', '/x/b/c', false],
  ['/files/*.csv', '/files/a.csv', true],
  ['/files/*.csv', '/files/a.csv.exe', false],
  ['/files/report-*-*.csv', '/files/report-2026-11.csv', true],
  ['/a**b', '/axxb', true],
  ['/a**b', '/ax/xb', false],
  ['/**', '/', true],
  ['/', '/', true],
  ['/', '/a', false],
  ['/v1', '/V1', false],
])('%s and %s: %s', (pattern, path, want) => {
  expect(matchesGlob(pattern, path)).toBe(want);
});

const rules = { allow: ['/v1/**'], deny: ['/v1/admin/**'] };
const refused = (path: string) => refusalOfPath(rules, { path, fields: [] });

test.each([
  '/v1/orders',
  '/v1',
  '/v1/',
  '/v1/or%20ders',
  '/v1/a.b',
  '/v1/admins',
  '/v1/%E4',
  '/v1/a/admin',
  '/v1/a;b=c',
])('passes: %s', (path) => {
  expect(refused(path)).toBeUndefined();
});

test.each([
  ['outside', '/v2/orders'],
  ['denied', '/v1/admin'],
  ['denied below', '/v1/admin/users'],
  ['a slash at the end', '/v1/admin/'],
  ['another case', '/v1/ADMIN/users'],
  ['a letter encoded', '/v1/%61dmin'],
  ['a letter encoded twice', '/v1/%2561dmin'],
  ['a letter encoded three times', '/v1/%252561dmin'],
  ['a doubled slash', '/v1//admin'],
  ['an encoded slash', '/v1%2fadmin/users'],
  ['a slash encoded twice', '/v1/x%252f..%252fadmin'],
  ['a dot segment', '/v1/./admin'],
  ['two dots', '/v1/x/../admin'],
  ['dots encoded', '/v1/x/%2e%2e/admin'],
  ['dots and slash encoded', '/v1/x%2f%2e%2e%2fadmin'],
  ['dots with parameters', '/v1/x/..;a=b/admin'],
  ['a parameter on the segment', '/v1/admin;x=1/users'],
  ['a parameter with an encoded semicolon', '/v1/admin%3bx/users'],
  ['a backslash', '/v1\\admin'],
  ['an encoded backslash', '/v1/x%5c..%5cadmin'],
  ['dots that leave the allowed tree', '/v1/../v2'],
  ['dots that come back into it', '/v2/../v1/orders'],
  ['dots that eat an empty segment', '/v1/x//../admin'],
  ['dots over a doubled slash', '/v1/admin//../admin'],
  ['a doubled slash in front', '//v1/orders'],
  ['a zero byte', '/v1/orders%00'],
  ['a line end', '/v1/orders%0d%0a'],
  ['a delete character', '/v1/orders%7f'],
  ['an over-long slash', '/v1/x%c0%af../admin'],
  ['over-long dots of three bytes', '/v1/%e0%80%ae%e0%80%ae/admin'],
  ['an over-long slash of four bytes', '/v1/..%f0%80%80%afadmin'],
  ['an over-long slash of five bytes', '/v1/..%f8%80%80%80%afadmin'],
  ['an over-long slash of six bytes', '/v1/..%fc%80%80%80%80%afadmin'],
  ['over-long dots, encoded twice', '/v1/%25e0%2580%25ae%25e0%2580%25ae/admin'],
  ['a percent sign alone', '/v1/100%'],
  ['a broken code', '/v1/%zz'],
  ['*', '*'],
  ['a path too long', `/v1/${'a'.repeat(pathCharactersMax)}`],
])('refused: %s', (_, path) => {
  expect(refused(path)).toMatchObject({ code: 'LG_PATH_DENIED' });
});

test('a slash at the end makes no difference to what is denied', () => {
  for (const pattern of ['/v1/admin', '/v1/admin/'])
    for (const path of ['/v1/admin', '/v1/admin/', '/v1/ADMIN//'])
      expect(refusalOfPath({ allow: [], deny: [pattern] }, { path, fields: [] })).toBeDefined();
  expect(refusalOfPath({ allow: [], deny: ['/'] }, { path: '/', fields: [] })).toBeDefined();
  expect(refusalOfPath({ allow: [], deny: ['/'] }, { path: '/v1', fields: [] })).toBeUndefined();
});

test.each([
  'x-original-url',
  'x-rewrite-url',
  'x-forwarded-path',
  'x-forwarded-prefix',
  'x_original_url',
  'x-rewrite_url',
])('the field %s is refused where paths are limited, and nowhere else', (name) => {
  const request = { path: '/v1/orders', fields: [{ name: 'accept' }, { name }, { name: 'x-rewrite-url' }] };
  expect(refusalOfPath(rules, request)?.why).toBe(`the field ${name} may name another path than the request line`);
  expect(refusalOfPath({ allow: [], deny: [] }, request)).toBeUndefined();
});

test('a pattern to deny is compared without regard to its own case and slashes at its end', () => {
  for (const pattern of ['/V1/Admin', '/v1/admin//'])
    expect(refusalOfPath({ allow: [], deny: [pattern] }, { path: '/v1/admin', fields: [] })).toBeDefined();
});

test.each<[string, string, string, boolean]>([
  ['a segment that may be anything, also nothing', '/*', '/', true],
  ['slashes alone', '//', '/', true],
  ['a pattern that begins without a slash', 'xadmin', '/admin', false],
])('deny: %s', (_, pattern, path, denied) => {
  expect(refusalOfPath({ allow: [], deny: [pattern] }, { path, fields: [] }) !== undefined).toBe(denied);
});

test('one pattern that allows is enough, and the first that denies is named', () => {
  const several = { allow: ['/v1/**', '/v2/**'], deny: ['/v1/x/**', '/v2/x', '/*/x'] };
  const why = (path: string) => refusalOfPath(several, { path, fields: [] })?.why;
  expect(why('/v1/a')).toBeUndefined();
  expect(why('/v2/a')).toBeUndefined();
  expect(why('/v3/a')).toBe('the path “/v3/a” is not allowed');
  expect(why('/v2/x')).toBe('the path “/v2/x” is denied by /v2/x');
});

test('what is not a path is refused also where only some paths are denied', () => {
  const refusal = refusalOfPath({ allow: [], deny: ['/v1/admin'] }, { path: '*', fields: [] });
  expect(refusal?.why).toBe('the path “*” is not a path');
});

test('the longest path that is matched has 4096 characters', () => {
  const path = `/v1/${'a'.repeat(4092)}`;
  expect(refused(path)).toBeUndefined();
  expect(refused(`${path}a`)?.why).toMatch('has more than 4096 characters');
});

test.each([
  ['slashes doubled again when dots are gone', '/a/b//..//c', '/a/b/c'],
  ['a dot at the end leaves a slash', '/a/.', '/a/'],
  ['two dots at the end leave a slash', '/a/b/..', '/a/'],
])('%s', (_, path, reading) => {
  expect(readingsOf(path)).toContain(reading);
});

test('the reason names the pattern, and the reading that is denied', () => {
  expect(refused('/v1/x/../admin')?.why).toBe(
    'the path “/v1/x/../admin”, which can be read as “/v1/admin”, is denied by /v1/admin/**',
  );
  expect(refused('/v2')?.why).toBe('the path “/v2” is not allowed');
});

test('without rules every path passes', () => {
  fc.assert(
    fc.property(fc.string(), (path) => {
      expect(refusalOfPath({ allow: [], deny: [] }, { path, fields: [] })).toBeUndefined();
    }),
  );
});

/** How servers rewrite paths, one step each. A disguise is undone by some server; none may get through. */
const rewrites: readonly ((path: string) => string)[] = [
  (path) => path.replaceAll('/', '//'),
  (path) => path.replaceAll('admin', '%61dmin'),
  (path) => path.replaceAll('%', '%25'),
  (path) => path.replaceAll('/admin', '/x/../admin'),
  (path) => path.replaceAll('/admin', '/./admin'),
  (path) => path.replaceAll('..', '%2e%2e'),
  (path) => path.replaceAll('/admin', '/y;a=b/..;/admin'),
  (path) => path.replaceAll('admin', 'admin;x'),
  (path) => path.replaceAll('admin', 'aDmIn'),
  (path) => path.replaceAll('/admin', '\\admin'),
  (path) => path.replaceAll('/admin', '%2fadmin'),
];

test('no chain of disguises brings a denied path through', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...rewrites), { maxLength: 5 }),
      fc.constantFrom('', '/', '/users'),
      (chain, tail) => {
        const path = chain.reduce((now, rewrite) => rewrite(now), `/v1/admin${tail}`);
        expect(refused(path), path).toMatchObject({ code: 'LG_PATH_DENIED' });
      },
    ),
    { numRuns: 2_000 },
  );
});

test('globs agree with a regular expression of the same meaning', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '*b', '**', 'a*b');
  const pattern = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
  const path = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'aab', 'abb', ''), { minLength: 1, maxLength: 6 })
    .map((parts) => `/${parts.join('/')}`);
  const regex = (glob: string) =>
    new RegExp(
      `^${glob
        .split('/')
        .slice(1)
        .map((part) => (part === '**' ? '(/[^/]*)*' : `/${part.replaceAll('*', '[^/]*')}`))
        .join('')}$`,
    );
  fc.assert(
    fc.property(pattern, path, (glob, text) => {
      expect(matchesGlob(glob, text)).toBe(regex(glob).test(text));
    }),
    { numRuns: 2_000 },
  );
});

test('a hostile path against a hostile pattern takes no time', () => {
  const path = `/${'a/'.repeat(2_000)}`;
  expect(matchesGlob(`/${'**/a/'.repeat(200)}b`, path)).toBe(false);
  expect(matchesGlob(`/${'a*'.repeat(500)}b`, `/${'a'.repeat(4_000)}`)).toBe(false);
});

test('a path of slashes, against many patterns, takes no time', () => {
  const patterns = Array.from({ length: 200 }, (_, i) => `/v${i}/**/a*b*c/**/d`);
  const path = `/v1${'/'.repeat(4_000)}a;b%2e`;
  expect(refusalOfPath({ allow: ['/**'], deny: patterns }, { path, fields: [] })).toBeUndefined();
});

test('a path is encoded twice at most, and has 32 readings at most', () => {
  expect(readingsOf('/%2561')).toEqual(['/%2561', '/%61', '/a']);
  expect(readingsOf('/%252561')).toBe('is percent-encoded more than twice');
  expect(new Set(readingsOf('////%2e%2e\\%253bx;x..')).size).toBe(32);
  expect(readingsOf('/%253bx//..a%3bxb%252f//.\\%2e%2e')).toBe('can be read in more than 32 ways');
});

test('every path has few readings, or a reason', () => {
  const word = fc.constantFrom('/', '//', '..', '.', '%2e', '%2f', '%25', ';', '\\', 'a', '%00', '%');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      const readings = readingsOf(`/${words.join('')}`);
      if (typeof readings !== 'string') expect(readings.length).toBeLessThanOrEqual(readingsMax);
    }),
  );
});
