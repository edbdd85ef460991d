import { basename, dirname } from 'node:path';
import { nodeFiles } from '../../src/app/files/index.ts';
import { type Planning, planDocument, planSpecFile } from '../../src/app/planning/index.ts';
import { planText } from '../../src/cli/render/plan-text.ts';
import { diagnosticsJson } from '../../src/diagnostics/index.ts';

/** Makes some of the files of a golden case from a planned spec: file name → text. A new kind of output is one more of these. */
type Output = (planning: Planning) => Readonly<Record<string, string>>;

const outputs: readonly Output[] = [diagnosticsFile, planFiles];

/** Every output of a spec: file name → text. What is not built yet is accepted. The same as the commands print, without colour, 120 columns wide. */
export async function everyOutput(specFile: string): Promise<Record<string, string>> {
  const planning = await planSpecFile(
    basename(specFile),
    { cwd: dirname(specFile), files: nodeFiles },
    { acceptNotYet: true },
  );
  return Object.assign({}, ...outputs.map((output) => output(planning)));
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function diagnosticsFile({ diagnostics }: Planning): Record<string, string> {
  const lines = diagnosticsJson(diagnostics).map(
    ({ file, line, column, severity, code, message, hint }) =>
      `${file}:${line}:${column} ${severity} ${code}\n  ${message}\n${hint === undefined ? '' : `  hint: ${hint}\n`}`,
  );
  return { 'diagnostics.txt': lines.join('') || 'no problems\n' };
}

function planFiles(planning: Planning): Record<string, string> {
  const { made } = planning;
  if (!made) return {};
  // The routes have a file of their own; cost and headroom are in the text, the lock in what it says.
  const { infra, routes, lock, proof, placement, savings, surplus } = planDocument(planning);
  return {
    'plan.txt': `${planText(made.plan, { width: 120, heading: (text) => text })}\n`,
    'plan.json': json({ infra, proof, placement, savings, surplus }),
    'lock.json': json(lock),
    'routes.json': json(routes),
  };
}
