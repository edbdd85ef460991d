import { connect } from 'node:net';
import { parseIpv4 } from '../../ir/index.ts';
import {
  type AwsWorld,
  actionGroups,
  blocksOf,
  number,
  type RegisteredTarget,
  registeredTargets,
  setTargetHealth,
  type TargetState,
  type Thing,
  text,
} from '../aws/index.ts';
import type { CustomerNetworks } from './customer-networks.ts';
import type { SimEvent } from './events.ts';
import { type NlbNode, nodesOf } from './load-balancer.ts';
import type { LoopbackAddress } from './loopback.ts';
import { whyDropped } from './packet-filter.ts';
import { proxyHeader } from './proxy-header.ts';
import type { Timers } from './timers.ts';

/** How a group decides about health. */
export interface HealthTiming {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Passes in a row until healthy. */
  readonly healthy: number;
  /** Failures in a row until unhealthy. */
  readonly unhealthy: number;
}

/** Health checks of every target behind a listener. What they find is kept in the account, where DescribeTargetHealth shows it. */
export interface HealthChecks {
  /** Takes up targets that came to a group, and leaves those that went. */
  follow(group: Thing): void;
  /** The same for every group that a listener forwards to. */
  followAll(): void;
  close(): void;
}

export interface HealthChecksOptions {
  readonly aws: AwsWorld;
  readonly networks: CustomerNetworks;
  readonly timers: Timers;
  /** In place of what each group says. */
  readonly timing?: HealthTiming;
  tell(event: SimEvent): void;
  /** A target that was healthy is so no more: its flows are reset (`unhealthy.connection_termination` is on). */
  onUnhealthy(group: Thing, target: RegisteredTarget): void;
}

/** A health answer is a status line; more than this is not read. */
const answerCapBytes = 4096;
/** Of a group that says nothing. @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html (2026-11-20) */
const defaults = { intervalSeconds: 30, timeoutSeconds: { HTTP: 6, TCP: 10 }, healthy: 5, unhealthy: 2 } as const;

/** A target under check: how many checks in a row have passed (above 0) or failed (below 0). */
interface Followed {
  state: TargetState;
  run: number;
  cancel: () => void;
}

export function createHealthChecks(options: HealthChecksOptions): HealthChecks {
  const { aws, networks, timers, tell } = options;
  const followed = new Map<string, Map<string, Followed>>();
  let closed = false;

  const settle = (group: Thing, target: RegisteredTarget, entry: Followed, passed: boolean): void => {
    if (closed) return;
    const timing = options.timing ?? timingOf(group);
    const was = entry.state;
    entry.run = passed ? Math.max(1, entry.run + 1) : Math.min(-1, entry.run - 1);
    if (entry.run >= timing.healthy) entry.state = 'healthy';
    if (-entry.run >= timing.unhealthy) entry.state = 'unhealthy';
    if (entry.state !== was) {
      keep(group, target, entry.state);
      if (was === 'healthy') options.onUnhealthy(group, target);
    }
    entry.cancel = timers.after(timing.intervalMs, () => {
      follow(group); // by now it may be gone, and others may have come
      const present = aws.get(group.type, group.id);
      if (present && followed.get(group.id)?.get(keyOf(target)) === entry) check(present, target, entry);
    });
  };
  const keep = (group: Thing, target: RegisteredTarget, state: TargetState): void => {
    setTargetHealth(aws, group.id, target, state, reasons[state]);
    tell({ is: 'target-health', group: text(group.attributes, 'name'), target: target.id, state });
  };
  const check = (group: Thing, target: RegisteredTarget, entry: Followed): void => {
    const { timeoutMs } = options.timing ?? timingOf(group);
    entry.cancel = checkOnce({ aws, networks, timers, group, target, timeoutMs }, (passed) =>
      settle(group, target, entry, passed),
    );
  };

  function follow(given: Thing): void {
    const group = aws.get(given.type, given.id);
    const targets = group ? registeredTargets(aws, group.id) : [];
    const known = followed.get(given.id) ?? new Map<string, Followed>();
    followed.set(given.id, known);
    for (const [key, entry] of known)
      if (!targets.some((target) => keyOf(target) === key)) {
        entry.cancel();
        known.delete(key);
      }
    for (const target of targets) {
      if (!group || known.has(keyOf(target))) continue;
      const entry: Followed = { state: 'initial', run: 0, cancel: () => undefined };
      known.set(keyOf(target), entry);
      keep(group, target, 'initial');
      check(group, target, entry);
    }
  }

  return {
    follow,
    followAll() {
      const used = new Set(aws.all('aws_lb_listener').flatMap(({ attributes }) => actionGroups(attributes)));
      for (const group of aws.all('aws_lb_target_group', ({ id }) => used.has(id))) follow(group);
    },
    close() {
      closed = true;
      for (const entry of [...followed.values()].flatMap((each) => [...each.values()])) entry.cancel();
    },
  };
}

