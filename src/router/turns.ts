/** Ends the present turn of the event loop: what connections wait for comes first. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Runs work that is cut into steps, one step in each turn of the event loop. */
export async function inTurns<T>(steps: Generator<void, T>, pause: () => Promise<void> = nextTurn): Promise<T> {
  for (;;) {
    await pause();
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Entries of a plan that one step handles. */
export const entriesPerStep = 500;
