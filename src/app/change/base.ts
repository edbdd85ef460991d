import { basename, dirname, join, resolve } from 'node:path';
import { type Diagnostic, makeNearest, type PlacedDiagnostic, quoted } from '../../diagnostics/index.ts';
import { type Compared, type Lock, makePlan, readLock } from '../../planner/index.ts';
import { errorCode, type WorkingFolder } from '../files/index.ts';
import { isStandardInput, type LockFile, planSpecFile, readPlanFile } from '../planning/index.ts';
import { isPlanEdited, planFileName } from '../synth/index.ts';
import { findRevision, neither, withNear } from './git-revision.ts';

/** What a plan is compared with. */
export type Base =
  | {
      readonly is: 'plan' | 'revision';
      readonly name: string;
      readonly plan: Compared;
      /** What the plan does not know of the base. */
      readonly notCompared?: readonly string[];
    }
  | {
      readonly is: 'lock';
      readonly name: string;
      readonly lock: Lock;
      /** Why it is not compared with the plan in the output folder, where there is one. */
      readonly notCompared?: readonly string[];
      /** The plan that the output folder does not have, so that the lock is compared. */
      readonly missing?: string;
    };

export interface BaseWanted {
  /** A file or a revision of git, as the user gave it. Absent: the plan in the output folder, else the lock. */
  readonly base?: string | undefined;
  /** The spec. */
  readonly file: string;
  /** The output folder of `synth`. */
  readonly out: string;
}

/** The plan that is compared. */
export interface Planned {
  readonly lockFile: LockFile;
  /** The name of its spec. */
  readonly name: string;
}

/** Finds what to compare with, or says why there is nothing. */
export async function findBase(
  { base, file, out }: BaseWanted,
  planned: Planned,
  folder: WorkingFolder,
): Promise<Base | readonly Diagnostic[]> {
  if (base !== undefined) return baseNamed(base, file, planned, folder);
  return (
    (await findUsualBase(out, planned, folder)) ?? [
      {
        ...problem(`there is neither ${join(out, planFileName)} nor ${planned.lockFile.file} to compare with`),
        hint: 'lakegate synth writes both; or name a file or a revision of git',
      },
    ]
  );
}

/** A file, or else a revision. What is neither is refused with what may have been meant. */
async function baseNamed(
  base: string,
  file: string,
  planned: Planned,
  folder: WorkingFolder,
): Promise<Base | readonly Diagnostic[]> {
  if (base.trim() === '') {
    const hint = 'name a file or a revision of git; without BASE the plan in the output folder is compared';
    return [{ ...problem('the name of what to compare with is empty'), hint }];
  }
  const isFolder = await folder.files.isFolder(resolve(folder.cwd, base)).catch(() => undefined);
  if (isFolder === false) return baseOfFile(base, folder);
  const found = await baseOfRevision(base, file, planned, folder);
  if ('is' in found) return found;
  if (isFolder === true && found.some(({ message }) => message.includes(neither)))
    return [
      {
        ...problem(`${oneLine(base)} is a folder, and no revision of git`),
        hint: `name a file in it, such as ${join(base, planFileName)}`,
      },
    ];
  const near = await nearFile(base, folder);
  return near === undefined ? found : found.map((each) => ({ ...each, hint: withNear(each.hint ?? '', near) }));
}

/** A file of nearly the same name in the same folder, which may be a plan or a lock. */
async function nearFile(path: string, { cwd, files }: WorkingFolder): Promise<string | undefined> {
  const names = await files.names(dirname(resolve(cwd, path))).catch(() => []);
  const near = makeNearest().nearest(
    basename(path),
    names.filter((name) => name.endsWith('.json')),
  );
  return near && join(dirname(path), near);
}

/** The plan in the output folder, else the lock. Undefined when there is neither. */
export async function findUsualBase(
  out: string,
  { lockFile: { lock, file }, name }: Planned,
  folder: WorkingFolder,
): Promise<Base | readonly Diagnostic[] | undefined> {
  const ofLock: Extract<Base, { is: 'lock' }> | undefined = lock && { is: 'lock', name: file, lock };
  const written = join(out, planFileName);
  if (!(await isFile(written, folder))) return ofLock && { ...ofLock, missing: written };
  const plan = await baseOfPlan(written, folder);
  const other = 'is' in plan ? otherSpecOf(plan, name) : undefined;
  if (other === undefined) return plan;
  // Two specs in one folder: the output folder holds the plan of the other one.
  const whose = `${written} is the plan of another spec, ${quoted(other)}`;
  if (lock) return { is: 'lock', name: file, lock, notCompared: [whose] };
  return [
    {
      ...problem(`${whose}; this one is ${quoted(name)}`),
      hint: 'name the output folder of this spec with -o, or the file or revision to compare with',
    },
  ];
}

