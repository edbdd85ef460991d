import type { RefusalCode } from '../diagnostics/index.ts';
import type { EndReason } from './flows/event.ts';

/** Counts of one listener since the start. */
export interface ListenerCounts {
  accepted: number;
  /** Connections that were carried to an upstream. */
  carried: number;
  bytesIn: number;
  bytesOut: number;
  readonly refused: Partial<Record<RefusalCode, number>>;
  readonly ended: Partial<Record<EndReason, number>>;
}

export const noCounts = (): ListenerCounts => ({
  accepted: 0,
  carried: 0,
  bytesIn: 0,
  bytesOut: 0,
  refused: {},
  ended: {},
});

/** Upper bounds of the time histograms, in milliseconds. */
export const histogramBoundsMs = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000] as const;

/** How often something took how long. The last bucket has no upper bound. */
export interface Histogram {
  readonly buckets: number[];
  sumMs: number;
  count: number;
}

export const noTimes = (): Histogram => ({ buckets: histogramBoundsMs.map(() => 0).concat(0), sumMs: 0, count: 0 });

export function observe(histogram: Histogram, ms: number): void {
  let bucket = 0;
  while (ms > (histogramBoundsMs[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
  histogram.buckets[bucket] = (histogram.buckets[bucket] ?? 0) + 1;
  histogram.sumMs += ms;
  histogram.count += 1;
}

/** Inspected requests of one target. */
export interface TargetCounts {
  /** By class of status and code of a refusal: `2xx `, `4xx LG_PATH_DENIED`; `none` where no answer was given. */
  readonly answers: Record<string, number>;
  readonly firstByteMs: Histogram;
  readonly endMs: Histogram;
}

interface Handshakes {
  full: number;
  resumed: number;
}

export interface RequestCounts {
  /** By target; '' where no route was found. */
  readonly targets: Readonly<Record<string, TargetCounts>>;
  /** TLS handshakes of inspected connections. */
  readonly handshakes: { readonly client: Handshakes; readonly upstream: Handshakes };
}

export const noRequests = (): RequestCounts => ({
  targets: {},
  handshakes: { client: { full: 0, resumed: 0 }, upstream: { full: 0, resumed: 0 } },
});

/** State of one upstream now. */
export interface UpstreamNow {
  readonly host: string;
  readonly port: number;
  readonly network: string;
  readonly up: boolean;
  /** Why it is down, or what failed last. */
  readonly lastFailure?: string;
  readonly open: number;
  readonly dialFailures: number;
}

/** The engine in numbers: plain data, so that several workers can be added up. */
export interface Snapshot {
  /** Name of the plan that runs. */
  readonly plan: string;
  readonly routes: number;
  readonly draining: boolean;
  /** Connections now, those in their opening included. */
  readonly open: number;
  readonly opening: number;
  readonly listeners: Readonly<Record<string, ListenerCounts & { readonly open: number; readonly clientPort: number }>>;
  readonly upstreams: Readonly<Record<string, UpstreamNow>>;
  readonly openingMs: Histogram;
  readonly dialMs: Histogram;
  readonly dns: { readonly asked: number; readonly failed: number; readonly stale: number; readonly names: number };
  readonly requests: RequestCounts;
  /** Requests that were to be recorded and were not, since they were too many. */
  readonly flowsNotRecorded: number;
  readonly reloads: { readonly done: number; readonly refused: number };
}
