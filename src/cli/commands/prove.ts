import { readPlanFile } from '../../app/planning/index.ts';
import { type Proof, provePlan } from '../../app/queries/index.ts';
import { acceptNotYetArg, command, fileArg, jsonArg } from '../command.ts';
import { loadPlan } from '../load-plan.ts';
import { refuseAll } from '../refuse.ts';
import { proofSentence } from '../render/plan-text.ts';
import { fold } from '../render/table.ts';

export const prove = command({
  name: 'prove',
  about:
    'Traces every pair of workspace and target, each host and port. Then it acts as a hostile client: for each NCC it connects to every listener of every endpoint by address, with every name and with none. Exits 1, with the hop and the reason, if something is reached without a grant, or granted and not reached. --plan checks a plan that was saved, or edited by hand, against the current spec.',
  examples: [
    { line: 'lakegate prove -f prod.yaml', does: 'plans prod.yaml and shows what was proven' },
    { line: 'lakegate prove --plan plan.json', does: 'checks a saved plan against lakegate.yaml' },
  ],
  touches: 'nothing',
  args: {
    file: fileArg,
    'accept-not-yet': acceptNotYetArg,
    plan: { kind: 'text', value: 'FILE', help: 'a document of plan --json to prove, instead of a new plan' },
    json: jsonArg,
  },
  async run({ file, 'accept-not-yet': acceptNotYet, plan, json }, context) {
    const made = await loadPlan({ file, json, acceptNotYet }, context);
    if (!made) return 1;
    const kept = plan === undefined ? made.plan : await readPlanFile(plan, context);
    if (!('infra' in kept)) return refuseAll(kept, json, context);
    const proof = provePlan(made, kept);
    context.print(json ? JSON.stringify({ ok: proof.holds, ...proof }, null, 2) : proofText(proof, context.columns));
    return proof.holds ? 0 : 1;
  },
});

function proofText({ holds, counts, failures, failuresInAll }: Proof, width: number): string {
  if (holds) {
    const codes = Object.entries(counts.refusedBy).map(([code, count]) => `${code} ${count.toLocaleString('en')}`);
    const by = codes.length === 0 ? '' : ` Refused by name, counted per NCC: ${codes.join(', ')}.`;
    return fold(`The proof holds. ${proofSentence(counts)}.${by}`, width).join('\n');
  }
  const lines = failures.map(
    ({ kind, hop, why }) =>
      `  ${kind}, at ${hop.at} ${hop.name}\n${fold(why, width - 4)
        .map((line) => `    ${line}`)
        .join('\n')}`,
  );
  const more = failuresInAll - failures.length;
  return [
    `The proof fails in ${failuresInAll.toLocaleString('en')} places:`,
    ...lines,
    ...(more > 0 ? [`  … and ${more.toLocaleString('en')} more`] : []),
  ].join('\n');
}
