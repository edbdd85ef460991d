import { runMain } from '../../src/cli/main.ts';

/** What a command line printed and how it ended. */
export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in a folder, as the process would, without a terminal. */
export async function lakegate(cwd: string, ...argv: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await runMain(argv, {
    print: (text) => out.push(text),
    note: (text) => err.push(text),
    isTerminal: false,
    columns: 100,
    cwd,
    env: {},
    interrupted: new AbortController().signal,
  });
  return { exit, out: out.join('\n'), err: err.join('\n') };
}
