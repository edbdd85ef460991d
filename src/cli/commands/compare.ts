import { comparePlan } from '../../app/queries/index.ts';
import { acceptNotYetArg, command, fileArg, jsonArg } from '../command.ts';
import { loadPlan } from '../load-plan.ts';
import { compareText } from '../render/compare-text.ts';

export const compare = command({
  name: 'compare',
  about:
    'Counts endpoints, endpoint services, listeners, routers and monthly cost for three ways to build the same access, and shows for each limit the number of targets (of the same mix) that exceeds it. For Kafka it also compares a load balancer per broker with routing by SNI.',
  examples: [{ line: 'lakegate compare', does: 'compares the three ways for lakegate.yaml' }],
  touches: 'nothing',
  args: { file: fileArg, 'accept-not-yet': acceptNotYetArg, json: jsonArg },
  async run({ file, 'accept-not-yet': acceptNotYet, json }, context) {
    const made = await loadPlan({ file, json, acceptNotYet }, context);
    if (!made) return 1;
    const comparison = comparePlan(made);
    context.print(json ? JSON.stringify(comparison, null, 2) : compareText(comparison, context.columns));
    return 0;
  },
});
