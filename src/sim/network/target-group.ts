import { connect } from 'node:net';
import type { IpAddress, Listener } from '../../ir/index.ts';
import type { Place } from './addresses.ts';
import type { Clock } from './clock.ts';
import type { MemberState, SimEvent } from './events.ts';
import { type HeaderEnd, proxyHeader } from './proxy-header.ts';

/** One address behind a listener: a router, or a target itself. */
export interface Member {
  /** Unique in the group. */
  readonly id: string;
  readonly address: IpAddress;
  /** Where the traffic really goes. Undefined: nothing listens there, as a wrong address in a spec. */
  readonly serves: Place | undefined;
  /** Where health checks really go. */
  readonly checked: Place | undefined;
}

/** How a group decides about health. Defaults of AWS: 30 s, 5 and 2 in a row, 6 s for HTTP, 10 s for TCP. */
export interface HealthTiming {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Passes in a row until healthy. */
  readonly healthy: number;
  /** Failures in a row until unhealthy. */
  readonly unhealthy: number;
}

/** The target group of one listener: members, their health, and who gets the next flow. */
export interface Group {
  register(member: Member): void;
  /** No new flows; present ones stay (`deregistration_delay.connection_termination` is off for TCP). */
  deregister(id: string): void;
  /** The member for a flow, by its hash: healthy ones only; when there are none, any (the group fails open). Undefined: empty. */
  pick(hash: number): Member | undefined;
  states(): ReadonlyMap<string, MemberState>;
  /** Called when a healthy member turns unhealthy: its flows are reset (`unhealthy.connection_termination` is on). */
  onUnhealthy(then: (id: string) => void): void;
  close(): void;
}

/** A health answer is a status line; more than this is not read. */
const answerCapBytes = 4096;

interface Entry {
  readonly member: Member;
  state: MemberState;
  run: number;
  cancel: () => void;
}

export function createGroup(
  listener: Listener,
  nlb: HeaderEnd,
  timing: HealthTiming,
  clock: Clock,
  tell: (event: SimEvent) => void,
): Group {
  const entries = new Map<string, Entry>();
  const listeners: ((id: string) => void)[] = [];
  let closed = false;

  const settle = (entry: Entry, passed: boolean): void => {
    if (closed || entry.state === 'draining') return;
    const was = entry.state;
    entry.run = passed ? Math.max(1, entry.run + 1) : Math.min(-1, entry.run - 1);
    if (entry.run >= timing.healthy) entry.state = 'healthy';
    if (-entry.run >= timing.unhealthy) entry.state = 'unhealthy';
    if (entry.state !== was) {
      tell({ is: 'member-health', listener: listener.key, member: entry.member.id, state: entry.state });
      if (entry.state === 'unhealthy') for (const then of listeners) then(entry.member.id);
    }
    entry.cancel = clock.after(timing.intervalMs, () => check(entry));
  };
  const check = (entry: Entry): void => {
    entry.cancel = checkHealth(listener, entry.member, nlb, timing.timeoutMs, clock, (passed) => settle(entry, passed));
  };

  return {
    register(member) {
      entries.get(member.id)?.cancel();
      const entry: Entry = { member, state: 'initial', run: 0, cancel: () => undefined };
      entries.set(member.id, entry);
      check(entry);
    },
    deregister(id) {
      const entry = entries.get(id);
      if (!entry) return; // AWS answers success for an unknown target
      entry.cancel();
      entry.state = 'draining';
    },
    pick(hash) {
      const present = [...entries.values()].filter((entry) => entry.state !== 'draining');
      const healthy = present.filter((entry) => entry.state === 'healthy');
      const from = healthy.length > 0 ? healthy : present;
      return from[hash % Math.max(1, from.length)]?.member;
    },
    states: () => new Map([...entries].map(([id, entry]) => [id, entry.state])),
    onUnhealthy: (then) => void listeners.push(then),
    close() {
      closed = true;
      for (const entry of entries.values()) entry.cancel();
    },
  };
}

/** One health check. Answers once; the returned function gives it up. */
function checkHealth(
  listener: Listener,
  member: Member,
  nlb: HeaderEnd,
  timeoutMs: number,
  clock: Clock,
  then: (passed: boolean) => void,
): () => void {
  const { health, proxyProtocolV2 } = listener.targetGroup;
  let answered = false;
  const answer = (passed: boolean): void => {
    if (answered) return;
    answered = true;
    cancelTimer();
    socket?.destroy();
    then(passed);
  };
  const cancelTimer = clock.after(timeoutMs, () => answer(false));
  const socket = member.checked ? connect(member.checked) : undefined;
  if (!socket) {
    queueMicrotask(() => answer(false));
    return () => {
      answered = true;
      cancelTimer();
    };
  }
  let text = '';
  socket.on('error', () => answer(false));
  socket.on('close', () => answer(false));
  socket.on('connect', () => {
    if (health.protocol === 'TCP') return answer(true);
    // Health checks carry the PROXY header where the group has it (AWS Transit and NLB guide): the health port must take it.
    if (proxyProtocolV2) socket.write(proxyHeader(nlb, { address: member.address, port: health.port }));
    socket.write(`GET ${health.path ?? '/'} HTTP/1.1\r\nHost: ${member.address}\r\nConnection: close\r\n\r\n`);
  });
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    const status = /^HTTP\/1\.[01] ([0-9]{3})/.exec(text)?.[1];
    if (status) answer(Number(status) >= 200 && Number(status) < 400);
    else if (text.length > answerCapBytes) answer(false);
  });
  return () => {
    answered = true;
    cancelTimer();
    socket.destroy();
  };
}
