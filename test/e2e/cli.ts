import { nodeFiles, thisProcess } from '../../src/app/files/index.ts';
import type { Context } from '../../src/cli/context.ts';
import { runMain } from '../../src/cli/main.ts';

/** What a command line printed and how it ended. */
export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in a folder, as the process would, without a terminal. */
export const lakegate = (cwd: string, ...argv: readonly string[]): Promise<Ran> => lakegateIn({ cwd }, ...argv);

/** The same with another context: an environment, a terminal, a file system that fails. */
export async function lakegateIn(context: Partial<Context>, ...argv: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await runMain(argv, {
    ...contextFor(process.cwd()),
    print: (text) => out.push(text),
    note: (text) => err.push(text),
    ...context,
  });
  return { exit, out: out.join('\n'), err: err.join('\n') };
}

/** The real file system below a folder, no terminal, no environment; prints nothing. */
export const contextFor = (cwd: string): Context => ({
  print() {},
  note() {},
  isTerminal: false,
  columns: 100,
  cwd,
  env: {},
  files: nodeFiles,
  process: thisProcess,
  interrupted: new AbortController().signal,
  hold() {},
  onHangup: () => () => {},
});
