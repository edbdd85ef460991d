import { everything, type FlowFilter, type ListedRow, listed, matcher } from './flow-filter.ts';
import type { FlowRow } from './flow-row.ts';

/** The newest rows, and those of them that a filter lets through. Both in the order in which they came. */
export class FlowList {
  readonly #keep: number;
  #rows: ListedRow[] = [];
  #shown: ListedRow[] = [];
  #filter = everything;
  #matches = matcher(everything);

  /** @param keep Rows at most; the oldest go first. */
  constructor(keep: number) {
    this.#keep = keep;
  }

  get size(): number {
    return this.#rows.length;
  }

  get shown(): readonly ListedRow[] {
    return this.#shown;
  }

  get filter(): FlowFilter {
    return this.#filter;
  }

  /** All rows, whatever the filter. */
  get all(): readonly ListedRow[] {
    return this.#rows;
  }

  /**
   * Adds rows that are newer than all others. Of more than {@link FlowList} keeps only the newest stay.
   *
   * @returns How many of the rows that were shown have gone: what stands on the screen moves up by so many.
   */
  add(rows: readonly FlowRow[]): number {
    const added = rows.slice(-this.#keep).map(listed);
    this.#rows = [...this.#rows, ...added].slice(-this.#keep);
    const oldest = this.#rows[0]?.row.n ?? 0;
    const before = this.#shown.length;
    const kept = this.#shown.filter(({ row }) => row.n >= oldest);
    this.#shown = [...kept, ...added.filter(this.#matches)];
    return before - kept.length;
  }

  narrow(filter: FlowFilter): void {
    this.#filter = filter;
    this.#matches = matcher(filter);
    this.#shown = this.#rows.filter(this.#matches);
  }

  clear(): void {
    this.#rows = [];
    this.#shown = [];
  }

  /** Place of a row among those shown; -1 where it is not. */
  placeOf(n: number | undefined): number {
    if (n === undefined) return -1;
    let [low, high] = [0, this.#shown.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#shown[middle]?.row.n ?? 0) < n) low = middle + 1;
      else high = middle;
    }
    return this.#shown[low]?.row.n === n ? low : -1;
  }
}

/** What there is to choose from, sorted. */
export interface FlowChoices {
  readonly targets: readonly string[];
  readonly workspaces: readonly string[];
  readonly statuses: readonly string[];
  readonly codes: readonly string[];
}

/** Entries of a list to choose from: names of targets and workspaces are the plan's, and few. */
const choicesMax = 500;

export function choicesOf(rows: readonly ListedRow[]): FlowChoices {
  const targets = new Set<string>();
  const workspaces = new Set<string>();
  const statuses = new Set<string>();
  const codes = new Set<string>();
  for (const { row } of rows) {
    if (row.target !== undefined) targets.add(row.target);
    for (const name of row.workspaces) workspaces.add(name);
    if (row.status !== undefined) statuses.add(String(row.status));
    if (row.code !== undefined) codes.add(row.code);
  }
  const sorted = (set: ReadonlySet<string>): string[] => [...set].sort().slice(0, choicesMax);
  return { targets: sorted(targets), workspaces: sorted(workspaces), statuses: sorted(statuses), codes: sorted(codes) };
}
