import { Command as Commander, Option } from 'commander';
import type { Arg, Command, ExitCode } from './command.ts';
import type { Context } from './context.ts';

/** A command line that can be run. */
export interface CommandLine {
  /** @throws CommanderError when the line asks for help or cannot be read; {@link RepeatedOption}; what a command throws. */
  run(argv: readonly string[]): Promise<ExitCode>;
}

/** An option that takes one value was given twice: one of the two would be lost. */
export class RepeatedOption extends Error {}

/** Makes a parser of these commands, with their help. */
export function commandLineOf(commands: readonly Command[], context: Context): CommandLine {
  let exit: ExitCode = 0;
  const program = new Commander('lakegate').description(
    'Private access for Databricks serverless compute on AWS, through as few PrivateLink endpoints as possible.',
  );
  quietly(program, context);
  for (const each of commands)
    program.addCommand(
      commanderOf(each, context, (code) => {
        exit = code;
      }),
    );
  return {
    async run(argv) {
      await program.parseAsync([...argv], { from: 'user' });
      return exit;
    },
  };
}

/** Help goes where all else is printed; errors are thrown, and printed by the caller. A command inherits none of this. */
const quietly = (made: Commander, context: Context): Commander =>
  made.exitOverride().configureOutput({
    writeOut: (text) => context.print(text.trimEnd()),
    writeErr: (text) => context.note(text.trimEnd()),
    outputError: () => {},
  });

function commanderOf(definition: Command, context: Context, done: (code: ExitCode) => void): Commander {
  const made = new Commander(definition.name)
    .summary(definition.summary)
    .description(definition.about ?? `${definition.summary}.`);
  quietly(made, context);
  const positionals: string[] = [];
  for (const [name, arg] of Object.entries(definition.args)) {
    if (arg.kind === 'positional') {
      positionals.push(name);
      made.argument(arg.required ? `<${arg.value}>` : `[${arg.value}]`, arg.help);
    } else made.addOption(optionOf(name, arg));
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
    done(await definition.run(values as never, context));
  });
  return made;
}

function optionOf(name: string, arg: Exclude<Arg, { kind: 'positional' }>): Option {
  const short = arg.short ? `-${arg.short}, ` : '';
  if (arg.kind === 'flag') return new Option(`${short}--${name}`, arg.help);
  const option = new Option(`${short}--${name} <${arg.value}>`, arg.help);
  if (arg.default !== undefined) option.default(arg.default);
  if (arg.required) option.makeOptionMandatory();
  if (arg.many)
    return option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]).default([]);
  let isGiven = false;
  return option.argParser((value: string) => {
    if (isGiven) throw new RepeatedOption(`--${name} is given twice; it takes one ${arg.value}`);
    isGiven = true;
    return value;
  });
}
