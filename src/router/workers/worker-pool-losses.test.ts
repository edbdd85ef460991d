import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Policy, RoutePlan } from '../../ir/index.ts';
import { noRequests, noTimes } from '../metrics.ts';
import type { Order, Reply } from './messages.ts';
import { WorkerPool } from './worker-pool.ts';

/** An order as it has reached a worker, and the test in the worker's place. */
interface Received {
  readonly pid: number;
  readonly order: Order;
  answer(reply: ReplyBody): void;
}
type ReplyBody = Reply extends infer R ? (R extends Reply ? Omit<R, 'id'> : never) : never;

let server: Server;
let pool: WorkerPool | undefined;
let received: Received[];
let waiting: ((order: Received) => void) | undefined;
const sockets = new Set<Socket>();

beforeEach(async () => {
  received = [];
  waiting = undefined;
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // a worker that was killed
    createInterface(socket)
      .on('line', (line) => {
        const { pid, order } = JSON.parse(line) as Pick<Received, 'pid' | 'order'>;
        const one: Received = {
          pid,
          order,
          answer: (reply) => void socket.write(`${JSON.stringify({ ...reply, id: order.id })}\n`),
        };
        const take = waiting;
        waiting = undefined;
        if (take) take(one);
        else received.push(one);
      })
      .on('error', () => {});
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});

afterEach(async () => {
  await pool?.close();
  pool = undefined;
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((closed) => server.close(closed));
});

const next = (): Promise<Received> => {
  const first = received.shift();
  if (first) return Promise.resolve(first);
  return new Promise((resolve) => {
    waiting = resolve;
  });
};

/** The next order, which is of this kind. */
async function nextOf(kind: Order['do']): Promise<Received> {
  const one = await next();
  expect(one.order.do).toBe(kind);
  return one;
}

const planOf = (name: string): RoutePlan => ({ version: 1, name, listeners: [], upstreams: {}, trustedNetworks: [] });
const noEndpoints: Policy = { version: 1, endpoints: {} };
const oneEndpoint: Policy = { version: 1, endpoints: { 'vpce-0aaaaaaaaaaaaaaaa': 'n-1' } } as Policy;
const done = { did: 'reload', result: { is: 'done' } } as const;

const nameOf = ({ order }: Received): string | undefined => ('plan' in order ? order.plan.name : undefined);

async function poolOf(workers: number): Promise<readonly number[]> {
  const { port } = server.address() as { readonly port: number };
  const starting = WorkerPool.start({
    plan: planOf('first'),
    policy: noEndpoints,
    workers,
    limits: {},
    log: 'json',
    entry: { module: new URL('../../../test/support/told-worker.ts', import.meta.url).pathname, args: [`${port}`] },
    note: () => {},
  });
  const pids: number[] = [];
  for (let i = 0; i < workers; i++) {
    const start = await nextOf('start');
    pids.push(start.pid);
    start.answer({ did: 'started' });
  }
  pool = await starting;
  return pids;
}

const running = (): WorkerPool => {
  if (!pool) throw new Error('no pool runs');
  return pool;
};

test('a worker that is starting while a plan is read gets that plan too', async () => {
  const [victim = 0] = await poolOf(1);
  process.kill(victim, 'SIGKILL');
  const start = await nextOf('start');
  expect(nameOf(start)).toBe('first');
  const reloaded = running().reload(planOf('second'));
  start.answer({ did: 'started' });
  const reload = await nextOf('reload');
  expect([reload.pid, nameOf(reload)]).toEqual([start.pid, 'second']);
  reload.answer(done);
  expect(await reloaded).toEqual({ is: 'done' });
});

test('a worker that is starting while a policy is read gets that policy too', async () => {
  const [victim = 0] = await poolOf(1);
  process.kill(victim, 'SIGKILL');
  const start = await nextOf('start');
  const changed = running().setPolicy(oneEndpoint);
  start.answer({ did: 'started' });
  const policy = await nextOf('policy');
  expect(policy.order).toMatchObject({ policy: oneEndpoint });
  policy.answer({ did: 'policy' });
  await changed;
});

test('a worker that dies while it reads a plan takes no other with it, and its successor has the plan', async () => {
  await poolOf(2);
  const reloaded = running().reload(planOf('second'));
  const [one, other] = [await nextOf('reload'), await nextOf('reload')];
  process.kill(one.pid, 'SIGKILL');
  other.answer(done);
  expect(await reloaded).toEqual({ is: 'done' });
  const start = await nextOf('start');
  expect(nameOf(start)).toBe('second');
  start.answer({ did: 'started' });
});

test('a worker that cannot take a policy is replaced by one that has it', async () => {
  await poolOf(2);
  const changed = running().setPolicy(oneEndpoint);
  const [one, other] = [await nextOf('policy'), await nextOf('policy')];
  one.answer({ did: 'fail', message: 'no', diagnostics: [] });
  other.answer({ did: 'policy' });
  await changed;
  const start = await nextOf('start');
  expect(start.order).toMatchObject({ policy: oneEndpoint });
  start.answer({ did: 'started' });
  await running().whenReady(2);
  expect(running().pids).not.toContain(one.pid);
});

test('a plan that no worker survives is refused, and their successors have the old one', async () => {
  const [victim = 0] = await poolOf(1);
  const reloaded = running().reload(planOf('second'));
  await nextOf('reload');
  process.kill(victim, 'SIGKILL');
  expect(await reloaded).toMatchObject({ is: 'refused', diagnostics: [{ code: 'LG_ROUTER_BIND' }] });
  expect(nameOf(await nextOf('start'))).toBe('first');
});

test('a worker that cannot start is ended, and another one tries', async () => {
  const [victim = 0] = await poolOf(1);
  process.kill(victim, 'SIGKILL');
  const failing = await nextOf('start');
  failing.answer({ did: 'fail', message: 'EMFILE', diagnostics: [] });
  const start = await nextOf('start');
  expect(start.pid).not.toBe(failing.pid);
  start.answer({ did: 'started' });
  await running().whenReady(1);
  expect(running().pids).toEqual([start.pid]);
});

test('a worker that dies while it is asked for its figures is left out', async () => {
  await poolOf(2);
  const stats = running().stats();
  const [one, other] = [await nextOf('stats'), await nextOf('stats')];
  process.kill(one.pid, 'SIGKILL');
  other.answer({
    did: 'stats',
    snapshot: {
      plan: 'first',
      routes: 0,
      draining: false,
      open: 0,
      opening: 0,
      listeners: {},
      upstreams: {},
      openingMs: noTimes(),
      dialMs: noTimes(),
      dns: { asked: 0, failed: 0, stale: 0, names: 0 },
      requests: noRequests(),
      flowsNotRecorded: 0,
      reloads: { done: 1, refused: 0 },
    },
  });
  expect(await stats).toMatchObject({ plan: 'first' });
});

test('a worker that does not drain is ended', async () => {
  await poolOf(1);
  const drained = running().drain(0);
  (await nextOf('drain')).answer({ did: 'fail', message: 'no', diagnostics: [] });
  expect(await drained).toEqual({ cut: 0 });
});
