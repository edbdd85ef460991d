import { resolve } from 'node:path';
import { type Diagnostic, hasErrors, unreadable } from '../../diagnostics/index.ts';
import {
  emitTerraform,
  marker,
  type TerraformFormat,
  type TerraformOutput,
  terraformProblems,
} from '../../emit/terraform/index.ts';
import { errorCode, type HoldContext, type WorkingFolder } from '../files/index.ts';
import {
  holdsLock,
  keepLock,
  type LockFile,
  lockObstacle,
  type PlannedSpec,
  planDocumentOf,
} from '../planning/index.ts';
import type { FolderDifference, FolderFile } from './folder-changes.ts';
import { formatIn, ownerOf, planFileName } from './folder-owner.ts';
import { type FolderDiagnostic, noReadableList, notAFolder, ofOtherSpec, problemsOf } from './folder-problems.ts';
import { checkFolder, type FolderChanges, type Output, obstacleIn, writeFolder } from './output-folder.ts';

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
  /** Write over files that lakegate did not write, or that were edited since. */
  readonly force?: boolean;
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
  { out, files, made, lockFile, force = false }: TerraformToWrite,
  context: WorkingFolder & HoldContext,
): Promise<TerraformWriting> {
  const other = force ? undefined : await otherSpec(out, made, context);
  if (other) return refused([other]);
  let lock: 'written' | 'unchanged' = 'unchanged';
  let lockProblem: Diagnostic | undefined;
  const before = async (): Promise<boolean> => {
    const kept = await keepLock(lockFile, made.plan.lock, context);
    if (kept.is === 'refused') lockProblem = kept.diagnostic;
    else lock = kept.is;
    return kept.is !== 'refused';
  };
  const result = await writeFolder({ ...outputOf({ out, files, made }, context), force, before }, context);
  if (lockProblem) return { is: 'refused', diagnostics: [lockProblem] };
  if (result.is !== 'written')
    return refused(problemsOf(result, out), result.is === 'in-the-way' ? '; nothing was written' : '');
  const { is: _, ...changes } = result;
  return { is: 'written', changes, lock };
}

/** Why nothing was written, for a command that names no files. */
const refused = (problems: readonly FolderDiagnostic[], ending = '') => ({
  is: 'refused' as const,
  diagnostics: problems.map(({ at: _, ...each }): Diagnostic => ({ ...each, message: `${each.message}${ending}` })),
});

/** A plan may not go into a folder that holds the Terraform of another spec. */
async function otherSpec(
  out: string,
  { plan }: PlannedSpec,
  folder: WorkingFolder,
): Promise<FolderDiagnostic | undefined> {
  const owner = await ownerOf(out, folder);
  const { name } = plan.infra;
  return owner === undefined || owner === name ? undefined : ofOtherSpec(out, owner, name);
}

const outputOf = (
  { out, files, made }: Pick<TerraformToWrite, 'out' | 'files' | 'made'>,
  { cwd }: WorkingFolder,
): Output => ({
  folder: resolve(cwd, out),
  files,
  spec: made.plan.infra.name,
  marker,
  hasNoMarker,
});

export type TerraformCheck =
  | {
      readonly is: 'checked';
      /** Where the folder is not what would be written, sorted by path. */
      readonly differences: readonly FolderDifference[];
      /** The lock holds the allocations of the plan. */
      readonly isLocked: boolean;
    }
  | { readonly is: 'refused'; readonly diagnostics: readonly Diagnostic[] };

/** What {@link writeTerraform} would change. Writes nothing. */
export async function checkTerraform(
  { out, files, made, lockFile, force = false }: TerraformToWrite,
  context: WorkingFolder,
): Promise<TerraformCheck> {
  const other = force ? undefined : await otherSpec(out, made, context);
  if (other) return refused([other]);
  const result = await checkFolder(outputOf({ out, files, made }, context), context.files);
  if (result.is === 'no-folder') return refused([notAFolder(out)]);
  if (result.is !== 'checked')
    return { is: 'refused', diagnostics: [unreadable(out, errorCode(result.error) ?? 'unknown')] };
  const { differences, brokenList } = result;
  if (brokenList !== undefined && differences.some(({ is }) => is === 'foreign'))
    return refused([noReadableList(out, brokenList)]);
  const { text } = lockFile;
  // Git may have changed the ends of its lines.
  const read = text === undefined ? lockFile : { ...lockFile, text: text.replaceAll('\r\n', '\n') };
  return { is: 'checked', differences, isLocked: holdsLock(read, made.plan.lock) };
}

/** What would come of writing a plan. */
export interface Foreseen {
  /** What Terraform cannot express, and warnings. */
  readonly ofPlan: readonly Diagnostic[];
  /** None where the plan has errors: nobody would get that far. */
  readonly inTheWay: readonly FolderDiagnostic[];
}

/**
 * Why {@link writeTerraform} would write nothing of this plan: what Terraform cannot express, what is in the way in the output
 * folder, whose it is, who writes there, a lock that cannot be written, and, where the folder is there, the rights to write it and
 * the lock: a spec alone may be checked where nothing may be written. Writes nothing.
 */
export async function foreseeWriting(
  { out, made, lockFile }: Pick<TerraformToWrite, 'out' | 'made' | 'lockFile'>,
  context: WorkingFolder & HoldContext,
): Promise<Foreseen> {
  const { infra, routes, lock } = made.plan;
  // Text is made only where there may be something to compare it with.
  const isThere = await context.files.isFolder(resolve(context.cwd, out)).catch(() => true);
  const { files, diagnostics } = isThere
    ? terraformOf(made, await formatIn(out, context))
    : { files: [], diagnostics: terraformProblems(infra, routes) };
  if (hasErrors(diagnostics)) return { ofPlan: diagnostics, inTheWay: [] };
  const ofLock = await lockObstacle(lockFile, lock, context, { rights: isThere === true });
  const about = ofLock ? [{ ...ofLock, at: lockFile.file }] : [];
  const other = await otherSpec(out, made, context);
  if (other) return { ofPlan: diagnostics, inTheWay: [other, ...about] };
  const obstacle = await obstacleIn(outputOf({ out, files, made }, context), context);
  return { ofPlan: diagnostics, inTheWay: [...(obstacle ? problemsOf(obstacle, out) : []), ...about] };
}

/** Routes and plan are pure JSON, which has no comments. */
const hasNoMarker = (path: string): boolean => /^routes\.json(\.tftpl)?$/.test(path) || path === planFileName;
