import { type Diagnostic, didYouMean, usageProblem } from '../diagnostics/index.ts';
import type { Command, Commands, ExitCode } from './command.ts';
import type { Context } from './context.ts';
import { quoted } from './next-command.ts';
import { processContext } from './process-context.ts';
import { refuse } from './refuse.ts';

/** Runs one command line of these commands. Never throws: a bug is shown with its code and gives 2. */
export async function runCommands(
  given: readonly string[],
  commands: Commands,
  context: Context = processContext(),
): Promise<ExitCode> {
  const argv = joined(given, commands);
  // As written: a line that cannot be read has no values.
  const json = argv.includes('--json');
  const unknown = unknownCommand(argv, commands);
  if (unknown) return refuse(unknown, json, context);
  try {
    const { runLine } = await import('./parse.ts');
    const ended = await runLine(argv, { commands, wanted: await wanted(argv, commands) }, context);
    if (typeof ended === 'number') return ended;
    return refuse(
      { ...usageProblem(ended.problem), hint: fileHint(argv, ended.problem) ?? hintFor(argv, commands) },
      json,
      context,
    );
  } catch (error) {
    if (json) refuse(atFault(error), json, context);
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    context.note(`error LG_INTERNAL lakegate itself is at fault: ${stack}`);
    return 2;
  }
}

/** A command of two words, such as `ca sign`, as one; also after `help`. */
function joined(argv: readonly string[], commands: Commands): readonly string[] {
  const at = argv[0] === 'help' ? 1 : 0;
  const name = `${argv[at]} ${argv[at + 1]}`;
  return Object.hasOwn(commands, name) ? [...argv.slice(0, at), name, ...argv.slice(at + 2)] : argv;
}

/** The name of a command that is none: the first word, also after `help`. */
function unknownCommand(argv: readonly string[], commands: Commands): Diagnostic | undefined {
  const [first, second] = argv;
  const name = first === 'help' ? second : first;
  if (name === undefined || name.startsWith('-') || name === 'help' || Object.hasOwn(commands, name)) return undefined;
  const group = Object.keys(commands).filter((each) => each.startsWith(`${name} `));
  if (group.length > 0) return usageProblem(`lakegate ${name} needs one more word: ${group.join(', ')}`);
  const near = didYouMean(name, Object.keys(commands));
  return usageProblem(`there is no command ${name}${near || '; lakegate --help lists all'}`);
}

/** The command that the line names, also after `help`; none for the list. */
async function wanted([first, second]: readonly string[], commands: Commands): Promise<Command | undefined> {
  const name = first === 'help' ? second : first;
  return name !== undefined && Object.hasOwn(commands, name) ? commands[name]?.load() : undefined;
}

/** A spec that is named without `-f`, by a command that takes no word. */
function fileHint(argv: readonly string[], problem: string): string | undefined {
  const file = argv.slice(1).find((word) => /\.ya?ml$/.test(word));
  const isExtra = problem.startsWith('too many arguments');
  return isExtra && file !== undefined ? `use -f ${quoted(file)}: the spec is named by an option` : undefined;
}

const hintFor = ([name = '']: readonly string[], commands: Commands): string =>
  Object.hasOwn(commands, name)
    ? `lakegate ${name} --help shows the arguments and an example`
    : 'lakegate --help lists the commands';

const atFault = (error: unknown): Diagnostic => ({
  code: 'LG_INTERNAL',
  severity: 'error',
  path: [],
  message: `lakegate itself is at fault: ${error instanceof Error ? error.message : String(error)}`,
});
