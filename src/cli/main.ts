import type { ExitCode } from './command.ts';
import { commands } from './commands/index.ts';
import type { Context } from './context.ts';
import { runCommands } from './run.ts';

/** Runs one command line. Never throws: a bug is printed with its code and gives 2. */
export const runMain = (argv: readonly string[], context?: Context): Promise<ExitCode> =>
  runCommands(argv, commands, context);
