import { type DestinationStream, pino } from 'pino';
import type { FlowRecord } from '../../ir/index.ts';
import type { ConnectionEvent } from './event.ts';
import { flowLine, shortened } from './flow-line.ts';

export interface FlowLogOptions {
  readonly format: 'json' | 'text';
  /** Where lines go. Default: standard output, written in the background; at most 8 MB wait, then lines are dropped. */
  readonly to?: DestinationStream;
  /** Other processes write to the same standard output. Default false. */
  readonly isShared?: boolean;
  /** Lines per second for connections that were not carried; the rest are counted. */
  readonly refusalLinesPerSecond: number;
  /** Milliseconds, never going back. */
  readonly now: () => number;
}

export interface FlowLog {
  connection(event: ConnectionEvent): void;
  /** A line for an inspected request; how many there are is up to the caller. */
  request(record: FlowRecord): void;
  /** Something that is not a connection, in one sentence. */
  note(sentence: string): void;
  /** A number that metrics are made of, by the name of its field. */
  measure(name: string, value: number): void;
  /** Lines that were left out so far. */
  readonly leftOut: number;
  /** Writes what waits. */
  flush(): void;
}

/** Workers share one pipe: a write of at most PIPE_BUF bytes is never torn by another's. */
const pipeBytes = 4096;
/** Of a line the rest is time and level. */
const flowBytesMax = pipeBytes - 100;
const waitingBytesMax = 8 * 1024 * 1024;

/** A line waits at most this long for others, in milliseconds: a system call for each would cost as much as the rest of a connection. */
const lingerMs = 500;

function standardOutput(isShared: boolean): DestinationStream {
  const bytes = isShared ? pipeBytes : 4 * pipeBytes;
  const to = pino.destination({
    dest: 1,
    sync: false,
    minLength: bytes / 2,
    maxLength: waitingBytesMax,
    maxWrite: bytes,
  });
  setInterval(() => to.flush(), lingerMs).unref();
  return to;
}

/**
 * One line for each connection, at its end. Health checks and other connections without data leave none. A flood of
 * refused connections is cut to a number of lines per second, so that a stranger cannot fill a disk or a bill.
 */
export function flowLog(options: FlowLogOptions): FlowLog {
  const to = options.to ?? standardOutput(options.isShared === true);
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, to);
  const budget = new LineBudget(options.refusalLinesPerSecond, options.now, (count) => {
    note(`${count} lines of refused connections were left out in the last second`);
  });
  const note = (sentence: string): void => {
    if (options.format === 'json') log.info({ note: sentence });
    else to.write(`${new Date().toISOString()} ${sentence}\n`);
  };
  return {
    connection(event) {
      if (event.end === 'no-data') return;
      if (event.end === 'refused' && !budget.take()) return;
      if (options.format === 'json') {
        const { startMs, ...rest } = event;
        log.info({ start: new Date(startMs).toISOString(), ...rest });
      } else to.write(`${lineOf(event)}\n`);
    },
    request(record) {
      if (options.format === 'json') log.info({ flow: shortened(record, flowBytesMax) });
      else to.write(`${flowLine(record)}\n`);
    },
    note,
    measure(name, value) {
      if (options.format === 'json') log.info({ [name]: value });
      else to.write(`${new Date().toISOString()} ${name} ${value}\n`);
    },
    get leftOut() {
      return budget.leftOut;
    },
    flush: () => {
      if ('flushSync' in to && typeof to.flushSync === 'function') to.flushSync();
    },
  };
}

/** Whole seconds of lines: simple, and a burst of one second is what a person reads anyway. */
class LineBudget {
  leftOut = 0;
  #second = Number.NEGATIVE_INFINITY;
  #taken = 0;
  #leftOutNow = 0;
  readonly #perSecond: number;
  readonly #now: () => number;
  readonly #onLeftOut: (count: number) => void;

  constructor(perSecond: number, now: () => number, onLeftOut: (count: number) => void) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#onLeftOut = onLeftOut;
  }

  take(): boolean {
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) {
      const left = this.#leftOutNow;
      this.#second = second;
      this.#taken = 0;
      this.#leftOutNow = 0;
      if (left > 0) this.#onLeftOut(left);
    }
    if (this.#taken < this.#perSecond) {
      this.#taken += 1;
      return true;
    }
    this.leftOut += 1;
    this.#leftOutNow += 1;
    return false;
  }
}

/** A line for a person: when, where, who, whom, how much, how it ended. */
export function lineOf(event: ConnectionEvent): string {
  const who = [event.endpoint, event.ncc && `(${event.ncc})`].filter(Boolean).join(' ') || event.peer;
  const whom = event.name ?? event.target ?? 'unnamed';
  const via = event.upstream ? ` at ${event.upstream}` : '';
  const how = event.code ? `${event.end} ${event.code}: ${event.why}` : event.end;
  const notes = event.notes ? ` [${event.notes.join('; ')}]` : '';
  return `${new Date(event.startMs).toISOString()} ${event.listener} ${who} → ${whom}${via} in ${event.bytesIn} out ${event.bytesOut} bytes, ${event.durationMs} ms, ${how}${notes}`;
}
