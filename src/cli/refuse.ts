import { type Diagnostic, diagnosticLine, usageProblem } from '../diagnostics/index.ts';
import type { Context } from './context.ts';
import { visibleLines } from './render/visible.ts';

/** Shows a problem that has no place in a file: a line on standard error, or with `json` a document on standard output. */
export const refuse = (problem: Diagnostic, json: boolean, context: Context): 1 => refuseAll([problem], json, context);

/** The same for several. */
export function refuseAll(problems: readonly Diagnostic[], json: boolean, context: Context): 1 {
  if (json) context.print(JSON.stringify({ ok: false, diagnostics: problems }, null, 2));
  else for (const each of problems) context.note(visibleLines(diagnosticLine(each)));
  return 1;
}

/** Says what is wrong with the command line. */
export const usage = (sentence: string, json: boolean, context: Context): 1 =>
  refuse(usageProblem(sentence), json, context);
