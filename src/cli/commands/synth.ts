import { resolve } from 'node:path';
import { lockText, type Made, planSpecFile, writeLockFile } from '../../app/planning/index.ts';
import { type FolderChanges, writeFolder } from '../../app/synth/index.ts';
import { type Diagnostic, diagnosticLine, diagnosticsJson } from '../../diagnostics/index.ts';
import { artifactFile, emitTerraform, marker, type TerraformFormat } from '../../emit/terraform/index.ts';
import type { InfraPlan } from '../../ir/index.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import type { World } from '../world.ts';

export const synth = command({
  name: 'synth',
  summary: 'Write the Terraform of a proven plan',
  about:
    'Plans the spec and writes Terraform for both clouds, one file per concern, formatted, with a README. Writes over files that an earlier run wrote and removes those it no longer needs; touches no other file. Keeps the allocations in the lock beside the spec. Only a plan that passed its proof is written.',
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
  async run({ file, out, format, json }, world) {
    const wanted = formatOf(format);
    if (!wanted) return refuse([unknownFormat(format)], json, world);
    world.note(`planning ${file}`);
    const { made, diagnostics, lines, lockFile } = await planSpecFile(file, world);
    if (!made) {
      if (json) world.print(JSON.stringify({ ok: false, diagnostics: diagnosticsJson(diagnostics) }, null, 2));
      else printDiagnostics(diagnostics, lines, world);
      return 1;
    }
    if (!json) printDiagnostics(diagnostics, lines, world);
    const output = emitTerraform(made.plan.infra, made.plan.routes, { format: wanted, cost: costLine(made) });
    if (output.files.length === 0) return refuse(output.diagnostics, json, world);
    if (!json) for (const each of output.diagnostics) world.note(diagnosticLine(each));
    world.note(`writing ${output.files.length} files into ${out}`);
    const changes = await writeFolder(resolve(world.cwd, out), output.files, marker);
    if ('inTheWay' in changes)
      return refuse(
        changes.inTheWay.map((path) => notOurs(out, path)),
        json,
        world,
      );
    // What is written may be applied: from here on the allocations are held.
    const isKept = lockFile.text === lockText(made.plan.lock);
    if (!isKept) await writeLockFile(lockFile.file, made.plan.lock, world);
    if (json)
      world.print(
        JSON.stringify(
          { ok: true, folder: out, lock: lockFile.file, ...changes, diagnostics: output.diagnostics },
          null,
          2,
        ),
      );
    else world.print(report(out, changes, made.plan.infra));
    if (!isKept && !json) world.note(`wrote ${lockFile.file}: commit it, so that later changes move nothing`);
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

const notOurs = (folder: string, path: string): Diagnostic => ({
  code: 'LG_SYNTH_NOT_OURS',
  severity: 'error',
  path: [],
  message: `${folder}/${path} is in the way and was not written by lakegate; nothing was written`,
  hint: 'move it away, or name another folder with -o',
});

function refuse(diagnostics: readonly Diagnostic[], json: boolean, world: World): 1 {
  if (json) world.print(JSON.stringify({ ok: false, diagnostics }, null, 2));
  else for (const each of diagnostics) world.note(diagnosticLine(each));
  return 1;
}

/** One line for the README; the date of the prices is with `lakegate cost`. */
function costLine({ plan: { cost } }: Made): string {
  const atLeast = cost.unknown.length > 0 ? 'at least ' : 'about ';
  return `By list prices ${atLeast}${Math.round(cost.totalUsd)} USD a month for the load that the spec states, ${Math.round(cost.fixedUsd)} of it whatever the load. \`lakegate cost\` shows it line by line.`;
}

function report(folder: string, { written, unchanged, removed }: FolderChanges, infra: InfraPlan): string {
  const lines = [
    ...written.map((path) => `  wrote     ${folder}/${path}`),
    ...removed.map((path) => `  removed   ${folder}/${path}`),
    ...(unchanged.length > 0 ? [`  unchanged ${unchanged.length} files`] : []),
    '',
    'Next:',
    ...nextSteps(folder, infra).map((step, i) => `  ${i + 1}. ${step}`),
  ];
  return lines.join('\n');
}

function nextSteps(folder: string, { router, networks }: InfraPlan): readonly string[] {
  const owners = networks.filter((network) => network.spokeSide === 'separate-folder').map((network) => network.name);
  return [
    `read ${folder}/README.md`,
    ...(router?.run === 'instances'
      ? [
          `lakegate artifact --arch ${router.architecture} -o ${folder}/artifacts   (${artifactFile(router.architecture)})`,
        ]
      : []),
    ...(router?.run === 'containers' ? [`build the router image from ${folder}/files/Dockerfile`] : []),
    `terraform -chdir=${folder} init && terraform -chdir=${folder} apply`,
    ...(owners.length > 0 ? [`hand ${folder}/spokes/ to the owners of ${owners.join(', ')}`] : []),
    `accept the endpoints and write the routers’ endpoint map: ${folder}/README.md, "Accept"`,
  ];
}
