import { lockText, type Planning, planDocument, planSpecFile, writeLockFile } from '../../app/planning/index.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { headingOf } from '../load-plan.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { planText } from '../render/plan-text.ts';
import { repackText } from '../render/repack-text.ts';
import type { World } from '../world.ts';

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
    json: jsonArg,
    repack: { kind: 'flag', help: 'pack afresh, and show what that saves and moves; only --write-lock keeps it' },
    'write-lock': { kind: 'flag', help: 'write the lock beside the spec, lakegate.lock.json for lakegate.yaml' },
  },
  async run({ file, json, repack, 'write-lock': keep }, world) {
    const planning = await planSpecFile(file, world, { repack });
    const { made, diagnostics, lines } = planning;
    if (json) world.print(JSON.stringify(planDocument(planning), null, 2));
    else printDiagnostics(diagnostics, lines, world);
    if (!made) return 1;
    if (!json && made.repacked) world.print(`${repackText(made.repacked, world.columns)}\n`);
    if (!json && repack && !made.repacked) world.note('there is no lock: every plan is packed afresh');
    if (!json) world.print(planText(made.plan, { width: world.columns, heading: headingOf(world) }));
    await keepLock(planning, { keep, json }, world);
    return 0;
  },
});

async function keepLock(
  { made, lockFile }: Planning,
  { keep, json }: { readonly keep: boolean; readonly json: boolean },
  world: World,
): Promise<void> {
  if (!made) return;
  const isKept = lockFile.text === lockText(made.plan.lock);
  if (keep && !isKept) await writeLockFile(lockFile.file, made.plan.lock, world);
  if (json) return;
  if (keep) world.note(isKept ? `${lockFile.file} is up to date` : `wrote ${lockFile.file}: commit it`);
  else if (!isKept)
    world.note(
      `${lockFile.file} does not hold these allocations yet: --write-lock keeps them, so that later changes move nothing`,
    );
}
