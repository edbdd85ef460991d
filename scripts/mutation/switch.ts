/** Which mutant is on, and what was passed on the way. Instrumented code asks it at every place that has a mutant. */
export interface MutationSwitch {
  /** The answer that instrumented code asks for. */
  on(id: number): boolean;
  /** Turns a mutant on; 0 turns all off. `stepsAtMost` bounds how many places may be passed: a loop without end stops. */
  set(id: number, stepsAtMost: number): void;
  /** Starts to note which places are passed. */
  record(): void;
  /** What was passed since `record`, and how many times in all. */
  recorded(): { readonly ids: number[]; readonly steps: number };
  /** Whether the mutant that is on has passed more places than it may. */
  isOverBudget(): boolean;
}

export class StepBudgetError extends Error {
  constructor() {
    super('the mutant passed more places than the unchanged code would');
  }
}

export function createSwitch(mutants: number): MutationSwitch {
  const passed = new Uint8Array(mutants + 1);
  let recording = false;
  let active = 0;
  let steps = 0;
  let left = Number.POSITIVE_INFINITY;
  return {
    on(id) {
      if (recording) {
        passed[id] = 1;
        steps += 1;
      }
      if (active === 0) return false;
      left -= 1;
      if (left < 0) throw new StepBudgetError();
      return active === id;
    },
    set(id, stepsAtMost) {
      active = id;
      left = stepsAtMost;
    },
    record() {
      passed.fill(0);
      steps = 0;
      recording = true;
    },
    recorded() {
      recording = false;
      const ids: number[] = [];
      for (const [id, was] of passed.entries()) if (was === 1) ids.push(id);
      return { ids, steps };
    },
    isOverBudget: () => left < 0,
  };
}
