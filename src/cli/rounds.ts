import { isStandardInput } from '../app/planning/index.ts';
import type { ExitCode } from './command.ts';
import type { Context } from './context.ts';
import { refuse, usage } from './refuse.ts';

interface RoundValues {
  readonly file: string;
  readonly json: boolean;
}

/** Clears the screen and what has scrolled away, as a terminal is asked to. */
const clearScreen = '\u001b[2J\u001b[3J\u001b[H';

/** Runs a command with `--watch`: a line with the time before each round, on standard error. Errors of a round do not end it. */
export async function inRounds(
  name: string,
  { file, json }: RoundValues,
  context: Context,
  once: (context: Context) => Promise<unknown>,
): Promise<ExitCode> {
  if (isStandardInput(file))
    return usage('-f - cannot be used with --watch: standard input is read once', json, context);
  const { watchRounds } = await import('../app/watch/index.ts'); // no other command needs what watches files
  const say = (what: string): void => context.note(`${clockTime(new Date())} ${what}`);
  let rounds = 0;
  const problem = await watchRounds(
    { file, folder: context, interrupted: context.interrupted },
    {
      round(folder) {
        rounds += 1;
        if (context.isTerminal && !json) context.print(clearScreen);
        say(`lakegate ${name} of ${file}, round ${rounds}`);
        return once({ ...context, ...folder });
      },
      waiting: () => say(`${file} does not exist; waiting for it`),
      lost: (path, error) => say(`${path} is no longer watched: ${error.message}`),
    },
  );
  return problem ? refuse(problem, json, context) : 0;
}

/** `14:03:09`, local time. */
const clockTime = (at: Date): string =>
  [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
