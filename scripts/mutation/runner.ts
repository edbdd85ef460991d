import { tmpdir } from 'node:os';
import { relative } from 'node:path';
import fc from 'fast-check';
import { type RunnerTask, type RunnerTestCase, type RunnerTestFile, TestRunner, type TestRunnerConfig } from 'vitest';
import { msAllowed, TestAttempts } from './attempts.ts';
import { type Coverage, type CoveredTest, type RunState, runState, type Task } from './state.ts';
import { createSwitch, type MutationSwitch } from './switch.ts';
import { guardWrites } from './write-guard.ts';

declare global {
  var __mutation: MutationSwitch;
}

/** Loading a file and all its tests, with a mutant on from the start. */
const stepsOfFileMax = 50_000_000;

/** Inputs that a property is tried with under each mutant, where its test does not say how many. The default is 100. */
const propertyRuns = 25;

const { setTimeout, clearTimeout } = globalThis;
const now = performance.now.bind(performance);

/**
 * Runs the tests of a file under mutants, inside a vitest process: each test once as it is, then once for each mutant of
 * the places that it passes. Vitest's own loop over `repeats` is used for it, so hooks run around every attempt.
 */
class MutationRunner extends TestRunner {
  private readonly state: RunState;
  private readonly task: Task;
  private readonly switch: MutationSwitch;
  private file = '';
  private loadedAt = 0;
  private tryBegan = 0;
  private cpuBegan = process.cpuUsage();
  private readonly outside = new Set<number>();
  private coverage: Coverage | undefined;
  private covered: CoveredTest[] = [];
  private readonly order = new Map<string, number>();
  private attempts: TestAttempts | undefined;
  /** A test fails without a mutant after one: this process judges nothing more. */
  private isSpoiled = false;
  private failed: string | undefined;

  constructor(config: TestRunnerConfig) {
    super(config);
    const { LAKEGATE_MUTATION: folder = '', LAKEGATE_MUTANTS: mutants = '0' } = process.env;
    const guard = guardWrites(tmpdir());
    this.state = runState(folder, guard.without);
    this.task = this.state.readTask();
    this.switch = createSwitch(Number(mutants));
    globalThis.__mutation = this.switch;
    fc.configureGlobal({ numRuns: propertyRuns });
  }

  override onCollectStart(file: RunnerTestFile): void {
    super.onCollectStart(file);
    this.file = relative(process.cwd(), file.filepath);
    this.coverage = undefined;
    this.covered = [];
    this.outside.clear();
    this.order.clear();
    this.isSpoiled = false;
    this.failed = undefined;
    if (this.task.is === 'cover') this.switch.record();
    if (this.task.is !== 'load') return;
    const id = this.task.mutantOf[this.file] ?? 0;
    this.state.writeActive({ pid: process.pid, file: this.file, test: 'loading', id });
    this.switch.set(id, stepsOfFileMax);
  }

