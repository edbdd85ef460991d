import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Held {
  readonly files: number;
  readonly heap: number;
  readonly outside: number;
}

/** Load that goes on until it is told to end, what it saw, and what the process holds before and after. */
export class Soak {
  isRunning = true;
  readonly #counts = new Map<string, number>();
  readonly #wrong: string[] = [];
  readonly #work: Promise<void>[] = [];
  readonly #lines: string[] = [];

  /** Does something again and again. */
  forEver(what: () => Promise<void>): void {
    this.#work.push(
      (async () => {
        while (this.isRunning) await what();
      })(),
    );
  }

  /** The same for a client: one that is cut off says so by an error or by nothing; both are counted, neither ends the soak. */
  client(what: () => Promise<void>, times = 1): void {
    for (let i = 0; i < times; i++)
      this.forEver(() => what().catch((error) => this.count(`error ${error.code ?? error.message}`)));
  }

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  expectAnswer(got: string, ...allowed: readonly string[]): void {
    this.count(got.startsWith('broke') ? 'broke' : got);
    if (!allowed.includes(got)) this.wrong(`${got}, not ${allowed.join(' or ')}`);
  }

  wrong(what: string): void {
    if (this.#wrong.length >= 20) return;
    this.#wrong.push(what);
    process.stderr.write(`wrong: ${what}\n`);
  }

  /** A line of the report. */
  say(line: string): void {
    this.#lines.push(line);
  }

  /**
   * Lets the load run, ends it, calls `close` and prints the report. Resolves with what is wrong: answers, descriptors that
   * are still open, memory that grew while the load ran. The first part warms everything up; what is held then must be all
   * that is held later.
   */
  async run(
    seconds: number,
    { progress, close }: { readonly progress: () => string; readonly close: () => Promise<void> },
  ): Promise<readonly string[]> {
    const loop = monitorEventLoopDelay({ resolution: 5 });
    loop.enable();
    const minutes = setInterval(
      () => process.stderr.write(`${progress()}, ${openFiles()} descriptors, ${this.#wrong.length} wrong answers\n`),
      60_000,
    );
    const warmMs = Math.min(60_000, (seconds * 1000) / 4);
    await pause(warmMs);
    const warm = await settled();
    await pause(seconds * 1000 - warmMs);
    const late = await settled();
    this.isRunning = false;
    clearInterval(minutes);
    loop.disable();
    await Promise.all(this.#work);
    await close();
    const end = await settled();
    const megabytes = (of: 'heap' | 'outside'): string =>
      `${(warm[of] / 1e6).toFixed(1)} MB warm, ${(late[of] / 1e6).toFixed(1)} late, ${(end[of] / 1e6).toFixed(1)} at the end`;
    const print = (line: string): void => void process.stdout.write(`${line}\n`);
    print(`clients saw: ${[...this.#counts].map(([what, n]) => `${what} ${n}`).join(', ')}`);
    for (const line of this.#lines) print(line);
    print(`event loop held at most ${(loop.max / 1e6).toFixed(0)} ms`);
    print(`descriptors: ${warm.files} warm, ${late.files} late, ${end.files} at the end`);
    print(`heap: ${megabytes('heap')}; buffers: ${megabytes('outside')}`);
    // Counters and caches are bounded; a leak of a kilobyte for each of thousands of connections would show.
    const grew = (of: 'heap' | 'outside', what: string): readonly string[] =>
      late[of] - warm[of] < 20e6
        ? []
        : [`${what} grew by ${((late[of] - warm[of]) / 1e6).toFixed(1)} MB while running`];
    const problems = [
      ...this.#wrong,
      ...(end.files < warm.files ? [] : [`${end.files} descriptors at the end; ${warm.files} when all was busy`]),
      ...grew('heap', 'the heap'),
      ...grew('outside', 'memory of buffers'),
    ];
    for (const problem of problems) print(`WRONG: ${problem}`);
    return problems;
  }
}

const openFiles = (): number => readdirSync('/proc/self/fd').length;

async function settled(): Promise<Held> {
  await pause(200);
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { files: openFiles(), heap: heapUsed, outside: external };
}
