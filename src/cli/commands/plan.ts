import { compareWithEarlier, isNothing } from '../../app/change/index.ts';
import {
  holdsLock,
  keepLock,
  type LockKeeping,
  type Planning,
  planDocument,
  planSpecFile,
} from '../../app/planning/index.ts';
import { ownerOf } from '../../app/synth/index.ts';
import { type Diagnostic, diagnosticLine, quoted } from '../../diagnostics/index.ts';
import { acceptNotYetArg, command, type ExitCode, fileArg, jsonArg, type Values, watchArg } from '../command.ts';
import type { Context } from '../context.ts';
import { headingOf } from '../load-plan.ts';
import { lineWith, type Places } from '../next-command.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { usage } from '../refuse.ts';
import { changesSummary } from '../render/changes-text.ts';
import { planSummary, planText } from '../render/plan-text.ts';
import { repackText } from '../render/repack-text.ts';
import { visible } from '../render/visible.ts';
import { inRounds } from '../rounds.ts';

const args = {
  file: fileArg,
  out: {
    kind: 'text',
    short: 'o',
    value: 'DIR',
    help: 'the output folder of synth, whose plan is compared',
    default: 'terraform',
  },
  watch: watchArg,
  short: { kind: 'flag', help: 'show only what has changed and a summary' },
  'accept-not-yet': acceptNotYetArg,
  json: jsonArg,
  repack: {
    kind: 'flag',
    help: 'plan without the lock, and show what that saves and moves; only --write-lock keeps it',
  },
  'write-lock': {
    kind: 'flag',
    help: 'write the lock to the folder of the spec (lakegate.lock.json for lakegate.yaml)',
  },
} as const;

export const plan = command({
  name: 'plan',
  about:
    'Reads the spec and the lock in the same folder (lakegate.lock.json for lakegate.yaml), and plans NCCs, rules, endpoint services, listeners, routes and the router fleet. Every plan shown has passed its proof: each workspace reaches exactly what it was granted, even with a hostile client. Above the plan it shows what has changed since the plan that synth wrote into the output folder, or else since the lock: access lost and gained, and what is replaced (each change: lakegate diff). Writes nothing unless --write-lock is given. Commit the lock: a later change then moves only what it must, and says so. Problems go to standard error; with --json they are part of the document, whose schema is schema/plan.schema.json.',
  examples: [
    { line: 'lakegate plan', does: 'plans lakegate.yaml and shows the plan' },
    { line: 'lakegate plan --short', does: 'shows what has changed, and the plan in three lines' },
    { line: 'lakegate plan --short --watch', does: 'plans again at each change, until Ctrl-C' },
    { line: 'lakegate plan --write-lock', does: 'plans, and writes the allocations to lakegate.lock.json' },
    { line: 'lakegate plan --repack', does: 'shows what a plan without the lock would save and what it would move' },
    {
      line: 'lakegate plan -f prod.yaml --json',
      does: 'prints { infra, routes, lock, cost, headroom, proof, …, diagnostics }; all null but the last when there is no plan',
    },
  ],
  touches: 'files',
  args,
  async run(values, context) {
    if (values.json && values.short)
      return usage('--short and --json exclude each other; give one of them', values.json, context);
    if (!values.watch) return once(values, context);
    if (values['write-lock'])
      return usage('--write-lock cannot be used with --watch: every save would allocate', values.json, context);
    return inRounds('plan', values, context, (round) => once(values, round));
  },
});

