import { beginsRequest, type RequestHead } from '../../protocols/http/index.ts';

/** Methods whose requests have a body by their meaning, so that servers read it. */
const withBody: readonly string[] = ['POST', 'PUT', 'PATCH'];

/** How long a head waits for the first bytes of its body, in milliseconds. */
const firstBytesMs = 100;

/**
 * Sees to it that no server takes a body for a request that no policy has seen: one may answer without having read the body,
 * and then reads it as the next request. Such a request goes to the server with `Connection: close`, and nothing follows it.
 * That is one with a body that its method does not foresee, or with an Expect; and any whose body begins like a request.
 */
export class UnreadBody {
  #send: ((isLast: boolean) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Calls `send` once: now, with the first bytes of the body, or when they do not come soon; never after `stop`. */
  begin(head: RequestHead, send: (isLast: boolean) => void): void {
    const { method, framing, expects } = head;
    if (framing.by === 'none') send(false);
    else if (expects || !withBody.includes(method)) send(true);
    // What a chunk begins with is no request line.
    else if (framing.by === 'chunks') send(false);
    else {
      this.#send = send;
      this.#timer = setTimeout(() => this.#end(true), firstBytesMs);
    }
  }

  /** A piece of the body, before it is passed on; `isWhole`: the last one. */
  body(bytes: Uint8Array, isWhole: boolean): void {
    if (this.#send) this.#end(beginsRequest(bytes) ?? !isWhole);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#send = undefined;
  }

  #end(isLast: boolean): void {
    const send = this.#send;
    this.stop();
    send?.(isLast);
  }
}
