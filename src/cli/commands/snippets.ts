import { emitSnippets, pipLine, type Snippet } from '../../emit/snippets/index.ts';
import type { InfraPlan, PlannedTarget } from '../../ir/index.ts';
import { command, fileArg, jsonArg } from '../command.ts';
import { loadPlan } from '../load-plan.ts';
import { meant, usage } from '../usage.ts';

/** Without `--target`, targets beyond this many are only counted. */
const targetsAtMost = 50;

export const snippets = command({
  name: 'snippets',
  summary: 'Print what to paste into a Databricks notebook to use a target',
  about:
    'Fills in names, ports, timeouts and the CA of inspected names from the plan. Secrets are read from a Databricks secret scope; angle brackets mark what only you know.',
  examples: [
    {
      line: 'lakegate snippets --workspace streaming --target events',
      does: 'shows every way to use the Kafka cluster events from workspace streaming',
    },
    {
      line: 'lakegate snippets --workspace analytics --target orders-db --only psycopg',
      does: 'prints one snippet alone, to be piped into a file',
    },
  ],
  touches: 'nothing',
  args: {
    file: fileArg,
    workspace: { kind: 'text', value: 'WORKSPACE', help: 'where it is to be pasted', required: true },
    target: {
      kind: 'text',
      value: 'TARGET',
      help: 'a target of the spec; all that the workspace may reach, if absent',
    },
    only: { kind: 'text', value: 'ID', help: 'one snippet, without headings' },
    json: jsonArg,
  },
  async run({ file, workspace, target: wanted, only, json }, world) {
    const made = await loadPlan(file, json, world);
    if (!made) return 1;
    const { infra } = made.plan;
    const workspaces = made.spec.workspaces.map((each) => each.name);
    if (!workspaces.includes(workspace))
      return usage(world, `there is no workspace ${workspace}${meant(workspace, workspaces)}`);
    const names = infra.targets.map((each) => each.name);
    if (wanted !== undefined && !names.includes(wanted))
      return usage(world, `there is no target ${wanted}${meant(wanted, names)}`);
    const targets = infra.targets.filter((each) =>
      wanted === undefined ? mayReach(each, workspace) : each.name === wanted,
    );
    const stranger = targets.find((each) => !mayReach(each, workspace));
    if (stranger) {
      world.note(
        `LG_NOT_GRANTED ${workspace} may not reach ${stranger.name}; an entry { from: [${workspace}], to: [${stranger.name}] } under access: would grant it`,
      );
      return 1;
    }
    const shown = targets
      .slice(0, targetsAtMost)
      .map((each) => ({ target: each.name, snippets: chosen(infra, each, only) }));
    if (only !== undefined && shown.every((each) => each.snippets.length === 0)) {
      const ids = targets.flatMap((each) => emitSnippets(infra, each).map((snippet) => snippet.id));
      return usage(world, `there is no snippet ${only} here; there are ${[...new Set(ids)].join(', ')}`);
    }
    if (json) world.print(JSON.stringify({ workspace, targets: shown, more: targets.length - shown.length }, null, 2));
    else if (only !== undefined)
      world.print(shown.flatMap((each) => each.snippets.map(({ text }) => text)).join('\n\n'));
    else {
      world.print(shown.map((each) => targetText(each.target, each.snippets)).join('\n\n'));
      if (targets.length > shown.length)
        world.print(`\n… and ${targets.length - shown.length} more targets; name one with --target`);
    }
    return 0;
  },
});

const mayReach = (target: PlannedTarget, workspace: string): boolean => target.workspaces.includes(workspace);

function chosen(infra: InfraPlan, target: PlannedTarget, only: string | undefined): readonly Snippet[] {
  const all = emitSnippets(infra, target);
  return only === undefined ? all : all.filter((snippet) => snippet.id === only);
}

function targetText(target: string, all: readonly Snippet[]): string {
  const parts = all.map((snippet) => {
    const pip = pipLine(snippet);
    return [`── ${target} · ${snippet.title}  [${snippet.id}]`, ...(pip ? [pip, ''] : []), snippet.text].join('\n');
  });
  return parts.join('\n\n');
}
