import { command, fileArg, jsonArg } from '../command.ts';
import { loadPlan } from '../planning.ts';
import { proofSentence } from '../render/plan-text.ts';
import { fold } from '../render/table.ts';

export const prove = command({
  name: 'prove',
  summary: 'Prove that everyone reaches exactly what was granted, and nothing else',
  about:
    'Walks every pair of workspace and target over the plan, each host and port, and then plays a hostile client: for each NCC, every listener of every endpoint it has, dialled by address, with every name and with none. Exit code 1, with the hop and the reason, where anything is reached without a grant or granted and not reached.',
  examples: [{ line: 'lakegate prove -f prod.yaml', does: 'plans prod.yaml and shows what was proven' }],
  touches: 'nothing',
  args: { file: fileArg, json: jsonArg },
  async run({ file, json }, world) {
    const made = await loadPlan(file, json, world);
    if (!made) return 1;
    const { proof } = made.plan;
    if (json) {
      world.print(JSON.stringify({ ok: true, holds: true, counts: proof }, null, 2));
      return 0;
    }
    const codes = Object.entries(proof.refusedBy).map(([code, count]) => `${code} ${count.toLocaleString('en')}`);
    world.print(fold(`The proof holds. ${proofSentence(proof)}.`, world.columns).join('\n'));
    if (codes.length > 0) world.print(`Refused by name, per NCC: ${codes.join(', ')}`);
    return 0;
  },
});
