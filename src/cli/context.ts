import type { ThisProcess, WorkingFolder } from '../app/files/index.ts';

/** What a command may use of the machine. Tests give another one. */
export interface Context extends WorkingFolder {
  /** Text for the user or machine, to standard output. A newline is added. */
  print(text: string): void;
  /** Progress and diagnostics, to standard error. A newline is added. */
  note(text: string): void;
  /** Colour and live progress only when true: a terminal, and NO_COLOR unset. */
  readonly isTerminal: boolean;
  /** Columns of the terminal; 100 elsewhere. */
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly process: ThisProcess;
  /** Milliseconds since the epoch, for commands that date what they write. Default: the clock. */
  readonly nowMs?: () => number;
  /** Aborted by SIGINT or SIGTERM: long work ends cleanly. They end a command that has not asked for it at once. */
  readonly interrupted: AbortSignal;
  /** From now on the first SIGINT or SIGTERM does not end the command: what it writes is to be whole. */
  hold(): void;
  /** Calls back on every SIGHUP. Returns the way to stop that. */
  onHangup(listener: () => void): () => void;
}
