/** So many in each whole second: simple, and a burst of one second is what a person reads anyway. */
export class Rate {
  #second = Number.NEGATIVE_INFINITY;
  #taken = 0;
  readonly #perSecond: number;
  readonly #now: () => number;

  /** @param now Milliseconds, never going back. */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** @param count How many it counts as; one that counts as more than all is the only one of its second. */
  take(count = 1): boolean {
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken = 0;
    }
    if (this.#taken >= this.#perSecond) return false;
    this.#taken += count;
    return true;
  }
}