  onBeforeRunFiles(files: RunnerTestFile[]): void {
    this.loadedAt = now();
    for (const test of files.flatMap(testsOf)) this.order.set(test.id, this.order.size);
    if (this.task.is !== 'kill') return;
    // The quick tests first: what they kill, the slow ones need not try.
    const times = new Map(this.state.readCoverage(this.file)?.tests.map(({ index, ms }) => [index, ms]));
    const timeOf = (task: RunnerTask): number =>
      testsOf(task).reduce((sum, test) => sum + (times.get(this.order.get(test.id) ?? -1) ?? 0), 0);
    const sort = (suite: RunnerTask): void => {
      if (!('tasks' in suite)) return;
      suite.tasks.sort((one, other) => timeOf(one) - timeOf(other));
      suite.tasks.forEach(sort);
    };
    files.forEach(sort);
  }

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    await super.onBeforeRunTask(test);
    if (this.failed !== undefined) test.mode = 'skip';
    if (this.task.is === 'cover' || test.mode !== 'run') return;
    const coverage = this.coverageOf(test);
    const isSlow = (coverage?.costMs ?? 0) > this.task.testMsMax;
    if (this.task.is === 'load') {
      if (isSlow) test.mode = 'skip';
      return;
    }
    const known = this.state.events();
    const isDone = known.some(
      (event) => 'index' in event && event.file === this.file && event.index === coverage?.index,
    );
    const killed = new Set(known.map((event) => (event.is === 'killed' ? event.id : 0)));
    const ids = coverage?.ids.filter((id) => !killed.has(id)) ?? [];
    if (!coverage || isDone || isSlow || this.isSpoiled || ids.length === 0) {
      test.mode = 'skip';
      return;
    }
    const attempts = new TestAttempts(coverage, ids);
    this.attempts = attempts;
    // Vitest compares this with a counter before each attempt, so the number of attempts can be open.
    Object.assign(test, { repeats: { valueOf: () => (attempts.next === undefined ? -1 : Number.POSITIVE_INFINITY) } });
  }

  override onBeforeTryTask(test: RunnerTestCase, options: { retry: number; repeats: number }): void {
    super.onBeforeTryTask(test, options);
    this.tryBegan = now();
    this.cpuBegan = process.cpuUsage();
    if (this.task.is === 'cover') {
      for (const id of this.switch.recorded().ids) this.outside.add(id);
      this.switch.record();
    }
    const { attempts } = this;
    if (!attempts) return;
    const next = attempts.begin();
    if (next?.is === 'mutant') {
      this.state.writeActive({ pid: process.pid, file: this.file, test: test.name, id: next.id });
      this.switch.set(next.id, attempts.stepsAtMost);
    }
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const run = TestRunner.getTestFn(test);
    const { attempts } = this;
    const isChanged = this.task.is === 'load' || attempts?.next?.is === 'mutant';
    if (!isChanged) return await run();
    const msAtMost = msAllowed(this.coverageOf(test)?.ms ?? 0);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        attempts?.hangs();
        reject(new Error('the test does not end with this mutant'));
      }, msAtMost);
    });
    try {
      await Promise.race([run(), limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  override async onAfterRetryTask(test: RunnerTestCase, options: { retry: number; repeats: number }): Promise<void> {
    await super.onAfterRetryTask(test, options);
    const hasFailed = test.result?.state === 'fail';
    if (this.task.is === 'cover') this.cover(test, hasFailed);
    if (this.task.is === 'load' && hasFailed) this.failed ??= test.name;
    const { attempts } = this;
    if (!attempts || !test.result) return;
    const isOver = this.switch.isOverBudget();
    const verdict = attempts.end({ hasFailed: hasFailed || isOver, isOver, ms: now() - this.tryBegan });
    this.switch.set(0, Number.POSITIVE_INFINITY);
    test.result = { ...test.result, state: 'pass', errors: undefined, attempts: [] } as typeof test.result;
    for (const { id, how } of verdict.killed) {
      this.state.log({ is: 'killed', id, by: `${this.file} > ${test.name}`, how });
    }
    if (verdict.isSpoiled) this.isSpoiled = true;
    if (verdict.isUnusable)
      this.state.log({ is: 'unusable', file: this.file, index: attempts.coverage.index, name: test.name });
  }

  override onAfterRunTask(test: RunnerTestCase): void {
    super.onAfterRunTask(test);
    const { attempts } = this;
    if (!attempts) return;
    Object.assign(test, { repeats: undefined });
    this.attempts = undefined;
    if (!this.isSpoiled) this.state.log({ is: 'done', file: this.file, index: attempts.coverage.index });
  }

  override onAfterRunFiles(files: RunnerTestFile[]): void {
    super.onAfterRunFiles(files);
    if (this.task.is === 'cover') {
      for (const id of this.switch.recorded().ids) this.outside.add(id);
      const outside = [...this.outside].sort((one, other) => one - other);
      const coverage: Coverage = { file: this.file, ms: now() - this.loadedAt, outside, tests: this.covered };
      this.state.writeCoverage(coverage);
    }
    if (this.task.is === 'load') this.judgeLoading(files);
  }

  private coverageOf(test: RunnerTestCase): CoveredTest | undefined {
    this.coverage ??= this.state.readCoverage(this.file);
    const index = this.order.get(test.id);
    return this.coverage?.tests.find((one) => one.index === index);
  }

  private cover(test: RunnerTestCase, hasFailed: boolean): void {
    const { ids, steps } = this.switch.recorded();
    this.switch.record();
    if (hasFailed || test.result?.state === 'skip') return;
    const { user, system } = process.cpuUsage(this.cpuBegan);
    const ms = now() - this.tryBegan;
    this.covered.push({
      index: this.order.get(test.id) ?? -1,
      name: test.name,
      ms,
      costMs: Math.max((user + system) / 1000, ms / 4),
      steps,
      ids,
    });
  }

  private judgeLoading(files: readonly RunnerTestFile[]): void {
    const id = this.task.is === 'load' ? (this.task.mutantOf[this.file] ?? 0) : 0;
    const hasFailed = this.failed !== undefined || files.some((file) => file.result?.state === 'fail');
    const isOver = this.switch.isOverBudget();
    this.switch.set(0, Number.POSITIVE_INFINITY);
    if (!hasFailed && !isOver) this.state.log({ is: 'loaded', file: this.file, id });
    else if (id > 0)
      this.state.log({ is: 'killed', id, by: `${this.file} > ${this.failed ?? 'loading'}`, how: 'failed' });
  }
}

const testsOf = (task: RunnerTask): RunnerTestCase[] => ('tasks' in task ? task.tasks.flatMap(testsOf) : [task]);

// biome-ignore lint/style/noDefaultExport: vitest takes the default export of the file that its option `runner` names
export default MutationRunner;
