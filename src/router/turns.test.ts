import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type ListenerWish, setupOf } from '../../test/conformance/setup.ts';
import type { RoutePlan } from '../ir/index.ts';
import { startRouter } from './engine.ts';
import { checkInSteps, readRoutePlan } from './files.ts';
import { entriesPerStep, inTurns } from './turns.ts';

const routesPerListener = 5000;

const planOf = (salt: string, listeners = 2, routes = routesPerListener): RoutePlan =>
  setupOf(
    Array.from(
      { length: listeners },
      (_, l): ListenerWish => ({
        key: `l${l}`,
        speaks: ['tls'],
        routes: Array.from({ length: routes }, (_, i) => ({ name: `t${i}.l${l}.${salt}.test`, to: 1 })),
      }),
    ),
  ).plan;

/** Counts reads of one property of an object, which go on giving what they gave. */
function countReads<T extends object>(object: T, property: keyof T, onRead: () => void): void {
  const value = object[property];
  Object.defineProperty(object, property, {
    enumerable: true,
    get: () => {
      onRead();
      return value;
    },
  });
}

/** The plan, and how many of its routes and upstreams were looked at since the last question. */
function counted(plan: RoutePlan) {
  const seen = { routes: new Set<object>(), upstreams: new Set<object>() };
  for (const { routes } of plan.listeners)
    for (const route of routes) countReads(route, 'match', () => void seen.routes.add(route));
  for (const upstream of Object.values(plan.upstreams))
    countReads(upstream, 'host', () => void seen.upstreams.add(upstream));
  const take = (): number => {
    const count = seen.routes.size + seen.upstreams.size;
    seen.routes.clear();
    seen.upstreams.clear();
    return count;
  };
  return { plan, take };
}

test('steps run one in a turn, and the last one’s result is given', async () => {
  const order: string[] = [];
  function* work(): Generator<void, string> {
    order.push('one');
    yield;
    order.push('two');
    return 'done';
  }
  expect(await inTurns(work(), async () => void order.push('pause'))).toBe('done');
  expect(order).toEqual(['pause', 'one', 'pause', 'two']);
});

test('checking a plan of ten thousand routes handles at most a step of them in a turn', async () => {
  const { plan, take } = counted(planOf('new'));
  const turns: number[] = [];
  const checked = await inTurns(checkInSteps(plan), async () => void turns.push(take()));
  expect(checked.is).toBe('good');
  expect(turns.reduce((sum, count) => sum + count, 0)).toBe(4 * routesPerListener); // as many upstreams as routes
  expect(Math.max(...turns, take())).toBeLessThanOrEqual(entriesPerStep);
});

test('reading it from a file leaves that many turns to connections', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-router-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'routes.json');
  await writeFile(path, JSON.stringify(planOf('new')));
  let turns = 0;
  let isReading = true;
  const count = (): void => {
    turns += 1;
    if (isReading) setImmediate(count);
  };
  setImmediate(count);
  expect((await readRoutePlan(path)).is).toBe('good');
  isReading = false;
  expect(turns).toBeGreaterThan((4 * routesPerListener) / entriesPerStep);
});

test.each([
  ['a large listener', 1, 5000],
  ['several listeners', 2, 2000],
  ['upstreams and routes that would fit into one step each', 1, 300],
])('a reload of %s handles at most a step of its entries in a turn', async (_, listeners, routes) => {
  const router = await startRouter({
    plan: planOf('old', listeners, routes),
    policy: { version: 1, endpoints: {} },
    bind: () => ({ host: '127.0.0.1', port: 0 }),
  });
  onTestFinished(() => router.close());
  const { plan, take } = counted(planOf('new', listeners, routes));
  const turns: number[] = [];
  let isReloading = true;
  const count = (): void => {
    turns.push(take());
    if (isReloading) setImmediate(count);
  };
  setImmediate(count);
  expect(await router.reload(plan)).toEqual({ is: 'done' });
  isReloading = false;
  turns.push(take());
  expect(router.stats().routes).toBe(listeners * routes);
  // Each route once for what is built and once for its table.
  expect(turns.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(2 * listeners * routes);
  expect(Math.max(...turns)).toBeLessThanOrEqual(entriesPerStep);
});

test('many small listeners share a step', async () => {
  const plan = setupOf(
    Array.from(
      { length: 1200 },
      (_, l): ListenerWish => ({ key: `l${l}`, speaks: ['tls'], routes: [{ name: 'a.test', to: 1 }] }),
    ),
  ).plan;
  const { take } = counted(plan);
  const turns: number[] = [];
  await inTurns(checkInSteps(plan), async () => void turns.push(take()));
  expect(Math.max(...turns)).toBeLessThanOrEqual(entriesPerStep);
});
