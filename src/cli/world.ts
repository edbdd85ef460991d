/** What a command may touch. Tests give another one. */
export interface World {
  /** Text for the user or machine, to standard output. A newline is added. */
  print(text: string): void;
  /** Progress and diagnostics, to standard error. A newline is added. */
  note(text: string): void;
  /** Colour and live progress only when true: a terminal, and NO_COLOR unset. */
  readonly isTerminal: boolean;
  /** Columns of the terminal; 100 elsewhere. */
  readonly columns: number;
  /** Absolute working directory. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT or SIGTERM: long work ends cleanly. */
  readonly interrupted: AbortSignal;
}
