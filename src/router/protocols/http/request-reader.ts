import { concat, nothing } from '../bytes.ts';
import { type BodyState, bodyStart, readBody } from './body.ts';
import type { HeadFault } from './fault.ts';
import { parseRequestHead, type RequestHead } from './head.ts';

/** What comes next in a client's stream of requests. */
export type RequestPart =
  /** A whole head, not judged yet. Its body, if it has one, comes next. */
  | { readonly is: 'head'; readonly head: RequestHead; readonly bytes: Uint8Array }
  /** A piece of the body of the last head, framing included. */
  | { readonly is: 'body'; readonly bytes: Uint8Array }
  /** A head has begun and is not whole. */
  | { readonly is: 'need-more' }
  | HeadFault
  | { readonly is: 'not-http'; readonly why: string };

/**
 * Splits a client's stream into heads and bodies; hands the bytes out as they came. Holds what is not handed out: of a
 * caller that takes all it can get, at most one head.
 */
export class RequestReader {
  #held: Uint8Array = nothing;
  #body: BodyState = { in: 'end' };

  /** Bytes that are not handed out yet. */
  get held(): Uint8Array {
    return this.#held;
  }

  /** The last head's body is not whole. */
  get isInBody(): boolean {
    return this.#body.in !== 'end';
  }

  push(chunk: Uint8Array): void {
    this.#held = this.#held.length === 0 ? chunk : concat(this.#held, chunk);
  }

  /** The next part; a fault once there is one, for ever. Ask only while something is held. */
  next(): RequestPart {
    if (this.#body.in !== 'end') {
      const step = readBody(this.#body, this.#held);
      if (step.is === 'bad') return step;
      this.#body = step.state;
      return { is: 'body', bytes: this.#take(step.used) };
    }
    const head = parseRequestHead(this.#held);
    switch (head.is) {
      case 'need-more':
        return { is: 'need-more' };
      case 'request':
        this.#body = bodyStart(head.framing);
        return { is: 'head', head, bytes: this.#take(head.endsAt) };
      case 'bad':
      case 'not-http':
        return head;
      default:
        return head satisfies never;
    }
  }

  #take(length: number): Uint8Array {
    const bytes = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return bytes;
  }
}
