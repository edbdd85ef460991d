import { type PlannedSpec, type Planning, planSpecFile, type SpecOptions } from '../app/planning/index.ts';
import { diagnosticsJson } from '../diagnostics/index.ts';
import type { Context } from './context.ts';
import { printDiagnostics } from './print-diagnostics.ts';

/**
 * The plan, for commands that show something made from it. Problems go to standard error, or, with `json` and no plan,
 * to standard output as `{ ok: false, diagnostics }`.
 *
 * @returns Undefined when there is no plan; everything is printed already and the exit code is 1.
 */
export async function loadPlan(
  { file, json, acceptNotYet = false }: { readonly file: string; readonly json: boolean } & SpecOptions,
  context: Context,
): Promise<PlannedSpec | undefined> {
  const planning = await planSpecFile(file, context, { acceptNotYet });
  const { made, diagnostics, lines } = planning;
  if (!made) showNoPlan(planning, json, context);
  else printDiagnostics(diagnostics, lines, context);
  return made;
}

/** Shows why there is no plan. */
export function showNoPlan({ diagnostics, lines }: Planning, json: boolean, context: Context): 1 {
  if (json) context.print(JSON.stringify({ ok: false, diagnostics: diagnosticsJson(diagnostics) }, null, 2));
  else printDiagnostics(diagnostics, lines, context);
  return 1;
}

/** Bold on a terminal. */
export const headingOf =
  (context: Context) =>
  (text: string): string =>
    context.isTerminal ? `\u001b[1m${text}\u001b[0m` : text;
