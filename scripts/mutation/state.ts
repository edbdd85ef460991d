import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** One test of a file, by its place in the file: what it passes, how long it takes, how many places it passes. */
export interface CoveredTest {
  readonly index: number;
  readonly name: string;
  readonly ms: number;
  /** What it costs to run it again: its own computing time, which a busy machine does not stretch, or a part of its waiting. */
  readonly costMs: number;
  readonly steps: number;
  readonly ids: readonly number[];
}

/** What a test file passes: outside its tests (while it loads, in `beforeAll`), and in each of them. */
export interface Coverage {
  readonly file: string;
  readonly ms: number;
  readonly outside: readonly number[];
  readonly tests: readonly CoveredTest[];
}

/** What a test process is to do with the file that it is given. */
export type Task =
  | { readonly is: 'cover' }
  /** Tests that take longer wait for their turn: what quick ones kill, they need not try. */
  | { readonly is: 'kill'; readonly testMsMax: number }
  | { readonly is: 'load'; readonly testMsMax: number; readonly mutantOf: Readonly<Record<string, number>> };

/** What happened, one line each. A run that was interrupted goes on from these lines. */
export type Event =
  /** A test, or loading a file, went wrong with the mutant on. */
  | { readonly is: 'killed'; readonly id: number; readonly by: string; readonly how: 'failed' | 'hung' | 'crashed' }
  /** A test was run with each of its mutants that no test had killed before. */
  | { readonly is: 'done'; readonly file: string; readonly index: number }
  /** A file was loaded and run with a mutant on from the start, and nothing went wrong. */
  | { readonly is: 'loaded'; readonly file: string; readonly id: number }
  /** A test fails without any mutant: it can judge none. */
  | { readonly is: 'unusable'; readonly file: string; readonly index: number; readonly name: string };

/**
 * The files in which the processes of a run keep what they know.
 *
 * @param folder Absolute: a mutant may change the working folder of a test process.
 * @param write Runs what changes files here.
 */
export function runState(folder: string, write = (run: () => void): void => run()) {
  const coverageFolder = join(folder, 'coverage');
  const logFolder = join(folder, 'log');
  const coverageFile = (file: string): string => join(coverageFolder, `${file.replaceAll('/', '+')}.json`);
  write(() => {
    for (const made of [coverageFolder, logFolder]) mkdirSync(made, { recursive: true });
  });
  const put = (file: string, value: unknown): void => write(() => writeFileSync(file, JSON.stringify(value)));
  const known: Event[] = [];
  const readUpTo = new Map<string, number>();
  const read = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
  return {
    folder,
    writeTask: (task: Task) => put(join(folder, 'task.json'), task),
    readTask: () => read<Task>(join(folder, 'task.json')),
    writeCoverage: (coverage: Coverage) => put(coverageFile(coverage.file), coverage),
    readCoverage: (file: string) => (existsSync(coverageFile(file)) ? read<Coverage>(coverageFile(file)) : undefined),
    log: (event: Event) =>
      write(() => appendFileSync(join(logFolder, `${process.pid}.jsonl`), `${JSON.stringify(event)}\n`)),
    /** Everything that was logged by any process so far. */
    events(): readonly Event[] {
      for (const name of readdirSync(logFolder)) {
        const text = readFileSync(join(logFolder, name), 'utf8');
        const end = text.lastIndexOf('\n') + 1;
        const lines = text.slice(readUpTo.get(name) ?? 0, end).split('\n');
        readUpTo.set(name, end);
        for (const line of lines) if (line) known.push(JSON.parse(line) as Event);
      }
      return known;
    },
    /** Which mutant a process has on, and in what: read when the process is gone or hangs. */
    writeActive(active: Active): void {
      const file = join(folder, `now-${active.pid}`);
      put(file, active);
      write(() => renameSync(file, join(folder, `active-${active.pid}.json`))); // so that no process reads half of it
    },
    clearActive(): void {
      for (const name of readdirSync(folder)) if (/^(?:active|now)-/.test(name)) rmSync(join(folder, name));
    },
    readActive: (): (Active & { readonly secondsAgo: number })[] =>
      readdirSync(folder)
        .filter((name) => name.startsWith('active-'))
        .map((name) => join(folder, name))
        .map((file) => ({ ...read<Active>(file), secondsAgo: (Date.now() - statSync(file).mtimeMs) / 1000 })),
  };
}

export interface Active {
  readonly pid: number;
  readonly file: string;
  readonly test: string;
  readonly id: number;
}

export type RunState = ReturnType<typeof runState>;
