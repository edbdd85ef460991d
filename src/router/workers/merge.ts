import {
  type Histogram,
  type ListenerCounts,
  noCounts,
  noRequests,
  noTimes,
  type RequestCounts,
  type Snapshot,
  type TargetCounts,
} from '../metrics.ts';

/** Several workers as one: counts are added; an upstream is up when any worker finds it so. */
export function mergeSnapshots(snapshots: readonly Snapshot[]): Snapshot | undefined {
  const [first] = snapshots;
  if (!first) return undefined;
  const sum = (of: (snapshot: Snapshot) => number): number => snapshots.reduce((total, one) => total + of(one), 0);
  return {
    plan: first.plan,
    routes: first.routes,
    draining: snapshots.some(({ draining }) => draining),
    open: sum(({ open }) => open),
    opening: sum(({ opening }) => opening),
    listeners: Object.fromEntries(
      Object.entries(first.listeners).map(([key, { clientPort }]) => {
        const each = snapshots.flatMap(({ listeners }) => listeners[key] ?? []);
        return [key, { ...addCounts(each), open: each.reduce((n, { open }) => n + open, 0), clientPort }];
      }),
    ),
    upstreams: Object.fromEntries(
      Object.entries(first.upstreams).map(([key, upstream]) => {
        const each = snapshots.flatMap(({ upstreams }) => upstreams[key] ?? []);
        return [
          key,
          {
            ...upstream,
            up: each.some(({ up }) => up),
            open: each.reduce((n, { open }) => n + open, 0),
            dialFailures: each.reduce((n, { dialFailures }) => n + dialFailures, 0),
          },
        ];
      }),
    ),
    openingMs: addTimes(snapshots.map(({ openingMs }) => openingMs)),
    dialMs: addTimes(snapshots.map(({ dialMs }) => dialMs)),
    dns: {
      asked: sum(({ dns }) => dns.asked),
      failed: sum(({ dns }) => dns.failed),
      stale: sum(({ dns }) => dns.stale),
      names: Math.max(...snapshots.map(({ dns }) => dns.names)),
    },
    requests: addRequests(snapshots.map(({ requests }) => requests)),
    flowsNotRecorded: sum(({ flowsNotRecorded }) => flowsNotRecorded),
    // Every worker takes part in every reload.
    reloads: first.reloads,
  };
}

function addCounts(each: readonly ListenerCounts[]): ListenerCounts {
  const total = noCounts();
  for (const counts of each) {
    total.accepted += counts.accepted;
    total.carried += counts.carried;
    total.bytesIn += counts.bytesIn;
    total.bytesOut += counts.bytesOut;
    addTo(total.refused, counts.refused);
    addTo(total.ended, counts.ended);
  }
  return total;
}

function addRequests(each: readonly RequestCounts[]): RequestCounts {
  const total = noRequests();
  const names = new Set(each.flatMap(({ targets }) => Object.keys(targets)));
  for (const side of ['client', 'upstream'] as const)
    for (const { handshakes } of each) {
      total.handshakes[side].full += handshakes[side].full;
      total.handshakes[side].resumed += handshakes[side].resumed;
    }
  return { ...total, targets: Object.fromEntries([...names].map((name) => [name, addTarget(each, name)])) };
}

function addTarget(each: readonly RequestCounts[], name: string): TargetCounts {
  const counts = each.flatMap(({ targets }) => targets[name] ?? []);
  const answers: Record<string, number> = {};
  for (const one of counts) addTo(answers, one.answers);
  return {
    answers,
    firstByteMs: addTimes(counts.map(({ firstByteMs }) => firstByteMs)),
    endMs: addTimes(counts.map(({ endMs }) => endMs)),
  };
}

function addTo<K extends string>(total: Partial<Record<K, number>>, more: Partial<Record<K, number>>): void {
  for (const key of Object.keys(more) as K[]) total[key] = (total[key] ?? 0) + (more[key] ?? 0);
}

function addTimes(each: readonly Histogram[]): Histogram {
  const total = noTimes();
  for (const { buckets, sumMs, count } of each) {
    for (const [i, n] of buckets.entries()) total.buckets[i] = (total.buckets[i] ?? 0) + n;
    total.sumMs += sumMs;
    total.count += count;
  }
  return total;
}
