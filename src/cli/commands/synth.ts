import { compareWithEarlier } from '../../app/change/index.ts';
import { planSpecFile } from '../../app/planning/index.ts';
import {
  checkTerraform,
  nextSteps,
  type TerraformFormat,
  type TerraformToWrite,
  terraformOf,
  writeTerraform,
} from '../../app/synth/index.ts';
import { type Diagnostic, diagnosticLine, didYouMean } from '../../diagnostics/index.ts';
import { bundleFileOf, deliveredFileOf } from '../../ir/index.ts';
import { command, type ExitCode, fileArg, jsonArg } from '../command.ts';
import type { Context } from '../context.ts';
import { showNoPlan } from '../load-plan.ts';
import { lineWith } from '../next-command.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { refuse, refuseAll } from '../refuse.ts';
import { checkText, reasonOf, synthText } from '../render/synth-text.ts';
import { some } from '../render/table.ts';

export const synth = command({
  name: 'synth',
  about:
    'Plans the spec and writes Terraform for both clouds, one file per concern, formatted, with a README. Overwrites files that an earlier run wrote and removes those that are no longer needed; touches no other file. Stops before it writes anything where such a file was edited by hand, or where another file is in the way; with --force it overwrites both and says so. Writes the allocations to the lock in the folder of the spec. Only a plan that passed its proof is written. With --check it writes nothing and exits with 1 where folder or lock are not what would be written.',
  examples: [
    { line: 'lakegate synth -o infra', does: 'writes the Terraform of lakegate.yaml into infra/' },
    { line: 'lakegate synth -f prod.yaml -o infra --format json', does: 'writes .tf.json instead of HCL' },
    { line: 'lakegate synth --check', does: 'fails in CI when somebody has forgotten to run lakegate synth' },
  ],
  touches: 'files',
  args: {
    file: fileArg,
    out: { kind: 'text', short: 'o', value: 'DIR', help: 'the output folder', default: 'terraform' },
    format: { kind: 'text', value: 'FORMAT', help: 'hcl or json', default: 'hcl' },
    check: { kind: 'flag', help: 'write nothing; exit code 1 where the folder is not what would be written' },
    force: { kind: 'flag', help: 'overwrite hand edits, and files that lakegate did not write' },
    json: jsonArg,
  },
  async run({ file, out, format, check, force, json }, context) {
    const wanted = formatOf(format);
    if (!wanted) return refuse(unknownFormat(format), json, context);
    if (!check) context.note(`planning ${file}`);
    const planning = await planSpecFile(file, context);
    const { made, lockFile } = planning;
    if (!made) return showNoPlan(planning, json, context);
    if (!json) printDiagnostics(planning.diagnostics, planning.lines, context);
    const output = terraformOf(made, wanted);
    if (output.files.length === 0) return refuseAll(output.diagnostics, json, context);
    const { inspection } = made.plan.infra;
    const ofCa = inspection ? await (await import('../../app/ca/index.ts')).warnOfNames(file, inspection, context) : [];
    if (!json) for (const each of [...output.diagnostics, ...ofCa]) context.note(diagnosticLine(each));
    const toWrite = { out, files: output.files, made, lockFile, force };
    if (check) return checkOnly(toWrite, { file, json }, context);
    return write(toWrite, { json, diagnostics: [...output.diagnostics, ...ofCa] }, context);
  },
});

