import { basename, dirname } from 'node:path';
import { nodeFiles } from '../../src/app/files/index.ts';
import { type Planning, planDocument, planSpecFile } from '../../src/app/planning/index.ts';
import { terraformOf } from '../../src/app/synth/index.ts';
import { planText } from '../../src/cli/render/plan-text.ts';
import { type Diagnostic, diagnosticLine, diagnosticsJson } from '../../src/diagnostics/index.ts';
import { emitSnippets, pipLine } from '../../src/emit/snippets/index.ts';

/** Makes some of the files of a golden case from a planned spec: file name → text. A new kind of output is one more of these. */
type Output = (planning: Planning) => Readonly<Record<string, string>>;

const outputs: readonly Output[] = [diagnosticsFile, planFiles, terraformFiles, snippetsFile];

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
  const { made, lockFile } = planning;
  if (!made) return {};
  const look = { width: 120, heading: (text: string) => text, isLocked: lockFile.lock !== undefined };
  // The routes have a file of their own; cost and headroom are in the text, the lock in what it says.
  const { infra, routes, lock, proof, placement, savings, surplus } = planDocument(planning);
  return {
    'plan.txt': `${planText(made.plan, look)}\n`,
    'plan.json': json({ infra, proof, placement, savings, surplus }),
    'lock.json': json(lock),
    'routes.json': json(routes),
  };
}

/** Whether the commands that write something would: what is not built yet is a warning here and an error there. */
const isBuilt = (diagnostics: readonly Diagnostic[]): boolean =>
  !diagnostics.some(({ code }) => code === 'LG_NOT_BUILT_YET');

/** What a case is about, in full: the services and rules that it makes. The rest differs little from case to case. */
const shownInFull = ['databricks.tf', 'endpoint-services.tf'];

/** What `lakegate synth` writes: two files as they are, and the addresses in all others, which users' states hold. */
function terraformFiles({ made, diagnostics }: Planning): Record<string, string> {
  if (!made || !isBuilt(diagnostics)) return {};
  const { files, diagnostics: problems } = terraformOf(made, 'hcl');
  const shown = files.filter(({ path }) => shownInFull.includes(path));
  const others = files.filter(({ path }) => !shownInFull.includes(path));
  return {
    ...Object.fromEntries(shown.map(({ path, text }) => [`terraform/${path}`, text])),
    ...(others.length > 0 ? { 'terraform/addresses.txt': others.map(addressesOf).join('') } : {}),
    ...(problems.length > 0
      ? { 'terraform/problems.txt': problems.map((one) => `${diagnosticLine(one)}\n`).join('') }
      : {}),
  };
}

function addressesOf({ path, text }: { readonly path: string; readonly text: string }): string {
  const addresses = [...text.matchAll(/^(resource|data) "([^"]+)" "([^"]+)"/gm)].map(
    ([, kind, type, name]) => `  ${kind === 'data' ? 'data.' : ''}${type}.${name}\n`,
  );
  return `${path}\n${addresses.join('')}`;
}

/** What `lakegate snippets` shows first, for one target of each type. */
function snippetsFile({ made, diagnostics }: Planning): Record<string, string> {
  if (!made || !isBuilt(diagnostics)) return {};
  const { infra, routes } = made.plan;
  const ofType = new Map(infra.targets.toReversed().map((target) => [target.type, target]));
  const texts = [...ofType.values()].toReversed().flatMap((target) => {
    const [first, ...others] = emitSnippets(infra, target, routes);
    if (!first) return [];
    const more = others.map(({ id }) => id).join(', ');
    const text = [pipLine(first), first.text].filter(Boolean).join('\n');
    return `── ${target.name}: ${first.title}${more && ` (also: ${more})`}\n${text}\n`;
  });
  return texts.length > 0 ? { 'snippets.txt': texts.join('\n') } : {};
}
