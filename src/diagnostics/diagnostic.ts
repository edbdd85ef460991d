import type { Code } from './codes.ts';

export type Severity = 'error' | 'warning' | 'note';

/** A problem as a value: the planner and the spec reader return all they find and throw for none. */
export interface Diagnostic {
  /** Stable for ever; listed in codes.ts, explained in docs/errors.md. */
  readonly code: Code;
  readonly severity: Severity;
  /** Place in the spec, such as `['targets', 'orders-db', 'host']`; rendering adds file, line and column. */
  readonly path: readonly (string | number)[];
  /** Names the value that is wrong. */
  readonly message: string;
  /** The next action. */
  readonly hint?: string;
}

/** A diagnostic with its place in a file. Lines and columns count from 1. */
export interface PlacedDiagnostic extends Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some((diagnostic) => diagnostic.severity === 'error');

type Path = Diagnostic['path'];

/** A problem that leaves no plan. */
export const error = (code: Code, path: Path, message: string, hint?: string): Diagnostic => ({
  code,
  severity: 'error',
  path,
  message,
  ...(hint === undefined ? {} : { hint }),
});

/** A problem that a plan can live with and that someone should look at. */
export const warning = (code: Code, path: Path, message: string, hint?: string): Diagnostic => ({
  ...error(code, path, message, hint),
  severity: 'warning',
});

/** Something worth knowing of a plan, or of the way to one. */
export const note = (code: Code, path: Path, message: string, hint?: string): Diagnostic => ({
  ...error(code, path, message, hint),
  severity: 'note',
});