const keyOf = ({ id, port }: RegisteredTarget): string => `${id}:${port}`;

const reasons: Readonly<Record<TargetState, string>> = {
  initial: 'Elb.InitialHealthChecking',
  healthy: '',
  unhealthy: 'Target.FailedHealthChecks',
  unused: 'Target.NotInUse',
};

function timingOf(group: Thing): HealthTiming {
  const [check = {}] = blocksOf(group.attributes, 'health_check');
  const protocol = text(check, 'protocol') === 'TCP' ? 'TCP' : 'HTTP';
  return {
    intervalMs: (number(check, 'interval') ?? defaults.intervalSeconds) * 1000,
    timeoutMs: (number(check, 'timeout') ?? defaults.timeoutSeconds[protocol]) * 1000,
    healthy: number(check, 'healthy_threshold') ?? defaults.healthy,
    unhealthy: number(check, 'unhealthy_threshold') ?? defaults.unhealthy,
  };
}

interface OneCheck extends Pick<HealthChecksOptions, 'aws' | 'networks' | 'timers'> {
  readonly group: Thing;
  readonly target: RegisteredTarget;
  readonly timeoutMs: number;
}

/** One health check. Answers once; the returned function gives it up. */
function checkOnce(
  { aws, networks, timers, group, target, timeoutMs }: OneCheck,
  then: (passed: boolean) => void,
): () => void {
  const [settings = {}] = blocksOf(group.attributes, 'health_check');
  const port = Number(text(settings, 'port')) || target.port; // else `traffic-port`
  let answered = false;
  const answer = (passed: boolean): void => {
    if (answered) return;
    answered = true;
    cancelTimer();
    socket?.destroy();
    then(passed);
  };
  const cancelTimer = timers.after(timeoutMs, () => answer(false));
  const node = checkingNode(aws, group);
  const isDropped = node && whyDropped(aws, node, { address: target.address, port }) !== undefined;
  const at: LoopbackAddress | undefined = isDropped ? undefined : networks.listenerAt(target.address, port);
  const socket = at && connect(at);
  if (!socket) queueMicrotask(() => answer(false));
  let head = '';
  socket?.on('error', () => answer(false));
  socket?.on('close', () => answer(false));
  socket?.on('connect', () => {
    if (text(settings, 'protocol') === 'TCP') return answer(true);
    // Health checks carry the PROXY header where the group has it on (guide of network load balancers): the health port must take it.
    if (group.attributes.proxy_protocol_v2 === true) socket.write(headerFrom(node, target, port));
    const path = text(settings, 'path') || '/';
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${target.address}\r\nConnection: close\r\n\r\n`);
  });
  socket?.on('data', (chunk) => {
    head += chunk.toString('latin1');
    const status = /^HTTP\/1\.[01] ([0-9]{3})/.exec(head)?.[1];
    if (status) answer(Number(status) >= 200 && Number(status) < 400);
    else if (head.length > answerCapBytes) answer(false);
  });
  return () => {
    answered = true;
    cancelTimer();
    socket?.destroy();
  };
}

/** The node that checks a target: one of the load balancer's, of which all come to the same. */
function checkingNode(aws: AwsWorld, group: Thing): NlbNode | undefined {
  const [listener] = aws.all('aws_lb_listener', ({ attributes }) => actionGroups(attributes).includes(group.id));
  const balancer = aws.get('aws_lb', text(listener?.attributes ?? {}, 'load_balancer_arn'));
  return balancer && nodesOf(aws, balancer)[0];
}

function headerFrom(node: NlbNode | undefined, target: RegisteredTarget, port: number): Buffer {
  const to = parseIpv4(target.address);
  return node && to ? proxyHeader({ address: node.address, port: 0 }, { address: to, port }) : Buffer.alloc(0);
}
