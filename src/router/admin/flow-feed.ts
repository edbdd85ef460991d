import { type FlowFilter, type FlowRecord, matchesFlow } from '../../ir/index.ts';
import type { FlowsRead } from '../flows/flow-ring.ts';

/** Where records come from: the engine of this process, or one worker. It is asked, and never tells by itself. */
export interface FlowSource {
  readFlows(since: number, most: number): FlowsRead | Promise<FlowsRead>;
}

/** What was read, the oldest first. */
export interface FlowPage {
  readonly flows: readonly FlowRecord[];
  /** Number of the last record that was looked at: the next question's `since`. */
  readonly next: number;
  /** Records behind `since` that were gone before they could be looked at. */
  readonly dropped: number;
}

/** Bytes of redacted records that are held for readers. */
const heldBytesMax = 32 * 1024 * 1024;
/** Of these, as much is let go at once when they are too many. */
const letGoBytes = heldBytesMax / 10;
/** Bytes of one page, but for its last record. */
const pageBytesMax = 2 * 1024 * 1024;
/** Records that one source gives at once: some milliseconds of its time. */
const readMost = 50;
/** Readings of one source in a row, so that one that never ends does not hold up the others. */
const readingsMax = 1000;
/** Losses that are remembered. */
const lossesMax = 1000;

interface Held {
  readonly record: FlowRecord;
  readonly bytes: number;
}

/**
 * The records of all sources in one row. Sources are read only while somebody reads here, one after the other and a few
 * records at a time: who does not read costs a worker nothing, and who reads slowly costs it no more.
 */
export class FlowFeed {
  readonly #sources: () => readonly FlowSource[];
  readonly #since = new WeakMap<FlowSource, number>();
  #held: Held[] = [];
  #bytes = 0;
  #last = 0;
  /** Of records that sources had lost before they were read. */
  readonly #lost: { readonly behind: number; readonly count: number }[] = [];
  #pulling: Promise<void> | undefined;

  /** @param sources Those that there are now. */
  constructor(sources: () => readonly FlowSource[]) {
    this.#sources = sources;
  }

  /** Fetches what is new. Never rejects: a source that does not answer is asked again next time. */
  pull(): Promise<void> {
    this.#pulling ??= this.#pull().finally(() => {
      this.#pulling = undefined;
    });
    return this.#pulling;
  }

  /** Records behind a number that match, at most so many. */
  read(since: number, most: number, filter: FlowFilter): FlowPage {
    const oldest = this.#last - this.#held.length + 1;
    // A number from before the router began anew.
    const begin = since > this.#last ? 0 : since;
    const from = Math.max(begin + 1, oldest);
    const flows: FlowRecord[] = [];
    let [next, bytes] = [from - 1, 0];
    while (next < this.#last && flows.length < most && bytes < pageBytesMax) {
      next += 1;
      const held = this.#held[next - oldest];
      if (!held || !matchesFlow(held.record, filter)) continue;
      flows.push(held.record);
      bytes += held.bytes;
    }
    return { flows, next, dropped: Math.max(0, from - begin - 1) + this.#lostBehind(begin, next) };
  }

  /** Where to begin so that at most so many matching records follow. */
  beginOf(most: number, filter: FlowFilter): number {
    let found = 0;
    const oldest = this.#last - this.#held.length + 1;
    for (let seq = this.#last; seq >= oldest; seq--) {
      const record = this.#held[seq - oldest]?.record;
      if (record && matchesFlow(record, filter)) found += 1;
      if (found === most) return seq - 1;
    }
    return oldest - 1;
  }

  get last(): number {
    return this.#last;
  }

  #lostBehind(since: number, to: number): number {
    return this.#lost.reduce((sum, { behind, count }) => sum + (behind >= since && behind < to ? count : 0), 0);
  }

  async #pull(): Promise<void> {
    const read = await Promise.all(this.#sources().map((source) => this.#pullFrom(source)));
    const records = read.flat().sort((one, other) => (one.start < other.start ? -1 : one.start > other.start ? 1 : 0));
    for (const record of records) this.#hold(record);
  }

  async #pullFrom(source: FlowSource): Promise<readonly FlowRecord[]> {
    const all: FlowRecord[] = [];
    for (let i = 0; i < readingsMax; i++) {
      const since = this.#since.get(source) ?? 0;
      const read = await Promise.resolve(source.readFlows(since, readMost)).catch(() => undefined);
      if (!read) break;
      this.#since.set(source, read.next);
      if (read.lost > 0) this.#lose(read.lost);
      all.push(...read.records);
      if (!read.hasMore) break;
      await new Promise((resolve) => setImmediate(resolve)); // connections have their turn
    }
    return all;
  }

  #hold(record: FlowRecord): void {
    this.#last += 1;
    const numbered = { ...record, seq: this.#last };
    const bytes = JSON.stringify(numbered).length;
    this.#held.push({ record: numbered, bytes });
    this.#bytes += bytes;
    if (this.#bytes <= heldBytesMax) return;
    let gone = 0;
    for (; this.#bytes > heldBytesMax - letGoBytes; gone++) this.#bytes -= this.#held[gone]?.bytes ?? 0;
    this.#held = this.#held.slice(gone);
  }

  #lose(count: number): void {
    this.#lost.push({ behind: this.#last, count });
    if (this.#lost.length > lossesMax) this.#lost.shift();
  }
}