async function once(
  { file, out, short, 'accept-not-yet': acceptNotYet, json, repack, 'write-lock': keep, watch }: Values<typeof args>,
  context: Context,
): Promise<ExitCode> {
  const planning = await planSpecFile(file, context, { repack, acceptNotYet });
  const { made, diagnostics, lines, lockFile } = planning;
  const compared = made && !json ? await compareWithEarlier(made, { lockFile, out }, context) : undefined;
  const kept = made && keep ? await keepLock(lockFile, made.plan.lock, context) : undefined;
  const problem = kept?.is === 'refused' ? kept.diagnostic : undefined;
  if (json) context.print(JSON.stringify(planDocument(withProblem(planning, problem)), null, watch ? 0 : 2));
  else printDiagnostics(diagnostics, lines, context);
  if (!made) return 1;
  if (!json) {
    if (made.repacked) context.print(`${repackText(made.repacked, context.columns)}\n`);
    else if (repack) context.note('there is no lock, so this plan is the same as without --repack');
    const look = {
      width: context.columns,
      heading: headingOf(context),
      isLocked: lockFile.lock !== undefined && !made.repacked,
      diffLine: lineWith('diff', { file, out }),
    };
    if (compared && 'changes' in compared) context.print(`${changesSummary(compared, look)}\n`);
    else for (const each of compared ?? []) context.note(`nothing to compare with: ${each.message}`);
    context.print(short ? planSummary(made.plan, look) : planText(made.plan, look));
    if (kept) context.note(lockSentence(planning, kept));
    const next = nextSentence(planning, {
      kept,
      compared,
      elsewhere: await elsewhere(made.plan.infra.name, { file, out }, context),
      synthLine: lineWith('synth', { file, out }),
      lockLine: lineWith('plan --write-lock', { file, out }),
    });
    if (next !== undefined) context.note(next);
  }
  return problem ? 1 : 0;
}

/** The problem of writing the lock, next to those of planning. */
const withProblem = (planning: Planning, problem: Diagnostic | undefined): Planning =>
  problem
    ? {
        ...planning,
        diagnostics: [...planning.diagnostics, { ...problem, file: planning.lockFile.file, line: 1, column: 1 }],
      }
    : planning;

/** What to do instead of writing into a folder of another spec. */
async function elsewhere(name: string, { file, out }: Places, context: Context): Promise<string | undefined> {
  const owner = await ownerOf(out, context);
  if (owner === undefined || owner === name) return undefined;
  return `${lineWith('synth', { file, out: `${name}-terraform` })}, or another folder: ${visible(out)} belongs to another spec, ${visible(quoted(owner))}`;
}

/** Whether the lock holds the plan now. */
function lockSentence({ lockFile: { file } }: Planning, kept: LockKeeping): string {
  switch (kept.is) {
    case 'unchanged':
      return `${file} is up to date`;
    case 'written':
      return `wrote ${file}: commit it`;
    case 'refused':
      return diagnosticLine(kept.diagnostic);
    default:
      return kept satisfies never;
  }
}

interface Before {
  readonly kept: LockKeeping | undefined;
  readonly compared: Awaited<ReturnType<typeof compareWithEarlier>>;
  /** Instead of {@link synthLine}. */
  readonly elsewhere: string | undefined;
  readonly synthLine: string;
  readonly lockLine: string;
}

/** What to do with the plan. Undefined where lock and output folder have it, and where synth would refuse it. */
function nextSentence(
  { made, lockFile, diagnostics }: Planning,
  { kept, compared, elsewhere, synthLine, lockLine }: Before,
): string | undefined {
  if (!made || made.repacked || kept?.is === 'refused' || diagnostics.some(({ code }) => code === 'LG_NOT_BUILT_YET'))
    return undefined;
  const isKept = kept !== undefined || holdsLock(lockFile, made.plan.lock);
  const isWritten = compared && 'changes' in compared && compared.base.is === 'plan' && isNothing(compared.changes);
  if (isKept && isWritten) return undefined;
  const lock = `${lockFile.file} does not hold these allocations yet; once it does, a later change moves only what it must`;
  const alone = isKept ? '' : `; or ${lockLine} for the lock alone`;
  return [...(isKept ? [] : [lock]), `Next: ${elsewhere ?? synthLine}${alone}`].join('\n');
}
