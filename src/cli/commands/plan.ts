import {
  holdsLock,
  keepLock,
  type LockKeeping,
  type Planning,
  planDocument,
  planSpecFile,
} from '../../app/planning/index.ts';
import { type Diagnostic, diagnosticLine } from '../../diagnostics/index.ts';
import { acceptNotYetArg, command, fileArg, jsonArg } from '../command.ts';
import { headingOf } from '../load-plan.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { planText } from '../render/plan-text.ts';
import { repackText } from '../render/repack-text.ts';

export const plan = command({
  name: 'plan',
  summary: 'Show what would be built, why, and what it costs per month',
  about:
    'Reads the spec and the lock in the same folder (lakegate.lock.json for lakegate.yaml), and plans NCCs, rules, endpoint services, listeners, routes and the router fleet. Every plan shown has passed its proof: each workspace reaches exactly what it was granted, even with a hostile client. Writes nothing unless --write-lock is given. Commit the lock: later changes then move nothing that exists. Problems go to standard error; with --json they are part of the document, whose schema is schema/plan.schema.json.',
  examples: [
    { line: 'lakegate plan', does: 'plans lakegate.yaml and shows the plan' },
    { line: 'lakegate plan --write-lock', does: 'plans, and writes the allocations to lakegate.lock.json' },
    { line: 'lakegate plan --repack', does: 'shows what a plan without the lock would save and what it would move' },
    {
      line: 'lakegate plan -f prod.yaml --json',
      does: 'prints { infra, routes, lock, cost, headroom, proof, …, diagnostics }; all null but the last when there is no plan',
    },
  ],
  touches: 'files',
  args: {
    file: fileArg,
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
  },
  async run({ file, 'accept-not-yet': acceptNotYet, json, repack, 'write-lock': keep }, context) {
    const planning = await planSpecFile(file, context, { repack, acceptNotYet });
    const { made, diagnostics, lines, lockFile } = planning;
    const kept = made && keep ? await keepLock(lockFile, made.plan.lock, context) : undefined;
    const problem = kept?.is === 'refused' ? kept.diagnostic : undefined;
    if (json) context.print(JSON.stringify(planDocument(withProblem(planning, problem)), null, 2));
    else printDiagnostics(diagnostics, lines, context);
    if (!made) return 1;
    if (!json) {
      if (made.repacked) context.print(`${repackText(made.repacked, context.columns)}\n`);
      else if (repack) context.note('there is no lock, so this plan is the same as without --repack');
      context.print(planText(made.plan, { width: context.columns, heading: headingOf(context) }));
      const sentence = lockSentence(planning, kept);
      if (sentence !== undefined) context.note(sentence);
    }
    return problem ? 1 : 0;
  },
});

/** The problem of writing the lock, next to those of planning. */
const withProblem = (planning: Planning, problem: Diagnostic | undefined): Planning =>
  problem
    ? {
        ...planning,
        diagnostics: [...planning.diagnostics, { ...problem, file: planning.lockFile.file, line: 1, column: 1 }],
      }
    : planning;

/** Whether the lock holds the plan now. Undefined when there is nothing to say. */
function lockSentence({ made, lockFile }: Planning, kept: LockKeeping | undefined): string | undefined {
  const { file } = lockFile;
  switch (kept?.is) {
    case undefined:
      return made && !holdsLock(lockFile, made.plan.lock)
        ? `${file} does not hold these allocations yet; --write-lock writes them, so that later changes move nothing`
        : undefined;
    case 'unchanged':
      return `${file} is up to date`;
    case 'written':
      return `wrote ${file}: commit it`;
    case 'refused':
      return diagnosticLine(kept.diagnostic);
    default:
      return kept satisfies undefined;
  }
}
