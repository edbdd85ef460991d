/** Timers as an argument, so that a test can move 350 seconds in none. */
export interface Clock {
  /** Runs `then` once after `ms`, unless the returned function is called first. */
  after(ms: number, then: () => void): () => void;
}

export const systemClock: Clock = {
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};