async function write(
  toWrite: TerraformToWrite,
  { json, diagnostics }: { readonly json: boolean; readonly diagnostics: readonly Diagnostic[] },
  context: Context,
): Promise<ExitCode> {
  const { out, made, lockFile } = toWrite;
  const earlier = await compareWithEarlier(made, { lockFile, out }, context);
  context.hold();
  const result = await writeTerraform(toWrite, context);
  if (result.is === 'refused') return refuseAll(result.diagnostics, json, context);
  const { changes, lock } = result;
  if (json) {
    const { written, unchanged, removed, overwrote } = changes;
    const document = {
      ok: true,
      folder: out,
      lock: lockFile.file,
      written,
      unchanged,
      removed,
      overwrote,
      diagnostics,
    };
    context.print(JSON.stringify(document, null, 2));
    return 0;
  }
  const { infra } = made.plan;
  const next = await nextSteps({ out, infra, hasNewRules: hasNewRules(earlier) }, changes, context);
  context.print(synthText({ folder: out, changes, next, infra }));
  // `lakegate ca bundle` writes its files here: they are lakegate's too.
  const delivered = infra.inspection && deliveredFileOf(infra.inspection.deliver);
  const others = changes.others.filter((name) => !delivered || ![delivered, bundleFileOf(delivered)].includes(name));
  if (others.length > 0) context.note(othersSentence(out, others));
  if (lock === 'written')
    context.note(`wrote ${lockFile.file}: commit it, so that a later change moves only what it must`);
  return 0;
}

/** Without an earlier plan in the folder every rule is new. */
function hasNewRules(earlier: Awaited<ReturnType<typeof compareWithEarlier>>): boolean {
  if (!earlier || !('changes' in earlier) || earlier.base.is !== 'plan') return true;
  return earlier.changes.lines.some(
    ({ is, paths, effect }) =>
      (is === 'added' && paths.some((path) => /^infra\.nccs\[[^\]]*\](\.rules\[[^\]]*\])?$/.test(path))) ||
      (effect.is === 'replaces' && paths.some((path) => path.startsWith('infra.nccs['))),
  );
}

function othersSentence(out: string, names: readonly string[]): string {
  const configurations = names.filter((name) => /\.tf(\.json)?$/.test(name));
  const sentence = `${out} holds what lakegate did not write, and leaves alone: ${some(names)}`;
  return configurations.length === 0
    ? sentence
    : `${sentence}. Terraform reads ${some(configurations)} together with the new files; name a folder for lakegate alone with -o if that is not meant`;
}

async function checkOnly(
  toWrite: TerraformToWrite,
  { file, json }: { readonly file: string; readonly json: boolean },
  context: Context,
): Promise<ExitCode> {
  const { out, files, lockFile } = toWrite;
  const checked = await checkTerraform(toWrite, context);
  if (checked.is === 'refused') return refuseAll(checked.diagnostics, json, context);
  const { differences, isLocked } = checked;
  const ofFiles = differences.map((each) => `${out}/${each.path} ${reasonOf(each)}`);
  const ofLock = isLocked ? [] : [`${lockFile.file} does not hold the allocations of this plan`];
  const problems = [...ofLock, ...ofFiles];
  const isRight = problems.length === 0;
  if (json) {
    const diagnostics = problems.map(outOfDate);
    const document = { ok: isRight, folder: out, lock: lockFile.file, isLocked, differences, diagnostics };
    context.print(JSON.stringify(document, null, 2));
  } else {
    context.print(checkText(out, problems, files.length));
    const isEdited = differences.some(({ is }) => is === 'edited' || is === 'foreign');
    if (!isRight)
      context.note(
        `Next: ${lineWith('synth', { file, out })}${isEdited ? ', with --force to overwrite what was edited or is foreign' : ''}, and commit the result`,
      );
  }
  return isRight ? 0 : 1;
}

const outOfDate = (message: string): Diagnostic => ({
  code: 'LG_SYNTH_OUT_OF_DATE',
  severity: 'error',
  path: [],
  message,
});

const formatOf = (text: string): TerraformFormat | undefined => (text === 'hcl' || text === 'json' ? text : undefined);

const unknownFormat = (format: string): Diagnostic => ({
  code: 'LG_SYNTH_FORMAT',
  severity: 'error',
  path: [],
  message: `--format ${format} is neither hcl nor json`,
  hint: `give --format hcl or --format json${didYouMean(format, ['hcl', 'json'])}`,
});
