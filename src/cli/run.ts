import { CommanderError } from 'commander';
import { type Diagnostic, didYouMean, usageProblem } from '../diagnostics/index.ts';
import type { Command, ExitCode } from './command.ts';
import type { Context } from './context.ts';
import { commandLineOf, RepeatedOption } from './parse.ts';
import { processContext } from './process-context.ts';
import { refuse } from './refuse.ts';

/** Commands by name, each loaded on use. */
export type Commands = Readonly<Record<string, () => Promise<Command>>>;

/** Runs one command line of these commands. Never throws: a bug is shown with its code and gives 2. */
export async function runCommands(
  argv: readonly string[],
  commands: Commands,
  context: Context = processContext(),
): Promise<ExitCode> {
  // As written: a line that cannot be read has no values.
  const json = argv.includes('--json');
  const unknown = unknownCommand(argv, commands);
  if (unknown) return refuse(unknown, json, context);
  const loaded = await Promise.all(wanted(argv, commands).map((load) => load()));
  const line = commandLineOf(loaded, context);
  try {
    return await line.run(argv);
  } catch (error) {
    if (error instanceof RepeatedOption) return refuse(usageProblem(error.message), json, context);
    if (error instanceof CommanderError) {
      if (error.exitCode === 0 || error.code === 'commander.help') return error.exitCode === 0 ? 0 : 1;
      return refuse({ ...usageProblem(sentenceOf(error)), hint: hintFor(argv, commands) }, json, context);
    }
    if (json) refuse(atFault(error), json, context);
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    context.note(`error LG_INTERNAL lakegate itself is at fault: ${stack}`);
    return 2;
  }
}

/** The name of a command that is none: the first word, also after `help`. */
function unknownCommand(argv: readonly string[], commands: Commands): Diagnostic | undefined {
  const [first, second] = argv;
  const name = first === 'help' ? second : first;
  if (name === undefined || name.startsWith('-') || name === 'help' || Object.hasOwn(commands, name)) return undefined;
  const near = didYouMean(name, Object.keys(commands));
  return usageProblem(`there is no command ${name}${near || '; lakegate --help lists all'}`);
}

/** The one command that the line names, or all of them for the list. */
function wanted(argv: readonly string[], commands: Commands): readonly (() => Promise<Command>)[] {
  const name = argv[0];
  const load = name && Object.hasOwn(commands, name) ? commands[name] : undefined;
  return load ? [load] : Object.values(commands);
}

/** What commander says is wrong with the line, in one sentence; below it may stand `(Did you mean --json?)`. */
function sentenceOf({ message }: CommanderError): string {
  const [sentence = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const near = /^\(Did you mean (.*)\?\)$/.exec(suggestion ?? '')?.[1];
  return near === undefined ? sentence : `${sentence}; did you mean ${near}?`;
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
