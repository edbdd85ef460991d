import { expect, test } from 'vitest';
import type { HealthCheck } from '../../ir/index.ts';
import { Health } from './health.ts';

function health(more: Partial<HealthCheck> = {}) {
  const changes: string[] = [];
  const made = new Health({ kind: 'tcp', intervalSeconds: 10, rise: 2, fall: 3, ...more }, (up, why) =>
    changes.push(`${up ? 'up' : 'down'}: ${why}`),
  );
  return { made, changes };
}

test('starts up: a router without news must not refuse', () => {
  expect(health().made).toMatchObject({ up: true, lastFailure: undefined });
});

test('goes down with the failure that makes the row full, and says why', () => {
  const { made, changes } = health();
  made.failed('one');
  made.failed('two');
  expect([made.up, changes]).toEqual([true, []]);
  made.failed('three');
  expect([made.up, changes]).toEqual([false, ['down: three']]);
  made.failed('four');
  expect(changes).toHaveLength(1);
  expect(made.lastFailure).toBe('four');
});

test('a success in between begins the row anew', () => {
  const { made } = health();
  for (const step of ['failed', 'failed', 'succeeded', 'failed', 'failed'] as const) made[step]('x');
  expect(made.up).toBe(true);
  made.failed('x');
  expect(made.up).toBe(false);
});

test('comes up with the success that makes the row full; a failure in between begins it anew', () => {
  const { made, changes } = health({ fall: 1 });
  made.failed('x');
  made.succeeded();
  made.failed('y');
  made.succeeded();
  expect([made.up, made.lastFailure]).toEqual([false, 'y']);
  made.succeeded();
  expect([made.up, made.lastFailure]).toEqual([true, undefined]);
  expect(changes).toEqual(['down: x', 'up: it answers again']);
});

test('without probes nothing could bring it up again, so it never goes down', () => {
  const { made, changes } = health({ kind: 'none', fall: 1 });
  made.failed('x');
  expect([made.up, made.lastFailure, changes]).toEqual([true, 'x', []]);
});
