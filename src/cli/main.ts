import { dropWhatNobodyReads } from './closed-pipe.ts';
import type { ExitCode } from './command.ts';
import { commands } from './commands/index.ts';
import type { Context } from './context.ts';
import { asksForVersion, versionText } from './version.ts';

/** Runs one command line. Never throws: a bug is printed with its code and gives 2. */
export async function runMain(argv: readonly string[], context?: Context): Promise<ExitCode> {
  if (asksForVersion(argv)) {
    const text = versionText(argv.includes('--json'));
    if (context) context.print(text);
    else {
      dropWhatNobodyReads();
      process.stdout.write(`${text}\n`);
    }
    return 0;
  }
  const { runCommands } = await import('./run.ts');
  return runCommands(argv, commands, context);
}
