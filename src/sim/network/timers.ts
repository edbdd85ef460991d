/** Timers as an argument, so that a test can let 350 seconds pass at once. */
export interface Timers {
  /** Runs `then` once after `ms`, unless the returned function is called first. */
  after(ms: number, then: () => void): () => void;
}

export const systemTimers: Timers = {
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};
