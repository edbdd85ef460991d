import { resolve } from 'node:path';
import { conflictMarker, type Diagnostic, quoted } from '../../diagnostics/index.ts';
import { emitTerraform, marker, type TerraformFormat, type TerraformOutput } from '../../emit/terraform/index.ts';
import { errorCode, type HoldContext, held, unwritable, type WorkingFolder } from '../files/index.ts';
import { holdsLock, keepLock, type LockFile, type PlannedSpec, planDocumentOf } from '../planning/index.ts';
import { listName } from './file-list.ts';
import type { FolderDifference, FolderFile, InTheWay } from './folder-changes.ts';
import { ownerOf, planFileName } from './folder-owner.ts';
import { checkFolder, type FolderChanges, type FolderProblem, type Output, writeFolder } from './output-folder.ts';

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
  if (other) return { is: 'refused', diagnostics: [other] };
  let lock: 'written' | 'unchanged' = 'unchanged';
  let lockProblem: Diagnostic | undefined;
  const before = async (): Promise<boolean> => {
    const kept = await keepLock(lockFile, made.plan.lock, context);
    if (kept.is === 'refused') lockProblem = kept.diagnostic;
    else lock = kept.is;
    return kept.is !== 'refused';
  };
  const result = await writeFolder({ ...outputOf({ out, files }, context), force, before }, context);
  if (lockProblem) return { is: 'refused', diagnostics: [lockProblem] };
  if (result.is !== 'written') return { is: 'refused', diagnostics: problemsOf(result, out) };
  const { is: _, ...changes } = result;
  return { is: 'written', changes, lock };
}

/** Why a plan may not go into a folder that holds the Terraform of another spec. */
async function otherSpec(out: string, { plan }: PlannedSpec, folder: WorkingFolder): Promise<Diagnostic | undefined> {
  const owner = await ownerOf(out, folder);
  const { name } = plan.infra;
  if (owner === undefined || owner === name) return undefined;
  return {
    code: 'LG_SYNTH_OTHER_SPEC',
    severity: 'error',
    path: [],
    message: `${out} belongs to another spec: ${out}/${planFileName} is the plan of ${quoted(owner)}, and this spec is ${quoted(name)}`,
    hint: 'choose another folder with -o; or overwrite this one with --force, where the spec was renamed',
  };
}

const outputOf = ({ out, files }: Pick<TerraformToWrite, 'out' | 'files'>, { cwd }: WorkingFolder): Output => ({
  folder: resolve(cwd, out),
  files,
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
  if (other) return { is: 'refused', diagnostics: [other] };
  const result = await checkFolder(outputOf({ out, files }, context), context.files);
  if (result.is !== 'checked') return { is: 'refused', diagnostics: [unreadable(out, result.error)] };
  const { differences, brokenList } = result;
  if (brokenList !== undefined && differences.some(({ is }) => is === 'foreign'))
    return { is: 'refused', diagnostics: [noReadableList(out, brokenList)] };
  const { text } = lockFile;
  // Git may have changed the ends of its lines.
  const read = text === undefined ? lockFile : { ...lockFile, text: text.replaceAll('\r\n', '\n') };
  return { is: 'checked', differences, isLocked: holdsLock(read, made.plan.lock) };
}

const unreadable = (out: string, error: unknown): Diagnostic => ({
  code: 'LG_FILE_UNREADABLE',
  severity: 'error',
  path: [],
  message: `${out} cannot be read (${errorCode(error) ?? 'unknown'})`,
});

/** Routes and plan are pure JSON, which has no comments. */
const hasNoMarker = (path: string): boolean => /^routes\.json(\.tftpl)?$/.test(path) || path === planFileName;

function problemsOf(problem: FolderProblem, out: string): readonly Diagnostic[] {
  switch (problem.is) {
    case 'in-the-way':
      return inTheWayOf(out, problem);
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

/** Without a readable list a file without marker looks like somebody else's: then it is the list that is told. */
function inTheWayOf(
  out: string,
  { paths, brokenList }: Extract<FolderProblem, { is: 'in-the-way' }>,
): readonly Diagnostic[] {
  if (brokenList === undefined || paths.every(({ is }) => is !== 'foreign'))
    return paths.map((each) => inTheWay(out, each));
  const others = paths.filter(({ is }) => is !== 'foreign').map((each) => inTheWay(out, each));
  return [noReadableList(out, brokenList), ...others];
}

const noReadableList = (out: string, text: string): Diagnostic => ({
  code: 'LG_SYNTH_NOT_OURS',
  severity: 'error',
  path: [],
  message:
    conflictMarker(text) === undefined
      ? `the list ${out}/${listName} cannot be read, so lakegate does not know its own files; nothing was written`
      : `the list ${out}/${listName} cannot be read: it has conflict markers of git; nothing was written`,
  hint: 'settle conflicts in spec and lock first; then write the folder anew with --force',
});

function inTheWay(folder: string, { path, is }: InTheWay): Diagnostic {
  const shown = `${folder}/${path}`;
  const problem = { severity: 'error', path: [] } as const;
  switch (is) {
    case 'foreign':
      return {
        ...problem,
        code: 'LG_SYNTH_NOT_OURS',
        message: `${shown} exists and was not written by lakegate; nothing was written`,
        hint: 'move it away, name another folder with -o, or write over it with --force',
      };
    case 'edited':
      return {
        ...problem,
        code: 'LG_SYNTH_EDITED',
        message: `${shown} was edited after lakegate wrote it; nothing was written`,
        hint: 'move the edit to a file of another name or to the spec, or write over it with --force',
      };
    case 'irregular':
      return {
        ...problem,
        code: 'LG_SYNTH_NOT_OURS',
        message: `${shown} is a link or no file, or a folder on the way to it is one; nothing was written`,
        hint: 'remove the link or folder, or name another output folder with -o',
      };
    default:
      return is satisfies never;
  }
}
