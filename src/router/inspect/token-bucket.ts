/** How often something may happen: so many times per second, twice as many in a burst. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #now: () => number;
  #tokens: number;
  #refilledMs: number;

  /** @param now Milliseconds, never going back. */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#tokens = 2 * perSecond;
    this.#refilledMs = now();
  }

  /** Whether it may happen now; it counts if it may. */
  take(): boolean {
    const nowMs = this.#now();
    const since = ((nowMs - this.#refilledMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(2 * this.#perSecond, this.#tokens + since);
    this.#refilledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
