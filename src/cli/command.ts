import type { Context } from './context.ts';

/** An argument of a command. Parsing, `--help`, completion and the docs page are made from these. */
export type Arg =
  | { readonly kind: 'flag'; readonly help: string; readonly short?: string }
  | {
      readonly kind: 'text';
      readonly help: string;
      /** What stands in the usage line, such as `FILE`. */
      readonly value: string;
      readonly short?: string;
      readonly default?: string;
      /** A variable of the environment that replaces the default. */
      readonly variable?: string;
      readonly required?: boolean;
      /** May be given more than once. */
      readonly many?: boolean;
    }
  /** Without a dash in front: `lakegate explain CODE`. Optional unless `required`. */
  | { readonly kind: 'positional'; readonly help: string; readonly value: string; readonly required?: boolean };

export type Args = Readonly<Record<string, Arg>>;

type ValueOf<A extends Arg> = A extends { kind: 'flag' }
  ? boolean
  : A extends { many: true }
    ? readonly string[]
    : A extends { required: true } | { default: string }
      ? string
      : string | undefined;

export type Values<A extends Args> = { readonly [K in keyof A]: ValueOf<A[K]> };

/** 0 done, 1 the user's input or world is at fault, 2 lakegate is; with `diff --detailed-exitcode` 2 is that something has changed. */
export type ExitCode = 0 | 1 | 2;

export interface Command<A extends Args = Args> {
  readonly name: string;
  /** Shown by `--help`. The line in the list of commands is where it is listed. */
  readonly about: string;
  /** A command line that works, with a sentence. `--help` prints them. */
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  readonly touches: 'nothing' | 'files' | 'network' | 'clouds';
  readonly args: A;
  run(values: Values<A>, context: Context): Promise<ExitCode>;
}

/** A command that is loaded on use. */
export interface ListedCommand {
  /** One line for the list of commands. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** Commands by name. */
export type Commands = Readonly<Record<string, ListedCommand>>;

/** Keeps the argument types of a command for its `run`. */
export const command = <const A extends Args>(definition: Command<A>): Command => definition as unknown as Command;

/** `-f FILE`, the same on every command that reads a spec. */
export const fileArg = {
  kind: 'text',
  short: 'f',
  value: 'FILE',
  help: 'the spec; - is standard input',
  default: 'lakegate.yaml',
  variable: 'LAKEGATE_FILE',
} as const satisfies Arg;

/** `--accept-not-yet`, the same on every command that only shows or tries. What is applied or run never takes it. */
export const acceptNotYetArg = {
  kind: 'flag',
  help: 'warn about what the spec asks for and is not built yet, instead of failing',
} as const satisfies Arg;

/** `--watch`, the same on every command that can run in rounds. */
export const watchArg = {
  kind: 'flag',
  help: 'run again when the spec, its lock or another file that was read changes, until SIGINT; with --json one document per line',
} as const satisfies Arg;

/** `--json`, the same on every command. */
export const jsonArg = { kind: 'flag', help: 'print JSON for machines; the schema is stable' } as const satisfies Arg;
