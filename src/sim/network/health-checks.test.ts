import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import {
  type Backend,
  backend,
  filledAccounts,
  groupOf,
  manualTimers,
  networkPlan,
} from '../../../test/support/network.ts';
import { machinesOf, removeThing, targetHealth, updateThing } from '../aws/index.ts';
import type { SimulatedAccounts } from '../fill/index.ts';
import { createCustomerNetworks } from './customer-networks.ts';
import type { SimEvent } from './events.ts';
import { createHealthChecks, type HealthTiming } from './health-checks.ts';

const quick: HealthTiming = { intervalMs: 10_000, timeoutMs: 2_000, healthy: 1, unhealthy: 1 };
const readinessPort = networkPlan.infra.router?.readinessPort ?? 0;

interface Checked {
  readonly accounts: SimulatedAccounts;
  readonly lost: readonly string[];
  readonly timers: ReturnType<typeof manualTimers>;
  /** Where health checks of the nth machine go. */
  listen(machine: number, at: Backend): void;
  states(): readonly string[];
  /** The next event that is so. */
  told(is: (event: Extract<SimEvent, { is: 'target-health' }>) => boolean): Promise<unknown>;
  follow(): void;
}

/** Health checks of the group behind port 5432, which has one machine. */
async function checks(timing?: HealthTiming): Promise<Checked> {
  const accounts = await filledAccounts(1);
  const { aws } = accounts;
  const networks = createCustomerNetworks({ ...networkPlan, aws });
  const timers = manualTimers();
  const lost: string[] = [];
  const waiting = new Set<(event: SimEvent) => void>();
  const made = createHealthChecks({
    aws,
    networks,
    timers,
    ...(timing && { timing }),
    tell: (event) => {
      for (const look of waiting) look(event);
    },
    onUnhealthy: (_, { id }) => lost.push(id),
  });
  onTestFinished(made.close);
  const fleet = aws.all('aws_autoscaling_group')[0] ?? expect.unreachable();
  return {
    accounts,
    lost,
    timers,
    listen: (machine, at) => networks.listen(machinesOf(aws, fleet)[machine]?.address ?? '', readinessPort, at),
    states: () => targetHealth(aws, groupOf(accounts, 5432).id).map(({ state }) => state),
    told: (is) =>
      new Promise((done) => {
        const look = (event: SimEvent): void => {
          if (event.is === 'target-health' && is(event)) done(waiting.delete(look));
        };
        waiting.add(look);
      }),
    follow: () => made.follow(groupOf(accounts, 5432)),
  };
}

/** Answers each check with the next status; the last one for ever. Keeps what it was asked. */
async function answering(...statuses: number[]): Promise<Backend & { readonly asked: string[] }> {
  const asked: string[] = [];
  const made = await backend((socket) =>
    socket.on('data', (chunk) => {
      asked.push(chunk.toString('latin1'));
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      socket.end(`HTTP/1.1 ${status} Status\r\nContent-Length: 0\r\n\r\n`);
    }),
  );
  return { ...made, asked };
}

/** One more check is made and answered. */
const checkedOnce = ({ server }: Backend): Promise<unknown> => once(server, 'connection');

test('a target is initial at first, and healthy after as many passes in a row as its group wants', async () => {
  const { listen, states, told, follow, timers } = await checks();
  const machine = await answering(200);
  listen(0, machine);
  const healthy = told(({ state }) => state === 'healthy');
  const first = checkedOnce(machine);
  follow();
  expect(states()).toEqual(['initial']);
  await first;
  await ended(machine, 0);
  expect(states()).toEqual(['initial']);
  timers.advance(10_000);
  await healthy;
  expect(states()).toEqual(['healthy']);
  expect(machine.asked).toHaveLength(2);
});

test('a check asks for the path of the group, and carries the PROXY header where the group has it on', async () => {
  const { accounts, listen, told, follow } = await checks(quick);
  const machine = await answering(200);
  listen(0, machine);
  const healthy = told(({ state }) => state === 'healthy');
  follow();
  await healthy;
  const [asked = ''] = machine.asked;
  expect(asked.slice(0, 12)).toBe('\r\n\r\n\0\r\nQUIT\n');
  expect(asked).not.toContain('vpce-');
  const [check] = groupOf(accounts, 5432).attributes.health_check as readonly { path?: string }[];
  expect(asked).toContain(`GET ${check?.path} HTTP/1.1`);
});

test('a healthy target that fails is unhealthy, is told to whoever has flows to it, and may be healthy again', async () => {
  const { listen, states, told, follow, timers, lost } = await checks(quick);
  const machine = await answering(200, 503, 200);
  listen(0, machine);
  const wanted = ['healthy', 'unhealthy', 'healthy'] as const;
  let next = told(({ state }) => state === wanted[0]);
  follow();
  for (const [i, state] of wanted.entries()) {
    await next;
    expect(states()).toEqual([state]);
    next = told((event) => event.state === wanted[i + 1]);
    timers.advance(10_000);
  }
  expect(lost).toHaveLength(1);
});

test('a target that does not answer in time, or where nothing listens, is unhealthy', async () => {
  const { listen, states, told, follow, timers } = await checks(quick);
  const silent = await backend(() => undefined);
  listen(0, silent);
  const unhealthy = told(({ state }) => state === 'unhealthy');
  follow();
  await checkedOnce(silent);
  timers.advance(2_000);
  await unhealthy;
  const nothing = await checks(quick);
  const lost = nothing.told(({ state }) => state === 'unhealthy');
  nothing.follow();
  await lost;
  expect([states(), nothing.states()]).toEqual([['unhealthy'], ['unhealthy']]);
  expect(nothing.lost, 'it had no flows: it was never healthy').toEqual([]);
});

test('a machine that comes is taken up with the next check, and one that went is left', async () => {
  const { accounts, listen, states, told, follow, timers } = await checks(quick);
  const { aws, caller } = accounts;
  const machine = await answering(200);
  listen(0, machine);
  const healthy = told(({ state }) => state === 'healthy');
  follow();
  await healthy;
  const [fleet] = aws.all('aws_autoscaling_group');
  if (fleet) updateThing(aws, caller, fleet, { ...fleet.attributes, desired_capacity: 2 });
  const second = told(({ state }) => state === 'unhealthy');
  timers.advance(10_000);
  await second;
  expect(states(), 'nothing listens on the second').toEqual(['healthy', 'unhealthy']);
  if (fleet) removeThing(aws, caller, fleet);
  const before = machine.asked.length;
  timers.advance(60_000);
  expect(states()).toEqual([]);
  expect(machine.asked.length - before).toBeLessThan(2);
});

/** The nth connection has ended on both sides. */
async function ended({ sockets }: Backend, n: number): Promise<void> {
  const socket = sockets[n] ?? expect.unreachable();
  if (!socket.destroyed) await once(socket, 'close');
}
