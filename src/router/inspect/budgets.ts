import type { Refusal } from '../../diagnostics/index.ts';
import type { RouterLimits } from '../router-limits.ts';
import { TokenBucket } from './token-bucket.ts';

type Limits = Pick<
  RouterLimits,
  | 'handshakesPerNcc'
  | 'handshakesPerSecondPerNcc'
  | 'inspectedPerNcc'
  | 'streamsPerNcc'
  | 'streamResetsPerSecondPerNcc'
  | 'bufferedBytesPerNcc'
  | 'heldBytesPerNcc'
>;

interface Account {
  handshakes: number;
  connections: number;
  streams: number;
  /** Bytes that wait in this process for the NCC's clients or their servers. */
  buffered: number;
  readonly beginnings: TokenBucket;
  readonly resets: TokenBucket;
}

/** What one inspected connection uses of the budget of its NCC. What it has taken it gives back once. */
export interface Spent {
  handshakeDone(): void;
  connectionDone(): void;
  /** Why the request that has just begun cannot go on: the NCC has its streams, or its bytes. */
  requestRefusal(): Refusal | undefined;
  streamBegun(): void;
  streamDone(): void;
  /** A client has reset a stream. False when its NCC does that too often. */
  mayReset(): boolean;
  /** So many bytes more wait to be written; negative: fewer. */
  buffers(bytes: number): void;
  /** Why what waits here must go, or undefined: requests that were under way before hold more than all the NCC may hold. */
  bytesRefusal(): Refusal | undefined;
}

/**
 * What each NCC may use of the router: handshakes and streams cost its processor, connections and what waits in them its
 * memory, so that one NCC cannot take both from all others.
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
    if (!account.beginnings.take()) return over(ncc, `began more than ${rate} handshakes per second`);
    account.handshakes += 1;
    account.connections += 1;
    return {
      ...{
        handshakeDone: once(() => void account.handshakes--),
        connectionDone: once(() => void account.connections--),
      },
      requestRefusal: () => this.#requestRefusal(ncc, account),
      streamBegun: () => void account.streams++,
      streamDone: () => void account.streams--,
      mayReset: () => account.resets.take(),
      buffers: (bytes) => {
        account.buffered += bytes;
      },
      bytesRefusal: () => {
        const most = this.#limits.heldBytesPerNcc;
        return account.buffered <= most ? undefined : over(ncc, `has ${most} bytes on their way that nobody reads`);
      },
    };
  }

  #requestRefusal(ncc: string, { streams, buffered }: Account): Refusal | undefined {
    const { streamsPerNcc, bufferedBytesPerNcc } = this.#limits;
    if (streams > streamsPerNcc) return over(ncc, `has ${streamsPerNcc} streams under way`);
    if (buffered < bufferedBytesPerNcc) return undefined;
    return over(ncc, `has ${bufferedBytesPerNcc} bytes on their way that nobody reads`);
  }

  #account(ncc: string): Account {
    const known = this.#accounts.get(ncc);
    if (known) return known;
    const { handshakesPerSecondPerNcc, streamResetsPerSecondPerNcc } = this.#limits;
    const made = {
      handshakes: 0,
      connections: 0,
      streams: 0,
      buffered: 0,
      beginnings: new TokenBucket(handshakesPerSecondPerNcc, this.#now),
      resets: new TokenBucket(streamResetsPerSecondPerNcc, this.#now),
    };
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
