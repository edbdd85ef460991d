import { concat, nothing } from '../bytes.ts';
import { type BodyState, bodyStart, readBody } from './body.ts';
import type { HeadFault } from './fault.ts';
import { parseResponseHead, type ResponseHead } from './response-head.ts';

/** What comes next in a server's response. */
export type ResponsePart =
  /** A whole head. After an interim one another follows; after 101 the bytes are HTTP no more. */
  | { readonly is: 'head'; readonly head: ResponseHead; readonly bytes: Uint8Array }
  /** A piece of the body, framing included. */
  | { readonly is: 'body'; readonly bytes: Uint8Array }
  /** A head has begun and is not whole. */
  | { readonly is: 'need-more' }
  /** The response is whole, and something stands behind it. */
  | { readonly is: 'surplus' }
  | HeadFault;

/**
 * Splits a server's stream into the heads and the body of one response after the other, as bytes. Between two of them
 * {@link reset} is called. Holds at most one head.
 */
export class ResponseReader {
  #held: Uint8Array = nothing;
  /** Absent before the final head. */
  #body: BodyState | undefined;

  /** Bytes that are not handed out yet. */
  get held(): Uint8Array {
    return this.#held;
  }

  /** The final head is read. */
  get hasBegun(): boolean {
    return this.#body !== undefined;
  }

  get isWhole(): boolean {
    return this.#body?.in === 'end';
  }

  /** The body lasts until the server closes. */
  get endsAtClose(): boolean {
    return this.#body?.in === 'rest';
  }

  push(chunk: Uint8Array): void {
    this.#held = this.#held.length === 0 ? chunk : concat(this.#held, chunk);
  }

  /**
   * The next part. Ask only while something is held.
   *
   * @param method Of the request that is answered: to HEAD no body follows.
   */
  next(method: string): ResponsePart {
    if (this.#body) {
      if (this.#body.in === 'end') return { is: 'surplus' };
      const step = readBody(this.#body, this.#held);
      if (step.is === 'bad') return step;
      this.#body = step.state;
      return { is: 'body', bytes: this.#take(step.used) };
    }
    const head = parseResponseHead(this.#held, method);
    switch (head.is) {
      case 'need-more':
        return { is: 'need-more' };
      case 'response':
        if (!head.interim && head.status !== 101) this.#body = bodyStart(head.framing);
        return { is: 'head', head, bytes: this.#take(head.endsAt) };
      case 'bad':
        return head;
      default:
        return head satisfies never;
    }
  }

  /** The server has closed, and with it a body that lasts until then. */
  close(): void {
    this.#body = { in: 'end' };
  }

  /** Forgets what is held: the next response comes on another connection. */
  discard(): void {
    this.#held = nothing;
    this.#body = undefined;
  }

  /** The next response is expected. */
  reset(): void {
    this.#body = undefined;
  }

  #take(length: number): Uint8Array {
    const bytes = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return bytes;
  }
}
