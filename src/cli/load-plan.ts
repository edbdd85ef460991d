import { type Made, planSpecFile } from '../app/planning/index.ts';
import { diagnosticsJson } from '../diagnostics/index.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import type { World } from './world.ts';

/**
 * The plan, for commands that show something made from it. Problems go to standard error, or, with `json` and no plan,
 * to standard output as `{ ok: false, diagnostics }`.
 *
 * @returns Undefined when there is no plan; everything is printed already and the exit code is 1.
 */
export async function loadPlan(file: string, json: boolean, world: World): Promise<Made | undefined> {
  const { made, diagnostics, lines } = await planSpecFile(file, world);
  if (json && !made) world.print(JSON.stringify({ ok: false, diagnostics: diagnosticsJson(diagnostics) }, null, 2));
  else printDiagnostics(diagnostics, lines, world);
  return made;
}

/** Bold on a terminal. */
export const headingOf =
  (world: World) =>
  (text: string): string =>
    world.isTerminal ? `\u001b[1m${text}\u001b[0m` : text;