/** The name of the spec that a base was made from, where it is not this one. */
export function otherSpecOf(base: Base, name: string): string | undefined {
  const of = base.is === 'lock' ? base.lock.name : base.plan.infra.name;
  return of === name ? undefined : of;
}

const isFile = async (path: string, { cwd, files }: WorkingFolder): Promise<boolean> =>
  (await files.isFolder(resolve(cwd, path))) === false;

const problem = (message: string): Diagnostic => ({ code: 'LG_DIFF_BASE', severity: 'error', path: [], message });

async function baseOfPlan(name: string, folder: WorkingFolder): Promise<Base | readonly Diagnostic[]> {
  const plan = await readPlanFile(name, folder);
  if (!('infra' in plan)) return plan;
  if (basename(name) !== planFileName || !(await isPlanEdited(dirname(name), folder)))
    return { is: 'plan', name, plan };
  return [
    {
      ...problem(`${name} is not as synth wrote it: it was edited, or merged by git, and says nothing for certain`),
      hint: 'restore it from git, write it anew with lakegate synth --force, or name another plan, a lock or a revision of git',
    },
  ];
}

/** Locks of 100,000 targets are about 20 MB. */
const lockBytesAtMost = 200 * 1024 * 1024;

/** A file is a lock if it says so by its fields; everything else is read as a plan, and refused as one. */
async function baseOfFile(name: string, folder: WorkingFolder): Promise<Base | readonly Diagnostic[]> {
  const { cwd, files } = folder;
  let text: string;
  try {
    text = Buffer.from(await files.readFile(resolve(cwd, name), lockBytesAtMost)).toString('utf8');
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return baseOfPlan(name, folder);
  }
  if (!isLock(text)) return baseOfPlan(name, folder);
  const { lock, diagnostics } = readLock(text);
  return lock ? { is: 'lock', name, lock } : diagnostics;
}

function isLock(text: string): boolean {
  try {
    const value: object = Object(JSON.parse(text));
    return 'services' in value && 'next' in value;
  } catch {
    return false;
  }
}

/**
 * Plans the spec of a revision with the lock of that revision, as it would have been planned with this lakegate. Where it has none,
 * with the lock of today: without any, what was allocated in another order would look moved and replaced.
 */
async function baseOfRevision(
  name: string,
  file: string,
  { lockFile: { lock } }: Planned,
  folder: WorkingFolder,
): Promise<Base | readonly Diagnostic[]> {
  if (isStandardInput(file)) {
    const hint = 'name the spec with -f: that of the revision is at the same path';
    return [{ ...problem(`${oneLine(name)} cannot be compared with a spec from standard input`), hint }];
  }
  const revision = await findRevision(name, file, folder);
  if ('why' in revision) return [{ ...problem(`${oneLine(name)} ${revision.why}`), hint: revision.hint }];
  const { files, spec } = revision;
  const { made, diagnostics, lockFile } = await planSpecFile(spec, { cwd: folder.cwd, files }, { acceptNotYet: true });
  // As git writes a file of a revision.
  const shown = revision.isMoved ? `${name}:${spec}` : name;
  if (made && lock && lockFile.text === undefined) {
    const { plan = made.plan } = makePlan(made.spec, made.facts, lock);
    return { is: 'revision', name: shown, plan, notCompared: [withoutLock(name, lockFile.file)] };
  }
  if (made) return { is: 'revision', name: shown, plan: made.plan };
  return [
    {
      ...problem(`${spec} of ${name} gives no plan with this version of lakegate: ${firstError(diagnostics)}`),
      hint: 'compare with a plan that was kept, such as the one that synth writes, or with another revision',
    },
  ];
}

const withoutLock = (name: string, file: string): string =>
  `allocations such as ports and rules: ${name} has no ${file}, so its spec was planned with the lock of today`;

const oneLine = (name: string): string => name.replace(/[\r\n]/g, '\\n');

function firstError(diagnostics: readonly PlacedDiagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return 'no reason is known';
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
  return `line ${first.line}, ${first.code}, ${first.message}${more}`;
}
