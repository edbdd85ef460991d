import { type Diagnostic, didYouMean, usageProblem } from '../../diagnostics/index.ts';
import { emitSnippets, type Snippet } from '../../emit/snippets/index.ts';
import type { PlannedTarget } from '../../ir/index.ts';
import type { PlannedSpec } from '../planning/index.ts';

/** Without a target, those beyond this many are only counted. */
const targetsAtMost = 50;

export interface SnippetQuery {
  readonly workspace: string;
  /** All that the workspace may reach, if absent. */
  readonly target?: string | undefined;
  /** The id of a snippet; all of a target, if absent. */
  readonly only?: string | undefined;
}

export interface TargetSnippets {
  readonly target: string;
  readonly snippets: readonly Snippet[];
}

export interface WorkspaceSnippets {
  readonly targets: readonly TargetSnippets[];
  /** Targets that were left out. */
  readonly more: number;
}

/** What to paste in a workspace to use its targets. A query that asks for what is not there, or not granted, is a problem. */
export function snippetsFor(
  { spec, plan: { infra, routes } }: PlannedSpec,
  { workspace, target: wanted, only }: SnippetQuery,
): WorkspaceSnippets | Diagnostic {
  const workspaces = spec.workspaces.map((each) => each.name);
  if (!workspaces.includes(workspace))
    return usageProblem(`there is no workspace ${workspace}${didYouMean(workspace, workspaces)}`);
  const names = infra.targets.map((each) => each.name);
  if (wanted !== undefined && !names.includes(wanted))
    return usageProblem(`there is no target ${wanted}${didYouMean(wanted, names)}`);
  const targets = infra.targets.filter((each) =>
    wanted === undefined ? mayReach(each, workspace) : each.name === wanted,
  );
  const stranger = targets.find((each) => !mayReach(each, workspace));
  if (stranger) return notGranted(workspace, stranger.name);
  const shown = targets.slice(0, targetsAtMost).map((each) => ({
    target: each.name,
    snippets: emitSnippets(infra, each, routes).filter(({ id }) => only === undefined || id === only),
  }));
  if (only !== undefined && shown.every((each) => each.snippets.length === 0)) {
    const ids = targets.flatMap((each) => emitSnippets(infra, each, routes).map((snippet) => snippet.id));
    return usageProblem(`there is no snippet ${only} here; there are ${[...new Set(ids)].join(', ')}`);
  }
  return { targets: shown, more: targets.length - shown.length };
}

const mayReach = (target: PlannedTarget, workspace: string): boolean => target.workspaces.includes(workspace);

const notGranted = (workspace: string, target: string): Diagnostic => ({
  code: 'LG_NOT_GRANTED',
  severity: 'error',
  path: [],
  message: `${workspace} may not reach ${target}; an entry { from: [${workspace}], to: [${target}] } under access would grant it`,
});
