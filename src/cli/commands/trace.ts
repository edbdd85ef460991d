import { everything, traceConnection } from '../../app/queries/index.ts';
import { acceptNotYetArg, command, fileArg, jsonArg } from '../command.ts';
import { loadPlan } from '../load-plan.ts';
import { refuse, usage } from '../refuse.ts';
import { tracesTable, tracesText } from '../render/trace-text.ts';

export const trace = command({
  name: 'trace',
  about:
    'Walks the plan from a workspace to a target, or to any name and port, and shows the reason for each hop. The exit code is 0 for either answer, reached or refused; with --expect it is 1 for the other answer.',
  examples: [
    {
      line: 'lakegate trace -f examples/hub-router.yaml --from analytics --to crm-db',
      does: 'follows a client of workspace analytics to target crm-db',
    },
    {
      line: 'lakegate trace -f examples/hub-router.yaml --from finance --to crm-db --expect refuse',
      does: 'exits 1 if the target could be reached',
    },
    {
      line: 'lakegate trace -f examples/hub-router.yaml --from "*" --to "*"',
      does: 'shows on one line each which workspace reaches which target',
    },
    {
      line: 'lakegate trace -f examples/hub-router.yaml --from finance --to crm.c1x2y3.eu-west-1.rds.amazonaws.com:3306 --via s-1',
      does: 'connects to the endpoint of s-1 by its address, as a hostile client would',
    },
  ],
  touches: 'nothing',
  args: {
    file: fileArg,
    'accept-not-yet': acceptNotYetArg,
    from: {
      kind: 'text',
      value: 'WORKSPACE',
      help: 'where the connection begins; "*" for every workspace',
      required: true,
    },
    to: {
      kind: 'text',
      value: 'TARGET|HOST:PORT',
      help: 'a target of the spec, any name and port, or "*" for every target',
      required: true,
    },
    via: {
      kind: 'text',
      value: 'SERVICE',
      help: 'connect to this endpoint service by its address, whatever the name resolves to',
    },
    path: {
      kind: 'text',
      value: 'PATH',
      help: 'a request with this path, where the router reads requests: which target and upstream gets it, and with which path',
    },
    expect: { kind: 'text', value: 'reach|refuse', help: 'exit 1 for the other answer' },
    json: jsonArg,
  },
  async run({ file, 'accept-not-yet': acceptNotYet, from, to, via, path, expect, json }, context) {
    if (expect !== undefined && expect !== 'reach' && expect !== 'refuse')
      return usage(`--expect is reach or refuse, not ${expect}`, json, context);
    const made = await loadPlan({ file, json, acceptNotYet }, context);
    if (!made) return 1;
    const found = traceConnection(made, { from, to, via, path });
    if ('code' in found) return refuse(found, json, context);
    const { traces, more, target } = found;
    const others = traces.flatMap(({ outcome }) =>
      target !== undefined && outcome.is === 'reach' && outcome.target !== target ? [outcome.target] : [],
    );
    if (json) context.print(JSON.stringify({ traces, more }, null, 2));
    else {
      const isWide = from === everything || to === everything;
      context.print(isWide ? tracesTable(traces) : tracesText(traces, context.columns));
      if (more > 0) context.print(`\n… and ${more} more names or ports of ${to}`);
      if (others.length > 0) context.note(`the path belongs to ${[...new Set(others)].join(', ')}, not to ${to}`);
    }
    if (expect === 'reach' && others.length > 0) return 1;
    return expect === undefined || traces.every(({ outcome }) => outcome.is === expect) ? 0 : 1;
  },
});
