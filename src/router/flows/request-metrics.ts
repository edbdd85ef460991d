import { noRequests, noTimes, observe, type RequestCounts, type TargetCounts } from '../metrics.ts';
import type { KeptFlow } from './kept-flow.ts';

/** Targets that are counted apart. They come from plans; many reloads may bring many. */
const targetsMax = 2000;
/** Where a request is counted that has no route, and those of targets beyond the maximum. */
const noTarget = '';

/** By the first digit of the status. Constants, so that counting one makes no text. */
const answerKinds = ['none ', '1xx ', '2xx ', '3xx ', '4xx ', '5xx ', '6xx ', '7xx ', '8xx ', '9xx '];

/** Counts requests by target, class of status and code. Nothing that a client sends becomes a key. */
export class RequestMetrics {
  readonly #targets = new Map<string, TargetCounts>();
  readonly #handshakes = noRequests().handshakes;

  handshake(side: 'client' | 'upstream', isResumed: boolean): void {
    this.#handshakes[side][isResumed ? 'resumed' : 'full'] += 1;
  }

  ended({ start, status, refusal, firstByteMs, endMs }: KeptFlow): void {
    const counts = this.#of(start.route?.target ?? noTarget);
    const kind = answerKinds[status === undefined ? 0 : Math.floor(status / 100)] ?? 'none ';
    const answer = refusal ? kind + refusal.code : kind;
    counts.answers[answer] = (counts.answers[answer] ?? 0) + 1;
    if (firstByteMs !== undefined) observe(counts.firstByteMs, firstByteMs);
    // A WebSocket lasts as long as its user likes.
    if (status !== 101) observe(counts.endMs, endMs);
  }

  snapshot(): RequestCounts {
    return structuredClone({ targets: Object.fromEntries(this.#targets), handshakes: this.#handshakes });
  }

  #of(target: string): TargetCounts {
    const known =
      this.#targets.get(target) ?? (this.#targets.size >= targetsMax ? this.#targets.get(noTarget) : undefined);
    if (known) return known;
    const made: TargetCounts = { answers: {}, firstByteMs: noTimes(), endMs: noTimes() };
    this.#targets.set(target, made);
    return made;
  }
}
