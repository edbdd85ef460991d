import { expect, test } from 'vitest';
import { allowedPath, deniedPath } from './paths.ts';

test.each<[readonly string[], readonly string[], string, string | undefined]>([
  [['/v1/**'], [], '/v1/lakegate-lab', '/lakegate-lab/outside'],
  [['/v1/**'], ['/v1/admin/**'], '/v1/lakegate-lab', '/v1/admin/lakegate-lab'],
  [['/repos/acme/*'], [], '/repos/acme/lakegate-lab', '/lakegate-lab/outside'],
  [['/**'], [], '/lakegate-lab', undefined],
  [['/*/x'], [], '/lakegate-lab/x', undefined],
  [[], [], '/', undefined],
])('allow %j, deny %j', (allow, deny, allowed, denied) => {
  expect(allowedPath({ allow, deny })).toBe(allowed);
  expect(deniedPath({ allow, deny })).toBe(denied);
});

test('without paths all are allowed', () => {
  expect([allowedPath(undefined), deniedPath(undefined)]).toEqual(['/', undefined]);
});
