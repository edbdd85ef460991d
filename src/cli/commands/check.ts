import { readSpecFile, type Spec } from '../../app/planning/index.ts';
import { counted, diagnosticsJson, hasErrors } from '../../diagnostics/index.ts';
import { acceptNotYetArg, command, fileArg, jsonArg } from '../command.ts';
import { printDiagnostics } from '../print-diagnostics.ts';

export const check = command({
  name: 'check',
  summary: 'Read the spec and show every problem in it',
  about:
    'Reads the spec, checks each field and the rules across fields, and shows every problem with its line. Does not plan. --json prints { ok, file, diagnostics }; a diagnostic has code, severity, file, line, column, path, message and usually a hint.',
  examples: [
    { line: 'lakegate check', does: 'checks lakegate.yaml in the working directory' },
    { line: 'lakegate check -f prod.yaml --json', does: 'prints the problems as JSON, for an editor or a pipeline' },
  ],
  touches: 'nothing',
  args: { file: fileArg, 'accept-not-yet': acceptNotYetArg, json: jsonArg },
  async run({ file, 'accept-not-yet': acceptNotYet, json }, context) {
    const { spec, diagnostics, lines } = await readSpecFile(file, context, { acceptNotYet });
    const ok = spec !== undefined && !hasErrors(diagnostics);
    if (json) context.print(JSON.stringify({ ok, file, diagnostics: diagnosticsJson(diagnostics) }, null, 2));
    else {
      printDiagnostics(diagnostics, lines, context);
      if (spec && ok) context.print(`${file}: ${summary(spec)}; no errors`);
    }
    return ok ? 0 : 1;
  },
});

function summary({ workspaces, networks, targets, access }: Spec): string {
  const granted = new Set(access.flatMap(({ from, to }) => from.flatMap((w) => to.map((t) => `${w} ${t}`)))).size;
  return [
    counted(workspaces.length, 'workspace'),
    counted(networks.length, 'network'),
    counted(targets.length, 'target'),
    `${counted(granted, 'pair')} granted`,
  ].join(', ');
}
