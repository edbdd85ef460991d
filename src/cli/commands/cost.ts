import { acceptNotYetArg, command, fileArg, jsonArg } from '../command.ts';
import { loadPlan } from '../load-plan.ts';
import { costText } from '../render/cost-text.ts';

export const cost = command({
  name: 'cost',
  about:
    'Shows list prices with source and date: what is fixed, what grows with the load that the spec states, and who pays. An item without a published price is shown as unknown, not as zero, and makes the total a lower bound.',
  examples: [{ line: 'lakegate cost -f prod.yaml', does: 'shows each line with its price and where that was read' }],
  touches: 'nothing',
  args: { file: fileArg, 'accept-not-yet': acceptNotYetArg, json: jsonArg },
  async run({ file, 'accept-not-yet': acceptNotYet, json }, context) {
    const made = await loadPlan({ file, json, acceptNotYet }, context);
    if (!made) return 1;
    context.print(json ? JSON.stringify(made.plan.cost, null, 2) : costText(made.plan.cost, context.columns));
    return 0;
  },
});
