/**
 * Counts the connections that have not said yet what they want, or wait for a server, by who they come from: one NCC that
 * opens many and says nothing leaves room for the others.
 */
export class Openings {
  readonly #most: number;
  readonly #counts = new Map<string, number>();

  /** @param most For each. */
  constructor(most: number) {
    this.#most = most;
  }

  /** What gives the place back, once; undefined where all are taken. */
  take(who: string): (() => void) | undefined {
    const count = this.#counts.get(who) ?? 0;
    if (count >= this.#most) return undefined;
    this.#counts.set(who, count + 1);
    let isBack = false;
    return () => {
      if (isBack) return;
      isBack = true;
      const left = (this.#counts.get(who) ?? 1) - 1;
      if (left === 0) this.#counts.delete(who);
      else this.#counts.set(who, left);
    };
  }
}
