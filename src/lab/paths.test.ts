import { expect, test } from 'vitest';
import { allowedPaths, deniedPath, outsidePath } from './paths.ts';

test.each<[string, readonly string[], readonly string[], readonly string[], string | undefined]>([
  ['/', ['/v1/**'], [], ['/v1/lakegate-lab'], '/lakegate-lab/outside'],
  ['/', ['/v1/**'], ['/v1/admin/**'], ['/v1/lakegate-lab'], '/v1/admin/lakegate-lab'],
  ['/', ['/repos/acme/*', '/user'], [], ['/repos/acme/lakegate-lab', '/user'], '/lakegate-lab/outside'],
  ['/', ['/**'], [], ['/lakegate-lab'], undefined],
  ['/', ['/*/x'], [], ['/lakegate-lab/x'], undefined],
  ['/', ['/lakegate-lab/outside'], [], ['/lakegate-lab/outside'], undefined],
  ['/', [], [], ['/', '/lakegate-lab'], undefined],
  ['/orders', ['/orders/v1/**'], [], ['/orders/v1/lakegate-lab'], '/orders/lakegate-lab/outside'],
  ['/orders', ['/orders/**'], [], ['/orders/lakegate-lab'], undefined],
  ['/orders', ['/**/read'], [], ['/lakegate-lab/read'], undefined],
  ['/orders', [], ['/orders/admin/*'], ['/orders', '/orders/lakegate-lab'], '/orders/admin/lakegate-lab'],
])('below %s, allow %j, deny %j', (path, allow, deny, allowed, denied) => {
  expect(allowedPaths({ path, paths: { allow, deny } })).toEqual(allowed);
  expect(deniedPath({ path, paths: { allow, deny } })).toBe(denied);
});

test('without paths all are allowed', () => {
  expect([allowedPaths({}), deniedPath({})]).toEqual([['/', '/lakegate-lab'], undefined]);
});

test('a path outside all prefixes', () => {
  expect(outsidePath(['/orders', '/search'])).toBe('/lakegate-lab');
  expect(outsidePath(['/orders', '/'])).toBeUndefined();
  expect(outsidePath(['/lakegate-lab'])).toBeUndefined();
});
