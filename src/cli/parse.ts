import { Command as Commander, CommanderError, Option } from 'commander';
import type { Arg, Command, Commands, ExitCode } from './command.ts';
import type { Context } from './context.ts';
import { version } from './version.ts';

/** What there is, and the command that the line names. */
interface Known {
  readonly commands: Commands;
  readonly wanted: Command | undefined;
}

/** Why a line cannot be read, in one sentence. */
interface Unreadable {
  readonly problem: string;
}

/** Reads and runs one command line. @throws What the command throws. */
export async function runLine(
  argv: readonly string[],
  { commands, wanted }: Known,
  context: Context,
): Promise<ExitCode | Unreadable> {
  let exit: ExitCode = 0;
  const program = new Commander('lakegate')
    .description(
      'Private access for Databricks serverless compute on AWS, through as few PrivateLink endpoints as possible.',
    )
    .version(version, '-V, --version', 'print the version');
  quietly(program, context);
  for (const [name, { summary }] of Object.entries(commands))
    program.addCommand(
      wanted?.name === name
        ? commanderOf(wanted, summary, context, (code) => {
            exit = code;
          })
        : new Commander(name).summary(summary),
    );
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof UnusableOption) return { problem: error.message };
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    return error.code === 'commander.help' ? 1 : { problem: sentenceOf(error) };
  }
}

/** An option that takes one value was given twice, where one of the two would be lost, or an empty one, as a shell writes an unset variable. */
class UnusableOption extends Error {}

/** What commander says is wrong with the line, in one sentence; below it may stand `(Did you mean --json?)`. */
function sentenceOf({ message }: CommanderError): string {
  const [sentence = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const near = /^\(Did you mean (.*)\?\)$/.exec(suggestion ?? '')?.[1];
  return near === undefined ? sentence : `${sentence}; did you mean ${near}?`;
}

/** Help goes where all else is printed; errors are thrown, and printed by the caller. A command inherits none of this. */
const quietly = (made: Commander, context: Context): Commander =>
  made.exitOverride().configureOutput({
    writeOut: (text) => context.print(text.trimEnd()),
    writeErr: (text) => context.note(text.trimEnd()),
    outputError: () => {},
  });

function commanderOf(
  definition: Command,
  summary: string,
  context: Context,
  done: (code: ExitCode) => void,
): Commander {
  const made = new Commander(definition.name).summary(summary).description(definition.about);
  quietly(made, context);
  const positionals: string[] = [];
  for (const [name, arg] of Object.entries(definition.args)) {
    if (arg.kind === 'positional') {
      positionals.push(name);
      made.argument(arg.required ? `<${arg.value}>` : `[${arg.value}]`, arg.help);
    } else made.addOption(optionOf(name, arg, context));
  }
  const examples = definition.examples.map(({ line, does }) => `  ${line}\n      ${does}`).join('\n');
  made.addHelpText('after', `\nTouches: ${definition.touches}.\n\nExamples:\n${examples}`);
  made.action(async (...given: unknown[]) => {
    const options = made.opts() as Record<string, unknown>;
    const values: Record<string, unknown> = Object.fromEntries(positionals.map((name, i) => [name, given[i]]));
    for (const [name, arg] of Object.entries(definition.args)) {
      if (arg.kind === 'positional') continue;
      const key = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
      values[name] = arg.kind === 'flag' ? options[key] === true : options[key];
    }
    if (definition.touches === 'clouds') context.hold();
    done(await definition.run(values as never, context));
  });
  return made;
}

function optionOf(name: string, arg: Exclude<Arg, { kind: 'positional' }>, { env }: Context): Option {
  const short = arg.short ? `-${arg.short}, ` : '';
  if (arg.kind === 'flag') return new Option(`${short}--${name}`, arg.help);
  const option = new Option(`${short}--${name} <${arg.value}>`, arg.help);
  const given = arg.variable === undefined ? undefined : env[arg.variable];
  if (arg.default !== undefined)
    option.default(
      given || arg.default,
      arg.variable === undefined ? undefined : `${JSON.stringify(arg.default)}, or ${arg.variable}`,
    );
  if (arg.required) option.makeOptionMandatory();
  if (arg.many)
    return option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]).default([]);
  let isGiven = false;
  return option.argParser((value: string) => {
    if (value === '') throw new UnusableOption(`--${name} is empty; it takes one ${arg.value}`);
    if (isGiven) throw new UnusableOption(`--${name} is given twice; it takes one ${arg.value}`);
    isGiven = true;
    return value;
  });
}
