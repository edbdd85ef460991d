import { type AfterCheck, checkSpecFile } from '../../app/check/index.ts';
import type { Spec } from '../../app/planning/index.ts';
import { counted, diagnosticsJson } from '../../diagnostics/index.ts';
import { acceptNotYetArg, command, type ExitCode, fileArg, jsonArg, type Values, watchArg } from '../command.ts';
import type { Context } from '../context.ts';
import { fileOption, lineWith, type Places } from '../next-command.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { inRounds } from '../rounds.ts';

const args = {
  file: fileArg,
  out: {
    kind: 'text',
    short: 'o',
    value: 'DIR',
    help: 'the output folder of synth, which is checked where it is there',
    default: 'terraform',
  },
  syntax: { kind: 'flag', help: 'check the spec alone: no lock, no plan' },
  watch: watchArg,
  'accept-not-yet': acceptNotYetArg,
  json: jsonArg,
} as const;

export const check = command({
  name: 'check',
  about:
    'Reads the spec and the lock in the same folder, plans, and makes the Terraform without writing it, as far as there are no errors. Shows every problem with its line, in the spec or in the lock. Where the output folder is there, shows what is in the way of writing into it: files edited by hand, files that lakegate did not write, the Terraform of another spec, another run, no right to write there. What synth refuses, check has shown. --syntax reads the spec alone, for editors and hooks. --json prints { ok, file, diagnostics }; a diagnostic has code, severity, file, line, column, path, message and usually a hint.',
  examples: [
    { line: 'lakegate check', does: 'checks lakegate.yaml in the working directory' },
    { line: 'lakegate check --watch', does: 'checks it again at each change, until Ctrl-C' },
    { line: 'lakegate check -f prod.yaml --json', does: 'prints the problems as JSON, for an editor or a pipeline' },
  ],
  touches: 'nothing',
  args,
  run: (values, context) =>
    values.watch ? inRounds('check', values, context, (round) => once(values, round)) : once(values, context),
});

async function once(
  { file, out, syntax, 'accept-not-yet': acceptNotYet, json, watch }: Values<typeof args>,
  context: Context,
): Promise<ExitCode> {
  const { spec, ok, diagnostics, lines, next } = await checkSpecFile(file, context, { acceptNotYet, syntax, out });
  if (json) context.print(JSON.stringify({ ok, file, diagnostics: diagnosticsJson(diagnostics) }, null, watch ? 0 : 2));
  else {
    printDiagnostics(diagnostics, lines, context);
    if (spec && ok) context.print(`${file}: ${summary(spec)}; no errors`);
    if (next && ok && !watch) for (const line of await nextLines(next, { file, out })) context.note(line);
  }
  return ok ? 0 : 1;
}

/** What comes after a spec without errors: the plan, or what it changes; and the CA, which none of these tells of. */
async function nextLines({ infra, isWritten, lacksCa }: AfterCheck, places: Places): Promise<readonly string[]> {
  const first = isWritten
    ? `Next: ${lineWith('diff', places)} shows what has changed since ${lineWith('synth', places)} wrote ${places.out}`
    : `Next: ${lineWith('plan', places)} shows what would be built, ${lineWith('synth', places)} writes it`;
  if (!lacksCa) return [first];
  const steps = [`ca init --kms ${infra.inspection?.ca.keyAlias ?? ''}1`, 'ca sign', 'ca bundle'];
  const line = steps.map((each) => `lakegate ${each}${fileOption(places.file)}`).join(' && ');
  return [first, `After terraform apply, for the CA of inspection: ${line}`];
}

function summary({ workspaces, networks, targets, access }: Spec): string {
  const granted = new Set(access.flatMap(({ from, to }) => from.flatMap((w) => to.map((t) => `${w} ${t}`)))).size;
  return [
    counted(workspaces.length, 'workspace'),
    counted(networks.length, 'network'),
    counted(targets.length, 'target'),
    `${counted(granted, 'pair')} granted`,
  ].join(', ');
}
