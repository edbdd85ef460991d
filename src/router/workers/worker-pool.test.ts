import { expect, onTestFinished, test } from 'vitest';
import { setupOf } from '../../../test/conformance/setup.ts';
import type { RoutePlan } from '../../ir/index.ts';
import { FlowFeed } from '../admin/flow-feed.ts';
import { WorkerPool } from './worker-pool.ts';

const module = new URL('../../../test/support/obedient-worker.ts', import.meta.url).pathname;
const named = (name: string): RoutePlan => ({ ...setupOf([]).plan, name });

async function pool(plan = named('first'), workers = 2, note = (_: string): void => {}): Promise<WorkerPool> {
  const made = await WorkerPool.start({
    plan,
    policy: { version: 1, endpoints: {} },
    workers,
    limits: {},
    log: 'json',
    entry: { module, args: [] },
    note,
  });
  onTestFinished(() => made.close());
  return made;
}

test('several workers start, and are seen as one', async () => {
  const made = await pool();
  expect(new Set(made.pids).size).toBe(2);
  await made.whenReady(2);
  expect(await made.stats()).toMatchObject({ plan: 'first', open: 2, draining: false });
});

test('where one cannot start, none is left, and the reason is told', async () => {
  await expect(pool(named('cannot-start'))).rejects.toThrow('the port is taken');
});

test('every worker takes a plan', async () => {
  const made = await pool();
  expect(await made.reload(named('second'))).toEqual({ is: 'done' });
  expect([made.plan.name, (await made.stats()).plan]).toEqual(['second', 'second']);
});

test('a plan that one worker refuses is taken back from all', async () => {
  const made = await pool();
  const [, last] = made.pids;
  expect(await made.reload(named(`refused-by-${last}`))).toMatchObject({ is: 'refused' });
  expect([made.plan.name, (await made.stats()).plan]).toEqual(['first', 'first']);
});

test('a worker that ends before it answers is a refusal, not a wait', async () => {
  const made = await pool(named('first'), 1);
  expect(await made.reload(named('dies'))).toMatchObject({ is: 'refused', diagnostics: [{ code: 'LG_ROUTER_BIND' }] });
  expect(made.plan.name).toBe('first');
});

test('a drain adds up what the workers cut, and ends them', async () => {
  const made = await pool();
  expect(await made.drain(1000)).toEqual({ cut: 4 });
  expect(made.pids).toEqual([]);
});

test('the flow records of all workers are read, each once, also of one that came later', async () => {
  let tell = (): void => {};
  const isGone = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const made = await pool(named('first'), 2, () => tell());
  const feed = new FlowFeed(() => made.flowSources);
  const seen = (): readonly string[] => feed.read(0, 10, {}).flows.map(({ id }) => id);
  await feed.pull();
  await feed.pull();
  const [first = 0, second = 0] = made.pids;
  expect(seen().toSorted()).toEqual([`of ${first}`, `of ${second}`].toSorted());
  process.kill(first, 'SIGKILL');
  await isGone;
  await made.whenReady(2);
  await feed.pull();
  expect(seen()).toHaveLength(3);
});
