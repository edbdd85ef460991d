import { holdsLock, keepLock, type Planning, planDocument, planSpecFile } from '../../app/planning/index.ts';
import { diagnosticLine } from '../../diagnostics/index.ts';
import { acceptNotYetArg, command, fileArg, jsonArg } from '../command.ts';
import type { Context } from '../context.ts';
import { headingOf } from '../load-plan.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { planText } from '../render/plan-text.ts';
import { repackText } from '../render/repack-text.ts';

export const plan = command({
  name: 'plan',
  summary: 'Show what would be built, why, and what it costs per month',
  about:
    'Reads the spec, and the lock beside it (lakegate.lock.json for lakegate.yaml), and plans: NCCs, rules, endpoint services, listeners, routes, the router fleet. Every plan shown has passed its proof: each workspace reaches exactly what it was granted, also when a client is hostile. Writes nothing, unless --write-lock asks to keep the allocations; commit that file, and later changes move nothing that exists. Problems go to standard error; with --json they are in the document, whose schema is schema/plan.schema.json.',
  examples: [
    { line: 'lakegate plan', does: 'plans lakegate.yaml and shows the plan' },
    { line: 'lakegate plan --write-lock', does: 'and keeps its allocations in lakegate.lock.json' },
    { line: 'lakegate plan --repack', does: 'shows what a fresh packing would save and what it would move' },
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
    repack: { kind: 'flag', help: 'pack afresh, and show what that saves and moves; only --write-lock keeps it' },
    'write-lock': { kind: 'flag', help: 'write the lock beside the spec, lakegate.lock.json for lakegate.yaml' },
  },
  async run({ file, 'accept-not-yet': acceptNotYet, json, repack, 'write-lock': keep }, context) {
    const planning = await planSpecFile(file, context, { repack, acceptNotYet });
    const { made, diagnostics, lines } = planning;
    if (json) context.print(JSON.stringify(planDocument(planning), null, 2));
    else printDiagnostics(diagnostics, lines, context);
    if (!made) return 1;
    if (!json && made.repacked) context.print(`${repackText(made.repacked, context.columns)}\n`);
    if (!json && repack && !made.repacked) context.note('there is no lock: every plan is packed afresh');
    if (!json) context.print(planText(made.plan, { width: context.columns, heading: headingOf(context) }));
    return showLock(planning, { keep, json }, context);
  },
});

async function showLock(
  { made, lockFile }: Planning,
  { keep, json }: { readonly keep: boolean; readonly json: boolean },
  context: Context,
): Promise<0 | 1> {
  if (!made) return 1;
  const { file } = lockFile;
  if (!keep) {
    if (!json && !holdsLock(lockFile, made.plan.lock))
      context.note(
        `${file} does not hold these allocations yet: --write-lock keeps them, so that later changes move nothing`,
      );
    return 0;
  }
  const kept = await keepLock(lockFile, made.plan.lock, context);
  if (kept.is === 'refused') {
    context.note(diagnosticLine(kept.diagnostic));
    return 1;
  }
  if (!json) context.note(kept.is === 'unchanged' ? `${file} is up to date` : `wrote ${file}: commit it`);
  return 0;
}
