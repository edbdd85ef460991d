import type { ExitCode } from './command.ts';
import { commands } from './commands/index.ts';
import { runCommands } from './run.ts';
import type { World } from './world.ts';

/** Runs one command line. Never throws: a bug is printed with its code and gives 2. */
export const runMain = (argv: readonly string[], world?: World): Promise<ExitCode> =>
  runCommands(argv, commands, world);
