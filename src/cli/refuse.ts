import { type Diagnostic, diagnosticLine } from '../diagnostics/index.ts';
import type { Context } from './context.ts';

/** Shows problems that have no place in a file: lines on standard error, or with `json` a document on standard output. */
export function refuse(diagnostics: readonly Diagnostic[], json: boolean, context: Context): 1 {
  if (json) context.print(JSON.stringify({ ok: false, diagnostics }, null, 2));
  else for (const each of diagnostics) context.note(diagnosticLine(each));
  return 1;
}

/** Says what is wrong with the command line. */
export function usage(context: Context, sentence: string): 1 {
  context.note(`LG_USAGE ${sentence}`);
  return 1;
}
