import type { Refusal } from '../../../diagnostics/index.ts';
import type { RouterLimits } from '../../router-limits.ts';

/** What is told when a time is over. */
export interface DeadlineOwner {
  /** A head is not whole, or does not begin. */
  onSlow(refusal: Refusal): void;
  /** Nothing was asked for a while, as far as is known here. */
  onRested(): void;
}

/** The times of one connection with requests one after the other: for heads, for an answer, and between two requests. */
export class Deadlines {
  readonly #limits: Pick<RouterLimits, 'openingMs' | 'answerMs'>;
  readonly #owner: DeadlineOwner;
  #head: NodeJS.Timeout | undefined;
  #answer: NodeJS.Timeout | undefined;
  readonly #rest: NodeJS.Timeout;
  #isAnswered = false;

  constructor(limits: Pick<RouterLimits, 'openingMs' | 'answerMs' | 'betweenRequestsMs'>, owner: DeadlineOwner) {
    this.#limits = limits;
    this.#owner = owner;
    // Goes on through exchanges: to set it anew costs less than to stop it.
    this.#rest = setTimeout(() => owner.onRested(), limits.betweenRequestsMs);
  }

  /** A head has begun; `refusal` says which. */
  head(refusal: Refusal): void {
    this.#head ??= setTimeout(() => this.#owner.onSlow(refusal), this.#limits.openingMs);
  }

  headDone(): void {
    clearTimeout(this.#head);
    this.#head = undefined;
  }

  /** The request is with the server. */
  answer(): void {
    const { answerMs } = this.#limits;
    if (this.#isAnswered) return;
    this.#answer ??= setTimeout(
      () => this.#owner.onSlow({ code: 'LG_UPSTREAM_TIMEOUT', why: `the server did not answer within ${answerMs} ms` }),
      answerMs,
    );
  }

  /** The head of the answer is there; its body has no time. */
  answerBegun(): void {
    clearTimeout(this.#answer);
    this.#answer = undefined;
    this.#isAnswered = true;
  }

  /** The exchange is over, and the next one may begin. */
  rest(): void {
    this.#isAnswered = false;
    this.#rest.refresh();
  }

  stop(): void {
    this.headDone();
    clearTimeout(this.#answer);
    clearTimeout(this.#rest);
  }
}
