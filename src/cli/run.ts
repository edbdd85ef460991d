import { Command as Commander, CommanderError, Option } from 'commander';
import type { Command, ExitCode } from './command.ts';
import type { Context } from './context.ts';
import { processContext } from './process-context.ts';

/** Commands by name, each loaded on use. */
export type Commands = Readonly<Record<string, () => Promise<Command>>>;

/** Runs one command line of these commands. Never throws: a bug is printed with its code and gives 2. */
export async function runCommands(
  argv: readonly string[],
  commands: Commands,
  context: Context = processContext(),
): Promise<ExitCode> {
  const program = new Commander('lakegate')
    .description(
      'Private access for Databricks serverless compute on AWS, through as few PrivateLink endpoints as possible.',
    )
    .exitOverride()
    .configureOutput(outputOf(context))
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for the arguments and an example)');
  let exit: ExitCode = 0;
  const loaded = await Promise.all(wanted(argv, commands).map((load) => load()));
  for (const each of loaded)
    program.addCommand(
      toCommander(each, context, (code) => {
        exit = code;
      }),
    );
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    context.note(
      `LG_INTERNAL lakegate itself is at fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return 2;
  }
}

/** What commander prints goes where all else goes. */
const outputOf = (context: Context) => ({
  writeOut: (text: string) => context.print(text.trimEnd()),
  writeErr: (text: string) => context.note(text.trimEnd()),
});

/** The one command that the line names, or all of them for the list. */
function wanted(argv: readonly string[], commands: Commands): readonly (() => Promise<Command>)[] {
  const name = argv[0];
  const load = name && Object.hasOwn(commands, name) ? commands[name] : undefined;
  return load ? [load] : Object.values(commands);
}

function toCommander(definition: Command, context: Context, done: (code: ExitCode) => void): Commander {
  const made = new Commander(definition.name)
    .summary(definition.summary)
    .description(definition.about ?? `${definition.summary}.`)
    // A command that is added does not inherit these: without them a wrong option would end the process.
    .exitOverride()
    .configureOutput(outputOf(context));
  const positionals: string[] = [];
  for (const [name, arg] of Object.entries(definition.args)) {
    if (arg.kind === 'positional') {
      positionals.push(name);
      made.argument(arg.required ? `<${arg.value}>` : `[${arg.value}]`, arg.help);
      continue;
    }
    const short = arg.short ? `-${arg.short}, ` : '';
    const option = new Option(`${short}--${name}${arg.kind === 'text' ? ` <${arg.value}>` : ''}`, arg.help);
    if (arg.kind === 'text') {
      if (arg.default !== undefined) option.default(arg.default);
      if (arg.required) option.makeOptionMandatory();
      if (arg.many)
        option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]).default([]);
    }
    made.addOption(option);
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
