import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { BaseSequencer, createVitest, type TestSpecification, type Vitest } from 'vitest/node';
import type { Mutant } from './mutants.ts';
import { isGuarded } from './results.ts';
import type { Coverage, RunState } from './state.ts';

/** A process that says nothing for so long with a mutant on is in a loop that no bound of ours sees. */
const silentSecondsMax = 90;

/** A test that takes longer judges no mutant: it would be run some hundred times. */
const testMsMax = 1_500;

/** The tests have their turn by how long they take, all files in each turn: most mutants are dead before the slow ones begin. */
const turnsMs = [20, 200, testMsMax];

/**
 * Test files that are tried in a process of their own, with a mutant on from the start, the nearest first: three where the
 * mutant is passed while the file loads, one more look where its tests have passed it, in the files where each survivor counts.
 * What a test shares with others (a memo, a server) may have been made without the mutant.
 */
const loadsMax = { outside: 3, inTests: 1 };

interface MutationRunOptions {
  readonly state: RunState;
  /** The one folder in which test processes can change files. Absolute. */
  readonly scratch: string;
  readonly tests: readonly string[];
  /** Text with mutants, by absolute path of its file. */
  readonly instrumented: ReadonlyMap<string, string>;
  readonly mutants: readonly Mutant[];
}

/** Files run in the order in which they are given. Vitest's own puts the large ones first. */
class InOrder extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files);
  }
}

/** Runs the tests under every mutant, two processes at a time, and asks the log what is left to do. */
export class MutationRun {
  private readonly options: MutationRunOptions;

  constructor(options: MutationRunOptions) {
    this.options = options;
  }

  async toTheEnd(): Promise<void> {
    this.options.state.clearActive();
    const vitest = await this.start();
    const watching = setInterval(() => this.endSilent(), 5_000);
    try {
      await this.cover(vitest);
      await this.tryTests(vitest);
      await this.tryLoading(vitest);
    } finally {
      clearInterval(watching);
      await vitest.close();
    }
  }

  /** Who killed each mutant that is dead. */
  killers(): Map<number, string> {
    return new Map(this.events().flatMap((event) => (event.is === 'killed' ? [[event.id, event.by] as const] : [])));
  }

  /** The mutants in code that some test runs. */
  passed(): Set<number> {
    return new Set(this.coverages().flatMap(({ outside, tests }) => [...outside, ...tests.flatMap(({ ids }) => ids)]));
  }

  progress(): { readonly killed: number; readonly secondsLeft: number } {
    const left = this.openTests().reduce((sum, { ms }) => sum + ms, 0);
    return { killed: this.killers().size, secondsLeft: Math.round(left / 2000) };
  }

  private start(): Promise<Vitest> {
    const { state, scratch, instrumented, mutants } = this.options;
    return createVitest(
      'test',
      {
        config: false,
        watch: false,
        pool: 'forks',
        maxWorkers: 2,
        include: ['src/**/*.test.ts'],
        runner: './scripts/mutation/runner.ts',
        reporters: [{}],
        testTimeout: 60_000,
        hookTimeout: 20_000,
        retry: 0,
        sequence: { sequencer: InOrder },
        // Its key is the text of the file, which is not what runs here.
        fsModuleCache: false,
        dangerouslyIgnoreUnhandledErrors: true,
        env: {
          TMPDIR: scratch,
          LAKEGATE_MUTATION: state.folder,
          LAKEGATE_MUTANTS: String(mutants.length),
        },
      },
      {
        plugins: [
          {
            name: 'mutants',
            enforce: 'pre',
            transform(_, id) {
              const code = instrumented.get(id.split('?')[0] ?? '');
              return code === undefined ? undefined : { code, map: null };
            },
          },
        ],
      },
    );
  }

  private async run(vitest: Vitest, files: readonly string[]): Promise<void> {
    const project = vitest.getRootProject();
    await vitest.runTestSpecifications(files.map((file) => project.createSpecification(join(process.cwd(), file))));
    process.exitCode = 0; // a test that fails is what we want
  }

  /** Once without a mutant: which test passes which places. */
  private async cover(vitest: Vitest): Promise<void> {
    const { state, tests } = this.options;
    const missing = tests.filter((file) => !state.readCoverage(file));
    if (missing.length === 0) return;
    state.writeTask({ is: 'cover' });
    await this.run(vitest, missing);
  }

