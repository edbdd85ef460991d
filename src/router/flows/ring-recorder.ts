import { randomBytes } from 'node:crypto';
import type { FlowRecord, RoutePlan } from '../../ir/index.ts';
import type { RequestCounts } from '../metrics.ts';
import type { RouterLimits } from '../router-limits.ts';
import { FlowRing, type FlowsRead } from './flow-ring.ts';
import { type FlowRules, flowRules } from './flow-rules.ts';
import { type FlowOwner, KeptFlow } from './kept-flow.ts';
import { Rate } from './rate.ts';
import { recordOf } from './record-of.ts';
import type { Flow, FlowRecorder, FlowStart, FlowUpstream } from './recorder.ts';
import { RequestMetrics } from './request-metrics.ts';

export interface RingRecorderOptions {
  readonly plan: RoutePlan;
  readonly limits: Pick<RouterLimits, 'flowBytes' | 'flowsPerSecond' | 'flowLinesPerSecond'>;
  /** Milliseconds, never going back. */
  readonly now: () => number;
  /** Of the hashes that stand for secrets: equal for all routers whose hashes are to be compared. */
  readonly key: () => Uint8Array;
  /** Gets each record at once. */
  readonly sink?: ((record: FlowRecord) => void) | undefined;
  /** Gets some of the records: so many per second at most. */
  readonly line?: ((record: FlowRecord) => void) | undefined;
  readonly note: (sentence: string) => void;
}

/** A request that holds more than this counts as several lines: what is redacted takes time by its length. */
const lineBytes = 4096;

/** Of a sum of many fractions. */
const roundingError = 1e-6;

/**
 * Keeps the last requests of this process in memory and counts all of them. Whoever reads gets records with all secrets
 * redacted; what stays in memory is never written anywhere. Recording neither waits nor throws.
 */
export class RingRecorder implements FlowRecorder, FlowOwner {
  readonly #options: RingRecorderOptions;
  readonly #metrics = new RequestMetrics();
  readonly #ring: FlowRing;
  readonly #rate: Rate;
  /** Of requests that were not sampled and ended badly. */
  readonly #badRate: Rate;
  readonly #lineRate: Rate;
  /** Names the records of this process. */
  readonly #tag = randomBytes(4).toString('hex');
  #rules: FlowRules;
  #open = 0;
  #sampled = 0;
  #overRate = 0;

  constructor(options: RingRecorderOptions) {
    const { limits, now, plan, key } = options;
    this.#options = options;
    this.#ring = new FlowRing(limits.flowBytes, (seq) => `${this.#tag}-${seq}`);
    this.#rate = new Rate(limits.flowsPerSecond, now);
    this.#badRate = new Rate(limits.flowsPerSecond, now);
    this.#lineRate = new Rate(limits.flowLinesPerSecond, now);
    this.#rules = flowRules(plan, key);
  }

  /** Another plan holds from now on. */
  use(plan: RoutePlan): void {
    this.#rules = flowRules(plan, this.#options.key);
  }

  begin(start: FlowStart): Flow {
    const isSampled = start.route === undefined || this.#samples();
    const isKept = isSampled && this.#rate.take();
    if (isSampled && !isKept) this.#overRate += 1;
    return new KeptFlow(this, start, { rules: this.#rules, isKept });
  }

  clientHandshake(isResumed: boolean): void {
    this.#metrics.handshake('client', isResumed);
  }

  /** Records behind a number, at most so many, the oldest first. */
  read(since: number, most: number): FlowsRead {
    return this.#ring.read(since, most);
  }

  counts(): RequestCounts {
    return this.#metrics.snapshot();
  }

  /** Requests that were too many to be recorded. */
  get notRecorded(): number {
    return this.#overRate;
  }

  /** A sentence about a client, with what looks like a secret in it redacted. */
  text(sentence: string): string {
    return this.#rules.redactor.text(sentence);
  }

  // What flows tell.

  now(): number {
    return this.#options.now();
  }

  get hasRoom(): boolean {
    return this.#open < this.#options.limits.flowBytes;
  }

  held(bytes: number): void {
    this.#open += bytes;
  }

  connected({ tls }: FlowUpstream): void {
    if (tls) this.#metrics.handshake('upstream', tls.resumed);
  }

  ended(flow: KeptFlow): void {
    this.#metrics.ended(flow);
    const endedBadly = flow.endedAs !== 'done';
    if (!flow.isKept && !(endedBadly && this.#badRate.take())) return;
    const seq = this.#ring.push(flow);
    const { sink, line } = this.#options;
    const isLine = line !== undefined && this.#lineRate.take(Math.ceil(flow.bytes / lineBytes));
    if (sink === undefined && !isLine) return;
    try {
      const record = recordOf(flow, { id: `${this.#tag}-${seq}`, seq });
      sink?.(record);
      if (isLine) line(record);
    } catch (error) {
      this.#options.note(`a record was not passed on: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Every second, third, … request: spread evenly. */
  #samples(): boolean {
    this.#sampled += this.#rules.sample;
    if (this.#sampled < 1 - roundingError) return false;
    this.#sampled -= 1;
    return true;
  }
}
