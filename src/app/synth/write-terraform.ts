import { resolve } from 'node:path';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { emitTerraform, marker, type TerraformFormat, type TerraformOutput } from '../../emit/terraform/index.ts';
import { type HoldContext, held, unwritable, type WorkingFolder } from '../files/index.ts';
import { keepLock, type LockFile, type PlannedSpec, planDocumentOf } from '../planning/index.ts';
import { type FolderChanges, type FolderFile, type FolderProblem, writeFolder } from './output-folder.ts';

/** The document of the plan in the output folder: what `diff` compares the next plan with. */
export const planFileName = 'lakegate.plan.json';

/** What goes into the output folder: the Terraform of a plan and its document. No files when a diagnostic is an error. */
export function terraformOf({ plan }: Pick<PlannedSpec, 'plan'>, format: TerraformFormat): TerraformOutput {
  const output = emitTerraform(plan.infra, plan.routes, { format, cost: costSentence(plan) });
  return output.files.length === 0 ? output : { ...output, files: [...output.files, planFileOf(plan)] };
}

/** The document of `plan --json`, without the problems of the spec, which name files of this machine. */
export const planFileOf = (plan: PlannedSpec['plan']): FolderFile => ({
  path: planFileName,
  text: `${JSON.stringify(planDocumentOf(plan), null, 2)}\n`,
});

/** One line for the README; the date of the prices is with `lakegate cost`. */
function costSentence({ cost }: PlannedSpec['plan']): string {
  const atLeast = cost.unknown.length > 0 ? 'at least ' : 'about ';
  return `By list prices ${atLeast}${Math.round(cost.totalUsd)} USD a month for the load that the spec states, ${Math.round(cost.fixedUsd)} of it whatever the load. \`lakegate cost\` shows it line by line.`;
}

export interface TerraformToWrite {
  /** The output folder as the user gave it. */
  readonly out: string;
  readonly files: readonly FolderFile[];
  readonly made: PlannedSpec;
  /** The lock that the plan was made from. */
  readonly lockFile: LockFile;
}

export type TerraformWriting =
  | {
      readonly is: 'written';
      readonly changes: Omit<FolderChanges, 'is'>;
      /** What became of the lock. */
      readonly lock: 'written' | 'unchanged';
    }
  | { readonly is: 'refused'; readonly diagnostics: readonly Diagnostic[] };

/**
 * Writes Terraform into the output folder, and the allocations into the lock. The lock comes first: what is in the folder may be
 * applied, and from then on nothing may move. Nothing of either is written when a file is in the way.
 */
export async function writeTerraform(
  { out, files, made, lockFile }: TerraformToWrite,
  context: WorkingFolder & HoldContext,
): Promise<TerraformWriting> {
  let lock: 'written' | 'unchanged' = 'unchanged';
  let lockProblem: Diagnostic | undefined;
  const before = async (): Promise<boolean> => {
    const kept = await keepLock(lockFile, made.plan.lock, context);
    if (kept.is === 'refused') lockProblem = kept.diagnostic;
    else lock = kept.is;
    return kept.is !== 'refused';
  };
  const result = await writeFolder({ folder: resolve(context.cwd, out), files, marker, hasNoMarker, before }, context);
  if (lockProblem) return { is: 'refused', diagnostics: [lockProblem] };
  if (result.is !== 'written') return { is: 'refused', diagnostics: problemsOf(result, out) };
  const { written, unchanged, removed } = result;
  return { is: 'written', changes: { written, unchanged, removed }, lock };
}

/** Routes and plan are pure JSON, which has no comments. */
const hasNoMarker = (path: string): boolean => /^routes\.json(\.tftpl)?$/.test(path) || path === planFileName;

function problemsOf(problem: FolderProblem, out: string): readonly Diagnostic[] {
  switch (problem.is) {
    case 'in-the-way':
      return problem.paths.map((path) => notOurs(out, path));
    case 'held':
      return [held(out, problem)];
    case 'unwritable':
      return [unwritable(out, problem.error)];
    case 'stopped':
      return [];
    default:
      return problem satisfies never;
  }
}

const notOurs = (folder: string, path: string): Diagnostic => ({
  code: 'LG_SYNTH_NOT_OURS',
  severity: 'error',
  path: [],
  message: `${folder}/${path} exists and was not written by lakegate; nothing was written`,
  hint: 'move it away, or name another folder with -o',
});
