import type { HealthCheck } from '../../ir/index.ts';

/** Up or down by the results of probes and dials in a row. Starts up: a router without news must not refuse. */
export class Health {
  up = true;
  /** Why it is down, or what failed last. */
  lastFailure: string | undefined;
  #inRow = 0;
  readonly #check: HealthCheck;
  readonly #onChange: (up: boolean, why: string) => void;

  constructor(check: HealthCheck, onChange: (up: boolean, why: string) => void) {
    this.#check = check;
    this.#onChange = onChange;
  }

  succeeded(): void {
    if (this.up) this.#inRow = 0;
    else this.#step(this.#check.rise, true, 'it answers again');
  }

  /** Counts only where active probes could bring the upstream up again. */
  failed(why: string): void {
    this.lastFailure = why;
    if (this.#check.kind === 'none') return;
    if (this.up) this.#step(this.#check.fall, false, why);
    else this.#inRow = 0;
  }

  #step(needed: number, to: boolean, why: string): void {
    this.#inRow += 1;
    if (this.#inRow < needed) return;
    this.up = to;
    this.#inRow = 0;
    if (to) this.lastFailure = undefined;
    this.#onChange(to, why);
  }
}
