import type { Refusal } from '../../diagnostics/index.ts';
import type { RouterLimits } from '../router-limits.ts';

type Limits = Pick<RouterLimits, 'handshakesPerNcc' | 'handshakesPerSecondPerNcc' | 'inspectedPerNcc'>;

interface Account {
  handshakes: number;
  connections: number;
  /** Handshakes that may begin now; refilled as time goes by. */
  tokens: number;
  refilledMs: number;
}

/** What one inspected connection has taken; given back once. */
export interface Spent {
  handshakeDone(): void;
  connectionDone(): void;
}

/**
 * What each NCC may use of the router: handshakes cost its processor and connections its memory (each holds a bounded
 * number of bytes), so that one NCC cannot take both from all others.
 */
export class Budgets {
  readonly #limits: Limits;
  readonly #now: () => number;
  /** Only NCCs of the plan come this far, so there are few. */
  readonly #accounts = new Map<string, Account>();

  constructor(limits: Limits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Takes a connection and its handshake from the NCC's budget, or says why not. */
  take(ncc: string): Spent | Refusal {
    const { handshakesPerNcc, handshakesPerSecondPerNcc: rate, inspectedPerNcc } = this.#limits;
    const account = this.#account(ncc);
    if (account.connections >= inspectedPerNcc) return over(ncc, `has ${inspectedPerNcc} inspected connections`);
    if (account.handshakes >= handshakesPerNcc) return over(ncc, `has ${handshakesPerNcc} handshakes under way`);
    const nowMs = this.#now();
    account.tokens = Math.min(2 * rate, account.tokens + ((nowMs - account.refilledMs) / 1000) * rate);
    account.refilledMs = nowMs;
    if (account.tokens < 1) return over(ncc, `began more than ${rate} handshakes per second`);
    account.tokens -= 1;
    account.handshakes += 1;
    account.connections += 1;
    return {
      handshakeDone: once(() => {
        account.handshakes -= 1;
      }),
      connectionDone: once(() => {
        account.connections -= 1;
      }),
    };
  }

  #account(ncc: string): Account {
    const known = this.#accounts.get(ncc);
    if (known) return known;
    const tokens = 2 * this.#limits.handshakesPerSecondPerNcc;
    const made = { handshakes: 0, connections: 0, tokens, refilledMs: this.#now() };
    this.#accounts.set(ncc, made);
    return made;
  }
}

const over = (ncc: string, what: string): Refusal => ({ code: 'LG_OVER_LIMIT', why: `NCC ${ncc} ${what}` });

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}
