import type { FlowRecord } from '../ir/index.ts';
import { type FlowRow, rowOf } from './view/flow-row.ts';

export interface RingLimits {
  /** Records at most. */
  readonly records: number;
  /** Characters of all records as JSON, at most. One record alone may be larger. */
  readonly characters: number;
}

export const defaultRingLimits: RingLimits = { records: 10_000, characters: 64 << 20 };

interface Entry {
  readonly id: string;
  readonly row: FlowRow;
  /** The record as JSON: its size is then known, and a record is read only when it is opened or exported. */
  readonly json: string;
}

/** The newest records. What is over the limits goes, the oldest first. */
export class FlowRing {
  readonly #limits: RingLimits;
  /** In the order of their numbers, without gaps. */
  readonly #entries = new Map<number, Entry>();
  readonly #ids = new Set<string>();
  #characters = 0;
  #newest = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  /** Number of the newest record; 0 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** Number of the oldest record that is here. */
  get oldest(): number {
    return this.#newest - this.#entries.size + 1;
  }

  /** A record that is here already is not taken again: a router tells its last ones to whoever connects again. */
  add(record: FlowRecord): void {
    if (this.#ids.has(record.id)) return;
    const json = JSON.stringify(record);
    this.#newest += 1;
    this.#ids.add(record.id);
    this.#entries.set(this.#newest, { id: record.id, row: rowOf(record, this.#newest), json });
    this.#characters += json.length;
    while (
      this.#entries.size > 1 &&
      (this.#entries.size > this.#limits.records || this.#characters > this.#limits.characters)
    )
      this.#dropOldest();
  }

  #dropOldest(): void {
    const n = this.oldest;
    const { id = '', json = '' } = this.#entries.get(n) ?? {};
    this.#characters -= json.length;
    this.#ids.delete(id);
    this.#entries.delete(n);
  }

  /** Rows with numbers above `n`, at most `limit`, in order. */
  after(n: number, limit: number): readonly FlowRow[] {
    const rows: FlowRow[] = [];
    for (let at = Math.max(n + 1, this.oldest); at <= this.#newest && rows.length < limit; at += 1) {
      const entry = this.#entries.get(at);
      if (entry) rows.push(entry.row);
    }
    return rows;
  }

  /** Records whose row passes, in order. */
  records(passes: (row: FlowRow) => boolean): FlowRecord[] {
    return [...this.#entries.values()].flatMap(({ row, json }) =>
      passes(row) ? [JSON.parse(json) as FlowRecord] : [],
    );
  }

  get(n: number): FlowRecord | undefined {
    const entry = this.#entries.get(n);
    return entry && (JSON.parse(entry.json) as FlowRecord);
  }
}
