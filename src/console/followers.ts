import type { ServerResponse } from 'node:http';
import type { FlowRing } from './flow-ring.ts';
import type { FeedState, FollowLine, Hello } from './view/messages.ts';

/** Pages that follow at once, at most. */
export const followersMax = 16;
/** Rows of one line. */
const rowsPerLine = 500;

/**
 * Sends rows to the pages that follow. No page has a queue: each has the number of the last row it got, and one that reads
 * slowly gets later what is still in the ring.
 */
export class Followers {
  readonly #ring: FlowRing;
  readonly #pages = new Set<Follower>();
  #state: FeedState = { is: 'waiting', dropped: 0 };
  #willSend = false;

  constructor(ring: FlowRing) {
    this.#ring = ring;
  }

  get isFull(): boolean {
    return this.#pages.size >= followersMax;
  }

  add(response: ServerResponse, since: number, hello: Hello): void {
    const page: Follower = { response, last: since, state: undefined };
    this.#pages.add(page);
    response.on('drain', () => this.#send(page));
    response.on('close', () => this.#pages.delete(page));
    write(page, hello);
    this.#send(page);
  }

  /** What comes in one turn of the event loop is sent together. */
  changed(state?: FeedState): void {
    if (state) this.#state = state;
    if (this.#willSend) return;
    this.#willSend = true;
    setImmediate(() => {
      this.#willSend = false;
      for (const page of this.#pages) this.#send(page);
    });
  }

  #send(page: Follower): void {
    if (page.response.writableNeedDrain) return;
    if (page.state !== this.#state) {
      page.state = this.#state;
      write(page, { is: 'state', state: this.#state });
    }
    while (!page.response.writableNeedDrain && page.last < this.#ring.newest) {
      const rows = this.#ring.after(page.last, rowsPerLine);
      page.last = rows.at(-1)?.n ?? this.#ring.newest;
      write(page, { is: 'rows', rows });
    }
  }

  close(): void {
    for (const { response } of this.#pages) response.destroy();
  }
}

interface Follower {
  readonly response: ServerResponse;
  last: number;
  state: FeedState | undefined;
}

const write = ({ response }: Follower, line: FollowLine): void => {
  response.write(`${JSON.stringify(line)}\n`);
};
