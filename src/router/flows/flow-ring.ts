import type { FlowRecord } from '../../ir/index.ts';
import type { KeptFlow } from './kept-flow.ts';
import { recordOf } from './record-of.ts';

/** What was read of a ring, and where the next reading begins. */
export interface FlowsRead {
  readonly records: readonly FlowRecord[];
  /** Number of the last record that was read or is gone. */
  readonly next: number;
  /** Records behind `since` that were overwritten before they were read. */
  readonly lost: number;
  /** There are more behind `next`. */
  readonly hasMore: boolean;
}

/** Bytes of the requests that are read at once, but for the last one: to show them takes some milliseconds. */
const readBytesMax = 128 * 1024;

/** The last requests of one process, in a bounded number of bytes: the oldest goes first. */
export class FlowRing {
  readonly #bytesMax: number;
  readonly #idOf: (seq: number) => string;
  /** From the oldest on; those before `#first` are gone. */
  #flows: (KeptFlow | undefined)[] = [];
  #first = 0;
  #bytes = 0;
  /** Number of the last one. */
  #last = 0;

  constructor(bytesMax: number, idOf: (seq: number) => string) {
    this.#bytesMax = bytesMax;
    this.#idOf = idOf;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#flows.length - this.#first;
  }

  /** Its number. */
  push(flow: KeptFlow): number {
    this.#last += 1;
    this.#flows.push(flow);
    this.#bytes += flow.bytes;
    while (this.#bytes > this.#bytesMax && this.size > 0) {
      this.#bytes -= this.#flows[this.#first]?.bytes ?? 0;
      this.#flows[this.#first] = undefined;
      this.#first += 1;
    }
    if (this.#first > 1000 && this.#first * 2 > this.#flows.length) {
      this.#flows = this.#flows.slice(this.#first);
      this.#first = 0;
    }
    return this.#last;
  }

  /** The records behind a number, at most so many, the oldest first. */
  read(since: number, most: number): FlowsRead {
    const oldest = this.#last - this.size + 1;
    const from = Math.max(Math.min(since, this.#last) + 1, oldest);
    const records: FlowRecord[] = [];
    let [next, bytes] = [from - 1, 0];
    while (next < this.#last && records.length < most && bytes < readBytesMax) {
      next += 1;
      const flow = this.#flows[this.#first + next - oldest];
      if (!flow) continue;
      records.push(recordOf(flow, { id: this.#idOf(next), seq: next }));
      bytes += flow.bytes;
    }
    return { records, next, lost: Math.max(0, from - since - 1), hasMore: next < this.#last };
  }
}
