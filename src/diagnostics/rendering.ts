import type { Diagnostic, PlacedDiagnostic } from './diagnostic.ts';

/** A problem without a place in a file: severity, code and message, and the hint on a line below. */
export const diagnosticLine = ({ severity, code, message, hint }: Diagnostic): string =>
  `${severity} ${code} ${message}${hint === undefined ? '' : `\n  hint: ${hint}`}`;

/** Diagnostics in the stable JSON shape of all commands: `{ code, severity, file, line, column, path, message, hint? }`. */
export const diagnosticsJson = (diagnostics: readonly PlacedDiagnostic[]) =>
  diagnostics.map(({ code, severity, file, line, column, path, message, hint }) => ({
    code,
    severity,
    file,
    line,
    column,
    path,
    message,
    ...(hint !== undefined && { hint }),
  }));
