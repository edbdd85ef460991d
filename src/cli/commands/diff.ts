import { changesDocument, diffSpecFile, isNothing } from '../../app/change/index.ts';
import { type Diagnostic, didYouMean } from '../../diagnostics/index.ts';
import { acceptNotYetArg, command, fileArg, jsonArg } from '../command.ts';
import { headingOf, showNoPlan } from '../load-plan.ts';
import { lineWith, type Places, quoted } from '../next-command.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { refuse, refuseAll, usage } from '../refuse.ts';
import { changesMarkdown } from '../render/changes-markdown.ts';
import { changesText } from '../render/changes-text.ts';
import { printedJson, visible } from '../render/visible.ts';

/** Where `synth` writes. Another one was asked for. */
const usualFolder = 'terraform';

export const diff = command({
  name: 'diff',
  about:
    'Plans the spec and compares the plan with an earlier one: access that workspaces lose and gain, what Terraform would destroy and make again and which connections that cuts, then every other difference, cost and limits. BASE is a document of plan --json, a lock, or a revision of git, whose spec and lock are read with git show. Without BASE it is the lakegate.plan.json that synth wrote into the output folder, else the lock; what a lock does not hold is said. Writes nothing. Exit code 0, also with changes; with --detailed-exitcode 2 where something has changed, as Terraform has it, and 1 where there is no plan or nothing to compare with. The document of --json is described by schema/diff.schema.json.',
  examples: [
    { line: 'lakegate diff', does: 'compares with the plan that was last written into terraform/' },
    { line: 'lakegate diff main', does: 'compares with the spec and lock of the branch main' },
    {
      line: 'lakegate diff origin/main --format markdown',
      does: 'prints a comment for a pull request; its last line stays the same, so that one comment can be found and updated',
    },
  ],
  touches: 'nothing',
  args: {
    base: { kind: 'positional', value: 'BASE', help: 'a plan, a lock, or a revision of git to compare with' },
    file: fileArg,
    out: { kind: 'text', short: 'o', value: 'DIR', help: 'the output folder of synth', default: usualFolder },
    format: { kind: 'text', value: 'FORMAT', help: 'text or markdown', default: 'text' },
    'detailed-exitcode': { kind: 'flag', help: 'exit code 2 where something has changed' },
    'accept-not-yet': acceptNotYetArg,
    json: jsonArg,
  },
  async run({ base, file, out, format, 'detailed-exitcode': detailed, 'accept-not-yet': acceptNotYet, json }, context) {
    if (format !== 'text' && format !== 'markdown') return refuse(unknownFormat(format), json, context);
    if (json && format === 'markdown')
      return usage('--format markdown and --json exclude each other; give one of them', json, context);
    const { planning, compared, problems } = await diffSpecFile({ base, file, out, acceptNotYet }, context);
    if (!planning.made) return showNoPlan(planning, json, context);
    if (!json) printDiagnostics(planning.diagnostics, planning.lines, context);
    if (!compared) return refuseAll(problems, json, context);
    if (compared.missing !== undefined && out !== usualFolder && !json)
      context.note(`there is no ${visible(compared.missing)}; compared with the lock`);
    if (json) context.print(printedJson(changesDocument(compared)));
    else if (format === 'markdown')
      context.print(changesMarkdown(compared, lineOf(base ?? compared.base.name, { file, out })));
    else context.print(changesText(compared, { width: context.columns, heading: headingOf(context) }));
    return detailed && !isNothing(compared.changes) ? 2 : 0;
  },
});

/** The command that shows what a comment has no room for. */
const lineOf = (base: string, places: Places): string => lineWith(`diff ${quoted(base)}`, places);

const unknownFormat = (format: string): Diagnostic => ({
  code: 'LG_DIFF_FORMAT',
  severity: 'error',
  path: [],
  message: `--format ${format} is neither text nor markdown`,
  hint: `give --format text or --format markdown${didYouMean(format, ['text', 'markdown'])}; --json prints JSON`,
});
