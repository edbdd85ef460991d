import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalPath } from '../ir/index.ts';
import { compilePaths, matchesGlob, overridingField, type PathRules, refusedBy } from './paths.ts';

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

/** What is wrong with a path, be it its form or the rules; `/` where it passes. */
function verdict(path: string, { allow, deny }: Partial<PathRules> = rules): string {
  const read = canonicalPath(path);
  if (read.is === 'refused') return read.why;
  const compiled = compilePaths({ allow: allow ?? [], deny: deny ?? [] });
  return (compiled && refusedBy(compiled, read)) ?? 'passes';
}

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
  '/v2/../v1/orders',
])('passes: %s', (path) => {
  expect(verdict(path)).toBe('passes');
});

test.each<[string, string, string]>([
  ['outside', '/v2/orders', 'is not allowed'],
  ['denied', '/v1/admin', 'is denied by /v1/admin/**'],
  ['denied below', '/v1/admin/users', 'is denied by /v1/admin/**'],
  ['a slash at the end', '/v1/admin/', 'is denied by /v1/admin/**'],
  ['another case', '/v1/ADMIN/users', 'is denied by /v1/admin/**'],
  ['a letter encoded', '/v1/%61dmin', 'is denied by /v1/admin/**'],
  ['a dot segment', '/v1/./admin', 'is denied by /v1/admin/**'],
  ['two dots', '/v1/x/../admin', 'is denied by /v1/admin/**'],
  ['dots encoded', '/v1/x/%2e%2E/admin', 'is denied by /v1/admin/**'],
  ['dots that leave the allowed tree', '/v1/../v2', 'is not allowed'],
  [
    'a parameter on the segment',
    '/v1/admin;x=1/users',
    'can be read as “/v1/admin/users”, which is denied by /v1/admin/**',
  ],
  ['an encoded semicolon', '/v1/admin%3bx/users', 'can be read as “/v1/admin/users”, which is denied by /v1/admin/**'],
])('refused: %s', (_, path, want) => {
  expect(verdict(path)).toBe(want);
});

test('a pattern is decoded as paths are', () => {
  const docs = { deny: ['/my%20docs/**', '/caf%C3%A9'] };
  for (const path of ['/my%20docs/x', '/m%79%20docs/x', '/MY%20docs', '/caf%c3%a9'])
    expect(verdict(path, docs)).toMatch(/^is denied by/);
  expect(verdict('/m%79%20docs/x', { allow: ['/%6dy%20docs/*'] })).toBe('passes');
  expect(verdict('/a%40b', { deny: ['/a@b'] })).toBe('is denied by /a@b');
  expect(verdict('/a@b', { deny: ['/a%40b'] })).toBe('is denied by /a%40b');
});

test('a pattern without a canonical form lets nothing through that it was to stop, and allows nothing', () => {
  expect(verdict('/v1', { deny: ['/x//y'] })).toBe('cannot be compared with the pattern “/x//y”');
  expect(verdict('/v1', { allow: ['/v1', '/x//y'] })).toBe('passes');
  expect(verdict('/x/y', { allow: ['/x//y'] })).toBe('is not allowed');
  expect(verdict('/x', { allow: ['/%2a'] })).toBe('is not allowed');
});

test('a slash at the end makes no difference to what is denied', () => {
  for (const pattern of ['/v1/admin', '/v1/admin/'])
    for (const path of ['/v1/admin', '/v1/admin/', '/v1/ADMIN/'])
      expect(verdict(path, { deny: [pattern] })).toMatch(/^is denied/);
  expect(verdict('/', { deny: ['/'] })).toBe('is denied by /');
  expect(verdict('/v1', { deny: ['/'] })).toBe('passes');
});

test.each([
  'x-original-url',
  'x-rewrite-url',
  'x-original-uri',
  'x-forwarded-uri',
  'x-forwarded-path',
  'x-forwarded-prefix',
  'x-envoy-original-path',
  'x_original_url',
  'x-rewrite_url',
  'x_envoy_original_path',
])('the field %s may override the path', (name) => {
  expect(overridingField([{ name: 'accept' }, { name }])).toBe(name);
});

test('other fields say nothing about the path', () => {
  expect(
    overridingField([{ name: 'x-forwarded-for' }, { name: 'x-original-url-2' }, { name: 'original-url' }]),
  ).toBeUndefined();
});

test('one pattern that allows is enough, and the first that denies is named', () => {
  const several = { allow: ['/v1/**', '/v2/**'], deny: ['/v1/x/**', '/v2/x', '/*/x'] };
  expect(verdict('/v1/a', several)).toBe('passes');
  expect(verdict('/v2/a', several)).toBe('passes');
  expect(verdict('/v3/a', several)).toBe('is not allowed');
  expect(verdict('/v2/x', several)).toBe('is denied by /v2/x');
});

const rewrites: readonly ((path: string) => string)[] = [
  (path) => path.replaceAll('/', '//'),
  (path) => path.replaceAll('/', '/./'),
  (path) => path.replaceAll('/admin', '/x/../admin'),
  (path) => path.replaceAll('a', '%61'),
  (path) => path.replaceAll('%', '%25'),
  (path) => path.replaceAll('/admin', '/b/..;/admin'),
  (path) => path.replaceAll('admin', 'admin;x'),
  (path) => path.replaceAll('admin', 'aDmIn'),
  (path) => path.replaceAll('/admin', '\\admin'),
  (path) => path.replaceAll('/admin', '%2fadmin'),
  (path) => path.replaceAll('admin', 'admin.'),
  (path) => path.replaceAll('admin', 'admin%20'),
];

test('no chain of disguises brings a denied path through', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...rewrites), { maxLength: 5 }),
      fc.constantFrom('', '/', '/users'),
      (chain, tail) => {
        const path = chain.reduce((now, rewrite) => rewrite(now), `/v1/admin${tail}`);
        expect(verdict(path), path).not.toBe('passes');
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

test('a path that is one slash is denied by what denies any one segment, and slashes at the end count for none', () => {
  const denied = (pattern: string, text: string): string | undefined => {
    const rules = compilePaths({ allow: [], deny: [pattern] });
    return rules && refusedBy(rules, { is: 'path', path: text, text });
  };
  expect(denied('/*', '/')).toBe('is denied by /*');
  expect(denied('/', '//')).toBe('is denied by /');
});