  /** Each test with each mutant that it passes. A process that a mutant spoiled leaves tests open: they get a new one. */
  private async tryTests(vitest: Vitest): Promise<void> {
    const { state } = this.options;
    for (const msMax of turnsMs) {
      for (let before = -1; ; ) {
        const open = this.openTests(msMax).sort((one, other) => one.ms - other.ms);
        const events = this.events().length;
        if (open.length === 0 || events === before) break;
        before = events;
        state.writeTask({ is: 'kill', testMsMax: msMax });
        await this.run(
          vitest,
          open.map(({ file }) => file),
        );
        if (this.events().length === 0) throw new Error('no test process says anything');
      }
    }
  }

  /** What is left, each in a process with the mutant on from the start. */
  private async tryLoading(vitest: Vitest): Promise<void> {
    const { state } = this.options;
    // Without a mutant first: a file that fails so, or whose process says nothing, tells nothing of mutants either.
    const unchanged = Object.fromEntries(this.coverages().map(({ file }) => [file, 0]));
    state.writeTask({ is: 'load', testMsMax, mutantOf: unchanged });
    await this.run(vitest, Object.keys(unchanged));
    for (;;) {
      const mutantOf = this.nextLoads();
      const files = Object.keys(mutantOf);
      if (files.length === 0) return;
      const before = this.events().length;
      state.writeTask({ is: 'load', testMsMax, mutantOf });
      await this.run(vitest, files);
      const seen = new Set(
        this.events()
          .slice(before)
          .flatMap((event) => ('id' in event ? [event.id] : [])),
      );
      // A process that ended without a word was ended by its mutant.
      for (const [file, id] of Object.entries(mutantOf))
        if (!seen.has(id)) state.log({ is: 'killed', id, by: `${file} > loading`, how: 'crashed' });
    }
  }

  /** For each test file the next mutant to load it with, so that many files run side by side. */
  private nextLoads(): Record<string, number> {
    const done = new Set(this.killers().keys());
    const tried = new Set(
      this.events().flatMap((event) => (event.is === 'loaded' ? [`${event.file} ${event.id}`] : [])),
    );
    const mutantOf: Record<string, number> = {};
    const passed = this.coverages()
      .filter(({ file }) => tried.has(`${file} 0`))
      .map(({ file, ms, outside, tests }) => ({
        file,
        ms,
        outside: new Set(outside),
        inTests: new Set(tests.flatMap(({ ids }) => ids)),
      }));
    for (const { id, file } of this.options.mutants) {
      if (done.has(id)) continue;
      const near = (['outside', 'inTests'] as const)
        .flatMap((where) =>
          passed
            .filter((one) => one[where].has(id))
            .sort((one, other) => nearness(other.file, file) - nearness(one.file, file) || one.ms - other.ms)
            .slice(0, where === 'outside' || isGuarded(file) ? loadsMax[where] : 0),
        )
        .find((test) => !tried.has(`${test.file} ${id}`));
      if (near && mutantOf[near.file] === undefined) mutantOf[near.file] = id;
    }
    return mutantOf;
  }

  /** Ends processes that hang in a mutant: that is a kill. The file goes on in a new process. */
  private endSilent(): void {
    const { state } = this.options;
    const killers = this.killers();
    for (const { pid, file, test, id, secondsAgo } of state.readActive()) {
      if (id === 0 || secondsAgo < silentSecondsMax || killers.has(id) || !isChild(pid)) continue;
      process.kill(pid, 'SIGKILL');
      state.log({ is: 'killed', id, by: `${file} > ${test}`, how: 'hung' });
    }
  }

  private openTests(msMax = testMsMax): { readonly file: string; readonly ms: number }[] {
    const killers = this.killers();
    const done = new Set(this.events().flatMap((event) => ('index' in event ? [`${event.file} ${event.index}`] : [])));
    return this.coverages().flatMap(({ file, tests }) => {
      const open = tests
        .filter(({ index, costMs }) => costMs <= msMax && !done.has(`${file} ${index}`))
        .map(({ costMs, ids }) => costMs * ids.filter((id) => !killers.has(id)).length)
        .filter((ms) => ms > 0);
      return open.length === 0 ? [] : [{ file, ms: open.reduce((sum, ms) => sum + ms, 0) }];
    });
  }

  private coverages(): Coverage[] {
    return this.options.tests.flatMap((file) => this.options.state.readCoverage(file) ?? []);
  }

  private events() {
    return this.options.state.events();
  }
}

/** Whether a process is one that this one has started: a number may have passed to a stranger. */
const isChild = (pid: number): boolean =>
  spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim() === String(process.pid);

/** How many characters of two paths are the same: `client-hello.test.ts` is nearest to `client-hello.ts`. */
function nearness(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}
