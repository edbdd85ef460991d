import { pipLine, snippetsFor, type TargetSnippets } from '../../app/queries/index.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { loadPlan } from '../load-plan.ts';
import { refuse } from '../refuse.ts';

export const snippets = command({
  name: 'snippets',
  about:
    'Fills in names, ports, timeouts and the CA of inspected names from the plan. Secrets are read from a Databricks secret scope; angle brackets mark values that only you know.',
  examples: [
    {
      line: 'lakegate snippets --workspace streaming --target events',
      does: 'shows every way to use the Kafka cluster events from workspace streaming',
    },
    {
      line: 'lakegate snippets --workspace analytics --target orders-db --only psycopg',
      does: 'prints one snippet, to redirect into a file',
    },
  ],
  touches: 'nothing',
  args: {
    file: fileArg,
    workspace: { kind: 'text', value: 'WORKSPACE', help: 'the workspace in which it will run', required: true },
    target: {
      kind: 'text',
      value: 'TARGET',
      help: 'a target of the spec (default: all that the workspace may reach)',
    },
    only: { kind: 'text', value: 'ID', help: 'print only this snippet, without headings' },
    json: jsonArg,
  },
  async run({ file, workspace, target, only, json }, context) {
    const made = await loadPlan({ file, json }, context);
    if (!made) return 1;
    const found = snippetsFor(made, { workspace, target, only });
    if ('code' in found) return refuse(found, json, context);
    const { targets, more } = found;
    if (json) context.print(JSON.stringify({ workspace, targets, more }, null, 2));
    else if (only !== undefined)
      context.print(targets.flatMap((each) => each.snippets.map(({ text }) => text)).join('\n\n'));
    else {
      context.print(targets.map(targetText).join('\n\n'));
      if (more > 0) context.print(`\n… and ${more} more targets; name one with --target`);
    }
    return 0;
  },
});

function targetText({ target, snippets: all }: TargetSnippets): string {
  const parts = all.map((snippet) => {
    const pip = pipLine(snippet);
    return [`── ${target} · ${snippet.title}  [${snippet.id}]`, ...(pip ? [pip, ''] : []), snippet.text].join('\n');
  });
  return parts.join('\n\n');
}
