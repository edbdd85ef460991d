import { planSpecFile } from '../../app/planning/index.ts';
import { type TerraformFormat, terraformOf, writeTerraform } from '../../app/synth/index.ts';
import { type Diagnostic, diagnosticLine } from '../../diagnostics/index.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { showNoPlan } from '../load-plan.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { refuse, refuseAll } from '../refuse.ts';
import { synthText } from '../render/synth-text.ts';

export const synth = command({
  name: 'synth',
  summary: 'Write the Terraform of a proven plan',
  about:
    'Plans the spec and writes Terraform for both clouds, one file per concern, formatted, with a README. Overwrites files that an earlier run wrote and removes those that are no longer needed; touches no other file. Writes the allocations to the lock in the folder of the spec. Only a plan that passed its proof is written.',
  examples: [
    { line: 'lakegate synth -o infra', does: 'writes the Terraform of lakegate.yaml into infra/' },
    { line: 'lakegate synth -f prod.yaml -o infra --format json', does: 'writes .tf.json instead of HCL' },
  ],
  touches: 'files',
  args: {
    file: fileArg,
    out: { kind: 'text', short: 'o', value: 'DIR', help: 'the output folder', default: 'terraform' },
    format: { kind: 'text', value: 'FORMAT', help: 'hcl or json', default: 'hcl' },
    json: jsonArg,
  },
  async run({ file, out, format, json }, context) {
    const wanted = formatOf(format);
    if (!wanted) return refuse(unknownFormat(format), json, context);
    context.note(`planning ${file}`);
    const planning = await planSpecFile(file, context);
    const { made, lockFile } = planning;
    if (!made) return showNoPlan(planning, json, context);
    if (!json) printDiagnostics(planning.diagnostics, planning.lines, context);
    const output = terraformOf(made, wanted);
    if (output.files.length === 0) return refuseAll(output.diagnostics, json, context);
    if (!json) for (const each of output.diagnostics) context.note(diagnosticLine(each));
    context.note(`writing ${output.files.length} files into ${out}`);
    const result = await writeTerraform({ out, files: output.files, made, lockFile }, context);
    if (result.is === 'refused') return refuseAll(result.diagnostics, json, context);
    const { changes, lock } = result;
    if (json) {
      const { diagnostics } = output;
      context.print(JSON.stringify({ ok: true, folder: out, lock: lockFile.file, ...changes, diagnostics }, null, 2));
      return 0;
    }
    context.print(synthText({ folder: out, ...changes, infra: made.plan.infra }));
    if (lock === 'written') context.note(`wrote ${lockFile.file}: commit it, so that later changes move nothing`);
    return 0;
  },
});

const formatOf = (text: string): TerraformFormat | undefined => (text === 'hcl' || text === 'json' ? text : undefined);

const unknownFormat = (format: string): Diagnostic => ({
  code: 'LG_SYNTH_FORMAT',
  severity: 'error',
  path: [],
  message: `--format ${format} is neither hcl nor json`,
});
